# run: 1 2 3 4 5 6 7 8 7 8 9 10 11
# %%
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
import matplotlib.pyplot as plt
# %%
X, y = load_digits(return_X_y=True)
X = X / 16
X_tr, X_va, y_tr, y_va = train_test_split(X, y, random_state=0)
Y_tr = np.eye(10)[y_tr]
print(X_tr.shape)
# %%
hidden, lr, batch = 32, 0.3, 64
# %%
np.random.seed(1)
params = {
    "W1": np.random.randn(64, hidden) * 0.1, "b1": np.zeros(hidden),
    "W2": np.random.randn(hidden, 10) * 0.1, "b2": np.zeros(10),
}
history = {"loss": [], "acc": []}
# %%
def forward(X):
    h = np.tanh(X @ params["W1"] + params["b1"])
    z = h @ params["W2"] + params["b2"]
    e = np.exp(z - z.max(1, keepdims=True))
    return h, e / e.sum(1, keepdims=True)

def train_step(xb, yb):
    h, p = forward(xb)
    d2 = (p - yb) / len(xb)
    d1 = d2 @ params["W2"].T * (1 - h**2)
    for name, g in {"W2": h.T @ d2, "b2": d2.sum(0), "W1": xb.T @ d1, "b1": d1.sum(0)}.items():
        params[name] -= lr * g
    return -np.log((p * yb).sum(1) + 1e-9).mean()
# %%
accuracy = lambda X, y: (forward(X)[1].argmax(1) == y).mean()
accuracy(X_va, y_va)
# %%
for epoch in range(3):
    order = np.random.permutation(len(X_tr))
    for start in range(0, len(order), batch):
        rows = order[start:start + batch]
        loss = train_step(X_tr[rows], Y_tr[rows])
    history["loss"].append(loss)
    history["acc"].append(accuracy(X_va, y_va))
# %%
print([round(float(a), 3) for a in history["acc"]])
# %%
plt.plot(history["loss"]); plt.twinx().plot(history["acc"], "r")
# %%
wrong = np.flatnonzero(forward(X_va)[1].argmax(1) != y_va)
len(wrong)
# %%
norms = {k: float(np.linalg.norm(v).round(3)) for k, v in params.items()}
norms
