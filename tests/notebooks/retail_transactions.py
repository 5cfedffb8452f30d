# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 8 20 21 22 23 24 25 26 27 28
# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# %%
rng = np.random.default_rng(1234)
n = 3000
items = pd.DataFrame({"item": ["tea", "coffee", "cake", "soup", "juice"], "price": [2.2, 3.0, 4.1, 5.5, 2.9], "kind": ["drink", "drink", "food", "food", "drink"]})
# %%
tx = pd.DataFrame({
    "when": pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 365 * 24 * 60, n), unit="min"),
    "item": rng.choice(items["item"], n, p=[0.3, 0.3, 0.2, 0.1, 0.1]),
    "qty": rng.poisson(1.2, n) + 1,
    "customer": rng.integers(1, 200, n),
}).sort_values("when", ignore_index=True)
tx.head(3)
# %%
tx.dtypes
# %%
items.groupby("kind").price.mean()
# %%
tx = tx.merge(items, on="item")
tx["amount"] = tx.qty * tx.price
tx.amount.sum().round(2)
# %%
tx.groupby("item").amount.sum().sort_values()
# %%
tx.sample(4, random_state=2).sort_index()[["item", "qty"]]
# %%
monthly = tx.resample("MS", on="when").amount.sum()
monthly.round(0).head(4)
# %%
monthly.plot.bar()
# %%
tx["hour"] = tx.when.dt.hour
tx.groupby("hour").size().nlargest(3)
# %%
tx["weekday"] = tx.when.dt.day_name()
tx.groupby("weekday").amount.mean().round(2)
# %%
tx.pivot_table(index="weekday", columns="kind", values="amount", aggfunc="sum").round(0)
# %%
per_customer = tx.groupby("customer").agg(orders=("item", "size"), spent=("amount", "sum"), last=("when", "max"))
per_customer.spent.describe().round(2)
# %%
per_customer.spent.hist(bins=30)
# %%
per_customer["segment"] = pd.qcut(per_customer.spent, 3, labels=["low", "mid", "high"])
per_customer.groupby("segment", observed=True).orders.mean()
# %%
(pd.Timestamp("2024-01-01") - per_customer["last"]).dt.days.median()
# %%
top = per_customer.nlargest(5, "spent").index
tx[tx.customer.isin(top)].item.value_counts()
# %%
cumulative = per_customer.spent.sort_values(ascending=False).cumsum() / per_customer.spent.sum()
(cumulative < 0.5).sum()
# %%
plt.plot(cumulative.to_numpy())
# %%
baskets = tx.groupby([tx.when.dt.date, "customer"])["item"].agg(set)
baskets.map(len).value_counts().sort_index()
# %%
pairs = baskets[baskets.map(len) > 1]
pairs.map(lambda s: "tea" in s and "cake" in s).sum()
# %%
daily = tx.groupby(tx.when.dt.date).amount.sum()
daily.rolling(7).mean().max()
# %%
daily.idxmax(), daily.max()
# %%
daily.autocorr(7)
# %%
tx.qty.value_counts().sort_index().tail(3)
# %%
items["price"] = items.price * 1.05
items.price.round(2).tolist()
# %%
tx.merge(items[["item", "price"]], on="item", suffixes=("", "_new")).eval("qty * price_new").sum().round(1)
