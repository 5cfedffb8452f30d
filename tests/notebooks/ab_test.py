# run: 1 2 3 4 5 6 7 8 9 3 4 6
# %%
import numpy as np, pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest, proportion_confint
from statsmodels.stats.power import NormalIndPower
# %%
rng = np.random.default_rng(77)
visits = pd.DataFrame({"variant": rng.choice(["A", "B"], 3000), "device": rng.choice(["phone", "desktop"], 3000, p=[0.6, 0.4])})
p = np.where(visits.variant == "A", 0.10, 0.125) + np.where(visits.device == "phone", -0.02, 0.02)
visits["converted"] = rng.random(3000) < p
# %%
min_visits = 100
# %%
summary = visits.groupby("variant").converted.agg(["sum", "count", "mean"])
assert (summary["count"] > min_visits).all()
summary
# %%
by_device = visits.pivot_table(index="device", columns="variant", values="converted")
by_device.round(3)
# %%
z, pvalue = proportions_ztest(summary["sum"], summary["count"])
print(f"z = {z:.2f}, p = {pvalue:.4f}")
# %%
for v in summary.index:
    low, high = proportion_confint(summary.loc[v, "sum"], summary.loc[v, "count"])
    print(v, round(low, 3), round(high, 3))
# %%
n_needed = NormalIndPower().solve_power(0.05, power=0.8, alpha=0.05)
int(n_needed)
# %%
posterior = {v: stats.beta(1 + s, 1 + n - s) for v, s, n in zip(summary.index, summary["sum"], summary["count"])}
draws = {v: d.rvs(5000, random_state=3) for v, d in posterior.items()}
(draws["B"] > draws["A"]).mean()
