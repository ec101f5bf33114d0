# %% [markdown]
"""
# Watch a training, steer it, and keep its best moment

A training can take hours. Do you want to sit beside it all that time, watch the loss, and stop it
at the right moment? Keras can do that for you. After every epoch `fit` calls helpers, which are
known as **callbacks**. They keep the best network, lower the learning rate, write a log, or end the
training. You will use four of Keras's own, one after the other, and write one yourself.

- You will learn: callbacks, TensorBoard, a picture of the model.
- Expected: not measured yet.
- Run: `python examples/watch_training.py`; its files are in `output/watch_training`
"""

# %%
import importlib.util
import time
from pathlib import Path

from common import flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=12,
    batch_size=256,
    learning_rate=0.003,
    seed=0,
    train_limit=60000,
    folder=Path("output/watch_training"),
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)
folder = args.folder
folder.mkdir(parents=True, exist_ok=True)  # the files of this lesson go here

# %% [markdown]
# ## Load and prepare the data
#
# Images, validation and network are those of mnist_dense.py, only smaller. The callbacks decide by
# the validation images. They must not see the test images, just as we must not.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
cut = len(x_train) * 11 // 12
x_train, x_val = x_train[:cut], x_train[cut:]
y_train, y_val = y_train[:cut], y_train[cut:]

# %% [markdown]
# ## Build the model
#
# This time the learning rate does not fall along a cosine. One of the callbacks will take care of
# it.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=args.learning_rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# You can also have a picture of the network. It needs the package pydot and the program graphviz.
# Without them `plot_model` raises an ImportError that says so; we print it, and go on.

# %%
try:
    keras.utils.plot_model(model, folder / "model.png", show_shapes=True)
except ImportError as error:
    print(f"No picture of the model: {error}")

# %% [markdown]
# ## The callbacks
#
# **Keep the best.** The last epoch is not always the best one. `ModelCheckpoint` saves the network
# after an epoch, but with `save_best_only` only if its validation loss is lower than ever before.
# In the end the file holds the best network.

# %%
keep_best = keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True)

# %% [markdown]
# **Take shorter steps.** If the validation loss has not fallen in an epoch, the steps may be too
# long to get any closer to the bottom of the valley. `ReduceLROnPlateau` then multiplies the
# learning rate by 0.3. (A plateau is a place where it goes neither up nor down.) `patience=1` means
# that it waits no longer than that one epoch.

# %%
shorten_steps = keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=1)

# %% [markdown]
# **Stop in time.** You know `EarlyStopping` from overfitting.py. It has to be more patient than the
# last one, so that shorter steps get a chance first. So we let it wait for four epochs.

# %%
stop_in_time = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)

# %% [markdown]
# **Write a log.** `CSVLogger` writes the numbers of each epoch into a table that any spreadsheet
# can open. If the computer crashes in the night, you still know how far it came.

# %%
write_log = keras.callbacks.CSVLogger(folder / "log.csv")

# %% [markdown]
# **Your own.** Keras has no callback that tells you which digit is the hardest. So you write one: a
# class with a method `on_epoch_end`, which `fit` calls after each epoch. In there, `self.model` is
# the network as it is at that moment. `np.bincount` counts how often each digit occurs among the
# mistakes.


# %%
class HardestDigit(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        y_pred = self.model.predict(x_val, batch_size=1000, verbose=0).argmax(axis=1)
        counts = np.bincount(y_val[y_pred != y_val], minlength=10)
        print(f"\nMost mistakes: {counts.max()}, with the digit {counts.argmax()}")


callbacks = [HardestDigit(), keep_best, shorten_steps, stop_in_time, write_log]

# %% [markdown]
# **Watch it in the browser.** If you have installed TensorBoard, one more callback writes files for
# it. While the training is running, type `tensorboard --logdir output/watch_training/tensorboard`
# in another window, and open the address that it prints. Each start gets a subfolder of its own,
# named after the time, so that you can compare them.

# %%
if importlib.util.find_spec("tensorboard") and keras.backend.backend() == "tensorflow":
    started = time.strftime("%Y-%m-%d-%H-%M-%S")
    callbacks.append(keras.callbacks.TensorBoard(folder / "tensorboard" / started))
else:
    print("No curves in a browser: they need pip install tensorboard, and the TensorFlow backend.")

# %% [markdown]
# ## Train
#
# `fit` gets the list. Twelve epochs are the most that we allow.

# %%
history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=(x_val, y_val),
    callbacks=callbacks,
    verbose=args.verbose,
)

# %% [markdown]
# The last number in each line is the learning rate: you can see when it was lowered. Here are the
# losses that the callbacks have seen.

# %%
epochs = np.array(history.epoch) + 1
curves = history.history
best = 1 + np.argmin(curves["val_loss"])
figure, ax = plt.subplots()
ax.plot(epochs, curves["loss"], "o-", color="tab:blue", label="training")
ax.plot(epochs, curves["val_loss"], "^--", color="tab:orange", label="validation")
ax.axvline(best, color="gray", linestyle=":", label="the epoch in best.keras")
ax.set(xlabel="epoch", ylabel="loss", title="What the callbacks saw")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# Both losses fall fast at first, and then more and more slowly. Look for the epoch in which the
# learning rate was lowered for the first time, with seed 0 the eighth: both curves make a small
# jump downwards there, because shorter steps get closer to the bottom. The dotted line marks the
# lowest validation loss: that is the network in the file. With seed 0 it is the last epoch, so
# early stopping had nothing to stop. With other seeds it does.
#
# ## Evaluate
#
# We load the best network from its file, and see how well it reads the test images.

# %%
best_model = keras.saving.load_model(folder / "best.keras")
test_loss, test_accuracy = best_model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `ReduceLROnPlateau(patience=99)`, so that the learning rate stays as it is. What do the curves
#   look like now, and when does the training stop?
# - Write a callback that prints how long each epoch takes. You need `on_epoch_begin`, too, and
#   `time.perf_counter()`.
#
# Keras's reference: [callbacks](https://keras.io/api/callbacks/).
