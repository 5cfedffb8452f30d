# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 12 13 21 22 23 24 25 26 27
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.datasets import load_breast_cancer
# %%
raw = load_breast_cancer(as_frame=True)
df = raw.frame.rename(columns=lambda c: c.replace(" ", "_"))
df.shape
# %%
df["diagnosis"] = df.target.map({0: "malignant", 1: "benign"})
df.diagnosis.value_counts()
# %%
df.iloc[:3, :5]
# %%
df.duplicated().sum(), df.isna().to_numpy().any()
# %%
mean_cols = [c for c in df if c.startswith("mean_")]
len(mean_cols)
# %%
df[mean_cols].describe().T[["mean", "std"]].round(2)
# %%
df.groupby("diagnosis").mean_radius.describe().round(2)
# %%
sns.kdeplot(data=df, x="mean_radius", hue="diagnosis")
# %%
sns.scatterplot(data=df, x="mean_texture", y="mean_smoothness", hue="diagnosis", s=10)
# %%
corr = df[mean_cols].corr()
corr.mean_radius.round(2)
# %%
limit = 0.9
# %%
high = [(a, b) for i, a in enumerate(mean_cols) for b in mean_cols[i + 1:] if corr.loc[a, b] > limit]
high
# %%
df.mean_area.skew(), np.log(df.mean_area).skew()
# %%
df["log_area"] = np.log(df.mean_area)
df.log_area.hist(bins=25)
# %%
from scipy.stats import ttest_ind
groups = [g.mean_symmetry for _, g in df.groupby("diagnosis")]
ttest_ind(*groups).pvalue < 0.001
# %%
effect = (df[df.target == 0][mean_cols].mean() - df[df.target == 1][mean_cols].mean()) / df[mean_cols].std()
effect.sort_values().tail(3).round(2)
# %%
effect.plot.barh()
# %%
df.mean_concavity.quantile([0.1, 0.5, 0.9])
# %%
outliers = df[(df.mean_area - df.mean_area.mean()).abs() > 3 * df.mean_area.std()]
print(len(outliers), outliers.diagnosis.unique())
# %%
pd.crosstab(pd.cut(df.mean_radius, [0, 10, 15, 20, 30]), df.diagnosis)
# %%
worst = df.filter(like="worst_")
(worst.worst_radius / df.mean_radius).mean()
# %%
worst.corrwith(df.target).abs().nlargest(3)
# %%
from sklearn.tree import DecisionTreeClassifier, export_text
stump = DecisionTreeClassifier(max_depth=2, random_state=0).fit(df[mean_cols], df.target)
print(export_text(stump, feature_names=mean_cols))
# %%
stump.score(df[mean_cols], df.target)
# %%
from sklearn.decomposition import PCA
Z = PCA(2).fit_transform((df[mean_cols] - df[mean_cols].mean()) / df[mean_cols].std())
plt.scatter(*Z.T, c=df.target, s=4)
# %%
np.abs(Z[:, 0]).max().round(3)
