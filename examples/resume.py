# %% [markdown]
"""
# Continue a training that was interrupted

A long training is seldom left alone until it is done. The power fails, the computer restarts for an
update, or somebody needs the machine. If you haven't prepared for that, everything is lost. In this
lesson you will stop a training in the middle, on purpose, and continue it: first with a tool that
comes with Keras, and then in a way that gives you the same network as if nothing had happened.

- You will learn: checkpoints, `BackupAndRestore`, what belongs to the state of a training.
- Expected: reads 97.9 % of the test digits, interrupted or not; takes about 42 s on 2 CPU cores.
- Run: `python examples/resume.py`; press Ctrl-C after "Training from epoch 1", and run it again
"""

# %%
import json
import shutil
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
#
# The images are those of mnist_dense.py. `steps` will tell us how far a training has come.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
steps = int(np.ceil(len(x_train) / args.batch_size))  # in one epoch

# %% [markdown]
# ## Build the model
#
# A small dense network is enough here. It has a dropout layer, because that needs random numbers in
# each step, and they are what is hardest to restore. We will train the network several times,
# always from the same start. So the function that builds it also sets the seed.


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
# ## Stop the training, and continue it
#
# Keras has a callback for our problem, `BackupAndRestore`. After each epoch it saves the **state**
# of the training: what `fit` needs to go on from there, such as the weights and the number of the
# epoch. A saved state is called a **checkpoint**. Give the callback a folder of its own, because it
# deletes the whole folder when the training is complete.
#
# A second callback plays the power failure: it raises an error in the middle of the training.


# %%
class PowerFailure(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == args.epochs // 2:
            raise RuntimeError("the power has failed")


print("With an interruption")
shutil.rmtree(folder / "backup", ignore_errors=True)  # an earlier run may have left it
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
# weights, and calls `fit` with the same callback. The callback looks into its folder. If there is a
# saved state, the callback loads it, and `fit` goes on with the next epoch.

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
# Look at the number of the first epoch: `fit` didn't begin with 1 again. Our power failure came
# right at the beginning of an epoch, so we lost nothing. In the middle of an epoch you would lose
# what was done of it, but never more than one epoch. All we had to do was create the callback and
# give it to `fit`. For most purposes you need nothing else.
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
# If the two networks were the same, the largest difference would be 0.0e+00. (Python writes 1.0e-01
# for 0.1.) To judge the number that you see, remember that most of the weights are smaller than
# 0.1. So these are two different networks. What has not been restored? `BackupAndRestore` keeps the
# weights, and the two numbers that Adam remembers for each weight. It also keeps the number of
# steps taken so far, because the learning rate depends on it. But it doesn't know how far the
# random numbers had got. After the new start, dropout repeats its choices from the first epoch,
# instead of making new ones. And `fit` shuffles the images before each epoch. With JAX and torch,
# it repeats the order of the first epoch, too.
#
# Is that bad? Usually not: the network is a different one, but just as good. It is bad if you want
# to repeat an experiment exactly, or if you search for a mistake. And there is something else that
# `BackupAndRestore` doesn't do. It doesn't check whether the settings are still the same. Start
# again with another learning rate, and it goes on without a word.
#
# ## The same numbers, as if nothing had happened
#
# We can fix both problems, the random numbers and the settings. For the random numbers, the trick
# is to let all of them depend on nothing but the seed and the number of the epoch. Then it doesn't
# matter when the program was started. So we shuffle the images ourselves, with a random number
# generator that starts from these two numbers. Dropout needs random numbers, too, and a dropout
# layer that was given a seed has its own generator for them. The state of this generator is just
# two numbers: the seed, and a counter that goes up by one in each training step. So we can work out
# what the counter must be at the beginning of any epoch, and set it ourselves.
#
# For the settings we write a second file. One file holds the network with its optimizer, as in
# save_and_load.py, and the other one holds the settings. Among them are the number of training
# images and the sum of all their pixels: with other images, the sum would almost certainly be
# another one. Again we write each file under another name first, so that a crash never leaves us
# with half a file. When the program starts, it compares the settings in the file with its own. If
# one of them is different, it refuses to continue.

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
        print(f"Epoch {epoch + 1} of {args.epochs}")
        order = np.random.default_rng([args.seed, epoch]).permutation(len(x_train))
        dropout = network.layers[1]
        dropout.seed_generator.state.assign([args.seed, epoch * steps])
        result = network.fit(
            x_train[order],
            y_train[order],
            batch_size=args.batch_size,
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
# `train` calls `fit` once for each epoch, because each epoch needs its own order and its own file.
# `continue_or_start` gives us the network and the epoch that comes next. How does it know? Adam
# counts its steps in `iterations`, and this number is saved with the network. Divided by the steps
# in an epoch, it gives the number of epochs that are done.
#
# You can also play the power failure yourself. Wait until you read "Training from epoch 1" and at
# least one epoch is complete, and then press Ctrl-C. When you start the lesson again, the trainings
# above run once more, but this one goes on after the last complete epoch.
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
# The gray line is the training without an interruption, and the orange points are the one that we
# interrupted at the dotted line. The points lie on the line, before the interruption and after it.
# (If you pressed Ctrl-C, there are only points for the epochs since then.) Now look at the largest
# difference. 0.0e+00 means that all the weights are equal, to the last digit. If you see a very
# small number instead, such as 1e-06, that's rounding: a computer that adds the same numbers in
# another order gets a slightly different sum. Compare it with the difference that
# `BackupAndRestore` left.
#
# ## Evaluate

# %%
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# That's the network that was interrupted. The interruption has cost it nothing: its weights are
# those of the uninterrupted one, so it reads the test images just as well.
#
# ## What to try next
#
# - Press Ctrl-C when an epoch after "Training from epoch 1" is complete, and start the lesson again
#   with `--learning-rate 0.001`. After the first trainings it refuses to continue, and tells you
#   why. Without the flag it continues.
# - Leave out the line that sets the state of the dropout layer. How large is the difference then?
#
# Keras's reference: [BackupAndRestore](https://keras.io/api/callbacks/backup_and_restore/).
