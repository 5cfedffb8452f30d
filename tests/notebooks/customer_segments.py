# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 11 12 29 30 31
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.datasets import make_blobs
from sklearn.cluster import KMeans, DBSCAN, AgglomerativeClustering
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler, MinMaxScaler
from sklearn.metrics import silhouette_score, adjusted_rand_score
from sklearn.decomposition import PCA
%matplotlib inline
# %%
%config InlineBackend.figure_format = "retina"
# %%
rs = 0
points, truth = make_blobs(n_samples=400, centers=4, n_features=5, cluster_std=1.8, random_state=rs)
columns = ["spend", "visits", "basket", "returns", "age"]
raw = pd.DataFrame(points, columns=columns)
raw.head(3)
# %%
raw["visits"] = raw.visits.abs().round()
raw["age"] = (raw.age * 3 + 40).clip(18, 90).round()
raw.agg(["min", "max"]).round(1)
# %%
sns.boxplot(data=raw)
# %%
scaler = StandardScaler()
scaled = pd.DataFrame(scaler.fit_transform(raw), columns=columns)
scaled.std(ddof=0).round(3).unique()
# %%
inertia = []
for k in range(2, 9):
    inertia.append(KMeans(k, n_init=3, random_state=rs).fit(scaled).inertia_)
plt.plot(range(2, 9), inertia, "o-")
# %%
sil = {k: silhouette_score(scaled, KMeans(k, n_init=3, random_state=rs).fit_predict(scaled)) for k in range(2, 7)}
max(sil, key=sil.get)
# %%
pd.Series(sil).round(3)
# %%
k = 4
# %%
km = KMeans(k, n_init=5, random_state=rs).fit(scaled)
np.bincount(km.labels_)
# %%
raw["segment"] = km.labels_
raw.groupby("segment")[columns].mean().round(1)
# %%
adjusted_rand_score(truth, km.labels_).round(3)
# %%
pca = PCA(2).fit(scaled)
xy = pca.transform(scaled)
plt.scatter(*xy.T, c=km.labels_, s=8, cmap="tab10")
# %%
pca.explained_variance_ratio_.sum().round(4)
# %%
agg = AgglomerativeClustering(4).fit(scaled)
pd.crosstab(agg.labels_, km.labels_)
# %%
db = DBSCAN(eps=1.1, min_samples=5).fit(scaled)
(db.labels_ == -1).sum()
# %%
eps_grid = [0.6, 0.9, 1.2, 1.5]
[len(set(DBSCAN(eps=e).fit_predict(scaled))) for e in eps_grid]
# %%
gmm = GaussianMixture(4, random_state=rs).fit(scaled)
gmm.bic(scaled).round(1)
# %%
soft = gmm.predict_proba(scaled)
(soft.max(axis=1) < 0.9).mean()
# %%
scores = pd.DataFrame({
    "kmeans": [adjusted_rand_score(truth, km.labels_)],
    "agglomerative": [adjusted_rand_score(truth, agg.labels_)],
    "gmm": [adjusted_rand_score(truth, gmm.predict(scaled))],
})
scores.round(3)
# %%
# min-max instead?
mm = pd.DataFrame(MinMaxScaler().fit_transform(raw[columns]), columns=columns)
KMeans(4, n_init=3, random_state=1).fit(mm).inertia_.round(2)
# %%
raw.segment.value_counts().sort_index().plot.bar()
# %%
names = {0: "bargain", 1: "loyal", 2: "new", 3: "rare"}
raw["name"] = raw.segment.map(names)
raw.name.value_counts().sort_index()
# %%
sns.scatterplot(data=raw, x="spend", y="basket", hue="name", hue_order=sorted(names.values()))
# %%
centers = pd.DataFrame(scaler.inverse_transform(km.cluster_centers_), columns=columns)
centers.round(1)
# %%
sns.heatmap(centers, annot=True)
# %%
k = 3
# %%
raw.spend.groupby(raw.segment).sum().round(1)
# %%
raw.name.isna().sum()
# %%
newcomer = pd.DataFrame([[0.5, 4, 1.0, -2, 33]], columns=columns)
int(km.predict(pd.DataFrame(scaler.transform(newcomer), columns=columns))[0])
