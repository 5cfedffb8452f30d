# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 15 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 28 37
# %%
%matplotlib inline
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import seaborn as sns
from sklearn.model_selection import train_test_split, cross_val_score
from sklearn.linear_model import LinearRegression, Ridge, Lasso
from sklearn.preprocessing import StandardScaler, OneHotEncoder
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
# %%
sns.set_theme(style="whitegrid")
pd.set_option("display.max_columns", 20)
SEED = 42
# %%
def make_houses(n, seed):
    rng = np.random.default_rng(seed)
    area = rng.gamma(6, 18, n).round()
    rooms = np.clip((area / 28 + rng.normal(0, 0.8, n)).round(), 1, 9).astype(int)
    district = rng.choice(["north", "south", "old town", "harbour"], n, p=[0.4, 0.3, 0.2, 0.1])
    year = rng.integers(1900, 2022, n)
    factor = pd.Series(district).map({"north": 1.0, "south": 0.85, "old town": 1.3, "harbour": 1.6}).to_numpy()
    price = (area * 2.1 + rooms * 9 + (year - 1900) * 0.3) * factor * rng.lognormal(0, 0.15, n)
    return pd.DataFrame({"area": area, "rooms": rooms, "district": district, "year": year, "price": price.round(1)})
# %%
df = make_houses(800, SEED)
df.head()
# %%
df.info()
# %%
df.describe()
# %%
df.isna().sum()
# %%
df.district.value_counts()
# %%
sns.histplot(df.price, bins=40)
plt.title("Prices")
plt.show()
# %%
df["log_price"] = np.log(df.price)
# %%
sns.boxplot(data=df, x="district", y="log_price")
# %%
df["age"] = 2022 - df["year"]
df["price_per_m2"] = df.price / df.area
df.sample(5, random_state=1)
# %%
df.groupby("district").price_per_m2.agg(["mean", "median", "count"]).round(2)
# %%
num_cols = ["area", "rooms", "age"]
cat_cols = ["district"]
X = df[num_cols + cat_cols]
y = df["log_price"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=SEED)
X_train.shape, X_test.shape
# %%
corr = df[["area", "rooms", "age", "price"]].corr()
sns.heatmap(corr, annot=True, cmap="vlag")
# %%
# try: is there a quadratic effect of age?
np.polyfit(df.age, df.price_per_m2, 2)
# %%
fig, ax = plt.subplots(figsize=(5, 3))
ax.scatter(df.area, df.price, s=4, alpha=0.5)
ax.set_xlabel("area")
# %%
# outliers
df = df[df.area < df.area.quantile(0.99)]
len(df)
# %%
prep = ColumnTransformer([("num", StandardScaler(), num_cols), ("cat", OneHotEncoder(), cat_cols)])
models = {"linear": LinearRegression(), "ridge": Ridge(alpha=3.0), "lasso": Lasso(alpha=0.01)}
# %%
def evaluate(model):
    pipe = make_pipeline(prep, model)
    scores = cross_val_score(pipe, X_train, y_train, cv=5, scoring="r2")
    return scores.mean(), scores.std()
# %%
results = {}
for name, model in models.items():
    results[name] = evaluate(model)
pd.DataFrame(results, index=["mean", "std"]).T.round(4)
# %%
best = make_pipeline(prep, models["ridge"]).fit(X_train, y_train)
print("R2 on test:", round(best.score(X_test, y_test), 4))
# %%
resid = y_test - best.predict(X_test)
plt.figure(figsize=(4, 3))
plt.hist(resid, bins=25)
# %%
resid.abs().nlargest(3).round(3)
# %%
best[-1].coef_.round(3)
# %%
names = best[0].get_feature_names_out()
coefs = pd.Series(best[-1].coef_, index=names).sort_values()
coefs.plot.barh()
# %%
from sklearn.ensemble import RandomForestRegressor
forest = make_pipeline(prep, RandomForestRegressor(60, random_state=SEED)).fit(X_train, y_train)
forest.score(X_test, y_test)
# %%
models["forest"] = RandomForestRegressor(30, random_state=0)
results["forest"] = evaluate(models["forest"])
# %%
max(results, key=lambda k: results[k][0])
# %%
pd.Series({k: v[0] for k, v in results.items()}).plot.bar(ylim=(0.5, 1))
# %%
old = df.query("age > 80")
old.price.mean(), df.price.mean()
# %%
old.groupby(["district", pd.cut(old.rooms, [0, 2, 4, 9])], observed=True).price.median().unstack()
# %%
del old
# %%
decade = (df.year // 10 * 10).rename("decade")
df.groupby(decade).size().plot()
# %%
new_house = pd.DataFrame([{"area": 120, "rooms": 4, "age": 5, "district": "harbour"}])
float(np.exp(best.predict(new_house))[0])
# %%
print({name: tuple(round(v, 3) for v in value) for name, value in results.items()})
