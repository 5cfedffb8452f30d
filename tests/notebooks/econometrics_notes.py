# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
# %%
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
import matplotlib.pyplot as plt
pd.set_option("display.width", 120)
# %% [markdown] Longley
longley = sm.datasets.longley.load_pandas()
longley.data.head()
# %%
longley.exog.corr().round(2)
# %%
X = sm.add_constant(longley.exog)
m1 = sm.OLS(longley.endog, X).fit()
m1.params
# %%
np.linalg.cond(X.to_numpy()) > 1e9
# %%
from statsmodels.stats.outliers_influence import variance_inflation_factor as vif
pd.Series([vif(X.to_numpy(), i) for i in range(1, X.shape[1])], index=X.columns[1:]).round(1)
# %%
X = X.drop(columns=["GNP"])
m2 = sm.OLS(longley.endog, X).fit()
m2.rsquared, m1.rsquared
# %%
m2.compare_f_test if False else m1.compare_f_test(m2)
# %% [markdown] Spector: programs and grades
spector = sm.datasets.spector.load_pandas()
spector.data.describe().loc[["mean", "std"]]
# %%
X = sm.add_constant(spector.exog)
logit = sm.Logit(spector.endog, X).fit(disp=0)
print(logit.summary().tables[1])
# %%
probit = sm.Probit(spector.endog, X).fit(disp=False)
probit.params.round(4)
# %%
logit.get_margeff().summary_frame().round(3)
# %%
logit.pred_table()
# %%
plt.scatter(spector.data.GPA, logit.predict(X))
plt.scatter(spector.data.GPA, spector.endog, marker="x")
# %% [markdown] Star98, GLM
star = sm.datasets.star98.load_pandas()
star.exog.shape
# %%
glm = sm.GLM(star.endog, sm.add_constant(star.exog), family=sm.families.Binomial()).fit()
glm.deviance.round(2)
# %%
glm.params.nlargest(3).round(4)
# %%
pearson = glm.resid_pearson
plt.hist(pearson, bins=30)
# %% [markdown] Stack loss, robust
stack = sm.datasets.stackloss.load_pandas()
ols = sm.OLS(stack.endog, sm.add_constant(stack.exog)).fit()
rlm = sm.RLM(stack.endog, sm.add_constant(stack.exog), M=sm.robust.norms.HuberT()).fit()
pd.DataFrame({"ols": ols.params, "rlm": rlm.params}).round(3)
# %%
rlm.weights[rlm.weights < 0.99].round(2)
# %%
sm.graphics.influence_plot(ols)
plt.show()
# %% [markdown] Engel, quantiles
engel = sm.datasets.engel.load_pandas().data
fits = {q: smf.quantreg("foodexp ~ income", engel).fit(q=q).params["income"] for q in (0.1, 0.5, 0.9)}
{q: round(v, 3) for q, v in fits.items()}
# %%
engel.plot.scatter("income", "foodexp", s=5)
line = np.linspace(engel.income.min(), engel.income.max(), 50)
for q, slope in fits.items():
    plt.plot(line, slope * line)
# %%
engel["share"] = engel.foodexp / engel.income
engel.share.describe().round(3)
# %%
smf.ols("np.log(foodexp) ~ np.log(income)", engel).fit().params.round(3)
# %%
engel = engel[engel.income < 3000]
smf.ols("foodexp ~ income", engel).fit().rsquared.round(4)
# %%
overview = pd.DataFrame({"n": [len(longley.data), len(spector.data), len(star.data), len(stack.data), len(engel)]}, index=["longley", "spector", "star", "stack", "engel"])
overview
# %%
print(m2.nobs, logit.nobs, ols.nobs)
