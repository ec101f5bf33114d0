# %% [markdown]
"""
# Read a digit that you wrote yourself

Write a digit on a sheet of paper, take a photo of it, and show the photo to a network that reads
nearly all of MNIST. It will probably give you a wrong answer. The network is not stupid. It has
just never seen a photo: all its life it has looked at small white digits on black, all of one size
and right in the middle. In this lesson you turn a photo, step by step, into something that looks
like MNIST. After each step you see how many digits the network can read.

- You will learn: why a network fails on images that don't look like its training images; how to
  find ink, cut out a digit, make its strokes thicker, and centre it.
- Expected: reads 100 % of 30 drawn digits, and 14 % without the steps; takes about 25 s on 2 CPU
  cores.
- Run: `python examples/read_your_own_digit.py` reads 30 samples, and `python
  examples/read_your_own_digit.py --image mine=7.jpg` your own
"""

# %%
from common import find_data, flags, load_mnist  # first of all: a quiet start, see common/
from common.photos import load_photos

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image  # comes with matplotlib
from scipy import ndimage

# To use this file on its own, put examples/common/photos.py and data/own_digits beside it, delete
# the import from common and uncomment:
# from types import SimpleNamespace as flags
# from photos import load_photos
# from pathlib import Path as find_data
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=2,
    batch_size=128,
    learning_rate=0.003,
    seed=0,
    train_limit=60000,
    verbose="auto",
    image=[],
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# Each of your pictures should show one digit. You can name as many as you like, and whole folders
# or patterns such as `*.jpg`. In a notebook, write them into the list `image=[]` above. If you put
# the right answer into the name of every file, as in `mine=7.jpg`, the lesson also counts how many
# answers are right. Without `--image` you get 30 digits that a program drew, with a ballpoint, a
# felt pen and a pencil.
#
# `load_photos` gives us one number for each pixel: 0 is black, and 255 is white. It also scales
# every picture to about 200 x 200 pixels. In the end we need only 28 x 28, but on the way there a
# stroke should be several pixels wide.

# %%
(x_train, y_train), _ = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255

pictures = load_photos(args.image or [find_data("own_digits") / "*=*"], size=200)
paths, photos = list(pictures), list(pictures.values())
answers = [path.stem.partition("=")[2] for path in paths]  # "" where the name has no answer

shown = np.unique(np.linspace(0, len(photos) - 1, 6).astype(int))  # six of them, or all


def show(title, pictures, cmap="gray_r"):
    """Draw some of the pictures in a row."""
    figure, axes = plt.subplots(1, len(shown), figsize=(9, 2), squeeze=False, layout="constrained")
    for ax, i in zip(axes.flat, shown):
        ax.imshow(pictures[i], cmap=cmap, vmin=0, vmax=255)
        ax.set(xticks=[], yticks=[])
    figure.suptitle(title)
    plt.show()


no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(1, 6, figsize=(9, 2), layout="constrained", subplot_kw=no_ticks)
for ax, image in zip(axes, x_train):
    ax.imshow(image, cmap="gray")
figure.suptitle("What the network learns from")
plt.show()
show("What it is supposed to read", photos, cmap="gray")

# %% [markdown]
# You can see at once that these are digits, in both rows. To the network they are two different
# worlds. White has become black and black has become grey, the digits are somewhere in the picture,
# and some of them are small.
#
# ## Build the model
#
# This is the network of mnist_cnn.py, with one more layer in front. The new layer shifts the images
# during training, as in data_augmentation.py, by up to 6 % of their size. That's less than two
# pixels, and it gets the network used to digits that are not exactly in the middle.
# `interpolation="nearest"` shifts by whole pixels, which keeps the images sharp.

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
# As in mnist_cnn.py, the learning rate falls from 0.003. Two epochs are enough here, so you don't
# have to wait long for a second try.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## First try: just shrink the photo
#
# The network wants 28 x 28 pixels, so that's what we give it. The function `shrink` makes a picture
# smaller (or larger) until its longer side has the length that we want. `pad` puts it in the middle
# of a black square of 28 x 28 pixels. And `score` lets the network read all the pictures, and
# prints how many of its answers are right.


# %%
def shrink(picture, length):
    """Return the picture, scaled so that its longer side has `length` pixels."""
    rows, columns = picture.shape
    scale = length / max(rows, columns)
    width, height = max(1, round(scale * columns)), max(1, round(scale * rows))
    return np.asarray(Image.fromarray(picture).resize((width, height)))


def pad(picture):
    """Return 28 x 28 pixels, with the picture in the middle."""
    rows, columns = picture.shape
    top, left = (28 - rows) // 2, (28 - columns) // 2
    image = np.zeros((28, 28), "uint8")
    image[top : top + rows, left : left + columns] = picture
    return image


def score(step, images):
    """Return the network's ten probabilities for each image, and print how many it reads."""
    x = np.reshape(images, (-1, 28, 28, 1)).astype("float32") / 255
    probability = model.predict(x, verbose=0)
    y_pred = probability.argmax(axis=1).astype(str)
    if all(answers):
        print(f"{step}: {np.mean(y_pred == answers):.4f}")
    return probability


images = [pad(shrink(photo, 28)) for photo in photos]
probability = score("Read as they are", images)
show("Just made smaller", images, cmap="gray")

# %% [markdown]
# Somebody who guesses gets one digit in ten right. The network is hardly better! In MNIST, 0 stands
# for paper and large numbers for ink, and in our photos it's the other way round. So to the network
# the paper is one enormous blot of ink. From here on we do as MNIST does. (In the pictures below,
# ink is black, because that's easier on your eyes. The network sees only the numbers.)
#
# ## Step 1: find the ink
#
# Ink is what is darker than the paper. But how bright is the paper? One number won't do, because
# half of the sheet may be in a shadow. We need to know it for each pixel, and there is a nice trick
# for that: imagine that we paint over every dark line with the paper next to it. This is called a
# **closing**. First, each pixel gets the largest value in its neighbourhood, so bright paper grows
# over the strokes until they're gone. Then each pixel gets the smallest value in its neighbourhood,
# and the paper shrinks back to where it was. The edges of the sheet, and of shadows, are back where
# they were. But the strokes are gone for good. The neighbourhood only has to be wider than a
# stroke; ours is a fifth of the picture's shorter side. (`mode="nearest"` says that beyond the edge
# of the picture everything goes on as it is at the edge.)
#
# What is left is the paper without the writing, and the difference to the photo is the ink. We set
# ink to 0 if it's weaker than a fifth of the strongest ink, or weaker than 25 of 255. That's only
# the grain of the paper, its tiny light and dark spots.
#
# But what if somebody wrote with white chalk on a blackboard? There is always more background than
# writing. So if most of the picture is closer to its darkest pixel than to its brightest, the
# background is dark, and we swap black and white first.


# %%
def find_ink(photo):
    """Return how much darker than the paper each pixel is: 0 for paper, at most 255."""
    if np.median(photo) < np.mean([photo.min(), photo.max()]):  # light on dark
        photo = 255 - photo
    neighbourhood = max(1, min(photo.shape) // 5)
    paper = ndimage.grey_closing(photo, size=(neighbourhood, neighbourhood), mode="nearest")
    ink = paper - photo
    ink[ink < max(0.2 * ink.max(), 25)] = 0
    return ink


inks = [find_ink(photo) for photo in photos]
images = [pad(shrink(ink, 28)) for ink in inks]
probability = score("Read with step 1, the ink", images)
show("Step 1: only the ink", images)

# %% [markdown]
# The digits are on a clean background now, and the network reads many more of them. But they are
# small and pale, and they're not in the middle.
#
# ## Step 2: cut out the digit
#
# All digits of MNIST have been scaled in the same way: they are 20 pixels high, or 20 pixels wide
# if they're wider than they are high. Around them there is a margin of about 4 pixels. So we cut
# off the empty rows and columns around the digit, and scale what is left to 20 pixels. We also make
# the ink as strong as in MNIST. There, a quarter of all the pixels with ink are at 253 or more.
# They lie in the middle of the strokes, and only the edges are paler. So we take the value that a
# quarter of our ink exceeds, and turn it into 255.


# %%
def cut_out(ink):
    """Return the part of the picture that has ink in it, with the ink as strong as in MNIST."""
    if not ink.any():
        return ink  # nothing was written
    rows, columns = np.nonzero(ink)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    strong = np.percentile(ink[ink > 0], 75)  # a quarter of the ink is even stronger
    return (255 * np.minimum(ink / strong, 1)).astype("uint8")


digits = [cut_out(ink) for ink in inks]
images = [pad(shrink(digit, 20)) for digit in digits]
probability = score("Read with step 2, cut out", images)
show("Step 2: cut out, 20 pixels high or wide", images)

# %% [markdown]
# That was a big step. What is still different from MNIST? Look at the thin strokes, those of a
# ballpoint. When a large picture shrinks to 20 pixels, a thin stroke turns into a pale grey line.
# The digits of MNIST were written small, in the boxes of a form, so their strokes are thick for
# their size.
#
# ## Step 3: make thin strokes thicker
#
# We measure the strokes before we shrink the digit all the way, while its longer side still has 80
# pixels. For each pixel of ink, `distance_transform_edt` tells us how far it is to the nearest
# paper. At the edges of a stroke this distance is one pixel, and in the middle it is half the
# stroke's width. On average it is a quarter of the width, plus half a pixel. So we multiply the
# average by 4, subtract 2, and have the width. In MNIST, a stroke is about an eighth as wide as the
# digit is tall, which makes 10 pixels of our 80. If a stroke is thinner, a **dilation** adds what
# is missing: each pixel takes the largest value in its neighbourhood, and this time it's the ink
# that grows. A neighbourhood of one pixel changes nothing, and each further pixel makes the stroke
# one pixel wider. Then we cut the digit out again, because it has grown.


# %%
def thicken(digit):
    """Return the digit at four times MNIST's size, with strokes at least 10 pixels wide."""
    digit = np.pad(shrink(digit, 80), 10)  # room to grow
    if not digit.any():
        return digit  # nothing was written
    distance = ndimage.distance_transform_edt(digit > 0.5 * digit.max())
    width = 4 * distance[distance > 0].mean() - 2
    missing = max(0, round(10 - width))
    return cut_out(ndimage.grey_dilation(digit, size=(missing + 1, missing + 1)))


digits = [thicken(digit) for digit in digits]
images = [pad(shrink(digit, 20)) for digit in digits]
probability = score("Read with step 3, thicker strokes", images)
show("Step 3: strokes as thick as in MNIST", images)

# %% [markdown]
# With our samples the number could hardly rise any more: after step 2 nearly all of them were read.
# But compare the ballpoint digits with the step before. Their lines are as strong as those of the
# others now. With real handwriting this may save a digit here and there.
#
# ## Step 4: put its centre of mass in the middle
#
# One difference is left, and it's hard to see. You would expect the middle of the digit's box in
# the middle of the image. MNIST puts something else there, the digit's **centre of mass**: the
# point where the digit would balance on a finger, if its ink were heavy. A 7 has most of its ink at
# the top, so it sits a little lower than you would expect. In MNIST the centre of mass lies in row
# 14 and column 14, counted from 0, give or take half a pixel. (We measured it.)


# %%
def centre(image):
    """Return the image, shifted so that the centre of mass of its ink is in the middle."""
    if not image.any():
        return image
    row, column = ndimage.center_of_mass(image)
    return ndimage.shift(image, (round(14 - row), round(14 - column)), order=0)


images = [centre(image) for image in images]
probability = score("Read with step 4, the centre of mass", images)
show("Step 4: what the network sees in the end", images)

# %% [markdown]
# You can hardly see a difference. The network has met shifted digits during training, so it
# forgives us a pixel or two. We do it all the same: it takes only a few lines, and MNIST was made
# that way.
#
# ## Evaluate
#
# Here are the answers, picture by picture. A network always gives an answer, even for a picture of
# your cat. So we also look at the probability that it gives to its answer. If it is below 80 %,
# we'd rather say that we're not sure. That helps, but it's no guarantee: the network may be sure of
# your cat as well. In read_a_number.py you will see where the 80 % comes from.

# %%
y_pred, confidence = probability.argmax(axis=1), probability.max(axis=1)
for path, image, digit, share in zip(paths, images, y_pred, confidence):
    if not image.any():
        print(f"{path.name}: no ink found")
    elif share < 0.8:
        print(f"{path.name}: not sure, perhaps {digit} ({share:.0%})")
    else:
        print(f"{path.name}: {digit} ({share:.0%})")

figure, axes = plt.subplots(2, len(shown), figsize=(9, 3.6), squeeze=False, layout="constrained")
for column, i in enumerate(shown):
    axes[0, column].imshow(photos[i], cmap="gray", vmin=0, vmax=255)
    axes[0, column].set_title(f"{y_pred[i]} ({confidence[i]:.0%})")
    axes[1, column].imshow(images[i], cmap="gray_r", vmin=0, vmax=255)
plt.setp(axes, xticks=[], yticks=[])
plt.show()

# %% [markdown]
# The upper row shows what we gave to our program, and the lower row what the network saw of it.
# When an answer is wrong, look at the lower picture. If you can't read it yourself, don't blame the
# network.

# %%
if all(answers):
    print(f"Test accuracy: {np.mean(y_pred.astype(str) == answers):.4f}")

# %% [markdown]
# Our samples are clean, because a program drew them. Do the steps also help with real writing? On
# 28 November 2026 we tried them on 33 pictures that other people had published when they tested
# their own programs: photos, drawings made with a mouse, and tiny ones of 28 x 28 pixels. None of
# them had been used to choose anything in this lesson. Here is how many the network could read, as
# a mean over five seeds:
#
# | after | read correctly |
# |---|---|
# | just making them smaller | 28 % |
# | step 1, the ink | 85 % |
# | step 2, cut out | 98 % |
# | step 3, thicker strokes | 100 % |
# | step 4, the centre of mass | 100 % |
#
# Nearly all of the gain comes from the first two steps. What the others add here is less than one
# picture, and could be chance. (Why 28 % at the beginning, and not one in ten? Some of these
# pictures were white on black already.) You can't repeat this, because the pictures aren't ours to
# give away. But you can take a photo of your own digits, and that's a better test anyway.
#
# ## What to try next
#
# - Write a digit, take a photo, and read it: `python examples/read_your_own_digit.py --image
#   mine=7.jpg`. If the answer is wrong, look at the pictures. After which step does your digit look
#   worse than before?
# - Replace 20 with 28 in steps 2 and 3, so that the digit fills the whole image. Can the network
#   still read it?
# - Leave out step 4 and put the digit in the top left corner: `top, left = 0, 0` in `pad`. A
#   convolution finds a stroke wherever it is. So why does the network care where the digit is?
#   (Have a look at what comes after `Flatten`.)
