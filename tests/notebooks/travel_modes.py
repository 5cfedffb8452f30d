# %%
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
import matplotlib.pyplot as plt
# %%
modes = sm.datasets.modechoice.load_pandas().data
modes.head(4)
# %%
names = {1: "air", 2: "train", 3: "bus", 4: "car"}
modes["name"] = modes["mode"].map(names)
modes.name.value_counts()
# %%
chosen = modes[modes.choice == 1]
chosen.name.value_counts(normalize=True).round(3)
# %%
modes.groupby("name")[["ttme", "invc", "invt", "gc"]].mean().round(1)
# %%
chosen.hinc.describe().round(1)
# %%
chosen.boxplot("hinc", by="name")
# %%
pd.crosstab(chosen.psize, chosen.name)
# %%
modes.groupby("individual").choice.sum().eq(1).all()
# %%
costs = modes.pivot(index="individual", columns="name", values="gc")
costs.corr().round(2)
# %%
cheapest = costs.idxmin(axis=1)
cheapest.value_counts()
# %%
(cheapest.to_numpy() == chosen.set_index("individual").name.reindex(cheapest.index).to_numpy()).mean()
# %%
air = modes[modes.name == "air"].copy()
air["rich"] = air.hinc > 40
air.groupby("rich").choice.mean()
# %%
fit = smf.logit("choice ~ gc + ttme + hinc", air).fit(disp=0)
fit.params.round(4)
# %%
plt.scatter(air.ttme, fit.predict(air), s=4)
# %%
fit.prsquared
# %%
train = modes[modes.name == "train"]
smf.logit("choice ~ gc + hinc", train).fit(disp=0).params.round(4)
# %%
train.invt.hist(bins=20)
# %%
bus = modes.query("name == 'bus'")
bus.invt.median() - train.invt.median()
# %%
modes["total_time"] = modes.ttme + modes.invt
modes.groupby("name").total_time.min()
# %%
waiting = modes[modes.name != "car"].groupby("name").ttme.agg(["mean", "std"])
waiting.round(1)
# %%
chosen.groupby("name").invc.sum().sort_values().index.tolist()
# %%
share = chosen.groupby(pd.cut(chosen.hinc, [0, 20, 40, 80], include_lowest=True), observed=True).name.value_counts().unstack()
share.fillna(0).astype(int)
# %%
share.T.plot.bar(stacked=True)
