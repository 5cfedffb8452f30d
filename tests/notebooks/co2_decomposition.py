# %%
import matplotlib.pyplot as plt
import pandas as pd
import statsmodels.api as sm
from statsmodels.tsa.seasonal import STL
# %%
co2 = sm.datasets.co2.load_pandas().data
co2.info()
# %%
print(co2.isna().sum())
co2 = co2.ffill()
# %%
monthly = co2["co2"].resample("MS").mean()
monthly.tail()
# %%
monthly.plot(title="CO2, monthly means");
# %%
res = STL(monthly, period=12).fit()
res.seasonal[:12].round(2)
# %%
yearly = monthly.groupby(monthly.index.year).agg(["mean", "max"])
yearly["rise"] = yearly["mean"].diff()
yearly.tail(3)
# %%
yearly["rise"].rolling(10).mean().dropna().iloc[::10]
# %%
strongest = res.resid.abs().idxmax()
print("largest remainder in", strongest.strftime("%B %Y"))
# %%
pd.DataFrame({"trend": res.trend, "season": res.seasonal}).loc["1990"]
