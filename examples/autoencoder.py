# %% [markdown]
"""
# A map of all digits: the autoencoder

An image of a digit has 784 pixels. How many numbers do you really need to describe it? In this
lesson a network gets just two. It has to squeeze each image through these two numbers, and draw it
again on the other side. Nobody tells it which digit it sees. Still, it ends up with a map, on which
images that look alike lie close together. You can walk across this map, and see digits that nobody
ever wrote.

- You will learn: autoencoders, learning without labels, generating images from numbers.
- Expected: makes a map on which the neighbours give the right digit for 80 % of the test images;
  takes about 48 s on 2 CPU cores.
- Run: `python examples/autoencoder.py`
"""

# %%
from common import flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from scipy.spatial import KDTree

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=10, batch_size=128, learning_rate=0.002, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# Each image becomes a row of 784 numbers from 0 to 1, as in mnist_dense.py. We load the labels,
# too, but the network will never see them. We only need them at the end, to look at what it has
# done.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Build the model
#
# An **autoencoder** has two halves. The **encoder** reads an image and returns two numbers, the
# **code**. The **decoder** gets the code, and nothing else, and draws an image. Imagine two people
# on the telephone. One of them sees the image, but may say only two numbers. The other has to draw
# it. That can only work if they have agreed beforehand what the numbers mean, and this agreement is
# what the network has to learn.
#
# The encoder gets narrower from layer to layer, down to 2, and the decoder gets wider again in the
# same steps. The two neurons in the middle have no activation, so a code may be any two numbers,
# negative ones included. Only very large ones should be avoided. Without a limit, some images would
# drift far out, and most of our map would be empty. So we add a small penalty. In overfitting.py it
# was for large weights; here it is for large outputs, and Keras calls it `activity_regularizer`.
# The last layer has a sigmoid, because a pixel lies between 0 and 1.
#
# `model` holds the two halves themselves, not copies of them. When it is trained, both are trained,
# and afterwards we can use each one alone.

# %%
encoder = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(256, activation="relu"),
        layers.Dense(128, activation="relu"),
        layers.Dense(64, activation="relu"),
        layers.Dense(2, activity_regularizer=keras.regularizers.L2(1e-4)),
    ]
)
decoder = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(128, activation="relu"),
        layers.Dense(256, activation="relu"),
        layers.Dense(784, activation="sigmoid"),
    ]
)
model = keras.Sequential([keras.Input(shape=(784,)), encoder, decoder])

# %% [markdown]
# ## Train
#
# What is the right answer for an image? The image itself! So we give `fit` the images twice, once
# as input and once as target. The loss is the mean squared error between the pixels of the image
# and those of the drawing. This is called **unsupervised** learning, because nobody had to write
# down any answers. Images are easy to collect; labelling them is work. The rest is as in
# mnist_cnn.py: Adam, with a learning rate that falls, here from 0.002.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss="mean_squared_error")
history = model.fit(
    x_train, x_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Evaluate
#
# Let's see what is left of a digit after it has been squeezed through two numbers. Above are ten
# test images, one of each digit, and below them what the decoder makes of their codes.

# %%
codes = encoder.predict(x_test, batch_size=1000, verbose=0)
drawings = decoder.predict(codes, batch_size=1000, verbose=0)
figure, axes = plt.subplots(2, 10, figsize=(9, 2.2), layout="constrained")
for digit in range(10):
    i = np.flatnonzero(y_test == digit)[0]
    axes[0, digit].imshow(x_test[i].reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
    axes[1, digit].imshow(drawings[i].reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
    axes[1, digit].set_xlabel(f"{codes[i, 0]:.1f}, {codes[i, 1]:.1f}")
plt.setp(axes, xticks=[], yticks=[])
figure.suptitle("Ten digits; below them, what was drawn from two numbers")
plt.show()

# %% [markdown]
# The drawings are blurred, and not all of them show the right digit. But remember that each was
# made from the two numbers below it, and from nothing else.
#
# Two numbers are all you need to name a place on a map, one for each axis. So let's draw that map:
# each test image is a point, at the place of its code. Only now do we take out the labels, to
# colour the points. Five of each digit also carry their label.

# %%
figure, ax = plt.subplots(figsize=(8, 7), layout="constrained")
for digit in range(10):
    color, of_digit = plt.cm.tab10(digit), codes[y_test == digit]
    ax.plot(of_digit[:, 0], of_digit[:, 1], ".", color=color, markersize=2)
    box = {"facecolor": "white", "edgecolor": color, "boxstyle": "round,pad=0.15"}
    for x, y in of_digit[:5]:
        ax.text(x, y, str(digit), size=11, ha="center", va="center", bbox=box)
ax.set(xlabel="first number", ylabel="second number", title="The map of the test digits")
plt.show()

# %% [markdown]
# Each digit has its own region, like a country! Nobody told the network that there are ten kinds.
# But it has only two numbers, so it saves effort by putting images that look alike in the same
# place. Look at the borders: 4 and 9 overlap almost completely, and 3, 5 and 8 are close
# neighbours. 0 and 1, which have little in common, lie far apart. Not every country is in one
# piece, though.
#
# ## Walk across the map
#
# We can also go the other way. Take any place on the map, even if no test digit lies there, and let
# the decoder draw what belongs there. We do that for a grid of 20 x 20 places, over the part of the
# map where nearly all of the digits are (we leave out the 2 % that lie furthest out on each side,
# because they would make the map mostly empty).

# %%
left, bottom = np.percentile(codes, 2, axis=0)
right, top = np.percentile(codes, 98, axis=0)
# all pairs of 20 x and 20 y; the first row is at the top
columns, rows = np.meshgrid(np.linspace(left, right, 20), np.linspace(top, bottom, 20))
places = np.stack([columns.ravel(), rows.ravel()], axis=1)
tiles = decoder.predict(places, batch_size=1000, verbose=0).reshape(20, 20, 28, 28)
sheet = np.zeros((20 * 28, 20 * 28))
for row in range(20):
    for column in range(20):
        sheet[row * 28 : row * 28 + 28, column * 28 : column * 28 + 28] = tiles[row, column]

figure, ax = plt.subplots(figsize=(7, 7), layout="constrained")
ax.imshow(sheet, cmap="gray_r", vmin=0, vmax=1)
ax.set(xticks=[], yticks=[], title="A walk across the map")
plt.show()

# %% [markdown]
# Nobody ever wrote these digits. Go along a row and watch one digit turn into another. In between
# there are shapes that are neither the one nor the other. This is one of the simplest networks that
# can generate images. Those that make pictures from a sentence are much larger, but many of them
# end in a decoder like ours, which turns a code into an image. And an autoencoder is useful for
# other data, too: what it draws badly is unlike the rest, so it can find the odd ones out, such as
# a machine that sounds wrong.
#
# ## How good is the map?
#
# Let's put it into numbers. The first is the mean squared error of the drawings. Drawing the
# average of all images every time would give 0.067. The second asks whether images of the same
# digit lie together. We already did something like this in your_own_images.py: for each test image
# we find its 15 nearest neighbours among the training images on the map, and take the most frequent
# digit. How often is it right? Guessing would give 0.10. (`KDTree` finds neighbours quickly. The
# labels were not used in training.)

# %%
test_error = np.mean((drawings - x_test) ** 2)
train_codes = encoder.predict(x_train, batch_size=1000, verbose=0)
distances, neighbours = KDTree(train_codes).query(codes, k=15)
# for each image, the most frequent label of the 15
y_pred = np.array([np.bincount(y_train[indices]).argmax() for indices in neighbours])
print(f"Right digit from the neighbours: {np.mean(y_pred == y_test):.4f}")
print(f"Test error: {test_error:.4f}")

# %% [markdown]
# Is that good? In which_language.py you met an older way to get from many numbers to two: principal
# component analysis (PCA). It is like an autoencoder whose layers have no activation, and it finds
# the best solution at once. Here is its error on the same images, and how often the neighbours give
# the right digit:
#
# - PCA with two numbers: error 0.0557, neighbours 0.45 (1 seed).
#
# So the hidden layers are worth a lot. For about eight in ten images the neighbours give the right
# digit, though the network never saw a label. Of course mnist_dense.py reads 98 % of the digits,
# but it was given 60,000 right answers.
#
# ## What to try next
#
# - 16 numbers in place of two: an error of 0.0124 (5 seeds). Change the last layer of the encoder
#   and the input of the decoder. Nobody can draw a map with 16 dimensions, so delete everything
#   from the map to the end of the walk, too. Then compare the drawings with those above.
# - Teach it to clean up. Use 16 numbers as above, give `fit` the noisy images `x_train +
#   np.random.normal(0, 0.5, x_train.shape)` as input, and leave the target as it is. This is called
#   a **denoising autoencoder**. Then add the same kind of noise to `x_test`, and let it draw by
#   `model.predict`. How clean do the digits become?
# - Walk in a straight line from a 7 to a 0, in ten steps: `decoder.predict(np.linspace(codes[0],
#   codes[3], 10))`, because `x_test[0]` is a 7 and `x_test[3]` is a 0. Draw the ten images. Which
#   digits do you pass?
#
# Keras's reference: [autoencoders](https://blog.keras.io/building-autoencoders-in-keras.html) (from
# 2016, so its code needs some changes today; our page about old tutorials, docs/old_tutorials.md,
# tells you which).
