# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 11 27 28 29 30 31 32 33
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
# %%
def simulate(n=240, seed=11):
    r = np.random.RandomState(seed)
    hours = r.gamma(3, 2, n)
    sleep = r.normal(7, 1, n)
    school = r.choice(list("ABC"), n)
    base = 45 + 3.2 * hours + 1.5 * sleep + 4 * (school == "B")
    return pd.DataFrame({"school": school, "hours": hours.round(1), "sleep": sleep.round(1),
                         "math": (base + r.normal(0, 8, n)).clip(0, 100).round(),
                         "reading": (base + r.normal(3, 9, n)).clip(0, 100).round(),
                         "writing": (base + r.normal(2, 9, n)).clip(0, 100).round()})
# %%
df = simulate()
df
# %%
df.columns
# %%
subjects = ["math", "reading", "writing"]
df[subjects].mean()
# %%
df.loc[::40, "sleep"] = np.nan
df.isna().mean()
# %%
df["sleep"] = df["sleep"].fillna(df["sleep"].median())
# %%
df["total"] = df[subjects].sum(axis=1)
df["passed"] = (df[subjects] >= 50).all(axis=1)
# %%
df.passed.value_counts()
# %%
def grade(x):
    for limit, letter in zip([270, 240, 200, 160], "ABCD"):
        if x >= limit:
            return letter
    return "F"
# %%
df["grade"] = df.total.map(grade)
df.grade.value_counts().sort_index()
# %%
sns.countplot(data=df, x="grade", hue="school", order=list("ABCDF"))
# %%
sns.pairplot(df[subjects + ["hours"]].iloc[:60])
# %%
df.groupby("school")[subjects].agg(["mean", "std"]).round(1)
# %%
temp = df.copy()
temp["hours"] = temp.hours * 60
temp.hours.max()
# %%
long = df.melt(id_vars=["school", "grade"], value_vars=subjects, var_name="subject", value_name="score")
long.shape
# %%
long.groupby(["school", "subject"]).score.mean().unstack().round(1)
# %%
plt.figure(figsize=(6, 3))
sns.violinplot(data=long, x="subject", y="score", hue="school")
# %%
from scipy import stats
groups = [g.total for _, g in df.groupby("school")]
stats.f_oneway(*groups).pvalue.round(5)
# %%
stats.pearsonr(df.hours, df.total).statistic
# %%
import statsmodels.formula.api as smf
fit = smf.ols("total ~ hours + sleep + C(school)", data=df).fit()
fit.params.round(2)
# %%
fit.rsquared
# %%
df["resid"] = fit.resid
df.nlargest(5, "resid")[["school", "total", "resid"]].round(1)
# %%
sns.regplot(data=df, x="hours", y="total", scatter_kws={"s": 8})
# %%
df.sort_values("total", ascending=False, inplace=True)
df.head(3)
# %%
df.reset_index(drop=True, inplace=True)
df.index.max()
# %%
def grade(x):
    return "pass" if x >= 180 else "fail"
# %%
df.total.map(grade).value_counts()
# %%
bins = pd.cut(df.hours, [0, 3, 6, 9, 40])
df.groupby(bins, observed=True).total.mean().round(1)
# %%
top = df[df.grade == "A"]
print(len(top), "students with an A")
# %%
rank = df.groupby("school").total.rank(ascending=False)
df[rank <= 2][["school", "total"]]
# %%
df.drop(columns=["resid"], inplace=True)
list(df)
# %%
df.to_csv("grades.csv", index=False)
pd.read_csv("grades.csv").shape
