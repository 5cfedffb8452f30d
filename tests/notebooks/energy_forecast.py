# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 12 13 23 24 25 26 27 28 29 30
# %%
import numpy as np, pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.holtwinters import ExponentialSmoothing
plt.rcParams["figure.figsize"] = (8, 3)
# %%
rng = np.random.default_rng(2024)
index = pd.date_range("2015-01-01", periods=120, freq="MS")
t = np.arange(120)
temperature = pd.Series(10 - 9 * np.cos(2 * np.pi * t / 12) + rng.normal(0, 1.2, 120), index=index, name="temp")
load = pd.Series(300 + 0.6 * t - 5 * temperature.to_numpy() + 40 * (t % 12 == 11) + rng.normal(0, 8, 120), index=index, name="load")
data = pd.concat([load, temperature], axis=1)
data.tail()
# %%
data.load.plot(title="Monthly load")
# %%
data.plot(subplots=True)
# %%
data.resample("YS").mean().round(1)
# %%
data.corr().loc["load", "temp"]
# %%
parts = seasonal_decompose(data.load, model="additive")
parts.plot()
plt.show()
# %%
parts.seasonal[:12].round(2)
# %%
data["month"] = data.index.month
data["trend"] = np.arange(len(data))
# %%
ols = smf.ols("load ~ temp + trend", data).fit()
print(ols.params.round(3))
# %%
print(ols.summary().tables[1])
# %%
horizon = 24
train, test = data.iloc[:-horizon], data.iloc[-horizon:]
len(train), len(test)
# %%
hw = ExponentialSmoothing(train.load, trend="add", seasonal="add", seasonal_periods=12, initialization_method="estimated").fit()
forecast = hw.forecast(horizon)
forecast.head(3).round(1)
# %%
def mape(true, guess):
    return float((np.abs(true - guess) / true).mean() * 100)
mape(test.load, forecast)
# %%
ax = train.load.plot(label="train")
test.load.plot(ax=ax, label="test")
forecast.plot(ax=ax, label="Holt-Winters", style="--")
ax.legend()
# %%
naive = data.load.shift(12).loc[test.index]
mape(test.load, naive)
# %%
with_month = smf.ols("load ~ temp + trend + C(month)", train).fit()
ols_forecast = with_month.predict(test)
mape(test.load, ols_forecast)
# %%
scores = pd.Series({"naive": mape(test.load, naive), "hw": mape(test.load, forecast), "ols": mape(test.load, ols_forecast)})
scores.sort_values().round(2)
# %%
scores.plot.bar()
# %%
sm.stats.durbin_watson(with_month.resid)
# %%
sm.graphics.tsa.plot_acf(with_month.resid, lags=20)
plt.show()
# %%
horizon = 12
# %%
scores["hw12"] = mape(test.load, forecast)
scores.round(2)
# %%
heating = np.maximum(15 - data.temp, 0)
data["heating"] = heating
smf.ols("load ~ heating + trend", data).fit().rsquared.round(4)
# %%
data.groupby("month").load.agg(["min", "max"]).round(0)
# %%
bymonth = data.pivot_table(index=data.index.year, columns="month", values="load")
plt.imshow(bymonth, aspect="auto")
plt.colorbar()
# %%
bymonth.sum(axis=1).idxmax()
# %%
# leftovers: white noise test
noise = rng.normal(size=200)
sm.stats.acorr_ljungbox(noise, lags=[5]).round(3)
# %%
december = data[data.month == 12].load
december.mean() - data.load.mean()
# %%
data.columns.tolist()
