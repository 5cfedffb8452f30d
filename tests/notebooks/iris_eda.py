# run: 1 2 3 4 5 6 7 8 9 6 10 11 12 13
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.datasets import load_iris

sns.set_theme(style="whitegrid")
# %%
iris = load_iris(as_frame=True)
df = iris.frame
df.columns = [c.replace(" (cm)", "").replace(" ", "_") for c in df.columns]
df.head()
# %%
df.describe()
# %%
df["species"] = df["target"].map(dict(enumerate(iris.target_names)))
df = df.drop(columns="target")
df.species.value_counts()
# %%
# just looking
df.sample(3, random_state=1)
# %%
features = df.columns[:-1]
means = df.groupby("species")[list(features)].mean()
means
# %%
fig, axes = plt.subplots(1, 2, figsize=(8, 3))
for ax, col in zip(axes, ["sepal_length", "petal_length"]):
    sns.boxplot(data=df, x="species", y=col, ax=ax)
plt.tight_layout()
# %%
df["petal_area"] = df.petal_length * df.petal_width
df.groupby("species").petal_area.agg(["mean", "std"])
# %%
corr = df.drop(columns="species").corr()
sns.heatmap(corr, annot=True)
plt.title("correlations");
# %%
corr.abs().unstack().sort_values(ascending=False)[len(corr)::2].head(4)
# %%
big = df[df.petal_area > df.petal_area.quantile(0.9)]
print(len(big), "flowers in the top decile:", big.species.unique())
# %%
x = means.loc["virginica"] - means.loc["setosa"]
x.round(2)
# %%
for name, group in df.groupby("species"):
    plt.hist(group.petal_width, bins=10, alpha=0.5, label=name)
plt.legend()
plt.show()
