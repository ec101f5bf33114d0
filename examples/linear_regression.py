# %% [markdown]
"""
# Fit a straight line with one neuron

The smallest network there is, one neuron, computes $y = wx + b$, a straight line. You will watch it
find the line that is hidden in 200 noisy points, and compare it with the exact solution.

- You will learn: what a training step does, what the loss tells, why the learning rate matters.
- Expected: w and b at most 2e-07 from least squares (10 seeds), 0.6 s of training on 2 CPU cores.
- Run: `python examples/linear_regression.py`
"""

# %%
from common import flags  # first of all: a quiet start and the command line, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags

args = flags(epochs=300, learning_rate=0.3, seed=0, train_limit=160)  # settings, see --help
keras.utils.set_random_seed(args.seed)  # the same seed gives the same random numbers

# %% [markdown]
# ## Load and prepare the data
#
# We make the data ourselves, so we know the truth that the neuron has to find: $w = 0.5$ and
# $b = 2$. Each point misses the line by a random error, the noise, typically 0.05. We shuffle them
# before 40 are set aside for the test; otherwise these would be the right end of the line. Keras
# computes with 32-bit numbers, `float32`, and wants a row for each point.

# %%
x = np.linspace(-1, 1, 200, dtype="float32").reshape(-1, 1)  # 200 rows, 1 column
np.random.shuffle(x)
y = 0.5 * x + 2 + np.random.normal(0, 0.05, x.shape).astype("float32")

x_train, y_train = x[:160], y[:160]
x_test, y_test = x[160:], y[160:]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Build the model
#
# A model is a list of layers. Ours takes one number and has one layer with one neuron, so it has
# two numbers to learn: the **weight** $w$, which starts at random, and the **bias** $b$.
#
# The **loss** says how bad the model is: here the mean squared error (MSE), the mean of
# $(\text{prediction} - y)^2$. **Stochastic gradient descent** (SGD) makes it smaller: it finds
# how steeply the loss rises with $w$, its **gradient**, and takes a step the other way; so for $b$:
# $w \leftarrow w - \text{learning rate} \cdot \partial\,\text{loss} / \partial w$.

# %%
model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate)
model.compile(optimizer=sgd, loss="mean_squared_error")  # what to make smaller, and how
weights_at_start = model.get_weights()

# %% [markdown]
# ## Train
#
# `train_on_batch` takes one step and returns the loss before it (before Keras 3.15, a mean over all
# steps so far). An **epoch** uses all the training points once; here every step is an epoch.

# %%
losses = []
for epoch in range(args.epochs):
    loss = model.train_on_batch(x_train, y_train)
    losses.append(float(loss))
    if epoch % 50 == 0:
        print(f"epoch {epoch:3d}  loss {losses[-1]:.6f}")

# %% [markdown]
# The loss stays at about $0.05^2 = 0.0025$: that is the noise, and no straight line can remove it.
#
# ## Evaluate
#
# For a straight line the best $w$ and $b$ can also be computed at once, by least squares; NumPy
# calls it `polyfit`. Training should arrive there, not at 0.5 and 2: the points are noisy.

# %%
exact_w, exact_b = np.polyfit(x_train.ravel(), y_train.ravel(), deg=1)
kernel, bias = model.get_weights()  # "kernel" is Keras's name for w
w, b = kernel[0, 0], bias[0]
print(f"least squares: w = {exact_w:.6f}, b = {exact_b:.6f}")
print(f"Keras:         w = {w:.6f}, b = {b:.6f}")
print(f"Distance from least squares: {max(abs(w - exact_w), abs(b - exact_b)):.1e}")
print(f"Distance from the truth: {max(abs(w - 0.5), abs(b - 2)):.4f}")

figure, ax = plt.subplots()
ax.plot(x_train, y_train, "o", color="tab:blue", markersize=3, label="training points")
ax.plot(x_test, y_test, "^", color="tab:orange", label="test points")
ax.plot(x, w * x + b, color="black", label=f"y = {w:.3f} x + {b:.3f}")
ax.set(xlabel="x", ylabel="y", title="The line that the neuron found")
ax.legend()
plt.show()

# %% [markdown]
# The line fits the test points, which it has never seen, as well as the others.
#
# ## Why the learning rate matters
#
# Old tutorials take a learning rate of 0.01. We do so, too, from the same start and for as long.

# %%
slow_model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
slow_model.set_weights(weights_at_start)
slow_model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.01), loss="mean_squared_error")
slow_losses = []
for epoch in range(args.epochs):
    loss = slow_model.train_on_batch(x_train, y_train)
    slow_losses.append(float(loss))
slow_kernel, slow_bias = slow_model.get_weights()
print(f"learning rate 0.01: w = {slow_kernel[0, 0]:.6f}, b = {slow_bias[0]:.6f}")

figure, ax = plt.subplots()
ax.plot(losses, color="tab:blue", label=f"learning rate {args.learning_rate}")
ax.plot(slow_losses, "--", color="tab:orange", label="learning rate 0.01")
ax.set(xlabel="epoch", ylabel="loss", yscale="log", title="Long steps and short steps")
ax.legend()
plt.show()

# %% [markdown]
# With short steps the neuron knows $b$ by now, but not yet $w$. Good rates are found by trying.

# %%
test_loss = model.evaluate(x_test, y_test, verbose=0)  # 0: without a progress bar
print(f"Test MSE: {test_loss:.6f}")

# %% [markdown]
# ## What to try next
#
# - `--learning-rate 1.0`: every step jumps over the valley to the other side, and the loss stays
#   high; with `1.1` it grows to infinity.
# - `--learning-rate 0.01 --epochs 2000`: short steps arrive, too.
# - `--train-limit 10`: slope or height miss the truth by 0.023 (5 seeds); see what all points reach.
#
# Keras's reference: [SGD](https://keras.io/api/optimizers/sgd/).
