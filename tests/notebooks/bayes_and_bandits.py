# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 12 13 19 20 21 22 23 24 25 26
# %%
import numpy as np
import scipy.stats as st
import matplotlib.pyplot as plt
from functools import lru_cache, partial
from itertools import product, islice
rng = np.random.default_rng(77)
# %%
heads = rng.binomial(1, 0.6, 50)
heads.sum()
# %%
prior = (2, 2)
def posterior(prior, flips):
    return prior[0] + int(flips.sum()), prior[1] + len(flips) - int(flips.sum())
posterior(prior, heads)
# %%
p = np.linspace(0, 1, 200)
plt.plot(p, st.beta(*prior).pdf(p), label="prior")
plt.plot(p, st.beta(*posterior(prior, heads)).pdf(p), label="posterior")
plt.legend()
# %%
low, high = st.beta(*posterior(prior, heads)).interval(0.95)
print(f"{low:.3f} to {high:.3f}")
# %%
class Bandit:
    def __init__(self, chances, rng):
        self.chances = chances
        self.rng = rng
        self.pulls = [0] * len(chances)
    def pull(self, arm):
        self.pulls[arm] += 1
        return self.rng.random() < self.chances[arm]
# %%
bandit = Bandit([0.2, 0.5, 0.55], rng)
[bandit.pull(1) for _ in range(5)]
# %%
def greedy(bandit, steps, eps=0.1):
    values, wins = np.zeros(3), 0
    for step in range(steps):
        arm = int(rng.integers(3)) if rng.random() < eps else int(values.argmax())
        reward = bandit.pull(arm)
        wins += reward
        values[arm] += (reward - values[arm]) / bandit.pulls[arm]
    return wins, values
# %%
wins, values = greedy(bandit, 500)
wins, values.round(2)
# %%
bandit.pulls
# %%
def thompson(bandit, steps, seed):
    r = np.random.default_rng(seed)
    a, b = np.ones(3), np.ones(3)
    for _ in range(steps):
        arm = int(r.beta(a, b).argmax())
        if bandit.pull(arm):
            a[arm] += 1
        else:
            b[arm] += 1
    return a, b
# %%
second = Bandit([0.2, 0.5, 0.55], np.random.default_rng(1))
a, b = thompson(second, 400, seed=2)
# %%
(a / (a + b)).round(2), second.pulls
# %%
for i in range(3):
    plt.plot(p, st.beta(a[i], b[i]).pdf(p), label=str(i))
plt.legend()
# %%
@lru_cache
def ways(total, dice):
    if dice == 0:
        return int(total == 0)
    return sum(ways(total - face, dice - 1) for face in range(1, 7))
[ways(t, 3) for t in range(3, 19)]
# %%
ways.cache_info().hits > 0
# %%
plt.bar(range(3, 19), [ways(t, 3) for t in range(3, 19)])
# %%
def normal_loglik(mu, sigma, x):
    return st.norm(mu, sigma).logpdf(x).sum()
x = np.random.default_rng(5).normal(3, 2, 80)
fixed = partial(normal_loglik, x=x)
fixed(3, 2).round(2)
# %%
grid = [(m, s) for m, s in product(np.linspace(2, 4, 21), np.linspace(1, 3, 21))]
best = max(grid, key=lambda ms: fixed(*ms))
best
# %%
surface = np.array([fixed(*ms) for ms in grid]).reshape(21, 21)
plt.contourf(surface)
# %%
def metropolis(logp, start, steps, scale, seed):
    r = np.random.default_rng(seed)
    at, chain = start, []
    for _ in range(steps):
        new = at + r.normal(0, scale)
        if np.log(r.random()) < logp(new) - logp(at):
            at = new
        chain.append(at)
    return np.array(chain)
chain = metropolis(lambda m: fixed(m, 2), 0.0, 400, 0.5, 3)
chain[100:].mean().round(3)
# %%
plt.plot(chain, lw=0.5)
# %%
chain.sort()
chain[[10, -10]].round(2)
# %%
def primes():
    found = []
    n = 2
    while True:
        if all(n % q for q in found):
            found.append(n)
            yield n
        n += 1
gen = primes()
list(islice(gen, 5))
# %%
list(islice(gen, 5))
# %%
rng.normal(size=3).round(3)
