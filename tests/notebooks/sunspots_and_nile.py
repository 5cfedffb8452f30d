# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import statsmodels.api as sm
# %%
spots = sm.datasets.sunspots.load_pandas().data.set_index("YEAR").SUNACTIVITY
spots.index = spots.index.astype(int)
spots.tail(3)
# %%
spots.plot(figsize=(10, 2))
# %%
sm.tsa.acf(spots, nlags=12).round(2)
# %%
freq = np.fft.rfftfreq(len(spots))
power = np.abs(np.fft.rfft(spots - spots.mean())) ** 2
1 / freq[power.argmax()]
# %%
plt.plot(1 / freq[1:], power[1:]); plt.xlim(0, 30);
# %%
spots.rolling(11).mean().dropna().iloc[::60]
# %%
spots.groupby(spots.index // 100).max()
# %%
peaks = spots[(spots.shift(1) < spots) & (spots.shift(-1) < spots) & (spots > 60)]
np.diff(peaks.index).mean()
# %%
ar = sm.tsa.AutoReg(spots.to_numpy(), 9).fit()
ar.params.round(3)[:4]
# %%
ar.predict(len(spots), len(spots) + 4).round(1)
# %%
nile = sm.datasets.nile.load_pandas().data.set_index("year").volume
nile.describe().round(1)
# %%
nile.plot(style="o-")
# %%
before, after = nile[:1898], nile[1899:]
before.mean() - after.mean()
# %%
from scipy import stats
stats.mannwhitneyu(before, after).pvalue
# %%
cusum = (nile - nile.mean()).cumsum()
cusum.idxmax()
# %%
cusum.plot()
# %%
nile.rolling(10).std().dropna().round(1).iloc[::30]
# %%
nile.sort_values().head(3)
# %%
np.corrcoef(spots.loc[1871:1970], nile.loc[1871:1970])[0, 1]
# %%
both = pd.DataFrame({"spots": spots, "nile": nile}).dropna()
both.apply(lambda s: (s - s.mean()) / s.std()).plot(alpha=0.7)
# %%
both.rolling(30).corr().unstack()["spots"]["nile"].dropna().round(2).iloc[::20]
# %%
stats.linregress(nile.index, nile).slope
# %%
print("years above 1000:", (nile > 1000).sum())
# %%
decades = spots.groupby(spots.index // 10 * 10).mean()
decades.nlargest(3)
