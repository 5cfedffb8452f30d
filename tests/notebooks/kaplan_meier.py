# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# %%
rng = np.random.default_rng(8)
n = 60
df = pd.DataFrame({
    "time": rng.exponential(12, n).round(1) + 0.1,
    "event": rng.random(n) < 0.7,
    "group": rng.choice(["A", "B"], n),
})
df.loc[df.group == "B", "time"] *= 1.5
df.head()
# %%
df.groupby("group").agg(n=("time", "size"), events=("event", "sum"), median=("time", "median"))
# %%
def kaplan_meier(time, event):
    surv, out = 1.0, []
    for t in np.sort(time[event].unique()):
        at_risk = (time >= t).sum()
        d = ((time == t) & event).sum()
        surv *= 1 - d / at_risk
        out.append((t, surv))
    return pd.DataFrame(out, columns=["t", "S"])
# %%
overall = kaplan_meier(df.time, df.event)
overall.tail(3)
# %%
curves = {}
for g, sub in df.groupby("group"):
    curves[g] = kaplan_meier(sub.time, sub.event)
    plt.step(curves[g].t, curves[g].S, where="post", label=g)
plt.legend();
# %%
{g: float(c.t[c.S <= 0.5].min()) for g, c in curves.items()}
# %%
from statsmodels.duration.survfunc import survdiff
stat, p = survdiff(df.time, df.event, df.group)
print(f"log-rank {stat:.2f}, p {p:.3f}")
# %%
from statsmodels.duration.hazard_regression import PHReg
fit = PHReg(df.time, (df.group == "B").astype(float), status=df.event).fit()
fit.params.round(3)
# %%
km = curves["A"].set_index("t").S
km[km.index <= 10].iloc[-1]
