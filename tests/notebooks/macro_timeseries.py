# run: 1 2 3 4 5 6 7 8 9 10 11 8 9
# %%
import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tsa.arima.model import ARIMA
import matplotlib.pyplot as plt
# %%
macro = sm.datasets.macrodata.load_pandas().data
macro.index = pd.period_range("1959Q1", periods=len(macro), freq="Q")
macro[["realgdp", "infl", "unemp"]].head()
# %%
macro[["infl", "unemp"]].plot(figsize=(9, 3))
# %%
gdp = macro["realgdp"]
growth = np.log(gdp).diff().dropna() * 100
growth.describe().round(3)
# %%
sm.tsa.stattools.adfuller(growth)[:2]
# %%
cycle, trend = sm.tsa.filters.hpfilter(np.log(gdp), 1600)
cycle.tail(4)
# %%
macro["decade"] = macro.index.year // 10 * 10
macro.groupby("decade").infl.mean()
# %%
order = (1, 0, 0)
fit = ARIMA(growth, order=order).fit()
print(fit.params.round(4))
# %%
forecast = fit.forecast(4)
forecast
# %%
acf = sm.tsa.acf(fit.resid, nlags=4)
acf.round(3)
# %%
order = (2, 0, 1)
