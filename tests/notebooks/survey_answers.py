# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from scipy import stats
# %%
gen = np.random.default_rng(99)
N = 600
people = pd.DataFrame({
    "age": gen.integers(18, 80, N),
    "region": gen.choice(["north", "south", "east", "west"], N),
    "hours": gen.gamma(2, 2, N).round(1),
})
people["likes"] = gen.binomial(5, np.clip(0.3 + people.age / 200, 0, 1))
people.loc[gen.choice(N, 30, replace=False), "hours"] = np.nan
people.sample(3, random_state=4)
# %%
people.dtypes
# %%
people.isna().mean().round(3)
# %%
people.age.describe()
# %%
people.age.plot.hist(bins=12)
# %%
people.region.value_counts()
# %%
people.groupby("region").likes.mean().round(2)
# %%
groups = pd.cut(people.age, [17, 30, 45, 60, 80], labels=["18-30", "31-45", "46-60", "61+"])
people.groupby(groups, observed=True).likes.agg(["mean", "size"])
# %%
pd.crosstab(groups, people.likes)
# %%
stats.chi2_contingency(pd.crosstab(groups, people.likes)).pvalue
# %%
stats.spearmanr(people.age, people.likes).statistic
# %%
people.boxplot("hours", by="region")
# %%
people.hours.median(), people.hours.skew()
# %%
stats.kruskal(*[g.hours.dropna() for _, g in people.groupby("region")]).pvalue
# %%
heavy = people.nlargest(10, "hours")
heavy.region.mode().tolist()
# %%
weights = people.region.map({"north": 0.2, "south": 0.3, "east": 0.25, "west": 0.25}) / people.region.map(people.region.value_counts(normalize=True))
np.average(people.likes, weights=weights)
# %%
weights.describe().round(2)
# %%
se = people.likes.std() / np.sqrt(N)
people.likes.mean() - 1.96 * se, people.likes.mean() + 1.96 * se
# %%
boot = [people.likes.sample(frac=1, replace=True, random_state=i).mean() for i in range(200)]
np.percentile(boot, [2.5, 97.5])
# %%
plt.hist(boot, bins=20)
# %%
people.hours.fillna(people.hours.median()).mean()
# %%
people.groupby("region").hours.transform("median").isna().sum()
# %%
alpha = 0.05
pairs = [("north", "south"), ("east", "west")]
for a, b in pairs:
    p = stats.ttest_ind(people[people.region == a].likes, people[people.region == b].likes).pvalue
    print(a, b, p < alpha / len(pairs))
# %%
young = people[people.age < 30]
young.likes.value_counts(normalize=True).round(2)
# %%
young.corr(numeric_only=True).round(2)
# %%
people.query("region == 'north' and likes >= 4").shape[0]
# %%
people.age.rank(pct=True).head(3).round(3).tolist()
# %%
people.pivot_table(index="region", columns=pd.cut(people.age, 2), values="likes", observed=True).round(2)
