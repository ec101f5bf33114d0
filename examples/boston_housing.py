# %% [markdown]
"""
# Predict house prices from thirteen numbers

What does a house cost in a district with clean air, many rooms and high taxes? Thirteen numbers go
in, and a price comes out. You will first try something simple, see it fail for a reason that every
beginner meets, mend it, and only then build a network. So you will know what the network is worth.

**A warning.** Column B of this data set is a formula on the share of Black residents. It assumes
that segregation raises prices. Keras and scikit-learn advise against these data, and so do we; see
data/README.md. They are here because so many tutorials use them, and because there is something to
learn from that, too. Do not draw conclusions from them.

- You will learn: regression with several inputs, why to scale them, why to start with a baseline.
- Expected: not measured yet.
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
# There are 506 districts of Boston, as they were in 1970, and 102 of them are for the test. For
# each we have thirteen numbers, the **features**: the crime rate, the mean number of rooms, the tax
# rate and so on. What we want to predict, the **target**, is the median price of a house in
# thousands of dollars. (Houses were cheap in those days. Prices above 50 were recorded as 50.) This
# is what the first district looks like:

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
# A network is only worth its effort if it beats something simpler, its **baseline**. The simplest
# of all is to call every district average: always answer with the mean price. The next best is a
# linear model, which is a single neuron without an activation. You know it from the first lesson;
# it just has thirteen inputs now in place of one. Let's train it for five steps.

# %%
linear_model = keras.Sequential([keras.Input(shape=(13,)), layers.Dense(1)])
sgd = keras.optimizers.SGD(learning_rate=0.04, momentum=0.9)
linear_model.compile(optimizer=sgd, loss="mean_squared_error")
for step in range(5):
    loss = linear_model.train_on_batch(x_train, y_train)
    print(f"step {step}  loss {float(loss):.1e}")

# %% [markdown]
# The loss should fall, but it explodes. After the first step it is already a hundred million times
# larger, and soon it will be infinite. (`7.1e+10` is 71 followed by nine zeros.) What went wrong?
# Look at how large the features typically are:

# %%
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(mean + std, names, "o", color="tab:blue")
ax.set(xlabel="typical size (mean + standard deviation)", xscale="log", title="Before scaling")
plt.show()

# %% [markdown]
# The axis is logarithmic, so each line to the right means ten times as large. NOX and CHAS are
# smaller than 1, TAX and B are in the hundreds. When the weight of TAX changes a little, the
# prediction changes hundreds of times as much as it does for the same change in the weight of NOX.
# In the landscape of the loss this is a valley with cliffs on two sides and hardly any slope along
# its bottom. A step that is right for one direction is a disaster in the other. No learning rate
# suits both.
#
# The remedy is to **standardise**, as in nonlinear_regression.py: subtract the mean of each feature
# and divide by its standard deviation. Then all thirteen have the same size. We do the same with
# the prices. As always, the numbers for this come from the training part.

# %%
std[std == 0] = 1  # a column that never changes
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
print(f"the end   loss {float(loss):.3f}")

# %% [markdown]
# The same neuron, the same learning rate, and now it learns. Its loss ends at about a quarter.
# Someone who always answers with the mean would get 1, as you remember, so the line explains three
# quarters of the differences between the districts. This is the baseline for the network.
#
# ## Build the model
#
# What can a network do that a line can't? In a linear model, one more room adds the same number of
# dollars everywhere. In reality an additional room is worth more in a rich district than in a poor
# one. For this we need hidden layers. We take two, with 64 neurons each.
#
# Their activation is **ReLU**, which is simpler than tanh: if a number is negative, it becomes 0,
# otherwise it stays as it is. So it bends the line with a sharp kink. It's quick to compute, and it
# works so well that it's the usual choice today.

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
# away. But there is an optimizer that does something similar for each weight, as it goes along.
# **Adam** remembers how large the gradients of a weight have been lately, and divides by that. So
# all weights take steps of about the same length, which is the learning rate. It is the most
# popular optimizer of all.
#
# There is one more thing that we can improve. At the beginning we want long steps, to get near the
# bottom quickly. At the end we want short ones, to settle down there, because the batches are
# random and each of them pushes us a little to the side. So we let the learning rate fall, from
# 0.01 to 0 during the training. The curve along which it falls is the half wave of a cosine; that's
# why it's called `CosineDecay`. It needs to know how many steps there will be in all.
#
# `verbose=0` tells `fit` to print nothing. Fifty epochs would be fifty lines.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))  # of the whole training
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss="mean_squared_error")
history = model.fit(
    x_train, y_train_scaled, batch_size=args.batch_size, epochs=args.epochs, verbose=0
)

# %% [markdown]
# ## Evaluate
#
# How far are the predictions from the true prices? There are two usual answers. The mean absolute
# error (MAE) is just what it says, in thousands of dollars. The root of the mean squared error
# (RMSE) is similar, but it punishes large errors more, because it squares them. Here are both, for
# our three ways to predict a price.

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
# The linear model halves the error of always answering with the mean. The network takes away
# another third: it is wrong by a little more than 2,000 dollars, for houses of 22,500 dollars on
# average.
#
# Where does it gain? In the picture each mark is a district of the test. The closer it is to the
# dashed line, the better the prediction.

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
# The largest gain is on the right: the linear model makes the most expensive districts far too
# cheap, while the network follows the line up there. It also does better on the left, with the
# cheapest. The column of marks at 50 are the districts whose true price is at least 50; nobody
# knows by how much.

# %%
print(f"RMSE of the linear model: {rmse['linear model']:.3f}")
print(f"Test MAE: {mae['network']:.3f}")

# %% [markdown]
# ## What to try next
#
# - Leave out column B (`x_train[:, 11] = x_test[:, 11] = 0` after the scaling): not measured yet.
#   So we hardly need the one column that nobody should use.
# - `--train-limit 100`: a quarter of the districts. Which of the two models suffers more?
# - `keras.optimizers.Adam(0.01)` in place of the schedule: what does the constant rate cost?
#
# Keras's reference: [Adam](https://keras.io/api/optimizers/adam/).
