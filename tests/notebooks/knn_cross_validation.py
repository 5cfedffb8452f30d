# %%
import numpy as np
from collections import Counter
from sklearn.datasets import make_moons
import matplotlib.pyplot as plt
# %%
X, y = make_moons(200, noise=0.25, random_state=3)
# %%
plt.scatter(X[:, 0], X[:, 1], c=y)
# %%
class KNN:
    def __init__(self, k=3):
        self.k = k

    def fit(self, X, y):
        self.X, self.y = X, y
        return self

    def predict(self, Q):
        out = []
        for q in Q:
            nearest = np.argsort(((self.X - q) ** 2).sum(1))[: self.k]
            out.append(Counter(self.y[nearest].tolist()).most_common(1)[0][0])
        return np.array(out)
# %%
knn = KNN().fit(X, y)
(knn.predict(X) == y).mean()
# %%
folds = np.array_split(np.random.RandomState(0).permutation(len(X)), 5)
# %%
def cv(k):
    scores = []
    for fold in folds:
        train = np.setdiff1d(np.arange(len(X)), fold)
        scores.append((KNN(k).fit(X[train], y[train]).predict(X[fold]) == y[fold]).mean())
    return float(np.mean(scores))
# %%
results = {k: cv(k) for k in (1, 3, 7, 15)}
results
# %%
knn.k = max(results, key=results.get)
print("best k", knn.k)
# %%
grid = np.stack(np.meshgrid(np.linspace(-1, 2, 12), np.linspace(-1, 1, 12)), -1).reshape(-1, 2)
knn.predict(grid).reshape(12, 12).sum(axis=1)
