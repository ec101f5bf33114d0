# %% [markdown]
"""
# Find the digits in a photo and read a whole number

A real photo shows more than a digit: a table, a frame, the lines of the paper, other digits. You
will see how to find what is writing, and how a program learns to say that it is not sure.

- You will learn: finding ink, connected parts, a threshold from validation data.
- Expected: test accuracy 0 (5 seeds) of 80 photos.
- Run: `python examples/read_a_number.py --image page.jpg`, or without `--image` for 80 samples
"""

# %%
from glob import glob
from pathlib import Path

from common import find_data, flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageFilter, ImageOps  # comes with matplotlib

# To use this file on its own, put data/photos beside it, delete the import from common and
# uncomment:
# from types import SimpleNamespace as flags
# find_data = Path
# load_mnist = keras.datasets.mnist.load_data

args = flags(epochs=3, batch_size=128, learning_rate=0.003, seed=0, train_limit=60000, image=[])
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# `--image` takes files, folders and patterns such as `*.jpg`. Of red, green, blue and opacity we
# keep what varies most: red ink on green paper, or white on nothing, is invisible in grey. At 320
# pixels strokes are still some pixels wide, and a little blur takes the grain away.


# %%
def load(path):
    with Image.open(path) as image:
        image.draft("RGB", (800, 800))  # a JPEG need not be decoded in full
        image = ImageOps.exif_transpose(image)  # a camera notes which way is up
        if image.mode[0] in "IF":  # more than 8 bits for a pixel
            values = np.asarray(image).astype("float32")
            image = Image.fromarray((255 * values / values.max()).astype("uint8"))
        image = image.convert("RGBA")
    image.thumbnail((320, 320))
    values = np.asarray(image.filter(ImageFilter.BoxBlur(1)))
    return values[..., values.std(axis=(0, 1)).argmax()]


photos = {}
for name in args.image or [find_data("photos")]:
    for path in sorted(Path(name).glob("*")) or sorted(glob(str(name))) or [name]:
        try:
            photos[path] = load(path)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the others can be read
            print(f"{path} cannot be read: {error}")

# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py. Its first layers turn and shift each image a little in training.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(0.03, fill_mode="constant"),
        layers.RandomTranslation(0.06, 0.06, fill_mode="constant", interpolation="nearest"),
        layers.Conv2D(16, kernel_size=5, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# ## Train
#
# Pens differ: a third of the images gets thicker strokes, the largest value of 2 x 2 pixels, and a
# third thinner ones. A twelfth is for validation: how often are answers wrong that are surer than a
# threshold?

# %%
(x_train, y_train), _ = load_mnist()
x_train = x_train[: args.train_limit, ..., np.newaxis].astype("float32") / 255
y_train = y_train[: args.train_limit]
count = len(x_train) // 12
x_val, y_val = x_train[:count], y_train[:count]
x_train, y_train = x_train[count:].copy(), y_train[count:]
x_train[0::3] = keras.ops.max_pool(x_train[0::3], 2, strides=1, padding="same")
x_train[1::3] = 1 - keras.ops.max_pool(1 - x_train[1::3], 2, strides=1, padding="same")

steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
adam = keras.optimizers.Adam(schedule)
model.compile(optimizer=adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=2)

probability = model.predict(x_val, verbose=0)
wrong = probability.argmax(axis=1) != y_val
for threshold in (0.5, 0.8, 0.95):
    answered = probability.max(axis=1) > threshold
    print(f"surer than {threshold}: {answered.mean():.1%}, wrong {wrong[answered].mean():.2%}")

# %% [markdown]
# We take 0.8: few images stay without an answer, and of the answers only a few in a thousand are
# wrong.
#
# ## Find the digits
#
# **Ink** is darker than the brightest pixel nearby, the paper. A **part** is ink that is connected.
# What touches the edge of the photo, or is nearly as large, is no writing: we erase it and look
# again, with weaker ink. Parts above each other, such as a 5 and its bar, make one **digit**, which
# then must look like MNIST: 20 pixels high or wide, its centre of mass in the middle of 28 x 28.


# %%
def largest(values, size):  # around each pixel, in a square
    values = np.pad(values, size // 2, mode="edge")
    values = sliding_window_view(values, size, axis=0).max(axis=-1)
    return sliding_window_view(values, size, axis=1).max(axis=-1)


def smallest(values, size):
    return 255 - largest(255 - values, size)


def connected(mask):
    waiting = set(map(tuple, np.argwhere(mask).tolist()))
    parts = []
    while waiting:
        part = [waiting.pop()]
        for row, column in part:  # the list grows as neighbours are found
            for near_row in (row - 1, row, row + 1):
                for near in ((near_row, column - 1), (near_row, column), (near_row, column + 1)):
                    if near in waiting:
                        waiting.remove(near)
                        part.append(near)
        parts.append(np.array(part))
    return parts


def box(part):
    top, left = part.min(axis=0)
    bottom, right = part.max(axis=0) + 1
    return top, bottom, left, right


def find_digits(light, step):
    rows, columns = light.shape
    window = min(rows, columns) // 12 * 2 + 1  # a sixth of the photo: wider than a stroke
    paper = smallest(largest(light, window), window)
    ink = paper - light
    cut = []
    while ink.max() >= 28:  # less is grain
        mask = ink > 0.4 * ink.max()
        parts = connected(mask)
        erased = np.zeros_like(ink)
        for part in parts:
            top, bottom, left, right = box(part)
            edges = int(top == 0) + int(left == 0) + int(bottom == rows) + int(right == columns)
            if edges == 1:
                cut.append(max(bottom - top, right - left))
            if edges > 0 or (bottom - top > 0.8 * rows and right - left > 0.8 * columns):
                erased[part[:, 0], part[:, 1]] = 1
        if step == 1 or not erased.any():
            break
        ink[largest(erased, 5) == 1] = 0
    else:
        return []
    if step < 3:
        return [to_mnist(np.argwhere(mask), ink)]
