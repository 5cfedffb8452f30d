# %%
from sklearn.datasets import load_digits
from sklearn.cluster import KMeans, AgglomerativeClustering
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import warnings
warnings.filterwarnings("ignore")
# %%
digits = load_digits()
data, labels = digits.data[:600], digits.target[:600]
n_digits = np.unique(labels).size
print(n_digits, data.shape)
# %%
fig, axes = plt.subplots(2, 5)
for ax, image in zip(axes.flat, digits.images):
    ax.imshow(image, cmap="gray_r")
    ax.axis("off")
# %%
km = KMeans(n_clusters=n_digits, n_init=4, random_state=0)
clusters = km.fit_predict(data)
adjusted_rand_score(labels, clusters)
# %%
np.bincount(clusters)
# %%
reduced = PCA(n_components=2).fit_transform(data)
# %%
plt.scatter(*reduced.T, c=clusters, s=5, cmap="tab10")
# %%
silhouettes = {}
for k in range(2, 7):
    silhouettes[k] = silhouette_score(reduced, KMeans(k, n_init=2, random_state=0).fit_predict(reduced))
silhouettes
# %%
agg = AgglomerativeClustering(n_clusters=n_digits).fit(data)
ari = adjusted_rand_score(labels, agg.labels_)
print("agglomerative", round(ari, 3))
# %%
pd.crosstab(labels, agg.labels_)
# %%
centers = km.cluster_centers_.reshape(-1, 8, 8)
plt.imshow(np.hstack(centers[:5]))
