# %%
import numpy as np
import pandas as pd
from scipy import stats
rng = np.random.default_rng(2024)
# %%
treated = rng.normal(5.4, 1.8, 40)
control = rng.normal(4.6, 1.6, 45)
# %%
treated.mean() - control.mean()
# %%
stats.ttest_ind(treated, control, equal_var=False).pvalue
# %%
def bootstrap(values, statistic, n=1000):
    draws = rng.choice(values, (n, len(values)))
    return np.apply_along_axis(statistic, 1, draws)
# %%
medians = bootstrap(treated, np.median)
np.percentile(medians, [2.5, 97.5])
# %%
diffs = bootstrap(treated, np.mean) - bootstrap(control, np.mean)
low, high = np.percentile(diffs, [2.5, 97.5])
print(f"difference of means: [{low:.2f}, {high:.2f}]")
# %%
pd.Series(diffs).plot.hist(bins=40)
# %%
pooled = np.concatenate([treated, control])
observed = treated.mean() - control.mean()
count = 0
for _ in range(500):
    rng.shuffle(pooled)
    if abs(pooled[:40].mean() - pooled[40:].mean()) >= abs(observed):
        count += 1
print("permutation p", count / 500)
# %%
stats.bootstrap((control,), np.std, n_resamples=500, rng=np.random.default_rng(1)).confidence_interval
# %%
coverage = np.mean([low <= d <= high for d in diffs])
coverage
