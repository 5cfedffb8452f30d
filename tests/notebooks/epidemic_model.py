# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 4 5 21 22 23 24 25 26 27 28 29
# %%
import random
import numpy as np
import matplotlib.pyplot as plt
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar
from collections import Counter, defaultdict
# %%
config = dict(population=1000, beta=0.3, gamma=0.1, days=160)
# %%
def sir(t, state, beta, gamma):
    s, i, r = state
    n = s + i + r
    return [-beta * s * i / n, beta * s * i / n - gamma * i, gamma * i]
# %%
def run(cfg):
    start = [cfg["population"] - 1, 1, 0]
    days = np.arange(cfg["days"])
    found = solve_ivp(sir, (0, cfg["days"]), start, t_eval=days, args=(cfg["beta"], cfg["gamma"]), rtol=1e-6)
    return days, found.y
# %%
days, (S, I, R) = run(config)
print(f"peak {I.max():.1f} on day {I.argmax()}")
# %%
for curve, label in zip((S, I, R), "SIR"):
    plt.plot(days, curve, label=label)
plt.legend()
plt.grid()
# %%
r0 = config["beta"] / config["gamma"]
r0
# %%
final = R[-1] / config["population"]
round(final, 3)
# %%
betas = np.linspace(0.12, 0.5, 8)
peaks = []
for b in betas:
    _, y = run({**config, "beta": b})
    peaks.append(y[1].max())
np.round(peaks, 1)
# %%
plt.plot(betas / config["gamma"], peaks, "o-")
# %%
class Person:
    count = 0
    def __init__(self, age):
        self.age = age
        self.state = "S"
        Person.count += 1
    def __repr__(self):
        return f"<{self.age}{self.state}>"
# %%
random.seed(5)
people = [Person(random.randint(0, 90)) for _ in range(200)]
people[:5], Person.count
# %%
for p in random.sample(people, 3):
    p.state = "I"
Counter(p.state for p in people)
# %%
def day(people, contacts=4, chance=0.08, recovery=0.1):
    infected = [p for p in people if p.state == "I"]
    for p in infected:
        for other in random.sample(people, contacts):
            if other.state == "S" and random.random() < chance:
                other.state = "I"
        if random.random() < recovery:
            p.state = "R"
# %%
history = [Counter(p.state for p in people)]
for _ in range(30):
    day(people)
    history.append(Counter(p.state for p in people))
history[-1]
# %%
plt.stackplot(range(len(history)), *[[h[s] for h in history] for s in "SIR"], labels="SIR")
plt.legend()
# %%
by_age = defaultdict(list)
for p in people:
    by_age[p.age // 30].append(p.state != "S")
{k: round(float(np.mean(v)), 2) for k, v in sorted(by_age.items())}
# %%
max(h["I"] for h in history)
# %%
config["beta"] = 0.2
config["vaccinated"] = 0.3
# %%
def effective(cfg):
    return cfg["beta"] * (1 - cfg.get("vaccinated", 0)) / cfg["gamma"]
effective(config)
# %%
observed = I + np.random.default_rng(0).normal(0, 5, len(I))
def loss(beta):
    return float(((run({**config, "beta": beta})[1][1] - observed) ** 2).sum())
fitted = minimize_scalar(loss, bounds=(0.1, 0.5), method="bounded")
round(fitted.x, 3)
# %%
plt.plot(days, observed, ".", ms=3)
plt.plot(days, run({**config, "beta": fitted.x})[1][1])
# %%
doubling = np.log(2) / (config["beta"] - config["gamma"])
print(f"{doubling:.1f} days")
# %%
sizes = [random.gauss(0, 1) for _ in range(5)]
[round(s, 3) for s in sizes]
# %%
oldest = max(people, key=lambda p: p.age)
oldest
# %%
people.sort(key=lambda p: p.age)
people[-1] is oldest, people[0].age
# %%
sum(p.age for p in people) / len(people)
# %%
ages = np.array([p.age for p in people])
plt.hist(ages, bins=range(0, 100, 10))
# %%
sorted(config.items())
