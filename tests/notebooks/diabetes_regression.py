# run: 1 2 3 4 5 6 7 6 7 8 9 10 11 12
# %%
import numpy as np, pandas as pd
import matplotlib.pyplot as plt
from sklearn import datasets, linear_model
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
# %%
diabetes = datasets.load_diabetes(as_frame=True)
X, y = diabetes.data, diabetes.target
X.shape, y.mean()
# %%
y.hist(bins=30);
# %%
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=42)
print(X_train.shape, X_test.shape)
# %%
ols = linear_model.LinearRegression().fit(X_train, y_train)
pd.Series(ols.coef_, index=X.columns).round(1)
# %%
pred = ols.predict(X_test)
results = {"ols": r2_score(y_test, pred)}
print("R2 %.3f  RMSE %.1f" % (results["ols"], mean_squared_error(y_test, pred) ** 0.5))
# %%
plt.scatter(y_test, pred, s=8)
plt.plot([50, 300], [50, 300], "k--")
plt.xlabel("true"); plt.ylabel("predicted");
# %%
alphas = np.logspace(-3, 1, 15)
ridge_scores = []
for alpha in alphas:
    model = linear_model.Ridge(alpha=alpha).fit(X_train, y_train)
    ridge_scores.append(model.score(X_test, y_test))
best = alphas[int(np.argmax(ridge_scores))]
results["ridge"] = max(ridge_scores)
best
# %%
lasso = linear_model.LassoCV(cv=5, random_state=0).fit(X_train, y_train)
results["lasso"] = lasso.score(X_test, y_test)
print(lasso.alpha_, (lasso.coef_ != 0).sum())
# %%
plt.semilogx(alphas, ridge_scores)
plt.axvline(best, ls=":")
# %%
residuals = y_test - lasso.predict(X_test)
residuals.describe()
# %%
pd.Series(results).sort_values()
