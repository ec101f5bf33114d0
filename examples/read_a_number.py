# %% [markdown]
"""
# Find the digits in a photo and read a whole number

A photo shows more than digits. See how to find them, and how a program says that it is not sure.

- You will learn: finding ink, connected parts, a threshold from validation data.
- Expected: not measured yet.
- Run: `python examples/read_a_number.py --image page=47.jpg folder/`; alone, it reads 80 samples
"""

# %%
from common import find_data, flags, load_mnist  # first of all: a quiet start, see common/
from common.photos import find_digits, load_photos

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, put examples/common/photos.py and data/photos beside it, delete the
# import from common and uncomment:
# from types import SimpleNamespace as flags
# from photos import find_digits, load_photos
# from pathlib import Path as find_data
# load_mnist = keras.datasets.mnist.load_data

args = flags(epochs=3, batch_size=128, seed=0, train_limit=60000, verbose="auto", image=[])
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# A photo has three colours; we take the one that varies most, red for green ink on grey paper.

# %%
(x, y), _ = load_mnist()
x = x[: args.train_limit].reshape(-1, 28, 28, 1).astype("float32") / 255
cut = len(x) * 11 // 12
x_train, y_train, x_val, y_val = x[:cut], y[:cut], x[cut:], y[cut : len(x)]
photos = load_photos(args.image or [find_data("photos")])

# %% [markdown]
# ## Build the model
#
# The convolutions of mnist_cnn.py, after two layers that turn and shift the images a little.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(0.03, fill_mode="constant"),
        layers.RandomTranslation(0.06, 0.06, fill_mode="constant", interpolation="nearest"),
        layers.Conv2D(16, kernel_size=5, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# ## Train
#
# When do we trust an answer? Validation tells how many pass a threshold, and how many are wrong.

# %%
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)
probability = model.predict(x_val, verbose=0)
wrong = probability.argmax(axis=1) != y_val
for threshold in (0.5, 0.8, 0.95):
    sure = probability.max(axis=1) >= threshold
    print(f"At least {threshold} sure of {sure.mean():.1%}, and wrong: {np.mean(sure & wrong):.2%}")

# %% [markdown]
# We take 0.8: nearly all images keep an answer, and fewer than 1 % get a wrong one.
#
# ## Find the digits
#
# **Ink** is darker than the paper nearby, or else lighter. Connected ink is a **part**. What is at
# an edge of the photo is no writing. Parts above each other, a 5 and its bar, make one **digit**.


# %%
def read(photo, without=""):
    digits, _ = find_digits(photo, without)  # of common/photos.py; `without` skips a step
    if not digits:
        return "not sure", np.zeros((0, 10))
    probability = model.predict_on_batch(np.reshape(digits, (-1, 28, 28, 1)))
    if probability.max(axis=1).min() < 0.8:  # the least certain digit counts
        return "not sure", probability
    return "".join(str(digit) for digit in probability.argmax(axis=1)), probability


readings = {}
for path, photo in photos.items():
    readings[path], probability = read(photo)
    print(f"{path.name}: {readings[path]}", probability.max(axis=1).round(2))
shown = list(photos)[:: len(photos) // 8 + 1]
figure, axes = plt.subplots(3, len(shown), figsize=(11, 4), squeeze=False, layout="constrained")
for column, path in zip(axes.T, shown):
    digits, ink = find_digits(photos[path])
    column[0].imshow(photos[path], cmap="gray", vmin=0, vmax=255)
    column[0].set_title(readings[path])
    column[1].imshow(ink, cmap="gray_r")
    column[2].imshow(np.hstack(digits or [np.zeros((28, 28))]), cmap="gray_r")
plt.setp(axes, xticks=[], yticks=[])
plt.show()

# %% [markdown]
# ## Evaluate
#
# `page=47.jpg` has its answer in its name. How many are right, of each kind and without one step?

# %%
answers = {path: path.stem.partition("=")[2] for path in photos if "=" in path.stem}
kinds = {}
for path, answer in answers.items():
    kind = path.stem.partition("=")[0].rstrip("-0123456789")  # of two-digits-9=02: two-digits
    kinds.setdefault(kind, []).append(readings[path] == answer)
for kind, right in kinds.items():
    print(f"Read of {kind}: {np.mean(right):.4f}")
if answers:
    for step in ("colour", "nearby paper", "edges", "light ink", "joining"):
        found = load_photos(answers, without=step)
        right = [read(found[path], without=step)[0] == answers[path] for path in answers]
        print(f"Read without {step}: {np.mean(right):.4f}")
    right = [readings[path] == answers[path] for path in answers]
    wrong = [readings[path] not in (answers[path], "not sure") for path in answers]
    print(f"Wrong answers: {np.mean(wrong):.4f}")
    print(f"Test accuracy: {np.mean(right):.4f}")

# %% [markdown]
# ## What to try next
#
# - Your own photos: show the ink and the digits of one that is not read. What would have to change?
