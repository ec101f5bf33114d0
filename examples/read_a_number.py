# %% [markdown]
"""
# Find the digits in a photo and read a whole number

A real photo shows more than one digit on clean paper: a table, a frame, the lines of the paper. You
will see how to find what is writing, and how a program learns to say that it is not sure.

- You will learn: finding ink, connected parts, a threshold from validation data.
- Expected: 0.988 of 80 photos right, 0.006 wrong (2 seeds), 96 s of training on 2 CPU cores.
- Run: `python examples/read_a_number.py --image page.jpg`, or without `--image` for 80 samples
"""

# %%
from common import find_data, find_digits, flags, load_mnist, load_photos  # first: a quiet start

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
# Pens differ, so a third of the images gets thicker strokes, the largest value of 2 x 2 pixels, and
# a third thinner ones. `--image` takes files and folders, such as `page=47.jpg` with its answer.

# %%
(x, y), _ = load_mnist()
x = x[: args.train_limit].reshape(-1, 28, 28, 1).astype("float32") / 255
cut = len(x) * 11 // 12
x_train, x_val = x[:cut], x[cut:]
y_train, y_val = y[:cut], y[cut : len(x)]
x_train[0::3] = keras.ops.max_pool(x_train[0::3], 2, strides=1, padding="same")
x_train[1::3] = 1 - keras.ops.max_pool(1 - x_train[1::3], 2, strides=1, padding="same")
photos = load_photos(args.image or [find_data("photos")])

# %% [markdown]
# ## Build the model
#
# The convolutions of mnist_cnn.py, after two layers of augmentation that turn and shift a little.

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
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(0.003, decay_steps=steps)
adam = keras.optimizers.Adam(schedule)
model.compile(optimizer=adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
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
# **Ink** is darker than the paper, the brightest value nearby. **Parts** are ink that is connected.
# What touches an edge of the photo, or is nearly as large, is no writing. Parts above each other,
# such as a 5 and its bar, are one **digit**. The details are in common/photos.py.

# %%
digits, inks, images = {}, {}, []
for path, photo in photos.items():
    digits[path], inks[path] = find_digits(photo)  # several arrays (28, 28), and the whole ink
    images.extend(digits[path])
x_test = np.reshape(images, (-1, 28, 28, 1))

# %% [markdown]
# ## Evaluate
#
# A number is as certain as its least certain digit. "Not sure" does not count as right.

# %%
probability = model.predict_on_batch(x_test)
y_pred, confidence = probability.argmax(axis=1), probability.max(axis=1)
readings, right, wrong, start = {}, {}, [], 0
for path in photos:
    stop = start + len(digits[path])
    certain = min(confidence[start:stop], default=0) >= 0.8
    readings[path] = "".join(y_pred[start:stop].astype(str)) if certain else "not sure"
    print(f"{path.name}: {readings[path]}", confidence[start:stop].round(2))
    start = stop
    kind, _, answer = path.stem.partition("=")
    if answer:
        right.setdefault(kind.rstrip("-0123456789"), []).append(readings[path] == answer)
        wrong.append(readings[path] not in (answer, "not sure"))
shown = list(photos)[:: len(photos) // 8 + 1]
figure, axes = plt.subplots(3, len(shown), figsize=(11, 4), squeeze=False, layout="constrained")
for column, path in zip(axes.T, shown):
    column[0].imshow(photos[path], cmap="gray", vmin=0, vmax=255)
    column[0].set_title(readings[path])
    column[1].imshow(inks[path], cmap="gray_r")
    column[2].imshow(np.hstack(digits[path] or [np.zeros((28, 28))]), cmap="gray_r")
plt.setp(axes, xticks=[], yticks=[])
plt.show()
for kind, answers in right.items():
    print(f"Read of {kind}: {np.mean(answers):.4f}")
if wrong:
    print(f"Wrong answers: {np.mean(wrong):.4f}")
    print(f"Test accuracy: {np.mean(np.concatenate(list(right.values()))):.4f}")

# %% [markdown]
# ## What to try next
#
# - Leave the strokes as they are, without `x_train[0::3] = ...` and `x_train[1::3] = ...`.
