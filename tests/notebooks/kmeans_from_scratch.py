# run: 1 2 3 4 5 6 7 7 7 8 9 10 11
# %%
import numpy as np
import matplotlib.pyplot as plt
rs = np.random.RandomState(0)
# %%
blobs = np.vstack([rs.normal(c, 0.6, (50, 2)) for c in [(0, 0), (3, 3), (0, 4)]])
blobs.shape
# %%
plt.scatter(*blobs.T, s=4)
# %%
k = 3
centers = blobs[rs.choice(len(blobs), k, replace=False)]
centers
# %%
def assign(points, centers):
    return np.argmin(((points[:, None] - centers) ** 2).sum(-1), axis=1)

def update(points, labels, centers):
    for j in range(len(centers)):
        centers[j] = points[labels == j].mean(0)
# %%
labels = assign(blobs, centers)
inertia = []
# %%
update(blobs, labels, centers)
labels = assign(blobs, centers)
inertia.append(((blobs - centers[labels]) ** 2).sum())
inertia[-1]
# %%
plt.scatter(*blobs.T, c=labels, s=4); plt.plot(*centers.T, "kx")
# %%
print([round(i, 2) for i in inertia])
# %%
from sklearn.cluster import KMeans
reference = KMeans(3, n_init=5, random_state=1).fit(blobs)
round(reference.inertia_, 2)
# %%
np.sort(centers[:, 0]).round(2), np.sort(reference.cluster_centers_[:, 0]).round(2)
