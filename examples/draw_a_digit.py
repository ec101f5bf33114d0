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
- Expected: reads 97.5 % of 200 drawn digits, and 99.2 % of the test digits; takes about 34 s on 2
  CPU cores.
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
# There is nothing new here: the network learns from the images of MNIST, and we divide by 255.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

# %% [markdown]
# ## Build the model
#
# This is the network of mnist_cnn.py once more. During training, three layers in front of it make
# each image a little different, as in data_augmentation.py. A mouse is harder to control than a
# pen, so digits drawn with a mouse come out crooked. That's why we turn the images by up to 15
# degrees. We also make them up to about 10 % taller or shorter, and up to 11 % wider or 17 %
# narrower, because many people write narrow digits. (`RandomZoom` takes two numbers for the height,
# then two for the width. It divides by 1 plus the number. So -0.1 makes an image 1/0.9 = 1.11 times
# as large, and 0.2 makes it 1/1.2 = 0.83 times as large.) Finally we shift them by a pixel or two.
# We tried a few ranges on other drawings, and kept these; there is more about that at the end.

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
#
# We train as in the last lesson: in batches of 128, with a learning rate that falls from 0.003.
# Crooked images are harder to learn, so the network gets three epochs this time instead of two.

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
# The first array holds 16 filters. Each of them has 5 x 5 numbers, for one channel. The second
# array holds their 16 biases. Then come 32 filters of 3 x 3 numbers for 16 channels, the weights
# from 800 inputs to 256 neurons, and the weights from those to the ten digits, each followed by its
# biases. Everything that the network has learned from 60,000 images is in these 212,682 numbers.
#
# What does Keras do with them? Let's do it ourselves, with loops and a little NumPy, so that you
# can see each step. There are five kinds of steps, and you know them all by name.
#
# A **convolution** lays a filter on the image in every possible place, multiplies each number of
# the filter by the pixel below it, and adds everything up. You did that in mnist_cnn.py, with a
# filter of your own. Here is the same loop with many filters. `filters[:, :, :, i]` is filter
# number `i`, with its rows, columns and channels. To each sum we add the bias of the filter.


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
# **ReLU** replaces negative numbers by 0. **Max pooling** keeps only the largest number in each
# square of 2 x 2.


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
            half[row, column] = square.max(axis=(0, 1))  # over its rows and columns, for each map
    return half


# %% [markdown]
# In a **dense** layer each neuron has a weight for each input. It multiplies each input by its
# weight, adds everything up, and adds its bias. At the end, **softmax** turns the ten numbers of
# the last layer into probabilities. `np.exp` raises the number e = 2.718... to the power of each of
# them, and such a power is always positive. Then we divide by the sum of these powers, and the
# results add up to one. (Before that we subtract the largest of the ten numbers. This divides all
# ten powers by the same factor, so the probabilities stay the same. Without it the powers could
# become too large for the computer.)


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
# Now we put them together, in the order of the layers. `forward` takes an image forward through the
# whole network. (The three layers for augmentation are only at work during training, so we leave
# them out.) Do we get the same answers as Keras? We compare all ten probabilities of ten images.

# %%
filters_1, bias_1, filters_2, bias_2, weights_3, bias_3, weights_4, bias_4 = model.get_weights()


def forward(image):
    """Return ten probabilities for an image of 28 x 28 x 1, and the feature maps on the way."""
    first_maps = relu(convolve(image, filters_1, bias_1))
    second_maps = relu(convolve(pool(first_maps), filters_2, bias_2))
    hidden = relu(dense(pool(second_maps).flatten(), weights_3, bias_3))
    return softmax(dense(hidden, weights_4, bias_4)), first_maps, second_maps


ours = np.array([forward(image)[0] for image in x_test[:10]])
keras_says = model.predict(x_test[:10], verbose=0)
print("Our loops say the same as Keras:", np.allclose(ours, keras_says, atol=1e-5))
print(f"Largest difference: {np.abs(ours - keras_says).max():.0e}")

# %% [markdown]
# We do! The tiny difference comes from rounding. There is no magic in Keras. It computes the same
# as our loops, only much faster.
#
# How much work is that? The first convolution makes 16 maps of 24 x 24 numbers, and each number
# takes 25 multiplications: 230,400 altogether. The second one makes 32 maps of 10 x 10 numbers.
# Each of these takes 3 x 3 x 16 multiplications, which makes 460,800. The two dense layers add
# 204,800 and 2,560. So to read a single digit, the network multiplies 898,560 times. That sounds
# like a lot, but even a browser does it in a few milliseconds, as you will see.
#
# Let's look into the network while it reads.

# %%
probability, first_maps, second_maps = forward(x_test[0])
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
right.suptitle("Rows 1 and 2: first convolution. Rows 3 to 6: second convolution")
plt.show()

# %% [markdown]
# On the left is the image, and below it the answer: the network is almost certain that it's a 7.
# The darker a spot in a map, the better the filter fits there. In the two upper rows of maps you
# can still recognise the digit. Each filter has found different parts of it: the bar at the top,
# the slanted stroke, or only the edges on one side. (Where the whole background is slightly grey,
# that's the filter's bias.) The maps in the four rows below have only 10 x 10 numbers, so they look
# coarse, and most of each map is empty. Each dark spot says that a certain combination of strokes
# is in that place. From these spots the dense layers work out which digit it must be.
#
# ## From a drawing to 28 x 28 pixels
#
# What does a browser need to read a digit? Only our numbers and our loops. But first it has to turn
# a drawing into something that looks like MNIST, and you know from the last lesson how much depends
# on that.
#
# This time it's easier. We don't have to search for ink in a photo, because we know where the pen
# has been. The page remembers each stroke as a list of points on a canvas. The canvas has 560 x 560
# pixels, 20 times as many in each direction as an image of MNIST. And it can choose how thick the
# pen is. From the last lesson you know that in MNIST a stroke is about an eighth as wide as the
# digit is tall. So while your digit grows, the page draws all its strokes again, with a thicker
# pen! (In the code below we divide by 7, not by 8. That's because the points have no width: the pen
# adds one part of its own, and then the digit is 8 parts tall. The pen is never thinner than 10
# pixels, so that you can see it.)
#
# Before we build the page, we do the same in Python, so that we can test the network on drawings.
# We have 200 of them, made by a program: large and small, anywhere on the canvas, slanted, turned
# by up to 25 degrees, and with several forms of each digit. `draw` puts one of them on a canvas.
# (The page also rounds off the corners between the points. That hardly shows in 28 x 28 pixels.)

# %%
drawings = json.loads(find_data("drawings.json").read_text())


def draw(strokes):
    """Return a canvas with these strokes, each a list of points: 0 is nothing, 255 is ink."""
    width, height = np.ptp(np.concatenate(strokes), axis=0)  # ptp: the largest minus the smallest
    thickness = max(10, round(max(width, height) / 7))
    canvas = Image.new("L", (560, 560))
    pen = ImageDraw.Draw(canvas)
    for stroke in strokes:
        pen.line([tuple(point) for point in stroke], fill=255, width=thickness)
        for x, y in stroke:  # a disc at each point: round ends, and no gaps in a curve
            half = thickness / 2
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    return np.asarray(canvas)


# %% [markdown]
# `prepare` turns the canvas into 28 x 28 pixels. The longer side of the digit has to become 20
# pixels long. So we divide its length on the canvas by 20 and call the result `scale`: one pixel of
# the image covers that many pixels of the canvas, in both directions. We put the digit's centre of
# mass in the middle of pixel 14, counted from 0. (That middle is 14.5 pixels from the edge.) Then
# we divide each pixel of the image into 8 x 8 small parts, and look up each part on the canvas:
# `rows` and `columns` say where. `reshape` puts the 8 x 8 parts of each pixel together, and `mean`
# takes their average. That makes the edges of the strokes grey, as in a scanned image.


# %%
def prepare(canvas):
    """Return 28 x 28 numbers from 0 to 1, as in MNIST, for a canvas with a digit on it."""
    if not canvas.any():
        return np.zeros((28, 28))  # nothing was drawn
    ink_rows, ink_columns = np.nonzero(canvas)
    scale = max(np.ptp(ink_rows) + 1, np.ptp(ink_columns) + 1) / 20
    row, column = ndimage.center_of_mass(canvas)
    parts = (np.arange(28 * 8) + 0.5) / 8 - 14.5  # in pixels of the image, from its middle
    rows = np.round(row + scale * parts).astype(int)
    columns = np.round(column + scale * parts).astype(int)
    larger = np.pad(canvas, 560)  # 560 empty pixels on each side: we may look beyond the edges
    seen = larger[560 + rows][:, 560 + columns]  # row 0 of the canvas is row 560 here
    return seen.reshape(28, 8, 28, 8).mean(axis=(1, 3)) / 255


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
# In the upper row you see eight drawings. The pen was thin for the small digits and thick for the
# large ones. The lower row shows what the network gets: now the digits are all equally large, with
# strokes that are about equally thick, and each digit is in the middle. This is what MNIST looks
# like.
#
# ## The page
#
# There is a template for the page, draw_a_digit.html, and only the numbers are missing. It has the
# same functions with the same names, in JavaScript, the language of browsers. JavaScript has no
# NumPy, so each `np.sum` has become a loop of its own. Open it in an editor, even if you don't know
# JavaScript, and look for "The network: numbers, and a few simple loops". You'll recognise the
# functions below that line. The rest of the file is about how the page looks, and about mouse,
# finger and keyboard.
#
# How do numbers get into a text file? We could write them as decimals, but each would take about
# ten characters. Instead we divide each array by a number, its scale, and round. We choose the
# scale so that the largest weight becomes 32767 or -32767, and write it down, too. Two bytes are
# enough for such a whole number, and the rounding error is tiny: at most half of the scale. But a
# text file is made of characters, not of any bytes you like. So **base64** turns every three bytes
# into four characters. All of this goes where the template has the word NETWORK.

# %%
network = []
for weights in model.get_weights():
    scale = float(np.abs(weights).max()) / 32767
    numbers = np.round(weights / scale).astype("<i2")  # two bytes, the lower one first
    text = base64.b64encode(numbers.tobytes()).decode()
    network.append({"shape": weights.shape, "scale": scale, "numbers": text})

template = find_template("draw_a_digit.html").read_text()
page = folder / "draw_a_digit.html"
page.write_text(template.replace("NETWORK", json.dumps(network)))
print(f"Your page: {page}, {page.stat().st_size / 1e6:.2f} MB")
show_page(page)

# %% [markdown]
# Draw a digit! If no page has opened, open the file with a double click. You can also send it to a
# friend: the whole network is in this one file, and it needs no internet connection.
#
# While you draw, you see what the network sees: the 28 x 28 pixels, the maps of its two
# convolutions, and the ten probabilities. If none of them reaches 80 %, the page says that it isn't
# sure. (Why 80 %? In the next lesson we'll find that out, on validation images.)
#
# Now try to fool it. Draw the upright stroke of a 1. Then start again at its top, and slowly draw a
# second stroke to the left and a little down. Does the 1 become a 7, and when? Then draw a letter,
# or a face. Sometimes the page says that it isn't sure. But sometimes it is quite sure, and wrong.
# A network that has only ever seen digits sees digits everywhere.
#
# Then switch off the steps that make a drawing look like MNIST. Each time the page reads your
# drawing again, so you can compare. Draw a small digit, and switch off "scaled to 20 x 20 pixels".
# The network is lost! Now switch off "centre of mass in the middle" as well, and draw a large digit
# close to an edge. The network often fails there, too. It has learned much about digits, but it
# takes it for granted that they come in one size and in the middle. Switch these two on again, and
# switch off "strokes as thick as in MNIST". You may be surprised: many digits are still read, but
# the network is less sure of them.
#
# ## Evaluate
#
# How good is it? We test it on the test images of MNIST, and on the drawings.

# %%
y_pred = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
print(f"Test accuracy on MNIST: {np.mean(y_pred == y_test):.4f}")

y_pred_drawn = model.predict(x_drawn, verbose=0).argmax(axis=1)
print(f"Test accuracy on drawings: {np.mean(y_pred_drawn == y_drawn):.4f}")

# %% [markdown]
# On MNIST the network is about as good as that of mnist_cnn.py. And it reads nearly all of the 200
# drawings, although it has only ever learned from ink on paper. It can do that because `draw` and
# `prepare` make a drawing look like MNIST. On the page you have seen what happens without them. But
# don't conclude that it will read your digits just as well. Our drawings come from a program, and
# you know more ways to write a 7 than the program does. (To choose the augmentation, we used other
# drawings: some by the same program with other forms of the digits, and 55 that people had made.
# All the networks that we compared read at least 53 of these 55. Nothing was chosen on the 200.)
#
# ## What to try next
#
# - Delete the three layers for augmentation: 0.974 of the drawings (5 seeds). That's hardly any
#   difference! It shows only with digits that are turned further. Of other drawings, turned by 30
#   degrees, the network read 97 % with these layers and 87 % without them. Can you see that on the
#   page?
# - Which drawings does the network get wrong? Type `python -i examples/draw_a_digit.py`: when the
#   lesson has ended, you can go on typing Python. `wrong = np.flatnonzero(y_pred_drawn != y_drawn)`
#   finds the numbers of these drawings. If there are any (`len(wrong)`), look at the first one:
#   `plt.imshow(x_drawn[wrong[0]], cmap="gray_r")` and `plt.show()`. Would you have read it?
# - Use one byte for each number instead of two. Write 127 and `"i1"` in place of 32767 and `"<i2"`,
#   and in the template `Int8Array` in place of `Int16Array`. Then run the lesson with `--folder
#   one_byte`, so that you can compare both pages. The new one is about half as large. The
#   accuracies that the lesson prints stay as they were, because Keras still has the exact weights.
#   So draw the same digits on both pages: does the new one read any worse?
# - Draw on your phone. Type `python -m http.server` in the folder output/draw_a_digit. If the phone
#   uses the same Wi-Fi as your computer, open `http://192.168.0.10:8000/draw_a_digit.html` on it,
#   with the address of your computer in place of 192.168.0.10. (You find the address in the
#   computer's Wi-Fi settings. Ctrl-C ends the server.) If you send the file to a phone instead, it
#   may open in a preview that runs no programs.
