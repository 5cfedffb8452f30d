# run: 1 2 3 4 5 6 7 8 9 10 11 12
# %%
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
# %%
rng = np.random.default_rng(21)
N = 300
houses = pd.DataFrame({
    "area": rng.normal(100, 30, N).clip(30),
    "rooms": rng.integers(1, 7, N),
    "town": rng.choice(["north", "south", "west"], N),
})
houses["price"] = 2 * houses.area + 15 * houses.rooms + houses.town.map({"north": 30, "south": 0, "west": -20}) + rng.normal(0, 20, N)
# %%
houses.loc[rng.choice(N, 20, replace=False), "area"] = np.nan
houses.isna().sum()
# %%
houses.groupby("town").price.mean().round(1)
# %%
numeric = ["area", "rooms"]
prep = ColumnTransformer([
    ("num", Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())]), numeric),
    ("cat", OneHotEncoder(), ["town"]),
])
# %%
X, y = houses.drop(columns="price"), houses.price
# %%
model = Pipeline([("prep", prep), ("reg", Ridge())])
cross_val_score(model, X, y, cv=4).round(3)
# %%
model.set_params(reg__alpha=10)
model.fit(X, y)
dict(zip(model[:-1].get_feature_names_out(), model["reg"].coef_.round(1)))
# %%
boost = HistGradientBoostingRegressor(max_iter=20, random_state=0)
X_codes = X.assign(town=X.town.astype("category").cat.codes)
cross_val_score(boost, X_codes, y, cv=4).mean().round(3)
# %%
new = pd.DataFrame({"area": [80, np.nan], "rooms": [3, 5], "town": ["west", "north"]})
model.predict(new).round(1)
# %%
X["area"] = X["area"].fillna(X["area"].median())
print(X.area.isna().sum(), houses.area.isna().sum())
# %%
errors = (model.predict(X) - y).abs()
errors.groupby(houses.town).mean().round(2)
