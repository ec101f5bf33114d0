# %% [markdown]
"""
# Draw a digit and watch the network read it

In the last lesson you needed paper and a camera to find out whether a network can read your
handwriting. Now you'll make a page to draw on, and the network will answer while you draw. You may
wonder how that can work. A browser knows nothing about Keras! It turns out that it doesn't have to.
A trained network is nothing but numbers and a few simple loops, and both of them fit into a small
file.

- You will learn: what exactly a network computes, loop by loop; how to take a network out of Keras
  and use it anywhere.
- Expected: not measured yet.
- Run: `python examples/draw_a_digit.py`; the page is `output/draw_a_digit/draw_a_digit.html`
"""

# %%
import base64
import json
from pathlib import Path

from common import find_data, find_template, flags, load_mnist, show_page  # first: see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from PIL import Image, ImageDraw  # comes with matplotlib
from scipy import ndimage

# To use this file on its own, put examples/draw_a_digit.html and data/drawings.json beside it,
# delete the import from common and uncomment:
# import webbrowser
# from types import SimpleNamespace as flags
# from pathlib import Path as find_data
# from pathlib import Path as find_template
# load_mnist = keras.datasets.mnist.load_data
# show_page = lambda page: webbrowser.open(page.resolve().as_uri())

args = flags(
    epochs=3,
    batch_size=128,
    learning_rate=0.003,
    seed=0,
    train_limit=60000,
    folder=Path("output/draw_a_digit"),
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)
folder = args.folder
folder.mkdir(parents=True, exist_ok=True)  # the page goes here

# %% [markdown]
# ## Load and prepare the data
#
# There is nothing new here. The network learns from MNIST, with pixels from 0 to 1.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

# %% [markdown]
# ## Build the model
#
# This is the network of mnist_cnn.py once more. During training, three layers in front of it make
# each image a little different, as in data_augmentation.py. People hold a mouse less firmly than a
# pen, and their digits get crooked. So we turn the images by up to 15 degrees. We make them up to
# 10 % higher or lower, 10 % wider or 20 % narrower (Keras counts larger as negative here), and we
# shift them by a pixel or two.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomZoom((-0.1, 0.1), (-0.1, 0.2), fill_mode="constant"),
        layers.RandomRotation(15 / 360, fill_mode="constant"),
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
# ## What is in a trained network?
#
# Numbers! `get_weights` hands them to us, as eight arrays: for each of the four layers that learn,
# its weights and its biases. Let's look at their shapes.

# %%
for weights in model.get_weights():
    print(weights.shape)

# %% [markdown]
# The first array holds 16 filters of 5 x 5 numbers for one channel. The third one holds 32 filters
# of 3 x 3 numbers for 16 channels. Then come the weights from 800 inputs to 256 neurons, and from
# those to the ten digits. Everything that the network has learned from 60,000 images is in these
# 212,810 numbers.
#
# What does Keras do with them? Let's do it ourselves, in plain Python, so that you can see each
# step. There are five of them, and you know them all by name.
#
# A **convolution** lays each filter on each place of the image, multiplies each number of the
# filter by the pixel below it, and adds everything up. You did that in mnist_cnn.py, with a filter
# of your own. Here is the same loop with many filters. At the end it adds the bias of the filter.


# %%
def convolve(image, filters, bias):
    """Return the feature maps of an image, as an array of rows x columns x number of filters."""
    size, number = filters.shape[0], filters.shape[3]
    rows, columns = image.shape[0] - size + 1, image.shape[1] - size + 1
    maps = np.zeros((rows, columns, number))
    for row in range(rows):
        for column in range(columns):
            window = image[row : row + size, column : column + size]
            for i in range(number):
                maps[row, column, i] = np.sum(window * filters[:, :, :, i]) + bias[i]
    return maps


# %% [markdown]
# **ReLU** replaces negative numbers by 0. **Max pooling** keeps the largest number of each square
# of 2 x 2.


# %%
def relu(numbers):
    """Return the numbers, with 0 in the place of negative ones."""
    return np.maximum(numbers, 0)


def pool(maps):
    """Return maps that are half as large: the largest number of each square of 2 x 2."""
    rows, columns, number = maps.shape[0] // 2, maps.shape[1] // 2, maps.shape[2]
    half = np.zeros((rows, columns, number))
    for row in range(rows):
        for column in range(columns):
            square = maps[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            half[row, column] = square.max(axis=(0, 1))
    return half


# %% [markdown]
# In a **dense** layer each neuron has a weight for each input. It multiplies, adds everything up,
# and adds its bias. And **softmax** turns the last ten numbers into probabilities. It takes e to
# the power of each, so that they're all positive, and divides by their sum, so that they add up to
# 1. (We subtract the largest number first. That doesn't change the result, but without it the
#    powers could become too large for the computer.)


# %%
def dense(inputs, weights, bias):
    """Return the output of each neuron, without an activation."""
    outputs = np.zeros(len(bias))
    for neuron in range(len(bias)):
        outputs[neuron] = np.sum(inputs * weights[:, neuron]) + bias[neuron]
    return outputs


def softmax(numbers):
    """Return ten probabilities that add up to 1."""
    powers = np.exp(numbers - numbers.max())
    return powers / powers.sum()


# %% [markdown]
# Now we put them together, in the order of the layers. (The three layers for augmentation are only
# at work during training.) Do we get the same answers as Keras? We compare all ten probabilities of
# ten images.

# %%
filters_1, bias_1, filters_2, bias_2, weights_3, bias_3, weights_4, bias_4 = model.get_weights()


def predict(image):
    """Return ten probabilities for an image of 28 x 28 x 1, and the feature maps on the way."""
    first_maps = relu(convolve(image, filters_1, bias_1))
    second_maps = relu(convolve(pool(first_maps), filters_2, bias_2))
    hidden = relu(dense(pool(second_maps).flatten(), weights_3, bias_3))
    return softmax(dense(hidden, weights_4, bias_4)), first_maps, second_maps


ours = np.array([predict(image)[0] for image in x_test[:10]])
keras_says = model.predict(x_test[:10], verbose=0)
print("Our loops say the same as Keras:", np.allclose(ours, keras_says, atol=1e-5))
print(f"Largest difference: {np.abs(ours - keras_says).max():.0e}")

# %% [markdown]
# They do! The tiny difference comes from rounding. So there is no magic in Keras. It does the same
# as our loops, only much faster.
#
# How much work is that? For a feature map of 24 x 24 numbers we multiply 25 times for each of them,
# and there are 16 maps. That's 230,400 multiplications. The second convolution needs 460,800, and
# the two dense layers need 204,800 and 2,560. Together that's 898,560 multiplications to read a
# single digit. It sounds like a lot, but your phone can do a billion of them in a second.
#
# Let's look into the network while it reads.

# %%
probability, first_maps, second_maps = predict(x_test[0])
no_ticks = {"xticks": [], "yticks": []}
figure = plt.figure(figsize=(9, 5.4), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=[1, 3])
image_ax, answer_ax = left.subplots(2, 1)
image_ax.imshow(x_test[0, :, :, 0], cmap="gray_r")
image_ax.set(title="the image", **no_ticks)
answer_ax.barh(range(10), probability, color="tab:blue")
answer_ax.set(title="the answer", xlabel="probability", yticks=range(10), xlim=(0, 1))
answer_ax.invert_yaxis()
axes = right.subplots(6, 8, subplot_kw=no_ticks)
for i in range(16):
    axes.flat[i].imshow(first_maps[:, :, i], cmap="gray_r", vmin=0, vmax=first_maps.max())
for i in range(32):
    axes.flat[16 + i].imshow(second_maps[:, :, i], cmap="gray_r", vmin=0, vmax=second_maps.max())
right.suptitle("16 maps of the first convolution, 32 of the second")
plt.show()

# %% [markdown]
# In the two upper rows of maps you can still recognise the digit. Each filter has found other parts
# of it: its horizontal strokes, or the edges on one side. In the four rows below, the maps are
# coarse and mostly empty. Each dark spot says that a certain combination of strokes is in that
# place. From these spots the dense layers conclude which digit it must be.
#
# ## From a drawing to 28 x 28 pixels
#
# So a browser only needs our numbers and our loops. But first it has to turn a drawing into
# something that looks like MNIST, and you know from the last lesson how much depends on that.
#
# This time it is easier. We don't have to search for ink in a photo, because we know where the pen
# has been. The page remembers each stroke as a list of points on a canvas of 560 x 560 pixels. And
# it can choose how thick the pen is. In MNIST a stroke is about an eighth as wide as the digit is
# large. So the pen becomes thicker while a digit grows! (We divide by 7, because the pen adds its
# own width to the digit. But it never gets thinner than 10 pixels, so that you can see it.)
#
# We do the same in Python, because we want to test our network on drawings. A program has drawn 200
# of them for us: large and small ones, in all corners, slanted and turned, with several forms of
# each digit. `draw` puts one of them on a canvas, as the page does.

# %%
drawings = json.loads(find_data("drawings.json").read_text())


def draw(strokes):
    """Return a canvas with these strokes on it, lists of points: 0 is nothing, 1 is ink."""
    size = np.ptp(np.concatenate(strokes), axis=0).max()  # its width or height, the larger one
    width = max(10, round(size / 7))
    canvas = Image.new("L", (560, 560))
    pen = ImageDraw.Draw(canvas)
    for stroke in strokes:
        points = [tuple(point) for point in stroke]
        pen.line(points, fill=255, width=width)
        for point in points:
            pen.circle(point, width / 2, fill=255)  # round ends, and no gaps in a curve
    return np.asarray(canvas) / 255


# %% [markdown]
# `prepare` makes 28 x 28 pixels of it. The longer side of the digit becomes 20 pixels long, so we
# know how many pixels of the canvas go into one pixel of the image: `size`. The digit's centre of
# mass goes to row 14 and column 14. For each pixel of the image, we look at 8 x 8 places of the
# canvas, and take their mean. That makes the edges of the strokes grey, as in a photo.


# %%
def prepare(canvas):
    """Return 28 x 28 numbers from 0 to 1, as in MNIST, for a canvas with a digit on it."""
    if not canvas.any():
        return np.zeros((28, 28))  # nothing was drawn
    canvas = np.pad(canvas, 560)  # now we can look beyond its edges
    rows, columns = np.nonzero(canvas)
    size = max(np.ptp(rows) + 1, np.ptp(columns) + 1) / 20
    row, column = ndimage.center_of_mass(canvas)
    places = (np.arange(28 * 8) + 0.5) / 8 - 14.5  # in pixels of the image, from row 14
    rows = np.round(row + size * places).astype(int)
    columns = np.round(column + size * places).astype(int)
    return canvas[rows][:, columns].reshape(28, 8, 28, 8).mean(axis=(1, 3))


x_drawn = np.zeros((len(drawings), 28, 28, 1), "float32")
y_drawn = np.zeros(len(drawings), "int64")
for i, drawing in enumerate(drawings):
    x_drawn[i, :, :, 0] = prepare(draw(drawing["strokes"]))
    y_drawn[i] = drawing["digit"]

figure, axes = plt.subplots(2, 8, figsize=(9, 2.8), layout="constrained", subplot_kw=no_ticks)
for i in range(8):
    axes[0, i].imshow(draw(drawings[i]["strokes"]), cmap="gray_r")
    axes[1, i].imshow(x_drawn[i], cmap="gray_r")
figure.suptitle("Drawings, and what the network sees of them")
plt.show()

# %% [markdown]
# In the upper row you see the drawings. Below them they have all become equally large, their
# strokes equally thick, and they are in the middle.
#
# ## The page
#
# Now we write all this into a page. There is a template for it, draw_a_digit.html, in which
# everything is ready but the weights. It has the same loops, with the same names, in JavaScript,
# the language of browsers. Have a look at it, even if you don't speak JavaScript. You'll recognise
# them.
#
# How do numbers get into a text file? We could write them as decimals, but that would take a lot of
# room. Instead we make whole numbers of them, from -32767 to 32767, by dividing by a scale, and
# note the scale. Such a number takes two bytes, half as much as before, and is as exact as we need.
# Then base64 turns the bytes into letters and digits.

# %%
network = []
for weights in model.get_weights():
    scale = float(np.abs(weights).max()) / 32767
    numbers = np.round(weights / scale).astype("<i2")  # whole numbers of two bytes
    text = base64.b64encode(numbers.tobytes()).decode()
    network.append({"shape": weights.shape, "scale": scale, "numbers": text})

template = find_template("draw_a_digit.html").read_text()
page = folder / "draw_a_digit.html"
page.write_text(template.replace("NETWORK", json.dumps(network)))
print(f"Your page: {page}, {page.stat().st_size / 1e6:.2f} MB")
show_page(page)

# %% [markdown]
# Draw a digit! If no page has opened, open the file with a double click. You can also send it to
# your phone, or to a friend. It needs no network connection, and it works for as long as there are
# browsers.
#
# While you draw, you see what the network sees: the 28 x 28 pixels, the maps of its two
# convolutions, and the ten probabilities. If none of them reaches 80 %, the page says that it isn't
# sure. (Why 80 %? In the next lesson we'll find that out, on validation images.) Now try to fool
# it. Draw a 1 with a long flag. At which point does it become a 7? Draw a letter, or a face. A
# network that has only ever seen digits sees digits everywhere.
#
# Then switch off the three steps that make a drawing look like MNIST, one at a time. Draw a small
# digit in a corner without "fit it into 20 x 20 pixels", and the network is lost. It has learned
# much about digits, but it takes it for granted that they come in one size and in the middle.
#
# ## Evaluate
#
# How good is it? We test it on the test images of MNIST, and on the drawings.

# %%
y_pred = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
print(f"Test accuracy on MNIST: {np.mean(y_pred == y_test):.4f}")

probability = model.predict(x_drawn, verbose=0)
y_pred = probability.argmax(axis=1)
print(f"Test accuracy on drawings: {np.mean(y_pred == y_drawn):.4f}")

# %% [markdown]
# Nearly all the drawings are read, although the network has never seen one: all its life it has
# only looked at ink on paper. That's what the steps are for. But don't conclude that it will read
# your digits just as well. Our drawings come from a program, and you know more ways to write a 7
# than the program does. (We chose the augmentation with other drawings: some of this program's,
# with other forms, and 55 that people had made.)
#
# ## What to try next
#
# - Delete the three layers for augmentation: not measured yet. Then draw on the page. When does it
#   fail now?
# - Which drawings does the network get wrong? `wrong = np.flatnonzero(y_pred != y_drawn)` are their
#   numbers, and `plt.imshow(x_drawn[wrong[0]], cmap="gray_r")` shows the first of them.
# - One byte for each number in place of two: write 127 and `"i1"` in place of 32767 and `"<i2"`,
#   and in the template `Int8Array` in place of `Int16Array`. Now the page is half as large. Can you
#   find a digit for which the answer changes?
