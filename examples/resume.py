# %% [markdown]
"""
# Continue a training that was interrupted

You will keep the state of a training in a file, stop it in the middle, and see it go on from there.

- You will learn: checkpoints, `initial_epoch`, what belongs to the state of a training.
- Expected: not measured yet.
- Run: `python examples/resume.py`, press Ctrl-C in epoch 3, and run it again
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
    epochs=5,
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

# %% [markdown]
# ## Build the model
#
# Layers and optimizer have names, so that they can be compared with those of an earlier run.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(784,), name="pixels"),
        layers.Dense(256, activation="relu", name="hidden"),
        layers.Dense(10, activation="softmax", name="digit"),
    ],
    name="network",
)
steps = int(np.ceil(len(x_train) / args.batch_size))  # in one epoch
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, steps * args.epochs)
model.compile(
    optimizer=keras.optimizers.Adam(schedule, name="adam"),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# ## Was a training interrupted?
#
# A checkpoint fits only the training that wrote it: what it depends on is kept beside it.

# %%
checkpoint, state_file = folder / "checkpoint.keras", folder / "state.json"
state = {
    "options": [args.epochs, args.batch_size, args.seed],
    "layers": str(model.get_config()),
    "optimizer": str(model.optimizer.get_config()),
    "data": f"shape {x_train.shape}, sum {x_train.sum()}",
    "accuracy": [],
}

first_epoch = 0
if checkpoint.exists():
    earlier = json.loads(state_file.read_text()) if state_file.exists() else {}
    for name in ["options", "layers", "optimizer", "data"]:
        if earlier.get(name) != state[name]:
            raise SystemExit(f"The {name} of the interrupted training differ: delete {folder}")
    model = keras.saving.load_model(checkpoint)
    first_epoch = int(model.optimizer.iterations) // steps
    state["accuracy"] = earlier["accuracy"][:first_epoch]
    keras.utils.set_random_seed(args.seed + first_epoch)  # do not shuffle as in epoch 1 again
    print(f"Continuing after epoch {first_epoch}")

# %% [markdown]
# ## Train
#
# The `.keras` file holds the weights, Adam's means, and the number of its steps, on which the
# learning rate depends. `initial_epoch` tells `fit` how many epochs are done. Keras's own callback
# for this is `BackupAndRestore`; it does not check whether the settings are still the same.


# %%
class Checkpoint(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        state["accuracy"].append(logs["accuracy"])
        (folder / "unfinished.json").write_text(json.dumps(state))
        (folder / "unfinished.json").replace(state_file)
        self.model.save(folder / "unfinished.keras")
        (folder / "unfinished.keras").replace(checkpoint)


history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    initial_epoch=first_epoch,
    epochs=args.epochs,
    callbacks=[Checkpoint()],
    verbose=args.verbose,
)
checkpoint.unlink()  # complete: the next start begins anew
accuracy = state["accuracy"]
epochs = np.arange(1, len(accuracy) + 1)
figure, ax = plt.subplots()
ax.plot(epochs, accuracy, "o-", color="tab:blue", label="all epochs")
ax.plot(epochs[first_epoch:], accuracy[first_epoch:], "D", color="tab:orange", label="this run")
ax.set(xlabel="epoch", ylabel="training accuracy", title="One training, in one piece or several")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# ## Evaluate

# %%
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - Stop it in epoch 3, and start it again with `--epochs 10`, or with 128 neurons: it refuses.
