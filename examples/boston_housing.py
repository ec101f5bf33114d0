# %% [markdown]
"""
# Predict house prices from thirteen numbers

**A warning first.** Column B of this data set is a formula on the share of Black residents, built
on the assumption that segregation raises prices; Keras and scikit-learn advise against the data
(see data/README.md). It is here because so many tutorials use it. Do not draw conclusions from it.

- You will learn: regression with several inputs, why to scale them, why to start with a baseline.
- Expected: test MAE 2.26 +/- 0.05 in $1000s (10 seeds), 24 s in all on 2 CPU cores.
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
# 506 districts of Boston in 1970, 102 of them for the test, with thirteen features: crime, rooms,
# taxes and so on (data/README.md). The target is the median price of a house in $1000s, at most 50.

# %%
(x_train, y_train), (x_test, y_test) = load_boston_housing()
x_train, y_train = x_train[: args.train_limit].astype("float32"), y_train[: args.train_limit]
x_test = x_test.astype("float32")
mean, std = x_train.mean(axis=0), x_train.std(axis=0)

names = "CRIM ZN INDUS CHAS NOX RM AGE DIS RAD TAX PTRATIO B LSTAT".split()
figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.plot(mean + std, names, "o", color="tab:blue")
ax.set(xlabel="typical size (mean + standard deviation)", xscale="log", title="Before scaling")
plt.show()

# %% [markdown]
# The features differ a thousandfold in size. With them as they are, a small step for the weight of
# TAX changes the prediction hundreds of times as much as the same step for the weight of NOX; no
# learning rate suits both. So we standardise the features and the prices.

# %%
std[std == 0] = 1  # a column that never changes
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
y_mean, y_std = y_train.mean(), y_train.std()
y_train_scaled = (y_train - y_mean) / y_std

# %% [markdown]
# ## Build the model
#
# A network has to beat something simpler, its **baseline**. Ours is a linear model, one neuron
# without an activation. The network has two hidden layers with 64 neurons each and the activation
# **ReLU**, which is simple and fast: $\max(0, x)$, so what is negative becomes 0.

# %%
linear_model = keras.Sequential([keras.Input(shape=(13,)), layers.Dense(1)])
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
# The linear model first: steps with all rows lead it to its exact minimum, and 300 are enough. The
# network is trained by **Adam**, which adapts the length of the step to each weight, in batches of
# 32 as in the last lesson. Its learning rate falls from 0.01 to 0 along a cosine: long steps to get
# there, short ones to settle. `verbose=0` keeps `fit` silent.

# %%
sgd = keras.optimizers.SGD(learning_rate=0.04, momentum=0.9)
linear_model.compile(optimizer=sgd, loss="mean_squared_error")
for step in range(300):
    linear_model.train_on_batch(x_train, y_train_scaled)

steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))  # of the whole training
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss="mean_squared_error")
history = model.fit(
    x_train, y_train_scaled, batch_size=args.batch_size, epochs=args.epochs, verbose=0
)

# %% [markdown]
# ## Evaluate
#
# MAE is the mean absolute error in $1000s; RMSE, the root of the mean squared error, punishes large
# errors more. "The mean price" calls every house average, which needs no model at all.

# %%
predictions = {
    "the mean price": np.full(len(y_test), y_mean),
    "linear": linear_model.predict(x_test, verbose=0)[:, 0] * y_std + y_mean,
    "network": model.predict(x_test, verbose=0)[:, 0] * y_std + y_mean,
}
mae, rmse = {}, {}
print("                 RMSE   MAE")
for name, prediction in predictions.items():
    rmse[name] = np.sqrt(np.mean((prediction - y_test) ** 2))
    mae[name] = np.mean(np.abs(prediction - y_test))
    print(f"{name:15} {rmse[name]:5.2f} {mae[name]:5.2f}")

y_pred = predictions["network"]
figure, ax = plt.subplots()
ax.plot(y_test, predictions["linear"], "^", color="tab:orange", label="linear model")
ax.plot(y_test, y_pred, "o", color="tab:blue", label="network")
ax.plot([0, 55], [0, 55], "--", color="black", label="predicted = true")
ax.set(xlabel="true price in $1000s", ylabel="predicted price in $1000s", title="Test districts")
ax.legend()
plt.show()

# %% [markdown]
# Above the dashed line a price was guessed too high, below it too low: the linear model is far too
# low for the most expensive houses. The prices of 50 are the cut-off.

# %%
print(f"RMSE of the linear model: {rmse['linear']:.3f}")
print(f"Test MAE: {mae['network']:.3f}")

# %% [markdown]
# ## What to try next
#
# - Leave out column B (`x_train[:, 11] = x_test[:, 11] = 0` after the scaling): MAE 2.39 (5 seeds).
# - Skip the scaling of the features: the loss of the linear model explodes.
# - `--train-limit 100`: a quarter of the rows; see which of the two models suffers more.
#
# Keras's reference: [Adam](https://keras.io/api/optimizers/adam/).
