# %% [markdown]
"""
# Predict house prices from thirteen numbers

What does a house cost in a district with clean air, large houses and high taxes? Thirteen numbers
go in, and a price comes out. You will first try something simple, see it fail for a reason that
every beginner runs into, fix it, and only then build a network. That way you will know what the
network is worth.

**A warning.** Column B of this data set is computed from the share of Black residents, by a formula
that takes for granted that segregation raises house prices. Keras warns against this data set, and
scikit-learn has removed it; see data/README.md. It is here only because so many tutorials use it,
and because it shows how the prejudice of those who collect data ends up in the data. Use it for
practice only, and draw no conclusions from it.

- You will learn: regression with several inputs, why to scale them, why to start with a baseline.
- Expected: its prices are off by 2.3 thousand dollars on average; takes about 10 s on 2 CPU cores.
- Run: `python examples/boston_housing.py`
"""

# %%
from common import flags, load_boston_housing  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_boston_housing = keras.datasets.boston_housing.load_data

args = flags(epochs=50, batch_size=32, learning_rate=0.01, seed=0, train_limit=404)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# The data describe 506 districts in and around Boston, as they were in 1970. 102 of them are our
# test set. For each district we have thirteen numbers, the **features**: the crime rate (CRIM),
# nitric oxides in the air (NOX), the mean number of rooms (RM), the tax rate (TAX) and so on;
# data/README.md explains them all. What we want to predict, the **target**, is the median price of
# a house, in thousands of dollars. (Yes, they were that cheap in those days. Prices above 50 were
# recorded as 50.) This is what the first district looks like:

# %%
(x_train, y_train), (x_test, y_test) = load_boston_housing()
x_train, y_train = x_train[: args.train_limit].astype("float32"), y_train[: args.train_limit]
x_test = x_test.astype("float32")

names = "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT".split()
for name, value in zip(names, x_train[0]):
    print(f"{name:8} {value:8.2f}")
print(f"price in $1000s: {y_train[0]:.1f}")

# %% [markdown]
# ## Start with something simple
#
# A network is only worth the effort if it beats something simpler, the **baseline**. The simplest
# idea of all is to answer with the mean price every time. The next simplest is a linear model: a
# single neuron without an activation. You know it from the first lesson; now it just has thirteen
# inputs instead of one. Let's train it for five steps.

# %%
linear_model = keras.Sequential([keras.Input(shape=(13,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=0.04, momentum=0.9)
linear_model.compile(optimizer=sgd, loss="mean_squared_error")
for step in range(5):
    loss = linear_model.train_on_batch(x_train, y_train)
    print(f"step {step}  loss {float(loss):.1e}")

# %% [markdown]
# The loss should fall, but it explodes. After a single step it is already many million times
# larger, and soon it is too large for the computer. (`e+10` at the end of a number means: move the
# decimal point ten places to the right.) What went wrong? Let's look at how large the features
# typically are:

# %%
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(mean + std, names, "o", color="tab:blue")
ax.set(xlabel="typical size (mean + standard deviation)", xscale="log", title="Before scaling")
plt.show()

# %% [markdown]
# The axis is logarithmic: each labelled tick is ten times the one to its left. NOX and CHAS are
# smaller than 1, while TAX and B are in the hundreds. Change the weight of TAX a little, and the
# prediction changes hundreds of times as much as if you had changed the weight of NOX by the same
# amount. The landscape of the loss is then a valley with cliffs on two sides and hardly any slope
# along its bottom. A learning rate that is right along the valley is a disaster across it, and one
# that is safe across it would take many thousands of steps along it.
#
# The remedy is to **standardise**, as in nonlinear_regression.py: subtract the mean of each feature
# and divide by its standard deviation. Then all thirteen have the same typical size. We standardise
# the prices, too, so that the loss is easier to read. As before, the means and standard deviations
# come from the training set alone.

# %%
std[std == 0] = 1  # a column that never changes: do not divide by 0
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
y_mean, y_std = y_train.mean(), y_train.std()
y_train_scaled = (y_train - y_mean) / y_std

linear_model = keras.Sequential([keras.Input(shape=(13,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=0.04, momentum=0.9)
linear_model.compile(optimizer=sgd, loss="mean_squared_error")
for step in range(300):
    loss = linear_model.train_on_batch(x_train, y_train_scaled)
    if step % 100 == 0:
        print(f"step {step:3d}  loss {float(loss):.3f}")
print(f"step {step:3d}  loss {float(loss):.3f}")

# %% [markdown]
# The same neuron, the same learning rate, and now it learns. Its loss ends at about a quarter. As
# you remember, someone who always answers with the mean would get 1. The linear model is the
# baseline that our network has to beat.
#
# ## Build the model
#
# What can a network do that a linear model can't? In a linear model, one more room adds the same
# number of dollars everywhere. In reality an additional room is worth more in a rich district than
# in a poor one. A neuron in a hidden layer can look at both features at once, and bend where it
# matters. We use two hidden layers, so that the second can combine what the first has found. 64
# neurons in each are plenty; in our trials, more of them did not help.
#
# Their activation is **ReLU**, which is even simpler than tanh: negative numbers become 0, and all
# others stay as they are. Where tanh makes a soft step, ReLU makes a sharp kink. It is quick to
# compute and works well, and most people try it first.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(13,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(1),
    ]
)

# %% [markdown]
# ## Train
#
# The network has more than 5,000 weights. Some of them get large gradients, others tiny ones, and
# one learning rate for all is again a poor compromise. This time we can't standardise the problem
# away, because it arises inside the network. But there is an optimizer that does something similar
# for each weight as it goes along. **Adam** remembers how large the gradients of each weight have
# been lately, and divides its step by that. A weight with tiny gradients then takes steps about as
# long as one with large gradients. The learning rate says how long: a step is seldom longer than
# that. Adam has momentum built in, too. It is the optimizer that most people try first.
#
# But if the steps no longer get shorter by themselves, how do we settle down at the bottom? We
# shorten them ourselves. At the beginning we want long steps, to get near the bottom quickly, and
# at the end short ones. So we let the learning rate fall, from 0.01 to 0 in the course of the
# training. It follows half a wave of a cosine, from the top to the bottom, which is why Keras calls
# this `CosineDecay`. Keras needs to know how many steps there will be in all.
#
# `verbose=0` tells `fit` to print nothing: fifty epochs would fill a hundred lines. Instead we
# print the last loss.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))  # in the whole training
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss="mean_squared_error")
history = model.fit(
    x_train, y_train_scaled, batch_size=args.batch_size, epochs=args.epochs, verbose=0
)
print(f"loss of the network at the end: {history.history['loss'][-1]:.3f}")

# %% [markdown]
# ## Evaluate
#
# That is far below the quarter of the linear model. But the network has twelve weights for each
# training district; it could have learned their prices by heart. (memorising.py is about that.)
# Only new districts can tell.
#
# How far are the predictions from the true prices? There are two common ways to say it. The mean
# absolute error (MAE) is how far off we are on average, whether too high or too low, in thousands
# of dollars. The root of the mean squared error (RMSE) is in thousands of dollars, too, but large
# errors count for more, because they are squared before the mean is taken. Here are both, for our
# three ways of predicting a price.

# %%
predictions = {
    "always the mean": np.full(len(y_test), y_mean),
    "linear model": linear_model.predict(x_test, verbose=0)[:, 0] * y_std + y_mean,
    "network": model.predict(x_test, verbose=0)[:, 0] * y_std + y_mean,
}
mae, rmse = {}, {}
print("                 RMSE   MAE")
for name, prediction in predictions.items():
    rmse[name] = np.sqrt(np.mean((prediction - y_test) ** 2))
    mae[name] = np.mean(np.abs(prediction - y_test))
    print(f"{name:15} {rmse[name]:5.2f} {mae[name]:5.2f}")

# %% [markdown]
# The linear model's error is about half that of always answering with the mean. The network's is
# about a third smaller again: on average it is off by a little more than 2,000 dollars, a tenth of
# the price of an average house.
#
# Where does the network do better? In the picture each test district has two marks: a triangle for
# the linear model, and a circle for the network. The closer a mark is to the dashed line, the
# better the prediction.

# %%
y_pred = predictions["network"]
figure, ax = plt.subplots()
ax.plot(y_test, predictions["linear model"], "^", color="tab:orange", label="linear model")
ax.plot(y_test, y_pred, "o", color="tab:blue", label="network")
ax.plot([0, 55], [0, 55], "--", color="black", label="predicted = true")
ax.set(xlabel="true price in $1000s", ylabel="predicted price in $1000s", title="Test districts")
ax.legend()
plt.show()

# %% [markdown]
# The difference is largest on the right. The linear model's prices for the most expensive districts
# are far too low, while the network stays closer to the dashed line. The network also does better
# on the left, with the cheapest districts. The column of marks at 50 shows the districts that were
# recorded as 50. Their true price was 50 or more, and nobody knows how much more.

# %%
print(f"RMSE of the linear model: {rmse['linear model']:.3f}")
print(f"Test MAE: {mae['network']:.3f}")

# %% [markdown]
# ## What to try next
#
# - Leave out column B (`x_train[:, 11] = x_test[:, 11] = 0` after the scaling): MAE 2.43 (5 seeds).
#   So without the one column that nobody should use, the prediction gets only a little worse. That
#   alone doesn't make the model fair, though: other columns still carry part of the same
#   information.
# - `--train-limit 100`: only a quarter of the training districts. Which suffers more, the linear
#   model or the network?
# - `keras.optimizers.Adam(0.01)` instead of the schedule: how much worse does the network get with
#   a constant learning rate?
#
# Keras's reference: [Adam](https://keras.io/api/optimizers/adam/).
