# %% [markdown]
"""
# Continue a training that was interrupted

A long training is seldom left alone until it is done. The power fails, the computer restarts for an
update, or somebody needs the machine. If you haven't prepared for that, everything is lost. In this
lesson you will stop a training in the middle, on purpose, and continue it: first with what Keras
has for this, and then in a way that gives exactly the same network as if nothing had happened.

- You will learn: checkpoints, `BackupAndRestore`, what belongs to the state of a training.
- Expected: not measured yet.
- Run: `python examples/resume.py`; press Ctrl-C in the last part, and run it again
"""

# %%
import json
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
    epochs=4,
    batch_size=128,
    learning_rate=0.003,
    seed=0,
    train_limit=60000,
    folder=Path("output/resume"),
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)
folder = args.folder
folder.mkdir(parents=True, exist_ok=True)  # the files of this lesson go here

# %% [markdown]
# ## Load and prepare the data

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
steps = int(np.ceil(len(x_train) / args.batch_size))  # in one epoch

# %% [markdown]
# ## Build the model
#
# A small dense network is enough here. We will train it several times, always from the same start.
# So the function that builds it also sets the seed.


# %%
def build():
    keras.utils.set_random_seed(args.seed)
    network = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.2, seed=args.seed),
            layers.Dense(10, activation="softmax"),
        ]
    )
    schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, args.epochs * steps)
    network.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return network


# %% [markdown]
# ## Train
#
# First we train without any interruption, so that we have something to compare with.

# %%
print("Without an interruption")
whole = build()
whole.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose)

# %% [markdown]
# ## Stop it, and go on
#
# Keras has a callback for our problem, `BackupAndRestore`. After each epoch it writes the state of
# the training into a folder. It should be a folder of its own, because the callback deletes it when
# the training is complete.
#
# A second callback plays the power failure: it raises an error in the middle of the training.


# %%
class PowerFailure(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == args.epochs // 2:
            raise RuntimeError("the power has failed")


print("With an interruption")
model = build()
backup = keras.callbacks.BackupAndRestore(folder / "backup")
try:
    model.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        callbacks=[backup, PowerFailure()],
        verbose=args.verbose,
    )
except RuntimeError as error:
    print(f"Stopped: {error}")

# %% [markdown]
# Now we do what you would do: start the program again. It builds the network anew, with random
# weights, and calls `fit` with the same callback. If the callback finds something in its folder, it
# loads it, and `fit` goes on with the next epoch.

# %%
print("Started again")
model = build()
backup = keras.callbacks.BackupAndRestore(folder / "backup")
model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    callbacks=[backup],
    verbose=args.verbose,
)

# %% [markdown]
# Look at the number of the epoch in the first line: it didn't begin with 1. Nothing is lost but the
# epoch in which the power failed, and it took two lines. For most purposes this is all you need.
#
# But is it the same network as the one that was never interrupted? We compare all their weights.


# %%
def largest_difference(first, second):
    largest = 0
    for one, other in zip(first.get_weights(), second.get_weights()):
        largest = max(largest, np.abs(one - other).max())
    return largest


print(f"Largest difference with BackupAndRestore: {largest_difference(whole, model):.1e}")

# %% [markdown]
# No, it is another one. What has not been restored? `BackupAndRestore` keeps the weights, Adam's
# memory, and the number of the steps, on which the learning rate depends. It does not keep the
# state of the random numbers. Dropout switches off the neurons that it switched off in the first
# epoch, not those that would have been next. And `fit` shuffles the images in each epoch; with JAX
# and torch, after the new start, it begins again with the order of the first one.
#
# Is that bad? Usually not: the network is a different one, but just as good. It is bad if you want
# to repeat an experiment exactly, or if you search for a mistake. And there is something else that
# `BackupAndRestore` doesn't do. It doesn't check whether the settings are still the same. Start
# again with another learning rate, and it goes on without a word.
#
# ## The same numbers, as if nothing had happened
#
# Both can be fixed. The trick is to let all random numbers depend on nothing but the seed and the
# number of the epoch. Then it doesn't matter when the program was started. So we shuffle the images
# ourselves, with a generator that is made from these two numbers. A dropout layer that was given a
# seed has a generator of its own. Its state consists of the seed and of a counter, which goes up by
# one in each step, so we know what it must be at the beginning of an epoch.
#
# The state is kept in two files: the network with its optimizer, as in save_and_load.py, and the
# settings. We write each file under another name first, so that a crash never leaves half of it.
# When the program starts, it compares the settings, and refuses if one of them is different.

# %%
checkpoint, settings_file = folder / "checkpoint.keras", folder / "settings.json"
settings = {
    "epochs": args.epochs,
    "batch size": args.batch_size,
    "learning rate": args.learning_rate,
    "seed": args.seed,
    "images": [len(x_train), float(x_train.sum())],
}


def train(network, first_epoch, end):
    losses = []
    for epoch in range(first_epoch, end):
        order = np.random.default_rng([args.seed, epoch]).permutation(len(x_train))
        dropout = network.layers[1]
        dropout.seed_generator.state.assign([args.seed, epoch * steps])
        result = network.fit(
            x_train[order],
            y_train[order],
            batch_size=args.batch_size,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,  # we have done that
            verbose=args.verbose,
        )
        losses.append(result.history["loss"][0])
        network.save(folder / "unfinished.keras")
        (folder / "unfinished.keras").replace(checkpoint)
        (folder / "unfinished.json").write_text(json.dumps(settings))
        (folder / "unfinished.json").replace(settings_file)
    return losses


def continue_or_start():
    if not (checkpoint.exists() and settings_file.exists()):
        return build(), 0
    try:
        earlier = json.loads(settings_file.read_text())
        network = keras.saving.load_model(checkpoint)
    except Exception as error:
        raise SystemExit(f"{checkpoint} or {settings_file} is damaged: delete both") from error
    for name in settings:
        if earlier.get(name) != settings[name]:
            raise SystemExit(
                f"The interrupted training had {name} {earlier.get(name)}, not {settings[name]}. "
                f"Use that again, or delete {checkpoint} to begin anew."
            )
    return network, int(network.optimizer.iterations) // steps


# %% [markdown]
# `continue_or_start` gives us the network and the number of the first epoch that is left. If you
# press Ctrl-C while the next cell is running, and start the lesson again, it will go on where you
# stopped it.
#
# We let it train half of the epochs, throw the network away, and ask for it again, as a new program
# would.

# %%
model, first_epoch = continue_or_start()
print(f"Training from epoch {first_epoch + 1}")
middle = max(first_epoch, args.epochs // 2)
losses = train(model, first_epoch, middle)

model, second_epoch = continue_or_start()
print(f"Started again, from epoch {second_epoch + 1}")
losses += train(model, second_epoch, args.epochs)
checkpoint.unlink()  # the training is complete: the next one starts from scratch

# %% [markdown]
# And the same without an interruption:

# %%
print("Without an interruption")
uninterrupted = build()
whole_losses = train(uninterrupted, 0, args.epochs)
checkpoint.unlink()
print(f"Largest difference with our own order: {largest_difference(uninterrupted, model):.1e}")

epochs = np.arange(1, args.epochs + 1)
figure, ax = plt.subplots()
ax.plot(epochs, whole_losses, "-", color="gray", linewidth=4, label="without an interruption")
ax.plot(epochs[first_epoch:], losses, "o", color="tab:orange", label="with an interruption")
ax.axvline(middle + 0.5, color="black", linestyle=":", label="the interruption")
ax.set(xlabel="epoch", ylabel="training loss", title="As if nothing had happened")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# The points lie exactly on the line, before and after the interruption, and the weights are the
# same to the last digit, or nearly so.
#
# ## Evaluate

# %%
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - Press Ctrl-C in the last part, and start the lesson again with `--learning-rate 0.001`: it
#   refuses, and tells you why.
# - Leave out the line that sets the state of the dropout layer. How large is the difference then?
#
# Keras's reference: [BackupAndRestore](https://keras.io/api/callbacks/backup_and_restore/).
