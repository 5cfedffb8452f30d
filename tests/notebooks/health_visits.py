# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 9 10 24 25 26
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
import statsmodels.formula.api as smf
# %%
visits = sm.datasets.randhie.load_pandas().data.iloc[::10].reset_index(drop=True)
visits.shape
# %%
visits.columns.tolist()
# %%
visits.describe().T.round(2)
# %%
visits.mdvis.value_counts().sort_index().head(8)
# %%
visits.mdvis.plot.hist(bins=40, log=True)
# %%
visits["health"] = np.select([visits.hlthp == 1, visits.hlthf == 1, visits.hlthg == 1], ["poor", "fair", "good"], "excellent")
visits.health.value_counts()
# %%
visits.groupby("health").mdvis.agg(["mean", "median", "count"]).round(2)
# %%
cut = 10
# %%
heavy = visits[visits.mdvis >= cut]
len(heavy) / len(visits)
# %%
visits.physlm.mean(), visits.idp.mean()
# %%
plt.scatter(visits.xage if "xage" in visits else visits.lpi, visits.mdvis, s=3, alpha=0.3)
# %%
visits[["mdvis", "lncoins", "disea"]].corr().round(3)
# %%
poisson = smf.poisson("mdvis ~ lncoins + disea + physlm", visits).fit(disp=0)
poisson.params.round(4)
# %%
negbin = sm.GLM(visits.mdvis, sm.add_constant(visits[["lncoins", "disea"]]), family=sm.families.NegativeBinomial(alpha=1.0)).fit()
negbin.params.round(4)
# %%
zero = (visits.mdvis == 0).mean()
zero, np.exp(-visits.mdvis.mean())
# %%
visits["band"] = pd.qcut(visits.disea, 4, duplicates="drop")
visits.groupby("band", observed=True).mdvis.mean()
# %%
visits.pivot_table(index="band", columns="health", values="mdvis", observed=True).round(1)
# %%
poisson.predict(visits.head(5)).round(3)
# %%
over = visits.mdvis.var() / visits.mdvis.mean()
print("overdispersion", round(over, 2))
# %%
coins = visits.lncoins.round(0).value_counts()
coins.plot.bar()
# %%
np.exp(poisson.params["lncoins"])
# %%
visits[visits.health == "poor"].mdvis.quantile([0.5, 0.9, 0.99])
# %%
heavy.health.value_counts(normalize=True).round(2)
# %%
heavy.disea.mean() - visits.disea.mean()
# %%
visits.lpi.hist(bins=20)
