# %%
import pandas as pd
import numpy as np
import statsmodels.api as sm
import matplotlib.pyplot as plt
# %%
df = sm.datasets.anscombe.load_pandas().data if hasattr(sm.datasets, "anscombe") else pd.DataFrame({
    "x1": [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], "y1": [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    "x2": [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], "y2": [9.14, 8.14, 8.74, 8.77, 9.26, 8.1, 6.13, 3.1, 9.13, 7.26, 4.74],
})
df.shape
# %%
sets = [(df[c], df["y" + c[1:]]) for c in df.columns if c.startswith("x")]
for x, y in sets:
    print(round(x.mean(), 2), round(y.var(), 2), round(np.corrcoef(x, y)[0, 1], 3))
# %%
fig, axs = plt.subplots(1, len(sets), sharey=True)
for ax, (x, y) in zip(np.atleast_1d(axs), sets):
    ax.scatter(x, y)
# %%
slopes = []
for x, y in sets:
    slope, intercept = np.polyfit(x, y, 1)
    slopes.append(slope)
    print(f"y = {slope:.2f} x + {intercept:.2f}")
# %%
np.ptp(slopes)
# %%
x, y = sets[1]
quad = np.polyfit(x, y, 2)
quad.round(3)
# %%
resid = y - np.polyval(quad, x)
resid.abs().max()
