# %% [markdown]
"""
# Fit a straight line with one neuron

Here are 200 points that lie roughly on a line. Which line is it? You could lay a ruler along them.
In this lesson a network does it for you, the smallest network there is: a single neuron. It starts
with a random line, measures how far off that line is, and improves it step by step. Large networks
learn with the same kind of step, and here the problem is so small that you can watch every one of
them.

- You will learn: what a training step does, what the loss tells you, why the learning rate matters.
- Expected: finds the same line as the method of least squares; takes about 8 s on 2 CPU cores.
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

args = flags(epochs=300, learning_rate=0.3, seed=0, train_limit=160)  # settings; --help lists them
keras.utils.set_random_seed(args.seed)  # the same seed gives the same random numbers

# %% [markdown]
# ## Load and prepare the data
#
# We make the data ourselves, so that we know the true line, the one that the neuron has to find. It
# is $y = 0.5x + 2$. The 0.5 is its **slope**: go one unit to the right, and the line rises by half
# a unit. The 2 is its **height** at $x = 0$, where it crosses the vertical axis.
#
# Measurements never lie exactly on a line. So we move each point up or down by a small random
# amount, the **noise**. Its standard deviation, which is its typical size, is 0.05.
#
# We put 40 of the points aside as the **test set**. The neuron doesn't see them while it learns,
# and at the end they tell us whether its line is also good for new points. `np.linspace` returns
# the $x$ values in order, from left to right. That's why we shuffle them before we cut off the last
# 40: otherwise all of these would come from the right end of the line.
#
# Keras wants a table with one row for each point, and one column for each of its inputs. Our points
# have only one input, $x$. Keras computes with 32-bit numbers by default, so we ask NumPy for the
# same, `float32`.

# %%
x = np.linspace(-1, 1, 200, dtype="float32").reshape(-1, 1)  # 200 rows, 1 column
np.random.shuffle(x)
y = 0.5 * x + 2 + np.random.normal(0, 0.05, x.shape).astype("float32")

x_train, y_train = x[:160], y[:160]
x_test, y_test = x[160:], y[160:]
# With --train-limit we keep only the first of them.
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Build the model
#
# What does a neuron do? It multiplies its input by a number, the **weight** $w$, and then it adds
# another number, the **bias** $b$. So ours computes $y = wx + b$, and that is a straight line: the
# weight is its slope, and the bias is its height at $x = 0$. Learning the line means finding these
# two numbers. At the start, $w$ is random and $b$ is 0.
#
# A `Sequential` model is a list of layers, one after the other. Ours has a single layer,
# `Dense(1)`, with one neuron, and `keras.Input` says that each point has one input.
#
# Next we have to say what makes a line good. The **loss** is a single number that says how bad a
# line is. We use the mean squared error (MSE). For each point, see how far the line passes above or
# below it, and square that distance. Then take the mean over all points. Squaring makes every miss
# count as positive, and large misses count most. The smaller the loss, the better the line.
#
# How do we make it smaller? Imagine the loss as a landscape. Each choice of $w$ and $b$ is a place
# in it, and the loss is how high the ground is there. We stand on a hillside in thick fog. We can't
# see the bottom of the valley, but we can feel with our feet which way the ground slopes, and how
# steeply. The **gradient** is the mathematical word for that: it points uphill, and it is larger
# where the ground is steeper. We take a step the other way, downhill. Its length is the gradient
# times a number that we choose, the **learning rate**. So the step is long where the ground is
# steep, and short where it is nearly flat. Then we feel the ground again.
#
# This is called gradient descent. Keras's optimizer for it is `SGD`. The S stands for "stochastic",
# which means random. Our steps are not random yet, because each of them uses all the points. Random
# steps come in logistic_regression.py.
#
# `compile` tells the model which optimizer and which loss to use.

# %%
model = keras.Sequential([keras.Input(shape=(1,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate)
model.compile(optimizer=sgd, loss="mean_squared_error")
weights_at_start = model.get_weights()  # for later, so that we can start from the same place

# %% [markdown]
# ## Train
#
# `train_on_batch` takes one step, and returns the loss before it. An **epoch** is one pass through
# all the training points. Here each step uses all of them, so a step and an epoch are the same.
# Before each step we write down $b$, and with it the loss at that place, so that we can look at
# both afterwards.

# %%
losses = []
heights = []
for epoch in range(args.epochs):
    kernel, bias = model.get_weights()  # "kernel" is Keras's name for w
    heights.append(bias[0])
    loss = model.train_on_batch(x_train, y_train)
    losses.append(float(loss))
    if epoch % 50 == 0:
        print(f"epoch {epoch:3d}  loss {losses[-1]:.6f}")

kernel, bias = model.get_weights()
w, b = kernel[0, 0], bias[0]  # kernel is a table with one row and one column, bias is a list

# %% [markdown]
# The loss starts at 4 or a little more, falls to about 0.0025, and then stays there, however long
# we train. Is something wrong? No. The distances of the points from the true line have a standard
# deviation of 0.05, so the mean of their squares is $0.05^2 = 0.0025$. What is left is the noise,
# and no straight line can get rid of it.
#
# Now let's look at the valley. On paper we can only show one direction, so we keep $w$ at the right
# slope, 0.5, and change only $b$. We compute the loss for a hundred values of $b$, and then we mark
# where the first 20 steps led. (The real losses on the way were a little higher, because $w$ was
# not right yet.)


# %%
def loss_of(height):
    return np.mean((0.5 * x_train + height - y_train) ** 2)


valley = np.linspace(-0.5, 4.5, 100)
first = heights[:21]  # the start, and 20 steps
figure, ax = plt.subplots()
ax.plot(valley, [loss_of(height) for height in valley], color="gray", label="the loss for each b")
ax.plot(first, [loss_of(height) for height in first], "o", label="the first 20 steps")
ax.plot(first[0], loss_of(first[0]), "^", markersize=12, label="the start")
ax.set(xlabel="b", ylabel="loss", title="Downhill: long steps where it is steep")
ax.legend()
plt.show()

# %% [markdown]
# At the start, $b$ is 0. The hillside is steep there, so the first step is long: it takes $b$ to
# 1.2. The second takes it to 1.7. Towards the bottom, where the ground gets flatter, the steps
# become shorter all by themselves, until you can't tell one from the next. The weight $w$ is
# updated in the same way, and at the same time.
#
# ## Compare with least squares
#
# To be honest, nobody needs a neuron to fit a straight line. The line with the smallest loss can be
# computed directly, by **least squares**, and NumPy's `polyfit` does that. (`deg=1` asks for a
# line, and `ravel` makes a plain list of our column.) That gives us something to check our neuron
# against: it should arrive at the same line. Neither of them will find exactly 0.5 and 2, because
# the noise has moved the points a little.

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
# The neuron has found the line of least squares, to about six digits. (A distance here is the
# larger of the two differences, in $w$ and in $b$. `e-07` at the end of a number means: divided by
# ten million.) Both lines are a little off the truth. That isn't the neuron's fault: 160 noisy
# points don't tell us any more than this.
#
# In the picture the test points scatter around the line just as the training points do. That is
# what we hoped for: the line is as good for points that it has never seen.
#
# ## Why the learning rate matters
#
# If you don't choose a learning rate, Keras's `SGD` takes 0.01, and so do many old tutorials. Let's
# try that, with the same starting weights and the same number of epochs.

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
# The vertical axis is logarithmic: from each labelled tick to the one below, the loss gets ten
# times smaller. With our learning rate the loss drops like a stone. After about 20 epochs only the
# noise is left, and the curve is flat.
#
# With 0.01 every step is only a thirtieth as long, and now you can see two speeds. The first part
# of the dashed curve falls steadily: $b$ is on its way to 2. Then the curve gets flatter. What is
# left is the error in $w$, and in that direction the valley is only a third as steep, because our
# $x$ are mostly well below 1. After 300 epochs $w$ still hasn't arrived.
#
# So why not take even longer steps? You can try that at the end of this lesson: at some point a
# step gets so long that it jumps over the bottom of the valley, and lands higher up on the other
# side. For a real network there is no formula for a good learning rate. You try a few.
#
# ## Evaluate
#
# Back to our first model, the one with the learning rate 0.3. How large is its loss on the 40
# points that it has never seen? `evaluate` computes it.

# %%
test_loss = model.evaluate(x_test, y_test, verbose=0)  # 0: no progress bar
print(f"Test MSE: {test_loss:.6f}")

# %% [markdown]
# On the test set the loss is about 0.0025 again. With only 40 points, it can easily be a fifth
# higher or lower.
#
# ## What to try next
#
# - `--learning-rate 1.0`: now every step jumps right across the valley, to about the same height on
#   the other side, and the loss stays high. With `--learning-rate 1.1` the loss grows until the
#   computer can only call it `inf`, infinite.
# - `--learning-rate 0.01 --epochs 2000`: short steps get there as well, if you give them time. (The
#   two curves in the last picture are the same then.)
# - `--train-limit 10`: slope or height miss the truth by 0.023 (5 seeds). With fewer points, the
#   noise of each one matters more.
#
# Keras's reference: [SGD](https://keras.io/api/optimizers/sgd/).
