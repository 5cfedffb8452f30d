# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 10 15 16 17 18 19 20 21 22 23 24 25 26
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
import statsmodels.api as sm
import statsmodels.formula.api as smf
pd.set_option("display.width", 100)
# %%
df = sm.datasets.grunfeld.load_pandas().data
df.head()
# %%
df["year"] = df.year.astype(int)
df.firm.nunique(), df.year.min(), df.year.max()
# %%
df.isna().sum()
# %%
df.groupby("firm").invest.mean().sort_values(ascending=False)
# %%
df.groupby("year")[["invest", "value", "capital"]].sum().tail()
# %%
wide = df.pivot(index="year", columns="firm", values="invest")
wide.iloc[:3, :4]
# %%
wide.plot(legend=False)
# %%
wide.corr().round(2).iloc[:4, :4]
# %%
start = 1945
df[df.year >= start].groupby("firm").capital.max().head(3)
# %%
big = df.groupby("firm").value.mean().nlargest(4).index.tolist()
big
# %%
sns.lineplot(data=df[df.firm.isin(big)], x="year", y="invest", hue="firm")
# %%
df.sample(5, random_state=0).sort_index()
# %%
df["ratio"] = df.invest / df.capital
df.ratio.describe()
# %%
sns.histplot(df.ratio, bins=30)
# %%
pooled = smf.ols("invest ~ value + capital", df).fit()
pooled.params
# %%
fixed = smf.ols("invest ~ value + capital + C(firm)", df).fit()
fixed.params[["value", "capital"]]
# %%
between = df.groupby("firm")[["invest", "value", "capital"]].mean()
smf.ols("invest ~ value + capital", between).fit().rsquared
# %%
print(pooled.rsquared, fixed.rsquared)
# %%
lags = df.sort_values(["firm", "year"]).groupby("firm").invest.shift(1)
lags.notna().sum()
# %%
growth = wide.pct_change().dropna()
growth.std().nlargest(3)
# %%
growth.boxplot(rot=90)
# %%
(growth > 0).mean(axis=1).loc[1940:1944]
# %%
gm = df.query("firm == 'General Motors'").set_index("year")
gm[["invest", "capital"]].plot(subplots=True)
# %%
np.log(gm.invest).diff().std()
# %%
resid = pooled.resid.groupby(df.firm).std()
resid.idxmax()
