# %%
import os, datetime as dt, itertools
import pandas as pd
os.environ["SHOP_CURRENCY"] = "EUR"
# %%
inventory = {"apple": 10, "pear": 5}
ledger = []
_ids = itertools.count(1)
# %%
def sell(item, qty, price):
    if inventory.get(item, 0) < qty:
        raise ValueError(f"not enough {item}")
    inventory[item] -= qty
    ledger.append({"id": next(_ids), "item": item, "qty": qty, "total": qty * price, "currency": os.environ["SHOP_CURRENCY"]})
# %%
sell("apple", 3, 0.5)
sell("pear", 1, 0.7)
inventory
# %%
try:
    sell("pear", 9, 0.7)
except ValueError as e:
    print("refused:", e)
# %%
basket = [("apple", 2), ("pear", 2)]
prices = {"apple": 0.5, "pear": 0.7}
# %%
for item, qty in basket:
    sell(item, qty, prices[item])
# %%
books = pd.DataFrame(ledger)
books
# %%
books.groupby("item")[["qty", "total"]].sum()
# %%
prices["pear"] *= 1.1
round(prices["pear"], 3)
# %%
left = sum(inventory[i] * prices[i] for i in inventory)
print(f"stock worth {left:.2f} {os.environ['SHOP_CURRENCY']}")
