# run: 1 2 3 4 5 6 7 8 9 10 11 12
# %%
import csv, json, os
from pathlib import Path
import pandas as pd
# %%
raw = Path("raw")
raw.mkdir(exist_ok=True)
orders = [("o1", "ada", "2024-01-03", 12.5), ("o2", "bob", "2024-01-04", 8.0), ("o3", "ada", "2024-02-11", 99.9), ("o4", "eve", "2024-02-12", -1)]
with open(raw / "orders.csv", "w", newline="") as f:
    writer = csv.writer(f)
    writer.writerow(["id", "customer", "date", "amount"])
    writer.writerows(orders)
# %%
customers = {"ada": {"city": "London"}, "bob": {"city": "Paris"}}
(raw / "customers.json").write_text(json.dumps(customers))
# %%
!ls raw
# %%
df = pd.read_csv("raw/orders.csv", parse_dates=["date"])
df.dtypes
# %%
bad = df[df.amount <= 0]
print(len(bad), "bad rows")
df = df[df.amount > 0]
# %%
with open("raw/customers.json") as f:
    people = pd.DataFrame(json.load(f)).T.rename_axis("customer").reset_index()
people
# %%
merged = df.merge(people, on="customer", how="left")
merged["month"] = merged.date.dt.to_period("M").astype(str)
merged
# %%
out = Path("clean")
out.mkdir(exist_ok=True)
for month, part in merged.groupby("month"):
    part.to_csv(out / f"{month}.csv", index=False)
sorted(os.listdir(out))
# %%
report = merged.pivot_table(index="city", columns="month", values="amount", aggfunc="sum")
report
# %%
again = pd.concat(pd.read_csv(p) for p in sorted(out.glob("*.csv")))
print(again.amount.sum())
# %%
print("missing cities:", merged.city.isna().sum())
