# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 9 10 19 20 21 22 23 24 25 26
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
# %%
raw = sm.datasets.fertility.load_pandas().data
raw.shape
# %%
years = [c for c in raw.columns if c.isdigit()]
years[0], years[-1]
# %%
rates = raw.set_index("Country Name")[years].apply(pd.to_numeric, errors="coerce")
rates.columns = rates.columns.astype(int)
rates = rates.dropna(how="all", axis=1).dropna()
rates.iloc[:3, :3]
# %%
rates.mean().iloc[::10].round(2)
# %%
rates.mean().plot()
# %%
rates[2000].nlargest(5)
# %%
rates[2000].nsmallest(5)
# %%
country = "Sweden"
# %%
rates.loc[country].iloc[::8].round(2)
# %%
drop = rates[1960] - rates[2000]
drop.nlargest(3).round(2)
# %%
drop.hist(bins=30)
# %%
(rates[2000] < 2.1).mean().round(3)
# %%
below = (rates < 2.1).sum()
below.iloc[::10]
# %%
rates.std().idxmin(), rates.std().idxmax()
# %%
sorted_1970 = np.sort(rates[1970])
np.median(sorted_1970)
# %%
plt.plot(sorted_1970)
# %%
rates.corrwith(rates[1960]).iloc[::10].round(3)
# %%
change = rates.diff(axis=1)
change.stack().idxmin()
# %%
change.mean().idxmin()
# %%
fastest = change.min(axis=1).nsmallest(3)
fastest.round(3)
# %%
from sklearn.cluster import KMeans
labels = KMeans(3, n_init=5, random_state=0).fit_predict(rates)
np.sort(np.bincount(labels))
# %%
for k in range(3):
    plt.plot(rates.columns, rates[labels == k].mean())
# %%
from sklearn.decomposition import PCA
PCA(2).fit(rates).explained_variance_ratio_.round(3)
# %%
asia = rates.loc[["Japan", "India", "Thailand"]]
asia.T.iloc[::15].round(1)
# %%
asia.T.plot()
