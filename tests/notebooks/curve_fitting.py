# %%
import numpy as np
from scipy.optimize import curve_fit
import matplotlib.pyplot as plt
# %%
def decay(t, a, tau, c):
    return a * np.exp(-t / tau) + c
# %%
t = np.linspace(0, 10, 80)
rng = np.random.RandomState(3)
y = decay(t, 2.5, 1.7, 0.4) + rng.normal(0, 0.05, t.size)
# %%
plt.plot(t, y, ".")
# %%
popt, pcov = curve_fit(decay, t, y, p0=(1, 1, 0))
perr = np.sqrt(np.diag(pcov))
for name, v, e in zip("a tau c".split(), popt, perr):
    print(f"{name} = {v:.3f} +- {e:.3f}")
# %%
residual = y - decay(t, *popt)
chi2 = (residual**2).sum() / 0.05**2
chi2 / (t.size - 3)
# %%
y2 = y
y2[::10] += 1
# %%
popt2, _ = curve_fit(decay, t, y, p0=popt)
popt2.round(3)
# %%
robust, _ = curve_fit(decay, t, y, p0=popt, loss="soft_l1", f_scale=0.1, method="trf")
robust.round(3)
# %%
coeffs = np.polyfit(t, y, 3)
poly = np.poly1d(coeffs)
print(poly(0.0), poly(5.0))
