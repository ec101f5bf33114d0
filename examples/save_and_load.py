# %% [markdown]
"""
# Save a model and load it again

A trained network is worth keeping. You may want to use it tomorrow, in another program, or on a
phone. In this lesson you will save a network, and load it in a new program that has never heard of
its training. You will also see what else can be saved, and why you should be as careful with a
model from a stranger as with a program from a stranger.

- You will learn: `.keras` files, files of weights, export, what not to load.
- Expected: reads 98.9 % of the test digits, before and after loading; takes about 23 s on 2 CPU
  cores.
- Run: `python examples/save_and_load.py`; its files are in `output/save_and_load`
"""

# %%
import subprocess
import sys
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
    epochs=1,
    batch_size=64,
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
#
# We need a network that is worth saving. We take the one from mnist_cnn.py. One epoch is enough,
# because this lesson is about files.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

# %% [markdown]
# ## Build the model
#
# A function builds it, because we will need the same layers a second time.


# %%
def build():
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(16, kernel_size=5, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(pool_size=2),
            layers.Flatten(),
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
# ## Save the model, and use it in a new program
#
# One line saves the whole model: the layers, the weights, the settings from `compile`, and what the
# optimizer remembers. Keras recognises the kind of file by its ending, `.keras`.
#
# We add one precaution. If the program is stopped while it writes the file, you may be left with
# half a file, and the good one from yesterday is gone. So we write under another name first, and
# rename the file when it is complete.

# %%
model.save(folder / "unfinished.keras")
(folder / "unfinished.keras").replace(folder / "model.keras")

# %% [markdown]
# Now imagine that it is tomorrow. Here is a program that somebody else could have written. It knows
# nothing about our layers; all it has is the file. We write this program into our folder, together
# with one of the test images. Then we start it as a separate Python process, just as if you had
# typed `python read_one.py model.keras image.npy`.

# %%
program = """
import sys

import keras
import numpy as np

model = keras.saving.load_model(sys.argv[1])
image = np.load(sys.argv[2])  # 28 x 28 numbers from 0 to 1
probability = model.predict(image.reshape(1, 28, 28, 1), verbose=0)[0]
print(f"This is a {probability.argmax()}, I am {probability.max():.0%} sure.")
"""
(folder / "read_one.py").write_text(program)
np.save(folder / "image.npy", x_test[0, :, :, 0])

command = [sys.executable, folder / "read_one.py", folder / "model.keras", folder / "image.npy"]
result = subprocess.run(command, capture_output=True, text=True)
print(result.stdout.strip() or result.stderr)  # what it says, or why it failed
print(f"The label of this image: {y_test[0]}")

# %% [markdown]
# That's all it takes. One line brings the network back, and the new program can use it at once. The
# image has to be prepared as in training, of course: the same size, and numbers from 0 to 1.
#
# Is the loaded network exactly the same one? Let's load it here, too, and compare the probabilities
# for all the test images, bit for bit.

# %%
loaded_model = keras.saving.load_model(folder / "model.keras")
probability = model.predict(x_test, batch_size=1000, verbose=0)
same = np.array_equal(probability, loaded_model.predict(x_test, batch_size=1000, verbose=0))
print("Loaded model, same predictions:", same)

# %% [markdown]
# True means that all the probabilities, ten for each test image, are exactly equal. Nothing was
# lost on the way.
#
# ## Weights alone
#
# You can also save the numbers without the layers: the weights, and what the optimizer remembers.
# Such a file doesn't say how the network is built, so whoever loads it must build the same layers
# first. This is useful if you have a program that builds them anyway, and want to carry weights
# from one version of it to the next.

# %%
model.save_weights(folder / "model.weights.h5")
other_model = build()  # with new random weights
other_model.load_weights(folder / "model.weights.h5")
same = np.array_equal(probability, other_model.predict(x_test, batch_size=1000, verbose=0))
print("Loaded weights, same predictions:", same)

# %% [markdown]
# True again: the new random weights are gone, and the saved ones are in their place.
#
# ## For programs without Keras
#
# What if the other program isn't written in Python? Then you **export** the network to a format
# that others understand. LiteRT is for phones and small boards. For most other programs there is
# ONNX: `model.export("model.onnx", format="onnx")`, after `pip install onnx tf2onnx`. An exported
# network can answer, but it can't be trained any further.

# %%
if keras.backend.backend() == "tensorflow":  # from there it works best
    model.export(folder / "model.tflite", format="litert", verbose=False)
else:
    print("No LiteRT file: this lesson writes one with the TensorFlow backend only.")

figure, ax = plt.subplots(figsize=(6.4, 2.4), layout="constrained")
for path in sorted(folder.glob("model.*")):
    ax.barh(path.name, path.stat().st_size / 1e6, color="tab:blue")
ax.set(xlabel="megabytes", title="The same network in several files")
plt.show()

# %% [markdown]
# The file model.tflite is the LiteRT one. (LiteRT used to be called TensorFlow Lite, and its files
# still end like that.) The other two are about three times as large. Why? For each weight Adam
# remembers two more numbers, and Keras saves them as well, so that the training can go on. For
# answering nobody needs them, and LiteRT leaves them out.
#
# ## What not to load
#
# A model file looks like data. But it can contain Python code, for example in a `Lambda` layer,
# which is a layer made of any function you like. If you load such a file, the code in it can run on
# your computer. By default Keras loads in safe mode, and refuses a `Lambda` layer. Let's make such
# a file and try.

# %%
stranger = keras.Sequential([keras.Input(shape=(784,)), layers.Lambda(lambda x: x + 1)])
stranger.save(folder / "stranger.keras")
try:
    keras.saving.load_model(folder / "stranger.keras")
except ValueError as error:
    print(f"Refused: {str(error)[:80]}...")

# %% [markdown]
# Keras has found the `Lambda` layer and has not loaded the file. Our function only adds 1, but
# Keras can't know that. With `safe_mode=False` Keras would load the file all the same. Only use
# that for files that you made yourself. And safe mode is no guarantee: in versions up to 3.13.1,
# even a file of weights could make Keras read other files on your computer (CVE-2026-1669). Newer
# versions have closed this hole, and others like it. So keep Keras up to date, and think twice
# about any file from a stranger.
#
# ## Evaluate

# %%
y_pred = probability.argmax(axis=1)
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# The loaded networks have the same accuracy, because their predictions are the same.
#
# ## What to try next
#
# - Give another test image to the program: `np.save(folder / "image.npy", x_test[8, :, :, 0])`, and
#   then type `python read_one.py model.keras image.npy` in the folder. After the next lesson you
#   can do the same with a digit of your own.
# - `keras.saving.load_model(folder / "stranger.keras", safe_mode=False)`: now it loads, and its
#   function runs on your computer.
#
# Keras's guide: [Save and load](https://keras.io/guides/serialization_and_saving/).
