# %% [markdown]
"""
# Fit a straight line with one neuron

Here are 200 points that lie roughly on a line. Which line is it? You could find it with a ruler. In
this lesson a network finds it, and it is the smallest network there is: a single neuron. It starts
with some random line, sees how far off it is, and improves it, step by step. All that large
networks do is already there, and the problem is so small that you can watch every step.

- You will learn: what a training step does, what the loss tells you, why the learning rate matters.
- Expected: not measured yet.
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
# We make the data ourselves, so that we know the truth which the neuron has to find. It is the line
# $y = 0.5x + 2$. The 0.5 is its **slope**: go one to the right, and the line has risen by a half.
# The 2 is its **height**: this is where it crosses the vertical line at $x = 0$.
#
# Measurements never lie exactly on a line. So we move each point up or down by a small random
# amount, the **noise**. Typically it is 0.05.
#
# We put 40 of the points aside for the test. The neuron doesn't see them while it learns, and in
# the end they tell us whether its line is also good for new points. `np.linspace` gives us the
# points in order, from left to right. That's why we shuffle them first: otherwise the last 40 would
# all come from the right end of the line.
#
# Keras wants a table with one row for each point, and one column for each number that we know about
# it. We know only one, $x$. Keras computes with 32-bit numbers, so we ask for `float32`.

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
# What does a neuron do? It multiplies its input by a number, the **weight** $w$, and then it adds
# another number, the **bias** $b$. So ours computes $y = wx + b$, and that is a straight line: the
# weight is its slope, and the bias is its height. To learn the line means to find these two
# numbers. At the start, $w$ is random and $b$ is 0.
#
# A model is a list of layers. Ours has one layer, `Dense(1)`, with one neuron, and `keras.Input`
# says that each point comes with one number.
#
# Next we have to say what a good line is. The **loss** measures how bad a line is, with one number.
# We take the mean squared error (MSE): look at each point, see by how much the line misses it,
# square that, and take the mean over all points. The smaller, the better.
#
# How do we make it smaller? Imagine the loss as a landscape. Each pair of $w$ and $b$ is a place in
# it, and the loss is how high up this place is. We stand on a hillside in thick fog. We can't see
# the bottom of the valley, but we can feel with our feet which way the ground falls, and how
# steeply. This is what the **gradient** says. So we take a step downhill, a long one where it is
# steep, and a short one where it is nearly flat. Then we feel the ground again. How long the steps
# are, compared with the steepness, is up to us: it's the **learning rate**.
#
# This is called gradient descent, and Keras's name for it is `SGD`. The S stands for "stochastic",
# which means random. There is nothing random in it yet; that will come in logistic_regression.py.

# %%
model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate)
model.compile(optimizer=sgd, loss="mean_squared_error")  # how to improve, and what
weights_at_start = model.get_weights()  # for later, so that we can start from the same place

# %% [markdown]
# ## Train
#
# `train_on_batch` takes one step, and returns the loss before the step. (Up to Keras 3.14 it
# returned a mean over all steps so far.) An **epoch** is a round in which all the training points
# have been used once. Here each step uses all of them, so a step and an epoch are the same. In
# every epoch we write down the loss and the height $b$, to look at them afterwards.

# %%
losses = []
heights = []
for epoch in range(args.epochs):
    kernel, bias = model.get_weights()  # "kernel" is Keras's name for the weights
    heights.append(bias[0])
    loss = model.train_on_batch(x_train, y_train)
    losses.append(float(loss))
    if epoch % 50 == 0:
        print(f"epoch {epoch:3d}  loss {losses[-1]:.6f}")

kernel, bias = model.get_weights()
w, b = kernel[0, 0], bias[0]

# %% [markdown]
# The loss falls from about 4 to 0.0025, and then it doesn't fall any further, however long we
# train. Is something wrong? No: the points miss the true line by 0.05, and $0.05^2$ is 0.0025. What
# is left is the noise, and no straight line can get rid of it.
#
# Now let's look at the valley. We can draw it for $b$ alone, with the right slope, 0.5, for $w$.
# For a hundred heights we compute the loss, and then we mark where the first 20 steps have led.


# %%
def loss_of(height):
    return np.mean((0.5 * x_train + height - y_train) ** 2)


valley = np.linspace(-0.5, 4.5, 100)
first = heights[:20]
figure, ax = plt.subplots()
ax.plot(valley, [loss_of(height) for height in valley], color="gray", label="the loss for each b")
ax.plot(first, [loss_of(height) for height in first], "o", label="the first 20 steps")
ax.plot(first[0], loss_of(first[0]), "^", markersize=12, label="the start")
ax.set(xlabel="b", ylabel="loss", title="Downhill: long steps where it is steep")
ax.legend()
plt.show()

# %% [markdown]
# At the start, $b$ is 0. The first step is long, because the hillside is steep there: it leads to
# 1.2. The second one leads to 1.7. Towards the bottom, where it gets flatter, the steps become
# shorter all by themselves, until you can't tell one from the next. The weight $w$ is updated in
# the same way, and at the same time.
#
# ## Evaluate
#
# For a straight line nobody needs a neuron. The line with the smallest loss can be computed
# directly, by **least squares**. NumPy calls it `polyfit`. This gives us something to check our
# training against: it should arrive at exactly the same line. Neither of the two will find 0.5 and
# 2, because the noise has moved the points a little.

# %%
exact_w, exact_b = np.polyfit(x_train.ravel(), y_train.ravel(), deg=1)
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
# The neuron has found the line of least squares, to six digits. (`1e-07` is 0.0000001.) It is a
# little off the truth, and so is least squares: from 160 noisy points nobody can know better.
#
# In the picture the test points scatter around the line just as the training points do. That is
# what we hoped for: the line is as good for points that it has never seen.
#
# ## Why the learning rate matters
#
# Old tutorials often use a learning rate of 0.01. Let's try that, with the same starting weights
# and the same number of epochs.

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
# The vertical axis is logarithmic: from one line to the next, the loss gets ten times smaller. With
# our learning rate the loss drops like a stone. After some 20 epochs it has reached the noise, and
# the rest of the curve is flat.
#
# With 0.01 the steps are thirty times shorter, and you can see two speeds. The first part of the
# dashed curve falls steadily: this is $b$ on its way to 2. Then it gets flatter, because what is
# left is $w$, and the valley is three times less steep in that direction. After 300 epochs $w$ has
# still not arrived.
#
# So why not take even longer steps than 0.3? Try it, below: at some point a step gets so long that
# it jumps over the bottom of the valley and lands higher up on the other side. There is no formula
# for a good learning rate. You try a few.

# %%
test_loss = model.evaluate(x_test, y_test, verbose=0)  # 0: without a progress bar
print(f"Test MSE: {test_loss:.6f}")

# %% [markdown]
# The loss of the test points is again about 0.0025: only the noise is left.
#
# ## What to try next
#
# - `--learning-rate 1.0`: now every step jumps to the other side of the valley, and the loss stays
#   high. With `--learning-rate 1.1` it grows and grows, to infinity.
# - `--learning-rate 0.01 --epochs 2000`: short steps get there as well, if you give them time.
# - `--train-limit 10`: not measured yet. With fewer points, the noise of each one matters more.
#
# Keras's reference: [SGD](https://keras.io/api/optimizers/sgd/).
