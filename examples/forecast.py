# %% [markdown]
"""
# Forecast the Sun

We know month by month, back to 1749, how many dark spots there were on the Sun. Their number rises
and falls in a rhythm of about eleven years, but no two of these cycles are alike. How many spots
will there be a year from now? We let a network read the last eleven years and answer. With such a
series of numbers it's surprisingly easy to fool yourself, so we'll be careful about how we test.

- You will learn: windows, a split in time, why a random split would cheat, recurrent layers.
- Expected: misses the sunspot number a year ahead by 17 on average, a linear model by 20; takes
  about 13 s on 2 CPU cores.
- Run: `python examples/forecast.py`
"""

# %%
from common import find_data, flags  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers

# To use this file on its own, put data/sunspots.csv beside it, delete the import from common and
# uncomment:
# from types import SimpleNamespace as flags
# from pathlib import Path as find_data

args = flags(epochs=15, batch_size=64, learning_rate=0.003, seed=0, train_limit=3000)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# The table has a row for each month, with the mean **sunspot number** of that month. Astronomers
# count the spots, and each group of spots counts ten more. The early years were put together later,
# from old notes. Our table ends in June 2009. (Since 2015 there has been a revised one, with larger
# numbers. Don't mix the two.)

# %%
table = pd.read_csv(find_data("sunspots.csv"))
sunspots = table["sunspots"].to_numpy("float32")
year = 1749 + np.arange(len(sunspots)) / 12
print(table.tail(3))

figure, ax = plt.subplots(figsize=(9, 3), layout="constrained")
ax.plot(year, sunspots, color="tab:blue", linewidth=0.8)
ax.set(xlabel="year", ylabel="sunspot number", title="The Sun, month by month")
plt.show()

# %% [markdown]
# You can see the cycles. Some are twice as high as others, some are longer, and around 1810 the Sun
# was very quiet for years. There is also a lot of noise from month to month, and nobody can predict
# that.
#
# ## Windows
#
# A network learns from examples: an input, and the right answer. But we have only one long row of
# numbers. We make examples by sliding a **window** along it. The first 132 numbers of a window,
# eleven years, are the input. The 12 numbers after that are the answer: the sunspot number one
# month later, two months later, and so on up to a year ahead. Then the window moves on by a month,
# and we have the next example. NumPy's `sliding_window_view` makes all these windows at once: one
# row for each, with 144 numbers.

# %%
past, ahead = 132, 12  # months
windows = np.lib.stride_tricks.sliding_window_view(sunspots, past + ahead)
x, y = windows[:, :past], windows[:, past:]
print(f"{len(x)} windows: x has the shape {x.shape}, y {y.shape}")

# %% [markdown]
# ## Split in time
#
# Which windows are for the test? In the lessons about digits, a random choice was right. Here it
# would be cheating, and this mistake is made again and again. Two windows that begin a month apart
# share nearly all of their numbers. If one of them is in the training part and the other in the
# test part, the network has already seen the answer. And in real life you can't train on the years
# after the one that you want to predict.
#
# So we cut at a point in time: the last fifth of the windows is the test part, and we learn from
# those before. Between the two we leave a gap of 12 windows. Why? Imagine yourself in October 1958,
# when the first forecast of the test is made. You know the numbers up to that month. But the last
# windows before the test have answers from the months after October 1958, so on that day you could
# not have learned from them. A gap of a year removes them all.
#
# (To choose the settings of this lesson, we cut a validation part off the training part in the same
# way, and looked at the test only when everything was decided. Now the network may learn from those
# years as well.)

# %%
test_begin = len(x) * 4 // 5
x_test, y_test = x[test_begin:], y[test_begin:]
x_train, y_train = x[: test_begin - ahead], y[: test_begin - ahead]
x_train, y_train = x_train[-args.train_limit :], y_train[-args.train_limit :]
first = test_begin + past + ahead - 1  # the last month of the first test window
print(f"{len(x_train)} windows for training, {len(x_test)} for the test")
print(f"the test is about the months {table['month'][first]} to {table['month'].iloc[-1]}")

# %% [markdown]
# ## Start with something simple
#
# Before we train a network, let's see how far we get without one. Here are four ideas that need no
# more than a line each. For every month of the test we compare what each idea would have said a
# year earlier with what really happened, and take the mean absolute error (MAE):
#
# - the mean of the training part;
# - the last number that we know, as if nothing would change;
# - the number from eleven years before that month, because a cycle takes about eleven years;
# - a linear model, which multiplies each of the 132 numbers by a weight and adds everything up. We
#   need twelve such models, one for each month ahead. `lstsq` finds the weights of all twelve at
#   once, by least squares, as in linear_regression.py. (It returns four things, and the weights
#   come first. `@` multiplies every window by them.) This is the serious rival.


# %%
def with_one(x):
    """Return x with a column of ones: its weight is the bias."""
    return np.concatenate([x, np.ones((len(x), 1), "float32")], axis=1)


weights = np.linalg.lstsq(with_one(x_train), y_train)[0]
forecasts = {
    "the mean": np.full(y_test.shape, y_train.mean()),
    "the last number": np.repeat(x_test[:, -1:], ahead, axis=1),
    "eleven years before": x_test[:, :ahead],
    "linear model": with_one(x_test) @ weights,
}
for name, forecast in forecasts.items():
    error = np.abs(forecast[:, -1] - y_test[:, -1]).mean()  # the last column: a year ahead
    print(f"{name}: {error:.2f}")

# %% [markdown]
# Repeating the last number does better than looking back eleven years: the cycles are too irregular
# for that. The linear model is much better than the other three.
#
# ## Build the model
#
# We could give all 132 numbers to a hidden layer. But they have an order, and a **recurrent layer**
# makes use of it. It reads the numbers step by step, the way you read this sentence, and keeps a
# few numbers in mind, its **state**. At each step it computes a new state from the old one and from
# what it reads. When it has read everything, the state is what it remembers of the whole story.
# `GRU` is such a layer. At each step it also decides, for each number in its state, how much of the
# old value to keep. When to keep and when to forget is something that it learns.
#
# If it read one month at a time, it would have to remember for 132 steps, and that is hard and
# slow. So we let it read one year per step: `Reshape` turns the 132 numbers into 11 rows of 12. The
# state has 64 numbers. From the last state a `Dense` layer computes the forecasts for all twelve
# months. In between there is dropout, because two centuries of the Sun are not much to learn from.
#
# As in boston_housing.py we standardise first, the inputs and the answers alike. All 144 numbers of
# a window are of the same kind, so one mean and one standard deviation do for all.

# %%
mean, std = x_train.mean(), x_train.std()
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
y_train_scaled = (y_train - mean) / std

model = keras.Sequential(
    [
        keras.Input(shape=(past,)),
        layers.Reshape((past // 12, 12)),
        layers.GRU(64),
        layers.Dropout(0.3),
        layers.Dense(ahead),
    ]
)
model.summary()

# %% [markdown]
# ## Train
#
# The loss is the mean absolute error, the same that we'll measure in the end. A few wild months
# count for less in it than in the mean squared error. (The linear model was fitted to squared
# errors, so it starts at a small disadvantage.) The learning rate falls to 0 again, as in
# boston_housing.py.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss="mean_absolute_error")
history = model.fit(
    x_train, y_train_scaled, batch_size=args.batch_size, epochs=args.epochs, verbose=0
)
print(f"loss of the first epoch {history.history['loss'][0]:.3f}", end=", ")
print(f"of the last epoch {history.history['loss'][-1]:.3f}")

# %% [markdown]
# ## Evaluate
#
# That loss is in standard deviations, because we standardised the answers, and it is the average
# over all twelve months. A picture says more. Here are the network's forecasts for a year ahead,
# through almost fifty years that it has never seen.

# %%
forecasts["network"] = model.predict(x_test, verbose=0) * std + mean
months = year[first:]
figure, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ax.plot(months, y_test[:, -1], color="tab:gray", linewidth=0.8, label="what happened")
forecast = forecasts["network"][:, -1]
ax.plot(months, forecast, color="tab:orange", label="the network's forecast, a year before")
ax.set(xlabel="year", ylabel="sunspot number", title="Forecast for twelve months ahead")
ax.legend()
plt.show()

# %% [markdown]
# The network has caught the rhythm: its forecast rises and falls in time with the Sun. It doesn't
# follow the noise from month to month, and it shouldn't. But look at the very end. The forecast
# rises, because in the past a new cycle had always begun by then. This time the Sun stayed quiet,
# longer than at any time in about a hundred years. A network is good at what resembles its training
# data, and bad at what is new. Keep that in mind whenever somebody shows you a forecast.
#
# And how does the error grow, the further we look ahead?

# %%
figure, ax = plt.subplots(layout="constrained")
for name, style in [("the last number", ":"), ("linear model", "--"), ("network", "-")]:
    error = np.abs(forecasts[name] - y_test).mean(axis=0)
    ax.plot(1 + np.arange(ahead), error, style, marker=".", label=name)
ax.set(xlabel="months ahead", ylabel="mean absolute error, in sunspots", ylim=(0, None))
ax.set(title="The further ahead, the larger the error", xticks=1 + np.arange(ahead))
ax.legend()
plt.show()

# %% [markdown]
# For the next month, all three are about equally good. Most of that error is noise, and nobody can
# predict noise. To say that nothing will change is fine for a month, but for a year ahead it's by
# far the worst of the three. The network and the linear model get worse only slowly, because they
# know the rhythm, and the network knows it best.

# %%
linear_error = np.abs(forecasts["linear model"][:, -1] - y_test[:, -1]).mean()
test_error = np.abs(forecasts["network"][:, -1] - y_test[:, -1]).mean()
print(f"Test MAE of the linear model: {linear_error:.2f}")
print(f"Test MAE: {test_error:.2f}")

# %% [markdown]
# ## What to try next
#
# - Split at random: write `order = np.random.permutation(len(x))` and `x, y = x[order], y[order]`
#   before the split: an error of 15.0 (5 seeds). It looks like progress, but it is only the
#   cheating that we talked about. (Ignore the dates and the picture of the forecast. The months are
#   mixed up now.)
# - A series of your own: read your column into `sunspots`, without gaps. Let `past` be at least one
#   period of it, and a multiple of 12 (or change the 12 in `Reshape`), and let `ahead` be how far
#   you want to look. `year` and the column `month` are the Sun's: replace them, too.
# - What did the network expect after June 2009? `(sunspots[-past:].reshape(1, -1) - mean) / std` is
#   its input. Multiply its answer by `std` and add `mean`, and you have sunspot numbers again. How
#   does the year go on?
# - How much worse does the forecast get if the network knows only the last three years? Write
#   `x_train, x_test = x_train[:, -36:], x_test[:, -36:]` and `past = 36` before the line with
#   `mean, std`. Then the test is still about the same months.
# - `layers.Dense(64, activation="relu")` in place of `Reshape` and `GRU`: is the recurrent layer
#   worth its time here?
#
# Keras's reference: [GRU](https://keras.io/api/layers/recurrent_layers/gru/).
