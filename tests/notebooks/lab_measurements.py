# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
# %%
import numpy as np
import matplotlib.pyplot as plt
from scipy import optimize, signal, stats, interpolate
from pathlib import Path
import json
np.random.seed(20)
# %%
OUT = Path("results")
OUT.mkdir(exist_ok=True)
# %% [markdown] pendulum
length = np.array([0.2, 0.4, 0.6, 0.8, 1.0, 1.2])
period = 2 * np.pi * np.sqrt(length / 9.81) + np.random.normal(0, 0.01, 6)
period.round(3)
# %%
slope, intercept, r, p, err = stats.linregress(length, period ** 2)
g = 4 * np.pi ** 2 / slope
print(f"g = {g:.2f} m/s2, r = {r:.5f}")
# %%
plt.errorbar(length, period ** 2, yerr=0.03, fmt="o")
plt.plot(length, slope * length + intercept)
# %%
json.dump({"g": g}, open(OUT / "pendulum.json", "w"))
# %% [markdown] decay
t = np.linspace(0, 10, 60)
counts = np.random.poisson(500 * np.exp(-t / 2.5) + 12)
counts[:8]
# %%
def decay(t, n0, tau, background):
    return n0 * np.exp(-t / tau) + background
popt, pcov = optimize.curve_fit(decay, t, counts, p0=[400, 2, 10])
popt.round(2)
# %%
perr = np.sqrt(np.diag(pcov))
for name, value, error in zip(["n0", "tau", "background"], popt, perr):
    print(f"{name} = {value:.2f} +- {error:.2f}")
# %%
plt.semilogy(t, counts, ".")
plt.semilogy(t, decay(t, *popt))
# %%
residuals = counts - decay(t, *popt)
chi2 = (residuals ** 2 / np.maximum(counts, 1)).sum()
chi2 / (len(t) - 3)
# %%
with open(OUT / "decay.json", "w") as f:
    json.dump(dict(zip(["n0", "tau", "background"], popt)), f)
# %% [markdown] spectrum
fs = 500
time = np.arange(0, 2, 1 / fs)
wave = np.sin(2 * np.pi * 40 * time) + 0.5 * np.sin(2 * np.pi * 90 * time) + np.random.normal(0, 0.8, time.size)
wave.std()
# %%
f, power = signal.welch(wave, fs, nperseg=256)
f[power.argmax()]
# %%
plt.semilogy(f, power)
# %%
peaks, _ = signal.find_peaks(power, height=0.01)
f[peaks].round(1)
# %%
b, a = signal.butter(4, [30, 50], btype="band", fs=fs)
filtered = signal.filtfilt(b, a, wave)
filtered.std().round(4)
# %%
plt.plot(time[:100], wave[:100], alpha=0.4)
plt.plot(time[:100], filtered[:100])
# %%
np.corrcoef(filtered, np.sin(2 * np.pi * 40 * time))[0, 1].round(3)
# %% [markdown] calibration
x = np.array([0, 1, 2, 3, 5, 8, 10.0])
y = np.array([0.1, 0.9, 2.2, 2.8, 4.9, 7.5, 9.1])
curve = interpolate.PchipInterpolator(x, y)
curve([2.5, 6]).round(3)
# %%
xx = np.linspace(0, 10, 100)
plt.plot(x, y, "s", xx, curve(xx))
# %%
inverse = optimize.brentq(lambda v: curve(v) - 5, 0, 10)
round(inverse, 4)
# %%
np.polyfit(x, y, 1).round(3)
# %%
y[3] = 3.1
curve = interpolate.PchipInterpolator(x, y)
curve(2.5).round(3)
# %% [markdown] all together
for file in sorted(OUT.glob("*.json")):
    print(file.name, {k: round(v, 2) for k, v in json.loads(file.read_text()).items()})
# %%
uncertainty = {"g": err / slope, "tau": perr[1] / popt[1]}
{k: f"{v:.1%}" for k, v in uncertainty.items()}
# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7, 2.5))
left.hist(residuals, bins=12)
right.plot(f, power)
fig.suptitle("summary")
# %%
stats.shapiro(residuals).pvalue > 0.01
# %%
period.mean(), counts.sum()
