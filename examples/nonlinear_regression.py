# %% [markdown]
"""
# Fit a curve with a small network

One neuron can only draw a straight line. That was fine in the last lesson, but most things in the
world are curved. So let's take eight neurons, let each of them bend its line, and add the eight
bent lines up. You will see how they make a curve together, and what is left of it if they don't
bend.

- You will learn: hidden layers, why the activation matters, standardising, momentum.
- Expected: not measured yet.
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
# Again we make the data ourselves: 200 points on the curve $y = x^2$, with some noise. The standard
# deviation of the noise, its typical size, is 0.02. The noise comes from a random generator of its
# own, so that the points are always the same. With `--seed` you change only where the network
# starts.

# %%
noise = 0.02
generator = np.random.default_rng(0)
x = np.linspace(-0.5, 0.5, 200, dtype="float32").reshape(-1, 1)  # 200 rows, 1 column
y = (x**2 + generator.normal(0, noise, x.shape)).astype("float32")

chosen = generator.permutation(200)[: args.train_limit]  # the numbers 0 to 199 in random order
x_train, y_train = x[chosen], y[chosen]

# %% [markdown]
# Networks learn best when the numbers that go in and come out are spread around 0, most of them
# between -1 and 1. Ours are smaller: $x$ goes up to 0.5, and $y$ only up to 0.3. So we
# **standardise** them. We subtract their mean, and then they are spread around 0. We divide by
# their standard deviation, and then their typical size is 1.
#
# The network will now answer with a standardised $y$, too. To get a real one, we do the same
# backwards: times the standard deviation, plus the mean.

# %%
x_mean, x_std = x_train.mean(), x_train.std()
y_mean, y_std = y_train.mean(), y_train.std()
x_train_scaled = (x_train - x_mean) / x_std
y_train_scaled = (y_train - y_mean) / y_std

# %% [markdown]
# ## Build the model
#
# We put a **hidden layer** of eight neurons between the input and the output. It's called hidden
# because we never see its results from outside. Each of its neurons computes a line $wx + b$, as in
# the last lesson, and then bends it: it takes $\tanh(wx + b)$. The function tanh turns a rising
# line into a soft step, which comes from -1, rises, and levels off at 1. Such a function behind a
# layer is called its **activation**. The neuron in the last layer adds up the eight steps. It gives
# a weight to each, so a step can be made higher, lower, or turned upside down.
#
# Is the bending really necessary? To find out we build a second network, which is the same but has
# no activation.
#
# There is something new in the optimizer as well. With **momentum** a step does not start from
# rest: nine tenths of the last step are added to it, as if a ball were rolling down the valley.
# Where it goes downhill in the same direction all the time, the ball gets faster and faster, up to
# ten times as fast.

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
# Both networks get the same number of steps, and each step uses all the points.

# %%
for epoch in range(args.epochs):
    loss = model.train_on_batch(x_train_scaled, y_train_scaled)
    linear_loss = linear_model.train_on_batch(x_train_scaled, y_train_scaled)
    if epoch % 300 == 0:
        print(f"epoch {epoch:4d}  loss {loss:.5f}, without tanh {linear_loss:.5f}")

# %% [markdown]
# The loss of the second network stays close to 1. That is a telling number: a standardised $y$ has
# a standard deviation of 1, so somebody who always answers with the mean also gets a loss of 1.
# This network has learned nothing at all. The first one gets down to 0.06, and what is left there
# is the noise again.
#
# ## Evaluate
#
# Let's look at what the two have drawn.

# %%
x_test, y_test = x, x**2  # the true curve, without noise
x_test_scaled = (x_test - x_mean) / x_std
y_pred = model.predict(x_test_scaled, verbose=0) * y_std + y_mean
linear_pred = linear_model.predict(x_test_scaled, verbose=0) * y_std + y_mean

figure, ax = plt.subplots()
ax.plot(x_train, y_train, "o", color="gray", markersize=3, label="training points")
ax.plot(x_test, y_test, ":", color="black", label="true curve")
ax.plot(x_test, y_pred, color="tab:blue", label="8 neurons with tanh")
ax.plot(x_test, linear_pred, "--", color="tab:orange", label="8 neurons without tanh")
ax.set(xlabel="x", ylabel="y", title="The activation makes the difference")
ax.legend()
plt.show()

# %% [markdown]
# The blue curve follows the parabola so closely that you can hardly see the dotted true curve
# behind it. The dashed line is flat. It isn't badly trained, it just can't do better: without tanh
# the eight neurons draw eight straight lines, and when you add up straight lines you get another
# straight line. However many layers you stack, without an activation they can do no more than one.
#
# But how do the eight neurons with tanh make a curve? For each of them we compute its soft step,
# times the weight that the last neuron gives it. The black curve is the sum of all eight, and of
# the last neuron's bias.

# %%
kernel, bias = hidden.get_weights()  # shapes (1, 8) and (8,)
last_kernel, last_bias = model.layers[-1].get_weights()  # shapes (8, 1) and (1,)
steps = np.tanh(x_test_scaled * kernel + bias) * last_kernel[:, 0]  # 200 rows, 8 columns

figure, ax = plt.subplots()
ax.plot(x_test, steps, linewidth=1)
ax.plot(x_test, steps.sum(axis=1) + last_bias, color="black", linewidth=3, label="their sum")
ax.set(xlabel="x", ylabel="standardised y", title="Eight bent lines that add up to a curve")
ax.legend()
plt.show()

# %% [markdown]
# Nobody told the neurons who should do what. With the usual seed, two of them fall on the left, and
# two rise on the right. Together they make the bowl, which has its bottom where all four are low.
# The other four are almost flat and do little more than lift the curve. With more neurons you can
# draw any curve you like in this way, as long as it doesn't jump.
#
# Finally, a number. We know the true curve, so we can measure how far the network is from it: the
# root of the mean squared error (RMSE), which is the typical distance. We divide it by the noise.
# An error of 1 would mean that the curve is no closer to the truth than a single noisy point is.

# %%
test_rmse = np.sqrt(np.mean((y_pred - y_test) ** 2))
linear_rmse = np.sqrt(np.mean((linear_pred - y_test) ** 2))
print(f"Error without tanh, in units of the noise: {linear_rmse / noise:.2f}")
print(f"Error with tanh, in units of the noise: {test_rmse / noise:.3f}")
print(f"Test RMSE: {test_rmse:.5f}")

# %% [markdown]
# The network is about six times closer to the truth than the points that it has learned from! How
# can that be? Each point is a little too high or a little too low. A smooth curve can't follow them
# all, so it goes through the middle, and there the noise of many points cancels out.
#
# ## What to try next
#
# - `activation="relu"`: not measured yet. ReLU bends a line with a sharp kink instead of a soft
#   step, and straight pieces fit a curve less well.
# - `momentum=0.0` for the network with tanh: not measured yet. Without momentum it would need far
#   more epochs.
# - Take 2 neurons in place of 8, or only 1. How few are enough? Look at the second picture.
#
# Keras's reference: [activations](https://keras.io/api/layers/activations/),
# [SGD](https://keras.io/api/optimizers/sgd/).
