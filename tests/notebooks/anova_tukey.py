# %%
import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.multicomp import pairwise_tukeyhsd
import statsmodels.api as sm
import statsmodels.formula.api as smf
# %%
rng = np.random.default_rng(11)
plots = pd.DataFrame([(f, b, 20 + 2 * "abc".index(f) + rng.normal(0, 1.5)) for f in "abc" for b in range(12)], columns=["feed", "block", "yield_"])
plots.groupby("feed").yield_.mean().round(2)
# %%
plots.boxplot("yield_", by="feed")
# %%
groups = [g.yield_.to_numpy() for _, g in plots.groupby("feed")]
stats.f_oneway(*groups)
# %%
stats.levene(*groups).pvalue
# %%
lm = smf.ols("yield_ ~ C(feed)", plots).fit()
table = sm.stats.anova_lm(lm)
table.round(4)
# %%
print(pairwise_tukeyhsd(plots.yield_, plots.feed))
# %%
eta = table.sum_sq.iloc[0] / table.sum_sq.sum()
eta
# %%
stats.shapiro(lm.resid).statistic.round(4)
# %%
wide = plots.pivot(index="block", columns="feed", values="yield_")
stats.friedmanchisquare(*wide.T.to_numpy()).pvalue
