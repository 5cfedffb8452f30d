# run: 1 2 3 5 4 6 7 8 9 10 6 11
# %%
import numpy as np
import pandas as pd
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
import matplotlib.pyplot as plt
# %%
wine = load_wine()
X = wine.data.copy()
y = wine.target
print(X.shape)
# %%
print(X.mean(axis=0).round(1))
# %%
X -= X.mean(axis=0)
X /= X.std(axis=0)
# %%
raw = X[:, :2].copy()
raw[:3]
# %%
cov = np.cov(X.T)
eigvals, eigvecs = np.linalg.eigh(cov)
eigvals[::-1][:4].round(3)
# %%
pca = PCA(n_components=4).fit(X)
pca.explained_variance_ratio_.round(3)
# %%
Z = pca.transform(X)
colors = np.array(["tab:red", "tab:green", "tab:blue"])
plt.scatter(Z[:, 0], Z[:, 1], c=colors[y])
# %%
loadings = pd.DataFrame(pca.components_.T, index=wine.feature_names, columns=[f"PC{i}" for i in range(1, 5)])
loadings["PC1"].abs().sort_values().tail(3)
# %%
plt.plot(np.cumsum(pca.explained_variance_ratio_), marker="o")
plt.ylim(0, 1);
# %%
reconstruction = pca.inverse_transform(Z)
float(((X - reconstruction) ** 2).mean().round(4))
