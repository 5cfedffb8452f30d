# run: 1 2 3 4 5 6 7 8 9 10
# %%
import numpy as np
import matplotlib.pyplot as plt
from sklearn.datasets import load_sample_image
from scipy import ndimage
# %%
china = load_sample_image("china.jpg")[::4, ::4]
china.shape, china.dtype
# %%
plt.imshow(china); plt.axis("off");
# %%
gray = china @ np.array([0.299, 0.587, 0.114]) / 255
gray.mean().round(4)
# %%
blurred = ndimage.gaussian_filter(gray, 2)
edges = np.hypot(ndimage.sobel(gray, 0), ndimage.sobel(gray, 1))
print(blurred.std().round(4), edges.max().round(4))
# %%
roi = gray[20:60, 30:80]
roi[:] = roi.max()
plt.imshow(gray, cmap="gray")
# %%
hist, bins = np.histogram(gray, bins=8)
hist
# %%
mask = edges > np.quantile(edges, 0.95)
labels, count = ndimage.label(mask)
print(count, "edge pieces")
# %%
sizes = ndimage.sum(mask, labels, range(1, count + 1))
np.sort(sizes)[-5:]
# %%
flipped = china[:, ::-1]
(flipped[:, 0] == china[:, -1]).all()
