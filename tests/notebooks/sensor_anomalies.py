# run: 1 2 3 4 5 6 7 8 9 10 11
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# %%
idx = pd.date_range("2024-03-01", periods=24 * 14, freq="h")
rng = np.random.default_rng(5)
s = pd.Series(20 + 5 * np.sin(2 * np.pi * idx.hour / 24) + rng.normal(0, 0.5, len(idx)), index=idx, name="temp")
s.iloc[[50, 170, 171, 300]] += [8, -7, -9, 6]
# %%
s.resample("D").mean().round(2).head(3)
# %%
s.plot(figsize=(9, 2))
# %%
hourly = s.groupby(s.index.hour).median()
resid = s - hourly.reindex(s.index.hour).to_numpy()
resid.std()
# %%
WINDOW = 48
# %%
rolling = resid.rolling(WINDOW, min_periods=12)
score = ((resid - rolling.mean()) / rolling.std()).abs()
score.max()
# %%
anomalies = s[score > 4]
anomalies
# %%
clean = s.copy()
clean[anomalies.index] = np.nan
clean = clean.interpolate()
print(f"{s.std():.3f} -> {clean.std():.3f}")
# %%
ax = s.plot(alpha=0.4)
clean.plot(ax=ax)
ax.scatter(anomalies.index, anomalies, c="r")
# %%
daily = pd.DataFrame({"raw": s, "clean": clean}).resample("D").agg(["min", "max"])
daily.iloc[2].round(2)
