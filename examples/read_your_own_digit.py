# %% [markdown]
"""
# Read a digit that you wrote yourself

A network that reads 99 % of MNIST often fails on a photo of your own writing: it has only seen
digits of one size, in the middle, white on black. You will see which steps make a picture of one
digit look like MNIST, and how much each helps.

- You will learn: preparing images, why a test must look like the training.
- Expected: not measured yet.
- Run: `python examples/read_your_own_digit.py --image mine=7.jpg`, or without `--image` for samples
"""

# %%
from common import find_data, flags, load_mnist  # first of all: a quiet start, see common/
from common.photos import load_photos

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image, ImageFilter, ImageOps  # comes with matplotlib

# To use this file on its own, put examples/common/photos.py and data/own_digits beside it, delete
# the import from common and uncomment:
# from types import SimpleNamespace as flags
# from photos import load_photos
# from pathlib import Path as find_data
# load_mnist = keras.datasets.mnist.load_data

args = flags(epochs=1, batch_size=128, seed=0, train_limit=60000, verbose="auto", image=[])
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# `--image` takes files, folders and patterns such as `*.jpg`; without it you get 30 drawings of a
# program. A name may end with `=` and the right digit, as in `mine=7.jpg`. A photo is loaded in
# grey, 0 is black and 255 white, no larger than 112 x 112 pixels: in the end 28 x 28 are left.

# %%
(x_train, y_train), _ = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
photos = load_photos(args.image or [find_data("own_digits") / "*=*"], longest=112)

# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py, after a layer that shifts the images a little in training, so that
# they need not be exactly in the middle.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
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
# One epoch is enough for digits as clear as these.

# %%
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## From a photo to MNIST
#
# 1. **Find the ink**: MNIST has 0 for paper and 1 for ink. Paper is the brightest value nearby, in
#    a shadow too; ink is darker. Light writing on a dark board is inverted first.
# 2. **Cut it out and fit it**: MNIST's digits are 20 pixels high or wide.
# 3. **Centre it**: where the ink balances, its centre of mass, is the middle of 28 x 28 pixels.

# %%
inks, digits = [], []
for photo in photos.values():
    if np.median(photo) < 127:  # most of it is dark
        photo = 255 - photo
    nearby = ImageFilter.MaxFilter(21)  # the largest of 21 x 21 pixels: wider than a stroke
    ink = np.asarray(Image.fromarray(photo).filter(nearby)) - photo
    ink[ink < max(0.4 * ink.max(), 25)] = 0  # the grain of the paper
    inks.append(ink)
    digit = Image.fromarray(ink)
    digit = ImageOps.contain(digit.crop(digit.getbbox()), (20, 20))
    weights = np.asarray(digit) + 1e-9  # more than 0, also where there is only paper
    row = np.average(np.arange(digit.height), weights=weights.sum(axis=1))
    column = np.average(np.arange(digit.width), weights=weights.sum(axis=0))
    left, top = round(column - 13.5), round(row - 13.5)  # 13.5 is the middle of 0 to 27
    digit = digit.crop((left, top, left + 28, top + 28))  # what is outside becomes 0
    digits.append(digit / np.maximum(np.max(digit), 1))
x_test = np.expand_dims(digits, -1).astype("float32")  # (30, 28, 28, 1)

# %% [markdown]
# ## Evaluate
#
# The network answers whatever it is shown, even what looks like nothing it was trained on. Below 80
# % we do not trust it; the next lesson tells why. If the files' names end with the right digits, we
# compare: what is read if the photo is only shrunk to 28 x 28, if its ink is, after all steps?

# %%
probability = model.predict(x_test, verbose=0)
probability[x_test.max(axis=(1, 2, 3)) == 0] = 0  # there is only paper
y_pred, confidence = probability.argmax(axis=1), probability.max(axis=1)
for path, digit, share in zip(photos, y_pred, confidence):
    print(f"{path.name}: {digit if share >= 0.8 else 'not sure'} ({share:.0%})")
shown = list(range(0, len(photos), len(photos) // 6 + 1))
figure, axes = plt.subplots(3, len(shown), squeeze=False, layout="constrained")
for column, i in zip(axes.T, shown):
    column[0].imshow(list(photos.values())[i], cmap="gray", vmin=0, vmax=255)
    column[0].set_title(f"{y_pred[i]}, {confidence[i]:.0%}")
    column[1].imshow(inks[i], cmap="gray_r")
    column[2].imshow(x_test[i], cmap="gray_r")
plt.setp(axes, xticks=[], yticks=[])
plt.show()

answers = [path.stem.partition("=")[2] for path in photos]
if all(answers):
    for step, pictures in (("the photo", photos.values()), ("its ink", inks)):
        shrunk = [Image.fromarray(picture).resize((28, 28)) for picture in pictures]
        read = model.predict(np.expand_dims(shrunk, -1) / 255, verbose=0).argmax(axis=1)
        print(f"Read correctly from {step}: {np.mean(read.astype(str) == answers):.4f}")
    print(f"Test accuracy: {np.mean(y_pred.astype(str) == answers):.4f}")

# %% [markdown]
# ## What to try next
#
# - `(28, 28)` in place of (20, 20), so that the digit fills the picture: is it still read?
# - `left, top = 0, 0`, the digit in the corner: to this network the place matters.
