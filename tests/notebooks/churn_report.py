# run: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 10 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 2 32 33
# %%
import warnings
warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
# %%
CONFIG = {"seed": 7, "n": 1500, "threshold": 0.5, "features": ["tenure", "monthly", "calls"]}
# %%
np.random.seed(CONFIG["seed"])
n = CONFIG["n"]
customers = pd.DataFrame({
    "tenure": np.random.exponential(24, n).round(),
    "monthly": np.random.normal(55, 15, n).round(2),
    "calls": np.random.poisson(1.5, n),
    "contract": np.random.choice(["month", "year", "two years"], n, p=[0.5, 0.3, 0.2]),
})
logit = 0.4 - 0.05 * customers.tenure + 0.015 * customers.monthly + 0.4 * customers.calls - 1.2 * (customers.contract != "month")
customers["churn"] = (np.random.rand(n) < 1 / (1 + np.exp(-logit))).astype(int)
customers.head()
# %%
customers.churn.mean()
# %%
print(customers.shape)
print(customers.dtypes)
# %%
pd.crosstab(customers.contract, customers.churn, normalize="index").round(3)
# %%
customers.groupby("churn")[["tenure", "monthly", "calls"]].mean()
# %%
fig, axes = plt.subplots(1, 3, figsize=(9, 2.5))
for ax, col in zip(axes, ["tenure", "monthly", "calls"]):
    for value, part in customers.groupby("churn"):
        ax.hist(part[col], bins=20, alpha=0.5, density=True, label=str(value))
    ax.set_title(col)
axes[0].legend()
plt.tight_layout()
# %%
def cohort(tenure):
    if tenure < 6:
        return "new"
    return "regular" if tenure < 36 else "loyal"
# %%
customers["cohort"] = customers.tenure.apply(cohort)
customers.cohort.value_counts()
# %%
customers.pivot_table("churn", "cohort", "contract").round(2)
# %%
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import roc_auc_score, confusion_matrix, classification_report, roc_curve
# %%
data = pd.get_dummies(customers[CONFIG["features"] + ["contract"]], columns=["contract"], dtype=float)
train, test, train_y, test_y = train_test_split(data, customers.churn, random_state=CONFIG["seed"])
# %%
base = LogisticRegression(max_iter=500)
base.fit(train, train_y)
proba = base.predict_proba(test)[:, 1]
roc_auc_score(test_y, proba)
# %%
def cohort(tenure):
    if tenure < 12:
        return "new"
    return "regular" if tenure < 48 else "loyal"
# %%
confusion_matrix(test_y, proba > CONFIG["threshold"])
# %%
CONFIG["threshold"] = 0.35
print(confusion_matrix(test_y, proba > CONFIG["threshold"]))
# %%
print(classification_report(test_y, proba > CONFIG["threshold"]))
# %%
boost = GradientBoostingClassifier(n_estimators=40, random_state=0).fit(train, train_y)
boost_proba = boost.predict_proba(test)[:, 1]
print(f"AUC {roc_auc_score(test_y, boost_proba):.4f}")
# %%
for label, p in [("logistic", proba), ("boosting", boost_proba)]:
    fpr, tpr, _ = roc_curve(test_y, p)
    plt.plot(fpr, tpr, label=label)
plt.plot([0, 1], [0, 1], "k--")
plt.legend()
# %%
pd.Series(boost.feature_importances_, index=train.columns).nlargest(3)
# %%
# revenue at risk
customers["expected_loss"] = customers.monthly * 12 * base.predict_proba(data)[:, 1]
customers.expected_loss.sum().round(0)
# %%
top = customers.nlargest(10, "expected_loss")
top[["tenure", "monthly", "calls", "cohort"]]
# %%
customers.groupby("cohort").expected_loss.agg(["sum", "mean"]).round(1)
# %%
thresholds = np.linspace(0.1, 0.9, 17)
def profit(threshold, gain=100, cost=20):
    chosen = proba > threshold
    return gain * (chosen & (test_y == 1)).sum() - cost * chosen.sum()
profits = [profit(t) for t in thresholds]
# %%
plt.plot(thresholds, profits, marker="o")
plt.axvline(CONFIG["threshold"], color="red")
# %%
best_threshold = thresholds[int(np.argmax(profits))]
best_threshold
# %%
# does a second noise feature help? no
train2 = train.assign(noise=np.random.rand(len(train)))
LogisticRegression(max_iter=500).fit(train2, train_y).score(train2, train_y)
# %%
months = np.arange(1, 25)
survivors = [(customers.tenure >= m).mean() for m in months]
plt.step(months, survivors)
# %%
from scipy.stats import chi2_contingency
chi2_contingency(pd.crosstab(customers.contract, customers.churn)).pvalue < 0.001
# %%
a, b = (customers.monthly[customers.churn == k] for k in (0, 1))
from scipy.stats import ttest_ind
round(ttest_ind(a, b).statistic, 3)
# %%
CONFIG["threshold"]
# %%
summary = {"auc": round(roc_auc_score(test_y, proba), 3), "auc_boost": round(roc_auc_score(test_y, boost_proba), 3), "threshold": CONFIG["threshold"]}
summary
