# run: 1 2 3 4 5 6 6 6 7 8 9 10
# %%
import numpy as np
import matplotlib.pyplot as plt
# %%
world = np.zeros((20, 20), dtype=np.uint8)
# %%
glider = np.array([[0, 1, 0], [0, 0, 1], [1, 1, 1]], dtype=np.uint8)
world[1:4, 1:4] = glider
corner = world[10:15, 10:15]
world.sum()
# %%
def neighbours(w):
    return sum(np.roll(np.roll(w, i, 0), j, 1) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0))

def step(w):
    n = neighbours(w)
    w[:] = (n == 3) | (w & (n == 2))
# %%
corner[2, 1:4] = 1
generation = 0
# %%
step(world)
generation += 1
print(generation, world.sum())
# %%
corner
# %%
plt.imshow(world)
# %%
history = []
for _ in range(10):
    step(world)
    history.append(int(world.sum()))
history
# %%
density = np.mean(history) / world.size
round(density, 4)
