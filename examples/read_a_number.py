# %% [markdown]
"""
# Find the digits in a photo and read a whole number

A real photo shows more than one digit on clean paper: a table, a frame, the lines of the paper. You
will see how to find what is writing, and how a program learns to say that it is not sure.

- You will learn: finding ink, connected parts, a threshold from validation data.
- Expected: test accuracy 0 of 80 photos (5 seeds), 0 s of training on 2 CPU cores.
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
# keep what varies most: red ink on green paper, or white on nothing, is invisible in grey. With 320
# pixels a stroke is still some pixels wide; a little blur takes away the grain.


# %%
def load(path):
    with Image.open(path) as image:
        image.draft("RGB", (800, 800))  # a JPEG need not be decoded in full
        image = ImageOps.exif_transpose(image)  # a camera notes which way is up
        if image.mode[0] in "IF":  # more than 8 bits for a pixel
            values = np.asarray(image).astype("float32")
            image = Image.fromarray((255 * values / max(values.max(), 1)).astype("uint8"))
        image = image.convert("RGBA")
    image.thumbnail((320, 320))
    channels = np.asarray(image.filter(ImageFilter.BoxBlur(1)))
    return channels[..., channels.std(axis=(0, 1)).argmax()]


photos = {}
for name in args.image or [find_data("photos")]:
    for path in sorted(Path(name).glob("*")) or sorted(glob(str(name))) or [name]:
        try:
            photos[Path(path)] = load(path)
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the others can be read
            print(f"{path} cannot be read: {error}")

# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py; in training its first two layers turn and shift each image a little.

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
# Pens differ: a third of the images get thicker strokes, the largest value of 2 x 2 pixels, and a
# third get thinner ones. With a twelfth of the images, kept for validation, we choose a threshold:
# how many answers are surer, and how many of those are wrong?

# %%
(x_train, y_train), _ = load_mnist()
x_train = x_train[: args.train_limit, ..., np.newaxis].astype("float32") / 255
y_train = y_train[: args.train_limit]
count = len(x_train) // 12
x_val, y_val = x_train[:count], y_train[:count]
x_train, y_train = x_train[count:].copy(), y_train[count:]
thick = keras.ops.max_pool(x_train[0::3], 2, strides=1, padding="same")
thin = 1 - keras.ops.max_pool(1 - x_train[1::3], 2, strides=1, padding="same")
x_train[0::3] = keras.ops.convert_to_numpy(thick)
x_train[1::3] = keras.ops.convert_to_numpy(thin)

steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
adam = keras.optimizers.Adam(schedule)
model.compile(optimizer=adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=2)

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
# **Ink** is darker than the paper, the brightest value nearby. A **part** is ink that is connected.
# What touches an edge of the photo, or is nearly as large, is no writing: we erase it and look
# again. Round spots are punch holes; if they are most of the ink, it is a dotted pen, and we let
# them grow. Parts above each other, such as a 5 and its bar, are one **digit**. The numbers below
# are those that read most of the photos that data/own_digits/draw_photos.py draws.


# %%
def largest(values, width):  # around each pixel, in a square
    values = np.pad(values, width // 2, mode="edge")
    values = sliding_window_view(values, width, axis=0).max(axis=-1)
    return sliding_window_view(values, width, axis=1).max(axis=-1)


def fill_gaps(values, width):  # with the brighter values around them
    return 255 - largest(255 - largest(values, width), width)


def find_parts(ink):  # each is an array of pixels: row, column
    inked = np.argwhere(ink > 0.4 * ink.max()).tolist()
    waiting = {(row, column) for row, column in inked}
    parts = []
    while waiting:
        part = [waiting.pop()]
        for row, column in part:  # grows while we find neighbours
            for near_row in (row - 1, row, row + 1):
                for near in ((near_row, column - 1), (near_row, column), (near_row, column + 1)):
                    if near in waiting:
                        waiting.remove(near)
                        part.append(near)
        parts.append(np.array(part))
    return parts


def size(part):  # height and width
    return part.max(axis=0) - part.min(axis=0) + 1


def left_edge(part):
    return part[:, 1].min()


def is_spot(part):
    height, width = size(part)
    return len(part) > 0.7 * height * width and 0.6 < width / height < 1.6


def erase_what_is_no_writing(ink):  # and return how large the things are that an edge cuts off
    cut_off = []
    rows, columns = ink.shape
    while ink.max() >= 28:  # less is only the grain of the paper
        erased = np.zeros_like(ink)
        for part in find_parts(ink):
            top, left = part.min(axis=0)
            bottom, right = part.max(axis=0) + 1
            at_edge = [top == 0, left == 0, bottom == rows, right == columns].count(True)
            is_frame = bottom - top > 0.8 * rows and right - left > 0.8 * columns
            if at_edge or is_frame:
                erased[part[:, 0], part[:, 1]] = 1
            if at_edge == 1:
                cut_off.append(max(size(part)))
        if not erased.any():
            break
        ink[largest(erased, 5) == 1] = 0  # with its soft rim
    return cut_off


def join_strokes(parts):
    tallest = max([size(part)[0] for part in parts], default=0)
    digits = []
    for part in sorted(parts, key=left_edge):
        if max(size(part)) < 0.25 * tallest:
            continue  # a speck
        above = digits and left_edge(part) < digits[-1][:, 1].max()
        if above and min(size(part)[0], size(digits[-1])[0]) < 0.75 * tallest:
            digits[-1] = np.vstack([digits[-1], part])
        else:
            digits.append(part)
    tallest = max([size(digit)[0] for digit in digits], default=0)
    return [digit for digit in digits if size(digit)[0] > 0.4 * tallest]


def find_digits(light):  # as pictures of 28 x 28, from left to right; none if not sure
    paper = fill_gaps(light, min(light.shape) // 10 * 2 + 1)  # a fifth: wider than a stroke
    ink = paper - light
    cut_off = erase_what_is_no_writing(ink)
    if ink.max() < 28:
        return []
    parts = find_parts(ink)
    spots = [part for part in parts if is_spot(part)]
    if len(spots) > 3 and len(np.vstack(spots)) > len(np.vstack(parts)) / 2:
        ink = largest(ink, max(size(spots[0])) // 2 * 2 + 1)
        digits = join_strokes(find_parts(ink))
    else:
        digits = join_strokes([part for part in parts if not is_spot(part)])
    if not 1 <= len(digits) <= 10:
        return []
    tallest = max(size(digit)[0] for digit in digits)
    if tallest < 10 or any(0.5 * tallest < cut < 1.5 * tallest for cut in cut_off):
        return []
    for digit in digits:
        height, width = size(digit)
        if width > 1.5 * height or height > 30 * width:
            return []

    pixels = np.vstack(digits)
    top, left = np.maximum(pixels.min(axis=0) - tallest // 2, 0)
    bottom, right = pixels.max(axis=0) + tallest // 2
    inside = light[pixels[:, 0], pixels[:, 1]].mean()
    beside = paper[pixels[:, 0], pixels[:, 1]].mean()
    if np.median(light[top:bottom, left:right]) < (inside + beside) / 2:
        return []  # these are gaps in light writing
    return [to_mnist(digit, ink) for digit in digits]


def to_mnist(digit, ink):  # the steps of the last lesson: crop, fit, centre
    mask = np.zeros_like(ink)
    mask[digit[:, 0], digit[:, 1]] = 1
    strength = ink * largest(mask, 3) / np.percentile(ink[mask == 1], 75)
    picture = Image.fromarray((255 * strength.clip(0, 1)).astype("uint8"))
    top, left = digit.min(axis=0) - 1
    bottom, right = digit.max(axis=0) + 2
    picture = ImageOps.contain(picture.crop((left, top, right, bottom)), (20, 20))
    values = np.asarray(picture)
    top = round(np.average(np.arange(picture.height), weights=values.sum(axis=1)) - 13.5)
    left = round(np.average(np.arange(picture.width), weights=values.sum(axis=0)) - 13.5)
    picture = picture.crop((left, top, left + 28, top + 28))  # outside is 0
    return np.asarray(picture)[..., np.newaxis].astype("float32") / 255


# %% [markdown]
# ## Evaluate
#
# We look for dark ink and, if there is none, for light ink. A file's name may end with `=` and the
# right answer, as in `page=47.jpg`. "Not sure" does not count as right.

# %%
readings, drawn, rights, wrongs, results = [], [], [], [], {}
for path, photo in photos.items():
    digits = find_digits(photo) or find_digits(255 - photo)
    reading, certainty = "not sure", [0]
    if digits:
        probability = keras.ops.convert_to_numpy(model(np.array(digits)))
        certainty = probability.max(axis=1)
    if min(certainty) >= 0.8:
        reading = "".join(str(digit) for digit in probability.argmax(axis=1))
    shares = ", ".join(f"{share:.0%}" for share in certainty)
    print(f"{path.name}: {reading} ({shares})")
    readings.append(reading)
    drawn.append(np.hstack(digits or [np.zeros((28, 28, 1))]))
    kind, _, answer = path.stem.partition("=")
    if answer.isdecimal():
        rights.append(reading == answer)
        wrongs.append(reading not in (answer, "not sure"))
        results.setdefault(kind.rstrip("-0123456789"), []).append(reading == answer)

columns = min(len(photos), 8)
if columns:
    figure, axes = plt.subplots(2, columns, squeeze=False, layout="constrained")
    figure.set_size_inches(1.5 * columns, 3.5)
    for column, i in enumerate(np.linspace(0, len(photos) - 1, columns).astype(int)):
        axes[0, column].imshow(list(photos.values())[i], cmap="gray", vmin=0, vmax=255)
        axes[0, column].set_title(readings[i])
        axes[1, column].imshow(drawn[i], cmap="gray_r")
    for ax in axes.flat:
        ax.set_axis_off()
    plt.show()

# %% [markdown]
# Above the photos what was read, below them what the network saw. Look there first when something
# was misread.

# %%
for kind, right in results.items():
    print(f"Read of {kind}: {np.mean(right):.4f}")
if rights:
    print(f"Wrong answers: {np.mean(wrongs):.4f}")
    print(f"Test accuracy: {np.mean(rights):.4f}")

# %% [markdown]
# ## What to try next
#
# What does each step gain, over all kinds of photos? Leave one out:
#
# - Take the grey value, the mean of red, green and blue, in `load`: 0 (2 seeds).
# - Erase nothing: 0 (2 seeds).
# - Look for dark ink only, without `or find_digits(255 - photo)`: 0 (2 seeds).
# - Take all parts for one digit, `return [to_mnist(pixels, ink)]`: 0 (2 seeds).
