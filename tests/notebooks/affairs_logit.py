# %%
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
# %%
dta = sm.datasets.fair.load_pandas().data
dta["affair"] = (dta["affairs"] > 0).astype(float)
dta.head(5)
# %%
dta.groupby("affair")[["age", "yrs_married", "rate_marriage"]].mean()
# %%
formula = "affair ~ occupation + educ + yrs_married + rate_marriage + religious"
# %%
mod = smf.logit(formula, dta).fit(disp=0)
print(mod.params.round(4))
# %%
mfx = mod.get_margeff()
mfx.margeff.round(4)
# %%
typical = dta.mean(numeric_only=True).to_frame().T
typical["yrs_married"] = 2.5
early = mod.predict(typical)
typical["yrs_married"] = 16.5
late = mod.predict(typical)
# %%
print(float(early.iloc[0]), float(late.iloc[0]))
# %%
dta["age_group"] = pd.cut(dta["age"], [0, 25, 35, 50])
dta.groupby("age_group", observed=True).affair.mean()
# %%
probit = smf.probit(formula, dta).fit(disp=False)
(probit.params / mod.params).round(2)
# %%
accuracy = ((mod.predict() > 0.5) == dta["affair"]).mean()
accuracy
