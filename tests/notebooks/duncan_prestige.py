# %%
import statsmodels.api as sm
import statsmodels.formula.api as smf
import numpy as np
import matplotlib.pyplot as plt
# %%
import pandas as pd
frame = sm.datasets.statecrime.load_pandas().data
frame.head(3)
# %%
frame.describe().T
# %%
model = smf.ols("murder ~ poverty + hs_grad + single", data=frame)
fit = model.fit()
print(fit.params)
# %%
print(f"R2 = {fit.rsquared:.3f}, condition number {fit.condition_number:.0f}")
# %%
influence = fit.get_influence()
cooks = pd.Series(influence.cooks_distance[0], index=frame.index)
cooks.sort_values(ascending=False).head(3)
# %%
worst = cooks.idxmax()
smaller = frame.drop(index=worst)
fit2 = smf.ols("murder ~ poverty + hs_grad + single", data=smaller).fit()
pd.DataFrame({"all": fit.params, "without " + worst: fit2.params}).round(3)
# %%
plt.scatter(fit2.fittedvalues, fit2.resid)
plt.axhline(0);
# %%
robust = sm.RLM(smaller["murder"], sm.add_constant(smaller[["poverty", "single"]])).fit()
robust.params
# %%
smaller["urban"].corr(smaller["violent"])
