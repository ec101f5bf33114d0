# %% [markdown]
"""
# Watch a training, steer it, and keep its best moment

A training can take hours. Do you want to sit beside it all that time, watch the loss, and stop it
at the right moment? Keras can do that for you. After every epoch `fit` calls helpers, which are
known as **callbacks**. They keep the best network, lower the learning rate, write a log, or end the
training. You will meet four of Keras's own, and a fifth if you have TensorBoard, and you will write
one yourself. They all work together in the same training.

- You will learn: callbacks, TensorBoard, a picture of the model.
- Expected: reads 98.1 % of the test digits; takes about 23 s on 2 CPU cores.
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
# The images are those of mnist_dense.py, and again the last twelfth is for validation. Some of our
# callbacks make decisions, and they make them on the validation images. A callback must no more
# look at the test images than we may.

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
# The network is a small version of the one in mnist_dense.py, with a single hidden layer of 128
# neurons. This time the learning rate doesn't follow a cosine, which is fixed before the training
# begins. Here a callback will watch how the training goes, and lower the learning rate when it
# seems to be time.

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
# `plot_model` can draw the network: one box for each layer, from the input at the top to the output
# at the bottom, with the shapes of what goes in and comes out. You find the picture in
# `output/watch_training/model.png`. Keras needs the package pydot and the program graphviz for it.
# If one of them is missing, we print Keras's message and go on without a picture.

# %%
try:
    keras.utils.plot_model(model, folder / "model.png", show_shapes=True)
except ImportError as error:
    print(f"No picture of the model: {error}")

# %% [markdown]
# ## The callbacks
#
# **Keep the best.** The last epoch is not always the best one. `ModelCheckpoint` saves the network
# after each epoch. With `save_best_only=True` it does so only when the validation loss has reached
# a new low. In the end the file holds the best network.

# %%
keep_best = keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True)

# %% [markdown]
# **Take shorter steps.** If an epoch brings no new low in the validation loss, the steps may be too
# long to get any closer to the bottom of the valley. `ReduceLROnPlateau` then multiplies the
# learning rate by 0.3. (A plateau is a place where it goes neither up nor down.) `patience=1` means
# that one such epoch is enough. By default it waits ten epochs, and multiplies by 0.1. We have only
# twelve epochs, so we act sooner, and more gently.

# %%
shorten_steps = keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=1)

# %% [markdown]
# **Stop in time.** You know `EarlyStopping` from overfitting.py. It has to be more patient than
# `ReduceLROnPlateau`, so that shorter steps get a chance first. So we let it wait for four epochs.
# It also puts the best weights back into `model`. Why save a file as well? Because the file is
# still there if the computer crashes.

# %%
stop_in_time = keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True)

# %% [markdown]
# **Write a log.** `CSVLogger` writes the numbers of each epoch into a table that any spreadsheet
# can open. If the computer crashes in the night, you can still see how far the training got.

# %%
write_log = keras.callbacks.CSVLogger(folder / "log.csv")

# %% [markdown]
# **Your own.** Keras has no callback that tells you which digit is misread most often. So you write
# one: a class with a method `on_epoch_end`, which `fit` calls after each epoch. In this method
# `self.model` is the network as it is at that moment, and `logs` holds the losses and metrics of
# the epoch, which we don't need here. `np.bincount` counts the mistakes for each digit.


# %%
class HardestDigit(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        y_pred = self.model.predict(x_val, batch_size=1000, verbose=0).argmax(axis=1)
        counts = np.bincount(y_val[y_pred != y_val], minlength=10)
        print(f"\nMost mistakes: {counts.max()}, with the digit {counts.argmax()}")


callbacks = [HardestDigit(), keep_best, shorten_steps, stop_in_time, write_log]

# %% [markdown]
# **Watch it in the browser.** TensorBoard is a program that shows the learning curves in your
# browser while they grow. If you have installed it, one more callback writes files for it. While
# the training is running, type `tensorboard --logdir output/watch_training/tensorboard` in another
# window, and open the address that it prints. Each training gets a subfolder of its own, named
# after the time it started, so that you can compare one training with another.

# %%
if importlib.util.find_spec("tensorboard") and keras.backend.backend() == "tensorflow":
    started = time.strftime("%Y-%m-%d-%H-%M-%S")
    callbacks.append(keras.callbacks.TensorBoard(folder / "tensorboard" / started))
else:
    print("No curves in a browser: they need pip install tensorboard, and the TensorFlow backend.")

# %% [markdown]
# ## Train
#
# We give `fit` the list of callbacks. It trains for twelve epochs at most, and early stopping may
# end it sooner.

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
# The lines "Most mistakes" come from your own callback. Does the number become smaller from epoch
# to epoch? Is it always the same digit? The last number in each line of Keras is the learning rate
# that was used in that epoch, so you can see when it became smaller. Here are the losses that the
# callbacks have seen.

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
# Both losses fall fast at first, and then more and more slowly. Look for the first epoch that was
# trained with a smaller learning rate; with seed 0 it is the eighth. Both curves make a small jump
# downwards there, because shorter steps get closer to the bottom. The dotted line marks the lowest
# validation loss: that is the network in the file. With seed 0 the lowest loss came in the last
# epoch, so early stopping was never needed. With another seed the training may end sooner.
#
# ## Evaluate
#
# We load the best network from its file, and see how well it reads the test images.

# %%
best_model = keras.saving.load_model(folder / "best.keras")
test_loss, test_accuracy = best_model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# This is the network of its best epoch on the validation images. The test images had no part in
# choosing that epoch, so this number is an honest one.
#
# ## What to try next
#
# - `ReduceLROnPlateau(patience=99)`, so that the learning rate stays as it is. What do the curves
#   look like now, and when does the training stop?
# - Write a callback that prints how long each epoch takes. You need `on_epoch_begin`, too, and
#   `time.perf_counter()`.
#
# Keras's reference: [callbacks](https://keras.io/api/callbacks/).
