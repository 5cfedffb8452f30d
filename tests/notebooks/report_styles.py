# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 3 23 24 25 26 27 28 29
# %%
import numpy as np
import pandas as pd
import matplotlib as mpl
import matplotlib.pyplot as plt
import seaborn as sns
import warnings
# %%
warnings.simplefilter("ignore")
pd.options.display.float_format = "{:.2f}".format
mpl.rcParams["axes.spines.top"] = False
# %%
sns.set_palette("muted")
# %%
rng = np.random.default_rng(3)
sales = pd.DataFrame({
    "region": rng.choice(["East", "West", "North"], 400),
    "product": rng.choice(["A", "B", "C", "D"], 400),
    "units": rng.poisson(20, 400),
    "price": rng.uniform(5, 15, 400),
    "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 365, 400), unit="D"),
})
sales.head()
# %%
sales["revenue"] = sales.units * sales.price
sales.revenue.sum()
# %%
by_region = sales.groupby("region").revenue.sum()
by_region
# %%
by_region.plot.pie(autopct="%.0f%%")
# %%
sales.groupby("product")[["units", "revenue"]].sum()
# %%
monthly = sales.set_index("date").revenue.resample("MS").sum()
monthly.plot(marker="o")
# %%
pd.set_option("display.precision", 1)
pd.options.display.float_format = None
monthly.head()
# %%
plt.style.use("dark_background")
monthly.diff().plot.bar()
# %%
plt.style.use("default")
monthly.rolling(3).mean().plot()
# %%
sns.set_context("talk")
sns.barplot(data=sales, x="region", y="units", errorbar=None)
# %%
sns.set_context("notebook")
# %%
sns.lineplot(x=monthly.index.month, y=monthly.to_numpy())
# %%
with plt.rc_context({"lines.linewidth": 4}):
    plt.plot(monthly.to_numpy())
# %%
pivot = sales.pivot_table(index="region", columns="product", values="revenue", aggfunc="sum")
pivot
# %%
sns.heatmap(pivot, annot=True, fmt=".0f")
# %%
pivot.style.format("{:.1f}").to_string()[:60]
# %%
with pd.option_context("display.max_rows", 4):
    print(sales.units)
# %%
sales["quarter"] = sales.date.dt.quarter
sales.groupby("quarter").revenue.describe()
# %%
np.set_printoptions(precision=2, suppress=True)
sales[["units", "price"]].to_numpy()[:3]
# %%
np.corrcoef(sales.units, sales.revenue)
# %%
fig, axs = plt.subplots(2, 2, figsize=(6, 4), sharex=True)
for ax, (name, part) in zip(axs.flat, sales.groupby("product")):
    ax.hist(part.units, bins=15)
    ax.set_title(name)
fig.tight_layout()
# %%
axs[0, 0].set_title("product A")
fig
# %%
target = 30000
(monthly > target / 12).sum()
# %%
f"{sales.revenue.mean():,.1f}"
# %%
best_day = sales.groupby("date").revenue.sum().idxmax()
best_day
# %%
pd.reset_option("display.precision")
pivot.mean(axis=1)
