# %% [markdown]
"""
# Fit a straight line with one neuron

A neuron without an activation computes $y = wx + b$: it *is* a straight line. You will watch it
find the line that was hidden in 200 noisy points, and check it against the exact solution.

- You will learn: what a training step is, what the cost tells, why the learning rate matters.
- Expected: w and b at most 2e-07 from least squares (10 seeds), 0.5 s of training on 2 CPU cores.
- Run: `python examples/linear_regression.py`
"""

# %%
from common import flags  # before Keras: quiet start-up, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags

args = flags(epochs=301, learning_rate=0.3, seed=0, train_limit=160)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# We make the data ourselves, so we know the truth that the neuron has to find: $w = 0.5$ and
# $b = 2$. Each point misses the line by a random error with a standard deviation of 0.05.
# The points are shuffled before they are split; otherwise the test part would be the right
# end of the line and nothing else.

# %%
x = np.linspace(-1, 1, 200, dtype="float32").reshape(-1, 1)  # (200, 1): 200 rows, 1 feature
np.random.shuffle(x)
y = (0.5 * x + 2 + np.random.normal(0, 0.05, x.shape)).astype("float32")

x_train, y_train = x[:160][: args.train_limit], y[:160][: args.train_limit]
x_test, y_test = x[160:], y[160:]

# %% [markdown]
# ## Build the model
#
# One input, one neuron, two numbers to learn: the weight $w$ and the bias $b$. The cost is the
# mean squared error. Stochastic gradient descent (SGD) moves both numbers downhill on it:
# $w \leftarrow w - \text{learning rate} \cdot \partial\,\text{cost} / \partial w$.

# %%
model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
optimizer = keras.optimizers.SGD(args.learning_rate)
model.compile(optimizer=optimizer, loss="mean_squared_error")

# %% [markdown]
# ## Train
#
# `train_on_batch` takes one step with the points you give it and returns the cost before that
# step. Here every step sees all training points, so one step is one epoch.

# %%
start = model.get_weights()
costs = []
for epoch in range(args.epochs):
    costs.append(float(model.train_on_batch(x_train, y_train)))
    if epoch % 100 == 0:
        print(f"epoch {epoch:4d}  cost {costs[-1]:.6f}")

# %% [markdown]
# The cost stops near $0.05^2 = 0.0025$: that is the noise, and no line can remove it.
#
# ## Evaluate
#
# For a straight line the best $w$ and $b$ can also be computed at once, by least squares; the
# column of ones gives the solution its intercept $b$. Training should arrive at the same two
# numbers. Both miss the truth a little, because the points are noisy.

# %%
columns = np.hstack([x_train, np.ones_like(x_train)]).astype("float64")
(exact_w, exact_b), *_ = np.linalg.lstsq(columns, y_train.ravel(), rcond=None)
trained = model.get_weights()
w, b = (value.item() for value in trained)

print("                      w         b")
print(f"truth          {0.5:.6f}  {2:.6f}")
print(f"least squares  {exact_w:.6f}  {exact_b:.6f}")
print(f"Keras          {w:.6f}  {b:.6f}")
distance = max(abs(w - exact_w), abs(b - exact_b))
print(f"Distance from least squares: {distance:.1e}")

# %%
ends = np.array([[-1], [1]], dtype="float32")

figure, ax = plt.subplots()
ax.scatter(x_train, y_train, color="red", marker="o", s=12, label="training points")
ax.scatter(x_test, y_test, color="green", marker="^", s=36, label="test points")
ax.plot(ends, model.predict_on_batch(ends), color="blue", label="fitted line")
ax.set(xlabel="x", ylabel="y", title=f"y = {w:.3f} x + {b:.3f}")
ax.legend()
plt.show()

# %% [markdown]
# The test points (triangles) scatter around the line just as the training points do: the line
# holds for points that it has never seen.
#
# ## Why the learning rate matters
#
# Old tutorials train this neuron with a learning rate of 0.01 for 301 steps. We repeat that
# from the same starting values.

# %%
model.set_weights(start)
model.compile(optimizer=keras.optimizers.SGD(0.01), loss="mean_squared_error")
slow_costs = [float(model.train_on_batch(x_train, y_train)) for epoch in range(args.epochs)]
slow_w = model.get_weights()[0].item()
error_left = (slow_w - exact_w) / (start[0].item() - exact_w)
print(f"learning rate 0.01: w = {slow_w:.6f}, {error_left:.0%} of the first error is left")
model.set_weights(trained)  # back to the good one

figure, ax = plt.subplots()
ax.plot(costs, color="blue", label=f"learning rate {args.learning_rate:g}")
ax.plot(slow_costs, color="orange", linestyle="--", label="learning rate 0.01")
ax.set(xlabel="epoch", ylabel="cost (mean squared error)", yscale="log")
ax.legend()
plt.show()

# %% [markdown]
# The slow neuron had learned the height $b$ but not yet the slope. Its cost looks flat on an
# ordinary axis, so the old tutorials stopped there; the logarithmic axis shows the rest.

# %%
test_mse = model.evaluate(x_test, y_test, verbose=0)
print(f"Test MSE: {test_mse:.6f}")

# %% [markdown]
# ## What to try next
#
# - `--learning-rate 0.9` still arrives; with `1.0` every step jumps over the valley and lands a
#   little higher on the other side (cost 5.9 at the end), and with `1.1` the cost grows to
#   infinity.
# - `--learning-rate 0.01 --epochs 2000`: the old learning rate arrives too, after 2,000 steps.
# - `--train-limit 10`: the fit to ten points misses the true slope by 0.026, the fit to 160 by
#   0.005 (means of 10 seeds). Noise averages out, with patience.
