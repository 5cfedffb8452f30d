# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 5 6 24
# %%
import math
import numpy as np
import matplotlib.pyplot as plt
from scipy import stats
# %%
dice = np.add.outer(np.arange(1, 7), np.arange(1, 7))
np.unique(dice, return_counts=True)[1]
# %%
(dice >= 10).mean()
# %%
plt.hist(dice.ravel(), bins=np.arange(1.5, 13))
# %%
people = 23
# %%
1 - math.prod((365 - k) / 365 for k in range(people))
# %%
curve = [1 - math.prod((365 - k) / 365 for k in range(n)) for n in range(1, 60)]
plt.plot(curve)
# %%
next(n for n, p in enumerate(curve, 1) if p > 0.99)
# %%
g = np.random.default_rng(10)
samples = g.exponential(size=(500, 30)).mean(axis=1)
samples.mean(), samples.std()
# %%
plt.hist(samples, bins=30, density=True)
grid = np.linspace(0.5, 1.6, 50)
plt.plot(grid, stats.norm.pdf(grid, 1, 1 / math.sqrt(30)))
# %%
stats.kstest(samples, stats.norm(1, 1 / math.sqrt(30)).cdf).statistic
# %%
poisson = stats.poisson(3)
poisson.pmf(range(5)).round(4)
# %%
poisson.sf(6), poisson.ppf(0.95)
# %%
prior, sens, spec = 0.01, 0.95, 0.9
# %%
prior * sens / (prior * sens + (1 - prior) * (1 - spec))
# %%
np.random.seed(3)
needles = np.random.rand(10000) / 2 <= np.sin(np.random.rand(10000) * np.pi) / 2
2 / needles.mean()
# %%
doors = np.random.randint(0, 3, (2000, 2))
switch = (doors[:, 0] != doors[:, 1]).mean()
print(f"switching wins {switch:.3f}")
# %%
walk = np.cumsum(np.random.choice([-1, 1], 1000))
walk.max(), walk.min()
# %%
plt.plot(walk)
# %%
P = np.array([[0.9, 0.1, 0], [0.2, 0.7, 0.1], [0, 0.3, 0.7]])
np.linalg.matrix_power(P, 50)[0].round(4)
# %%
values, vectors = np.linalg.eig(P.T)
stationary = np.real(vectors[:, np.isclose(values, 1)][:, 0])
(stationary / stationary.sum()).round(4)
# %%
beta = stats.beta(2 + 7, 2 + 3)
beta.interval(0.9)
# %%
binomial = [math.comb(10, k) * 0.5**10 for k in range(11)]
sum(binomial[8:])
# %%
benford = np.log10(1 + 1 / np.arange(1, 10))
powers = [int(str(2**k)[0]) for k in range(1, 200)]
np.abs(np.bincount(powers, minlength=10)[1:] / len(powers) - benford).max()
