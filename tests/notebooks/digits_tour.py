# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 8 9 18 19 20 21 22 23 24
# %%
import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
# %%
digits = load_digits()
X, y = digits.data, digits.target
X.shape
# %%
np.bincount(y)
# %%
plt.imshow(digits.images[0], cmap="gray_r")
# %%
means = np.array([X[y == d].mean(axis=0) for d in range(10)])
means.shape
# %%
plt.imshow(means.reshape(10, 8, 8).swapaxes(0, 1).reshape(8, 80))
# %%
(X == 0).mean()
# %%
which = 3
# %%
X[y == which].std(axis=0).reshape(8, 8).round(1)[2]
# %%
nearest = np.argmin(((X[:, None] - means) ** 2).sum(-1), axis=1)
(nearest == y).mean()
# %%
from sklearn.metrics import confusion_matrix
confusion_matrix(y, nearest)[8]
# %%
ink = X.sum(axis=1)
[round(ink[y == d].mean(), 1) for d in range(10)]
# %%
plt.hist(ink, bins=40)
# %%
from sklearn.naive_bayes import GaussianNB
from sklearn.model_selection import cross_val_predict
nb = cross_val_predict(GaussianNB(), X, y, cv=3)
(nb == y).mean()
# %%
np.argmax(np.bincount(y[nb != y]))
# %%
from sklearn.decomposition import PCA
pca = PCA(20).fit(X)
pca.explained_variance_ratio_[:3].round(3)
# %%
plt.imshow(pca.components_[0].reshape(8, 8))
# %%
dist = ((means[:, None] - means) ** 2).sum(-1)
np.fill_diagonal(dist, np.inf)
np.unravel_index(dist.argmin(), dist.shape)
# %%
from sklearn.neighbors import KNeighborsClassifier
knn = KNeighborsClassifier(3).fit(X[::2], y[::2])
knn.score(X[1::2], y[1::2])
# %%
wrong = np.flatnonzero(knn.predict(X[1::2]) != y[1::2]) * 2 + 1
wrong[:5]
# %%
plt.imshow(digits.images[wrong[0]]); plt.title(y[wrong[0]]);
# %%
edges = digits.images[:, [0, -1], :].sum()
edges
# %%
binary = X > 8
binary.mean(axis=0).reshape(8, 8)[4].round(2)
# %%
from sklearn.tree import DecisionTreeClassifier
tree = DecisionTreeClassifier(max_leaf_nodes=30, random_state=0).fit(binary[::2], y[::2])
tree.score(binary[1::2], y[1::2]), tree.get_depth()
