# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 12 20 21 22 23 24 25 26 27 28 29 30 31 32
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# %%
rng = np.random.default_rng(5150)
hours = pd.date_range("2023-03-01", "2023-06-30 23:00", freq="h")
bikes = pd.DataFrame({"hour": hours.hour, "weekday": hours.dayofweek, "temp": 12 + 8 * np.sin(2 * np.pi * (hours.dayofyear - 100) / 365) + rng.normal(0, 3, len(hours))}, index=hours)
rate = 20 + 15 * np.isin(bikes.hour, [8, 17, 18]) * (bikes.weekday < 5) + bikes.temp.clip(0)
bikes["rentals"] = rng.poisson(rate)
bikes.head(3)
# %%
bikes.describe().round(1)
# %%
bikes.rentals.resample("W").sum().head()
# %%
bikes.rentals.resample("D").sum().plot(figsize=(10, 2))
# %%
bikes.groupby("hour").rentals.mean().round(1).nlargest(4)
# %%
bikes.groupby("weekday").rentals.mean().round(1)
# %%
bikes.pivot_table(index="hour", columns="weekday", values="rentals").round(0).iloc[7:10]
# %%
plt.imshow(bikes.pivot_table(index="weekday", columns="hour", values="rentals"), aspect="auto")
# %%
bikes.temp.hist(bins=30)
# %%
bikes[["temp", "rentals"]].corr().iloc[0, 1]
# %%
warm = 15
# %%
bikes.groupby(bikes.temp > warm).rentals.mean()
# %%
weekend = bikes[bikes.weekday >= 5]
weekend.rentals.median()
# %%
weekend.groupby("hour").rentals.mean().idxmax()
# %%
(bikes.rentals == 0).sum(), bikes.rentals.max()
# %%
bikes.rentals.idxmax().strftime("%A %H:%M")
# %%
bikes.temp.rolling(24).mean().max()
# %%
bikes.index.is_monotonic_increasing, bikes.index.has_duplicates
# %%
from scipy import stats
stats.ks_2samp(weekend.rentals, bikes[bikes.weekday < 5].rentals).statistic
# %%
peak = bikes.between_time("17:00", "18:00")
len(peak)
# %%
peak.rentals.std() / peak.rentals.mean()
# %%
by_month = bikes.rentals.groupby(bikes.index.month).sum()
by_month.plot.pie()
# %%
by_month.pct_change().round(3)
# %%
pd.cut(bikes.temp, 5).value_counts().sort_index()
# %%
slope, intercept, *_ = stats.linregress(bikes.temp, bikes.rentals)
print(f"{slope:.2f} more per degree")
# %%
plt.scatter(bikes.temp, bikes.rentals, s=1)
# %%
from sklearn.linear_model import PoissonRegressor
X = pd.get_dummies(bikes[["hour", "weekday", "temp"]], columns=["hour", "weekday"])
glm = PoissonRegressor(max_iter=300).fit(X, bikes.rentals)
glm.score(X, bikes.rentals)
# %%
bikes.rentals.autocorr(24), bikes.rentals.autocorr(168)
# %%
night = bikes.query("hour < 5")
night.rentals.sum() / bikes.rentals.sum()
# %%
quantiles = bikes.rentals.quantile([0.05, 0.5, 0.95])
quantiles
# %%
bikes.loc["2023-05-01", "rentals"].sum()
