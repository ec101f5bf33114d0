# %% [markdown]
"""
# Fit a curve with a small network

One neuron can only draw a straight line. Put eight between input and output, let each of them bend
its line, and they draw a parabola. You will see both fits, with and without the bend.

- You will learn: hidden layers, why the activation matters, standardising, momentum.
- Expected: error 0.17 +/- 0.02 of the noise (10 seeds), 5.6 s of training on 2 CPU cores.
- Run: `python examples/nonlinear_regression.py`
"""

# %%
from common import flags  # first of all: a quiet start and the command line, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags

args = flags(epochs=1500, learning_rate=0.03, seed=0, train_limit=200)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# We make 200 points on the curve $y = x^2$ and add noise with a standard deviation of 0.02. The
# noise has a random generator of its own, so `--seed` changes the network and not the points.

# %%
noise = 0.02
generator = np.random.default_rng(0)
x = np.linspace(-0.5, 0.5, 200, dtype="float32").reshape(-1, 1)  # 200 rows, 1 column
y = (x**2 + generator.normal(0, noise, x.shape)).astype("float32")

chosen = generator.permutation(200)[: args.train_limit]  # the numbers 0 to 199 in random order
x_train, y_train = x[chosen], y[chosen]

# %% [markdown]
# **Standardising** means: subtract the mean, then divide by the standard deviation. Networks learn
# best from numbers around 1; ours are at most 0.5, and the heights at most 0.3. What the network
# predicts must be turned back: times the standard deviation, plus the mean.

# %%
x_mean, x_std = x_train.mean(), x_train.std()
y_mean, y_std = y_train.mean(), y_train.std()
x_train_scaled = (x_train - x_mean) / x_std
y_train_scaled = (y_train - y_mean) / y_std

# %% [markdown]
# ## Build the model
#
# A **hidden layer** stands between input and output. Each of its eight neurons computes
# $\tanh(wx + b)$: tanh bends the line into a soft step from -1 to 1. Such a function is called the
# **activation** of the layer. The last neuron adds up the eight steps, each weighted.
#
# The second network is the same without tanh. Its neurons draw eight lines, and the sum of lines is
# again a line.
#
# **Momentum** 0.9 adds nine tenths of the last step to each new one. Where the loss keeps falling
# in one direction, the steps get ten times as long.

# %%
hidden = layers.Dense(8, activation="tanh")
model = keras.Sequential([keras.Input(shape=(1,)), hidden, layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate, momentum=0.9)
model.compile(optimizer=sgd, loss="mean_squared_error")

linear_model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(8), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate, momentum=0.9)
linear_model.compile(optimizer=sgd, loss="mean_squared_error")

# %% [markdown]
# ## Train
#
# Both get the same number of steps, each with all points.

# %%
for epoch in range(args.epochs):
    loss = model.train_on_batch(x_train_scaled, y_train_scaled)
    linear_loss = linear_model.train_on_batch(x_train_scaled, y_train_scaled)
    if epoch % 300 == 0:
        print(f"epoch {epoch:4d}  loss {loss:.5f}, without tanh {linear_loss:.5f}")

# %% [markdown]
# ## Evaluate
#
# We know the true curve, so we measure the distance to it, as the root of the mean squared error
# (RMSE), and divide it by the noise: 1 would mean that the fit is as far off as a single point.

# %%
x_test, y_test = x, x**2
x_test_scaled = (x_test - x_mean) / x_std
y_pred = model.predict(x_test_scaled, verbose=0) * y_std + y_mean
linear_pred = linear_model.predict(x_test_scaled, verbose=0) * y_std + y_mean
test_rmse = np.sqrt(np.mean((y_pred - y_test) ** 2))
linear_rmse = np.sqrt(np.mean((linear_pred - y_test) ** 2))

figure, ax = plt.subplots()
ax.plot(x_train, y_train, "o", color="grey", markersize=3, label="training points")
ax.plot(x_test, y_test, ":", color="black", label="true curve")
ax.plot(x_test, y_pred, color="tab:blue", label="8 neurons with tanh")
ax.plot(x_test, linear_pred, "--", color="tab:orange", label="8 neurons without tanh")
ax.set(xlabel="x", ylabel="y", title="The activation makes the difference")
ax.legend()
plt.show()

# %% [markdown]
# The dashed line is not badly trained: no straight line is closer to the points, and no training
# can bend it. The blue curve lies closer to the truth than the points do, because it averages the
# noise of many of them.

# %%
print(f"Error without tanh, in units of the noise: {linear_rmse / noise:.2f}")
print(f"Error with tanh, in units of the noise: {test_rmse / noise:.3f}")
print(f"Test RMSE: {test_rmse:.5f}")

# %% [markdown]
# ## What to try next
#
# - `activation="relu"`: an error of 0.26 (5 seeds). Straight pieces fit a curve less well.
# - `momentum=0.0` for the network with tanh: an error of 0.40 (5 seeds). It needs far more epochs.
# - 2 neurons in place of 8, or 1: how few are enough?
#
# Keras's reference: [activations](https://keras.io/api/layers/activations/),
# [SGD](https://keras.io/api/optimizers/sgd/).
