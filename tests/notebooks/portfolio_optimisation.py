# run: 1 2 3 4 5 6 7 8 9 10 4 5
# %%
import numpy as np, pandas as pd
from scipy.optimize import linprog, minimize
# %%
tickers = ["AAA", "BBB", "CCC", "DDD"]
gen = np.random.default_rng(42)
A = gen.normal(size=(4, 4)) * 0.01
returns = pd.DataFrame(gen.normal(0.0005, 0.01, (250, 4)) @ (np.eye(4) + 20 * A), columns=tickers)
# %%
mu, cov = returns.mean() * 250, returns.cov() * 250
mu.round(3)
# %%
risk_aversion = 3
# %%
def utility(w):
    return -(w @ mu - risk_aversion / 2 * w @ cov @ w)

res = minimize(utility, np.full(4, 0.25), bounds=[(0, 1)] * 4, constraints={"type": "eq", "fun": lambda w: w.sum() - 1})
weights = pd.Series(res.x, tickers).round(3)
weights
# %%
(weights @ mu, float(np.sqrt(weights @ cov @ weights)))
# %%
frontier = []
for target in np.linspace(mu.min(), mu.max(), 5):
    cons = [{"type": "eq", "fun": lambda w: w.sum() - 1}, {"type": "eq", "fun": lambda w, t=target: w @ mu - t}]
    frontier.append(minimize(lambda w: w @ cov @ w, np.full(4, 0.25), bounds=[(0, 1)] * 4, constraints=cons).fun ** 0.5)
np.round(frontier, 3)
# %%
plan = linprog([-3, -5], A_ub=[[1, 0], [0, 2], [3, 2]], b_ub=[4, 12, 18])
print(plan.x, -plan.fun)
# %%
wealth = (1 + returns @ weights).cumprod()
drawdown = (wealth / wealth.cummax() - 1).min()
drawdown
# %%
wealth.iloc[-1]
