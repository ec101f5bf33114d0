# %% [markdown]
"""
# Save a model, load it, and continue after an interruption

Training is expensive, and power fails. You will save a model and get the same predictions back,
bit for bit; stop a training in the middle and continue it; and see why a model file from a stranger
is a program that you run.

- You will learn: `.keras` files, weights only, `BackupAndRestore`, export, `safe_mode`.
- Expected: test accuracy 0.9815 +/- 0.0004 (5 seeds), 13 s of training on 2 CPU cores.
- Run: `python examples/save_and_resume.py`, press Ctrl-C in epoch 3, and run it again
"""

# %%
import zipfile
from pathlib import Path

from common import flags, load_mnist  # before Keras: quiet start-up, see common/

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
    folder=Path("output/save_and_resume"),  # all files of this lesson
)
keras.utils.set_random_seed(args.seed)
args.folder.mkdir(parents=True, exist_ok=True)

# %% [markdown]
# ## Load and prepare the data

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255

# %% [markdown]
# ## Build the model

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# ## Train
#
# `BackupAndRestore` writes weights, the optimizer's state and the number of the epoch to a folder
# after every epoch. A training that finds this folder continues from there: that is all. When the
# training is complete, the folder is deleted. The log goes on where it ended, too. (Only a backup
# that was itself cut off, by a crash while it was written, has to be deleted by hand.)

# %%
backup = args.folder / "backup"
resumed = backup.exists()
if resumed:
    keras.utils.set_random_seed(args.seed + 1)  # do not shuffle as in the first epochs again
print("Continuing an interrupted training" if resumed else "Starting at epoch 1")
history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    callbacks=[
        keras.callbacks.CSVLogger(args.folder / "log.csv", append=resumed),
        keras.callbacks.BackupAndRestore(backup, double_checkpoint=True),
    ],
    verbose=2,
)
log = np.atleast_1d(np.genfromtxt(args.folder / "log.csv", delimiter=",", names=True))
print("Epochs in the log:", *log["epoch"].astype(int) + 1)

figure, ax = plt.subplots(layout="constrained")
ax.plot(log["epoch"] + 1, log["accuracy"], "o-", color="tab:blue", label="all epochs, from log.csv")
now = np.array(history.epoch, dtype="int32")
ax.plot(now + 1, log["accuracy"][now], "D", color="tab:orange", label="trained in this run")
ax.set(xlabel="epoch", ylabel="training accuracy", xticks=log["epoch"] + 1)
ax.set_title("One training, in one piece or in several")
ax.legend()
plt.show()

# %% [markdown]
# ## Save and load
#
# A `.keras` file holds the layers, the weights and the optimizer's state. Written under another
# name and renamed, it can never be half a file: whoever pulls the plug leaves the old one intact.

# %%
model.save(args.folder / "unfinished.keras")
(args.folder / "unfinished.keras").replace(args.folder / "model.keras")
loaded = keras.saving.load_model(args.folder / "model.keras")
y_pred = model.predict(x_test, batch_size=1000, verbose=0)
same = np.array_equal(y_pred, loaded.predict(x_test, batch_size=1000, verbose=0))
print(f"Loaded model: {'the same predictions, bit for bit' if same else 'other predictions'}")

# Weights only, for a program that builds the same layers itself:
model.save_weights(args.folder / "model.weights.h5")
copy = keras.models.clone_model(model)  # the same layers, new random weights
copy.load_weights(args.folder / "model.weights.h5")
same = np.array_equal(y_pred, copy.predict(x_test, batch_size=1000, verbose=0))
print(f"Loaded weights: {'the same predictions' if same else 'other predictions'}")

# %% [markdown]
# **Export** is for programs without Keras: LiteRT on a telephone or a small board. ONNX, for most
# other programs, is `model.export("model.onnx", format="onnx")` after `pip install onnx tf2onnx`.

# %%
if keras.backend.backend() == "tensorflow":
    model.export(args.folder / "model.tflite", format="litert", verbose=False)
else:
    print("No model.tflite: LiteRT needs the TensorFlow backend")
for path in sorted(args.folder.glob("model.*")):
    print(f"{path.name:16} {path.stat().st_size:9,} bytes")

# %% [markdown]
# Two files not to load: one that is cut off, and one from a stranger. A model may contain Python
# code, here a `Lambda` layer, and loading it would run the code. Keras refuses, unless you say
# `safe_mode=False`; for a stranger's file, never do. A file of weights alone is only numbers.

# %%
content = (args.folder / "model.keras").read_bytes()
(args.folder / "broken.keras").write_bytes(content[: len(content) // 2])
stranger = keras.Sequential([keras.Input(shape=(784,)), layers.Lambda(lambda x: x + 1)])
stranger.save(args.folder / "stranger.keras")
for name in ("model.keras", "broken.keras", "stranger.keras"):
    if not zipfile.is_zipfile(args.folder / name):
        print(f"{name}: refused, it is cut off (a .keras file is a complete zip archive)")
        continue
    try:
        keras.saving.load_model(args.folder / name)
        print(f"{name}: loaded")
    except ValueError as error:
        print(f"{name}: refused. Keras says: {str(error).partition('.')[0]}.")

# %% [markdown]
# ## Evaluate

# %%
test_accuracy = np.mean(y_pred.argmax(axis=1) == y_test)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - Stop it with Ctrl-C, or with `kill -9`, in epoch 3 of 5, and start it again: three epochs are
#   left, the log has five, and the test accuracy is the same to within 0.002.
# - `--epochs 10`: 0.983 (2 seeds), in place of 0.982.
# - `load_model(args.folder / "stranger.keras", safe_mode=False)` loads it, and would run its code.
