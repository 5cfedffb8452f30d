# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 5 7 12 26 27 28 29
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from dataclasses import dataclass, field
plt.style.use("ggplot")
# %%
@dataclass
class Params:
    fast: int = 10
    slow: int = 40
    cost: float = 0.0005
params = Params()
params
# %%
def price_path(n=750, mu=0.0003, sigma=0.012, seed=None):
    r = np.random.default_rng(seed)
    steps = r.normal(mu, sigma, n)
    days = pd.bdate_range("2019-01-01", periods=n)
    return pd.Series(100 * np.exp(np.cumsum(steps)), index=days)
# %%
assets = {name: price_path(seed=i) for i, name in enumerate(["AAA", "BBB", "CCC"])}
prices = pd.DataFrame(assets)
prices.describe().round(2)
# %%
prices.plot()
# %%
returns = prices.pct_change().dropna()
returns.std() * np.sqrt(252)
# %%
returns.corr().round(3)
# %%
fig, ax = plt.subplots()
returns.AAA.hist(bins=50, ax=ax)
# %%
def moving_averages(series, p):
    return series.rolling(p.fast).mean(), series.rolling(p.slow).mean()
# %%
fast, slow = moving_averages(prices.AAA, params)
(fast > slow).mean()
# %%
def backtest(series, p):
    fast, slow = moving_averages(series, p)
    position = (fast > slow).astype(float).shift(1).fillna(0)
    turnover = position.diff().abs().fillna(0)
    return position * series.pct_change().fillna(0) - turnover * p.cost
# %%
pnl = backtest(prices.AAA, params)
print(f"total {pnl.sum():.4f}, sharpe {pnl.mean() / pnl.std() * 252 ** 0.5:.2f}")
# %%
(1 + pnl).cumprod().plot(label="strategy")
(prices.AAA / prices.AAA.iloc[0]).plot(label="hold")
plt.legend()
# %%
params.fast = 5
pnl_fast = backtest(prices.AAA, params)
round(pnl_fast.sum(), 4)
# %%
grid = {}
for f in (5, 10, 20):
    for s in (30, 60, 90):
        grid[f, s] = backtest(prices.AAA, Params(f, s)).sum()
table = pd.Series(grid).unstack()
table.round(3)
# %%
plt.imshow(table)
plt.xticks(range(3), table.columns)
plt.yticks(range(3), table.index);
# %%
best = max(grid, key=grid.get)
best
# %%
all_pnl = pd.DataFrame({name: backtest(prices[name], Params(*best)) for name in prices})
all_pnl.sum().round(4)
# %%
def drawdown(pnl):
    wealth = (1 + pnl).cumprod()
    return wealth / wealth.cummax() - 1
drawdown(all_pnl.mean(axis=1)).min().round(4)
# %%
drawdown(all_pnl.BBB).plot(kind="area")
# %%
# bootstrap of the mean
boot = np.random.default_rng(99)
means = [boot.choice(pnl, len(pnl)).mean() for _ in range(300)]
np.percentile(means, [5, 95]).round(6)
# %%
weights = np.full(3, 1 / 3)
portfolio = returns @ weights
portfolio.std()
# %%
weights[0] = 0.6
weights[1:] = 0.2
(returns @ weights).std()
# %%
monthly = all_pnl.resample("ME").sum()
monthly.tail(3).round(4)
# %%
(monthly > 0).mean()
# %%
yearly = portfolio.groupby(portfolio.index.year).sum()
yearly.round(4)
# %%
log = []
for name in prices:
    log.append((name, len(prices[name]), float(prices[name].iloc[-1].round(2))))
log
# %%
params
# %%
print(weights.sum())
