# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 4 32 33
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn import datasets
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.pipeline import make_pipeline
# %% [markdown] Part 1: iris
iris = datasets.load_iris(as_frame=True)
df = iris.frame
df.head()
# %%
df.target.value_counts()
# %%
X, y = iris.data, iris.target
model = KNeighborsClassifier(5)
cross_val_score(model, X, y).mean()
# %%
ks = range(1, 20, 2)
scores = [cross_val_score(KNeighborsClassifier(k), X, y).mean() for k in ks]
plt.plot(ks, scores)
# %%
print("best k:", ks[int(np.argmax(scores))])
# %%
df.groupby("target").mean().T.plot.bar()
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
model.fit(X_train, y_train)
model.score(X_test, y_test)
# %% [markdown] Part 2: wine
wine = datasets.load_wine(as_frame=True)
df = wine.frame
df.shape
# %%
df.describe().T[["mean", "std"]].round(2)
# %%
X, y = wine.data, wine.target
model = make_pipeline(StandardScaler(), KNeighborsClassifier(7))
cross_val_score(model, X, y).mean()
# %%
plain = cross_val_score(KNeighborsClassifier(7), X, y).mean()
print(f"without scaling: {plain:.3f}")
# %%
plt.scatter(df.alcohol, df.color_intensity, c=df.target)
plt.xlabel("alcohol")
plt.ylabel("colour")
# %%
from sklearn.decomposition import PCA
pca = PCA(2)
Z = pca.fit_transform(StandardScaler().fit_transform(X))
pca.explained_variance_ratio_.round(3)
# %%
plt.scatter(Z[:, 0], Z[:, 1], c=y, cmap="viridis")
# %%
loadings = pd.DataFrame(pca.components_.T, index=X.columns, columns=["pc1", "pc2"])
loadings.abs().pc1.nlargest(3)
# %%
from sklearn.cluster import KMeans
km = KMeans(3, n_init=5, random_state=3).fit(Z)
pd.crosstab(y, km.labels_)
# %% [markdown] Part 3: diabetes
diabetes = datasets.load_diabetes(as_frame=True)
df = diabetes.frame
df.target.hist(bins=30)
# %%
df.corr().target.sort_values().round(2)
# %%
from sklearn.linear_model import LinearRegression, RidgeCV
X, y = diabetes.data, diabetes.target
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
lin = LinearRegression().fit(X_train, y_train)
lin.score(X_test, y_test)
# %%
ridge = RidgeCV(np.logspace(-4, 1, 20)).fit(X_train, y_train)
ridge.alpha_
# %%
pd.DataFrame({"ols": lin.coef_, "ridge": ridge.coef_}, index=X.columns).round(1)
# %%
pred = ridge.predict(X_test)
plt.scatter(y_test, pred, s=8)
plt.plot([50, 300], [50, 300], "r")
# %%
from sklearn.metrics import mean_absolute_error, r2_score
mean_absolute_error(y_test, pred), r2_score(y_test, pred)
# %%
from sklearn.svm import SVR
for C in (1, 10, 100):
    print(C, round(SVR(C=C).fit(X_train, y_train).score(X_test, y_test), 3))
# %%
df["bmi_class"] = pd.qcut(df.bmi, 4, labels=False)
df.groupby("bmi_class").target.mean().round(1)
# %% [markdown] back to the wine
wine.frame.groupby("target").alcohol.mean()
# %%
km.inertia_
# %%
iris.frame.columns
# %%
table = pd.DataFrame({"rows": [len(d.frame) for d in (iris, wine, diabetes)]}, index=["iris", "wine", "diabetes"])
table
# %%
table["columns"] = [d.frame.shape[1] for d in (iris, wine, diabetes)]
table
# %%
cross_val_score(model, X, y).mean()
# %%
model
