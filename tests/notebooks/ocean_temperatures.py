# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
# %%
nino = sm.datasets.elnino.load_pandas().data
nino["YEAR"] = nino.YEAR.astype(int)
nino = nino.set_index("YEAR")
nino.head(3)
# %%
nino.mean().round(2)
# %%
nino.mean().plot()
# %%
anomalies = nino - nino.mean()
anomalies.abs().max().max()
# %%
plt.imshow(anomalies, aspect="auto", cmap="coolwarm")
# %%
yearly = anomalies.mean(axis=1)
yearly.nlargest(4).round(2)
# %%
yearly.plot.bar(figsize=(10, 2))
# %%
long = nino.stack().rename_axis(["year", "month"]).rename("sst").reset_index()
long.head(3)
# %%
long.groupby("month").sst.std().idxmax()
# %%
hot = yearly[yearly > 1].index.tolist()
print(hot)
# %%
nino.loc[hot].T.plot()
# %%
nino.JAN.corr(nino.DEC), nino.JUN.corr(nino.JUL)
# %%
nino.corr().iloc[0].round(2).tolist()
# %%
flat = nino.to_numpy().ravel()
sm.tsa.acf(flat, nlags=24)[[1, 6, 12, 24]].round(2)
# %%
np.polyfit(nino.index, nino.mean(axis=1), 1)[0] * 10
# %%
warm = nino.idxmax(axis=1).value_counts()
warm
# %%
cold = nino.idxmin(axis=1).value_counts()
cold.index[0]
# %%
decade = nino.groupby(nino.index // 10 * 10).mean()
decade.round(1).iloc[:, :3]
# %%
decade.T.plot(legend=True)
# %%
from sklearn.decomposition import PCA
pca = PCA(3).fit(anomalies)
pca.explained_variance_ratio_.round(3)
# %%
plt.plot(pca.components_[0])
# %%
scores = pd.Series(pca.transform(anomalies)[:, 0], nino.index)
scores.abs().corr(yearly.abs()).round(3)
# %%
(nino.DEC - nino.JAN).describe().round(2)
