# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
import statsmodels.formula.api as smf
# %%
engel = sm.datasets.engel.load_pandas().data
engel.describe().round(0)
# %%
plt.scatter(engel.income, engel.foodexp, s=5)
# %%
median = smf.quantreg("foodexp ~ income", engel).fit(q=0.5)
median.params.round(3)
# %%
quantiles = [smf.quantreg("foodexp ~ income", engel).fit(q=q).params["income"] for q in (0.1, 0.9)]
np.round(quantiles, 3)
# %%
longley = sm.datasets.longley.load_pandas()
longley.exog.corr().round(2)
# %%
X = sm.add_constant(longley.exog)
fit = sm.OLS(longley.endog, X).fit()
fit.params.round(3)
# %%
np.linalg.cond(X)
# %%
np.linalg.eigvalsh(longley.exog.corr())[:2]
# %%
stack = sm.datasets.stackloss.load_pandas().data
stack.tail(3)
# %%
ols = smf.ols("STACKLOSS ~ AIRFLOW + WATERTEMP + ACIDCONC", stack).fit()
ols.rsquared
# %%
huber = smf.rlm("STACKLOSS ~ AIRFLOW + WATERTEMP + ACIDCONC", stack).fit()
huber.weights.sort_values().head(3).round(2)
# %%
plt.stem(ols.resid)
# %%
heart = sm.datasets.heart.load_pandas().data
heart.censors.mean()
# %%
heart.groupby("censors").survival.median()
# %%
spector = sm.datasets.spector.load_pandas().data
spector.groupby("PSI").GRADE.mean()
# %%
probit = smf.probit("GRADE ~ GPA + TUCE + PSI", spector).fit(disp=0)
probit.params.round(3)
# %%
probit.pred_table()
# %%
star = sm.datasets.star98.load_pandas()
star.exog.shape
# %%
glm = sm.GLM(star.endog, sm.add_constant(star.exog.iloc[:, :4]), family=sm.families.Binomial()).fit()
glm.params.round(4)
# %%
scot = sm.datasets.scotland.load_pandas()
gamma = sm.GLM(scot.endog, sm.add_constant(scot.exog), family=sm.families.Gamma(sm.families.links.Log())).fit()
gamma.deviance
# %%
copper = sm.datasets.copper.load_pandas().data
copper.WORLDCONSUMPTION.pct_change().mean()
# %%
copper.plot(x="COPPERPRICE", y="WORLDCONSUMPTION", kind="scatter")
# %%
strikes = sm.datasets.strikes.load_pandas().data
strikes.duration.median(), strikes.iprod.std().round(4)
# %%
np.exp(np.log(strikes.duration).mean())
