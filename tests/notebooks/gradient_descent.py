# run: 1 2 3 4 5 6 5 6 7 8 9 10
# %%
import numpy as np
import matplotlib.pyplot as plt
# %%
def f(p):
    x, y = p
    return (1 - x) ** 2 + 5 * (y - x**2) ** 2

def grad(p):
    x, y = p
    return np.array([-2 * (1 - x) - 20 * x * (y - x**2), 10 * (y - x**2)])
# %%
f((0, 0)), grad((0, 0))
# %%
path = [np.array([-1.0, 1.5])]
lr = 0.01
# %%
for step in range(200):
    path.append(path[-1] - lr * grad(path[-1]))
len(path)
# %%
print("at", path[-1].round(3), "f =", round(f(path[-1]), 5))
# %%
xs, ys = np.meshgrid(np.linspace(-2, 2, 50), np.linspace(-1, 3, 50))
plt.contour(xs, ys, f((xs, ys)), 20)
plt.plot(*np.array(path).T, "r-")
# %%
def momentum(start, lr=0.01, beta=0.9, steps=200):
    p, v = np.array(start), np.zeros(2)
    for _ in range(steps):
        v = beta * v - lr * grad(p)
        p = p + v
    return p
momentum([-1.0, 1.5])
# %%
from scipy.optimize import minimize
best = minimize(f, [-1, 1.5], jac=grad, method="BFGS")
best.x.round(4), best.nit
# %%
table = {lr: f(momentum([-1.0, 1.5], lr)) for lr in (0.001, 0.005, 0.01)}
table
