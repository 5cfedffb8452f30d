# %%
import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_sample_images
# %%
images = load_sample_images()
flower = images.images[1][::5, ::5].astype(float).mean(axis=2)
flower.shape
# %%
U, s, Vt = np.linalg.svd(flower, full_matrices=False)
s[:5].round(0)
# %%
plt.semilogy(s)
# %%
def rank(k):
    return (U[:, :k] * s[:k]) @ Vt[:k]
# %%
errors = {k: np.linalg.norm(flower - rank(k)) / np.linalg.norm(flower) for k in (1, 5, 10, 20)}
{k: round(v, 4) for k, v in errors.items()}
# %%
fig, (left, right) = plt.subplots(1, 2)
left.imshow(flower, cmap="gray")
right.imshow(rank(10), cmap="gray")
right.set_title(f"error {errors[10]:.3f}")
# %%
energy = np.cumsum(s**2) / np.sum(s**2)
needed = int(np.searchsorted(energy, 0.99)) + 1
print(needed, "of", len(s))
# %%
saved = 1 - needed * (sum(flower.shape) + 1) / flower.size
f"{saved:.1%}"
# %%
pinv = np.linalg.pinv(flower)
np.allclose(flower @ pinv @ flower, flower)
