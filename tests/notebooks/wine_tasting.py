# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 13 14 23 24 25 26 27 28
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.datasets import load_wine
# %%
wine = load_wine(as_frame=True).frame
wine.columns = wine.columns.str.replace("/", "_")
wine.shape
# %%
wine.target.value_counts().tolist()
# %%
wine.describe().T[["min", "max"]]
# %%
wine.groupby("target").mean().T.round(2).head(5)
# %%
sns.histplot(wine, x="alcohol", hue="target")
# %%
wine.alcohol.quantile([0.25, 0.75])
# %%
wine.nlargest(3, "proline")[["proline", "alcohol"]]
# %%
wine.corr().alcohol.nlargest(4).round(2)
# %%
plt.matshow(wine.corr())
# %%
z = (wine - wine.mean()) / wine.std()
(z.abs() > 3).sum().sum()
# %%
z[z.abs().max(axis=1) > 3.5].index.tolist()
# %%
feature = "malic_acid"
# %%
wine.boxplot(feature, by="target")
# %%
wine[feature].groupby(wine.target).median()
# %%
from scipy.stats import f_oneway
fs = {c: f_oneway(*[g[c] for _, g in wine.groupby("target")]).statistic for c in wine.columns[:-1]}
max(fs, key=fs.get)
# %%
pd.Series(fs).sort_values().plot.barh()
# %%
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
X, y = wine.drop(columns="target"), wine.target
cross_val_score(KNeighborsClassifier(), X, y).mean().round(3)
# %%
cross_val_score(make_pipeline(StandardScaler(), KNeighborsClassifier()), X, y).mean().round(3)
# %%
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
lda = LinearDiscriminantAnalysis().fit(X, y)
lda.explained_variance_ratio_.round(3)
# %%
plt.scatter(*lda.transform(X).T, c=y)
# %%
from sklearn.ensemble import RandomForestClassifier
forest = RandomForestClassifier(30, random_state=1).fit(X, y)
X.columns[forest.feature_importances_.argmax()]
# %%
(wine.hue * wine.color_intensity).groupby(y).mean().round(2)
# %%
np.log(wine.proline).std()
# %%
wine.ash.round(1).mode().tolist()
# %%
wine.magnesium.plot.density() if False else wine.magnesium.plot.hist(bins=15)
# %%
wine.eval("flavanoids / total_phenols").describe().round(2)
# %%
wine.sample(5, random_state=7).index.tolist()
