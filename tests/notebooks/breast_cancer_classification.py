# %%
%matplotlib inline
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve
from sklearn.model_selection import cross_val_score, train_test_split
# %%
RANDOM_STATE = 7
TEST = 0.3
# %%
data = load_breast_cancer()
X = pd.DataFrame(data.data, columns=data.feature_names)
y = pd.Series(data.target, name="benign")
y.value_counts(normalize=True)
# %%
X.iloc[:, :5].plot.box(subplots=True, layout=(1, 5), figsize=(12, 3));
# %%
X_tr, X_te, y_tr, y_te = train_test_split(X, y, test_size=TEST, random_state=RANDOM_STATE, stratify=y)
# %%
clf = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
clf
# %%
%time clf.fit(X_tr, y_tr)
# %%
scores = cross_val_score(clf, X_tr, y_tr, cv=5)
print(f"{scores.mean():.3f} +- {scores.std():.3f}")
# %%
proba = clf.predict_proba(X_te)[:, 1]
auc = roc_auc_score(y_te, proba)
auc
# %%
fpr, tpr, thresholds = roc_curve(y_te, proba)
plt.plot(fpr, tpr)
plt.title(f"AUC {auc:.4f}");
# %%
threshold = 0.5
confusion_matrix(y_te, proba > threshold)
# %%
def at(threshold):
    tn, fp, fn, tp = confusion_matrix(y_te, proba > threshold).ravel()
    return {"threshold": threshold, "sensitivity": tp / (tp + fn), "specificity": tn / (tn + fp)}

table = pd.DataFrame([at(t) for t in np.arange(0.1, 1, 0.2)])
table
# %%
coefs = clf.named_steps["logisticregression"].coef_[0]
order = np.argsort(-np.abs(coefs))[:5]
for i in order:
    print(f"{data.feature_names[i]:<25}{coefs[i]:+.2f}")
