# %%
import numpy as np
import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, train_test_split
from sklearn.svm import SVC
# %%
X, y = make_classification(400, 12, n_informative=5, flip_y=0.05, random_state=5)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=5)
# %%
baseline = RandomForestClassifier(20, random_state=0).fit(X_train, y_train)
print("baseline", baseline.score(X_test, y_test))
# %%
grid = GridSearchCV(SVC(), {"C": [0.1, 1, 10], "gamma": ["scale", 0.01]}, cv=3)
grid.fit(X_train, y_train)
grid.best_params_
# %%
pd.DataFrame(grid.cv_results_)[["param_C", "param_gamma", "mean_test_score"]].round(3)
# %%
np.random.seed(0)
space = {"max_depth": np.arange(2, 9), "min_samples_leaf": [1, 3, 5]}
search = RandomizedSearchCV(RandomForestClassifier(20), space, n_iter=5, cv=3)
search.fit(X_train, y_train)
search.best_params_
# %%
history = []
history.append(("svc", grid.score(X_test, y_test)))
history.append(("forest", search.score(X_test, y_test)))
# %%
winner, score = max(history, key=lambda pair: pair[1])
print(winner, score)
# %%
importances = pd.Series(search.best_estimator_.feature_importances_)
importances.nlargest(3).index.tolist()
# %%
from sklearn.inspection import permutation_importance
perm = permutation_importance(grid.best_estimator_, X_test, y_test, n_repeats=3, random_state=0)
perm.importances_mean.argmax()
