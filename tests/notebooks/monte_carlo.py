# run: 1 2 3 4 5 6 7 8 9 10 8 9
# %%
import numpy as np
import matplotlib.pyplot as plt
np.random.seed(12345)
# %%
n = 20_000
points = np.random.rand(n, 2)
inside = (points ** 2).sum(axis=1) <= 1
pi = 4 * inside.mean()
pi
# %%
running = 4 * np.cumsum(inside) / np.arange(1, n + 1)
plt.plot(running); plt.axhline(np.pi, c="k")
# %%
np.abs(running[[99, 999, 9999]] - np.pi)
# %%
S0, K, T, r, sigma = 100, 105, 1.0, 0.02, 0.25
# %%
z = np.random.standard_normal(50_000)
ST = S0 * np.exp((r - sigma**2 / 2) * T + sigma * np.sqrt(T) * z)
call = np.exp(-r * T) * np.maximum(ST - K, 0).mean()
print(f"call {call:.3f}")
# %%
from scipy.stats import norm
d1 = (np.log(S0 / K) + (r + sigma**2 / 2) * T) / (sigma * np.sqrt(T))
exact = S0 * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d1 - sigma * np.sqrt(T))
exact
# %%
walks = np.random.choice([-1, 1], size=(200, 100)).cumsum(axis=1)
walks[:, -1].mean(), walks[:, -1].std()
# %%
hit = (np.abs(walks) >= 10).any(axis=1)
print(hit.mean())
# %%
first = np.argmax(np.abs(walks) >= 10, axis=1)[hit]
print(np.median(first))
