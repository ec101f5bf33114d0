# %% [markdown]
"""
# Save a model and load it again

Training is expensive, so keep its result. You will save a model, get the same predictions back bit
for bit, and see why a model file from a stranger is a program that you run.

- You will learn: `.keras` files, files of weights, export, what not to load.
- Expected: not measured yet.
- Run: `python examples/save_and_load.py`; its files are in `output/save_and_load`
"""

# %%
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
    folder=Path("output/save_and_load"),
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
# A function builds it, because we shall need the same layers a second time.


# %%
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


model = build()
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

# %% [markdown]
# ## Train

# %%
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Save and load
#
# A `.keras` file holds the layers, the weights and the state of the optimizer. We write it under
# another name and rename it when it is complete, so that a crash never leaves half a file.

# %%
model.save(folder / "unfinished.keras")
(folder / "unfinished.keras").replace(folder / "model.keras")

loaded_model = keras.saving.load_model(folder / "model.keras")
probability = model.predict(x_test, batch_size=1000, verbose=0)
same = np.array_equal(probability, loaded_model.predict(x_test, batch_size=1000, verbose=0))
print("Loaded model, same predictions:", same)

# A file of weights holds no layers: it is for a program that builds the same layers itself.
model.save_weights(folder / "model.weights.h5")
other_model = build()  # with new random weights
other_model.load_weights(folder / "model.weights.h5")
same = np.array_equal(probability, other_model.predict(x_test, batch_size=1000, verbose=0))
print("Loaded weights, same predictions:", same)

# %% [markdown]
# **Export** is for programs without Keras: LiteRT for phones and small boards, or, for most others,
# ONNX: `model.export("model.onnx", format="onnx")` after `pip install onnx tf2onnx`.

# %%
if keras.backend.backend() == "tensorflow":  # LiteRT needs it
    model.export(folder / "model.tflite", format="litert", verbose=False)
figure, ax = plt.subplots(figsize=(6.4, 2.4), layout="constrained")
for path in sorted(folder.glob("model.*")):
    ax.barh(path.name, path.stat().st_size / 1e6, color="tab:blue")
ax.set(xlabel="megabytes", title="The same network in several files")
plt.show()

# %% [markdown]
# Two of them keep Adam's state as well, two numbers for each weight, so that a training can go on.
#
# **What not to load.** A stranger's model may contain Python code, here in a `Lambda` layer, and
# loading would run it; Keras refuses, unless you say `safe_mode=False`. Files of weights are not
# harmless, either: up to Keras 3.13.1 they could make it read other files of your computer
# (CVE-2026-1669), and later versions closed more such holes.

# %%
stranger = keras.Sequential([keras.Input(shape=(784,)), layers.Lambda(lambda x: x + 1)])
stranger.save(folder / "stranger.keras")
try:
    keras.saving.load_model(folder / "stranger.keras")
except ValueError as error:
    print(f"Refused: {str(error)[:80]}...")

# %% [markdown]
# ## Evaluate

# %%
y_pred = probability.argmax(axis=1)
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# ## What to try next
#
# - `load_model(folder / "stranger.keras", safe_mode=False)` loads it, and runs its code.
#
# Keras's guide: [Save and load](https://keras.io/guides/serialization_and_saving/).
