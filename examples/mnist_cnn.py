# %% [markdown]
"""
# Recognise handwritten digits with a convolutional network

A dense network looks at an image as one long row of numbers, and doesn't know which pixels are
neighbours. You would never read like that. You look for strokes: a bar at the top, a loop at the
bottom. In this lesson the network learns to look for strokes, too, and it makes about half as many
mistakes as the dense one.

- You will learn: convolution, pooling, how the shape of the data changes on its way, looking at
  mistakes and filters.
- Expected: reads 99.3 % of the test digits; takes about 38 s on 2 CPU cores.
- Run: `python examples/mnist_cnn.py`, or quicker: `python examples/mnist_cnn.py --epochs 1`
"""

# %%
from common import flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=4, batch_size=64, learning_rate=0.003, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# The images are those of mnist_dense.py, and again we divide by 255. But this time each image keeps
# its 28 rows and 28 columns. A convolution also wants to know how many numbers there are for each
# pixel. A colour photo has three, for red, green and blue. Our images are grey, so they have one.
# These numbers are called **channels**, and they get an axis of their own: (60000, 28, 28) turns
# into (60000, 28, 28, 1).

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

# %% [markdown]
# ## What a convolution does
#
# How do you find a stroke in an image? Make a small pattern that looks like it, a **filter**. Ours
# has 5 x 5 numbers: positive ones where we want ink, in a horizontal bar, and negative ones where
# we want none. Lay the filter on the image somewhere, multiply each of its numbers by the pixel
# that it covers, and add everything up. If there is a horizontal stroke in that place, the sum is
# large. Then move the filter by one pixel and do the same again, until you have been everywhere.
# The sums make a new image, a **feature map**. It shows where in the image the pattern is.

# %%
bar = np.array(
    [
        [-1, -1, -1, -1, -1],
        [1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1],
        [-1, -1, -1, -1, -1],
        [-1, -1, -1, -1, -1],
    ]
)
image = x_train[0, :, :, 0]
feature_map = np.zeros((24, 24))
for row in range(24):
    for column in range(24):
        window = image[row : row + 5, column : column + 5]
        feature_map[row, column] = np.sum(window * bar)
row, column = np.unravel_index(feature_map.argmax(), (24, 24))  # where the answer is strongest

no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(1, 3, figsize=(9, 3.4), layout="constrained", subplot_kw=no_ticks)
axes[0].imshow(image, cmap="gray_r")
square = plt.Rectangle((column - 0.5, row - 0.5), 5, 5, fill=False, color="tab:orange", linewidth=3)
axes[0].add_patch(square)
axes[0].set_title("image: 28 x 28")
axes[1].imshow(bar, cmap="RdBu", vmin=-2, vmax=2)
axes[1].set_title("filter: 5 x 5 (blue: ink)")
axes[2].imshow(feature_map, cmap="gray_r", vmin=0)
axes[2].plot(column, row, "s", color="tab:orange", markersize=12, fillstyle="none")
axes[2].set_title("feature map: 24 x 24")
plt.show()

# %% [markdown]
# In the feature map the horizontal strokes of the digit are dark, and the others have almost
# vanished. The orange square on the left marks the place where the filter fits best. The small one
# on the right marks the number that it gives there.
#
# Why is the map smaller than the image? A filter that is 5 pixels wide can start at any pixel of a
# row except the last four. That leaves 24 places in each row, and in each column, too.
#
# ## Build the model
#
# A **convolutional layer** does this with many filters at once. The best thing is that nobody has
# to design the filters. Their numbers are weights, and the network learns them like all its other
# weights. Our first layer has 16 filters, so it makes 16 feature maps of each image. (Keras calls a
# filter a kernel; `kernel_size=5` means 5 x 5.) ReLU then sets all negative sums to 0: a pattern
# that isn't there is simply not there. We have done the same in the picture above.
#
# Next comes **max pooling**. It divides each map into squares of 2 x 2 numbers, and keeps only the
# largest of the four. The map becomes half as high and half as wide. We no longer know to the pixel
# where a stroke was. That is welcome, because nobody writes a digit in exactly the same place
# twice.
#
# A second convolution looks at all 16 maps together, with 32 filters. Each of them is 3 x 3 pixels
# large and has weights of its own for each of the 16 maps. It can find patterns of patterns, for
# example a bar above a curve. After another pooling, `Flatten` puts all the numbers into one long
# row, and from here on you know the rest: a hidden layer, and ten neurons with softmax.

# %%
model = keras.Sequential(
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
model.summary()

# %% [markdown]
# Follow the shapes from top to bottom. 28 pixels become 24, and pooling halves that to 12. In a row
# of 12, the next filter fits in 10 places, and pooling halves that to 5. So in the end there are 32
# maps of 5 x 5, which makes 800 numbers. Now look at the weights on the right. The first
# convolution has only 416: that's 25 and a bias for each of its 16 filters, and the same filter is
# used everywhere in the image. Nearly all the weights belong to the first dense layer: it has 256
# neurons, and each of them has 800 weights and a bias.
#
# ## Train
#
# There is nothing new here: we use cross-entropy, and Adam with a learning rate that falls from
# 0.003. We chose the learning rate, the batch size and the number of epochs beforehand, on
# validation images, and found that this network needs no dropout. So now we can use all 60,000
# images for training.

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
# ## Evaluate
#
# Which images does the network still get wrong? Here are twelve of them. We begin with those where
# it was most sure of itself, because they teach us the most.

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)
y_pred = probability.argmax(axis=1)
confidence = probability.max(axis=1)

mistakes = np.flatnonzero(y_pred != y_test)  # the numbers of the images that were misread
mistakes = mistakes[np.argsort(-confidence[mistakes])]  # the most certain ones first
figure, axes = plt.subplots(2, 6, figsize=(9, 3.6), layout="constrained", subplot_kw=no_ticks)
for ax, i in zip(axes.flat, mistakes):
    ax.imshow(x_test[i, :, :, 0], cmap="gray_r")
    ax.set_title(f"{y_test[i]} read as {y_pred[i]}\n{confidence[i]:.0%} sure", fontsize=10)
plt.show()

# %% [markdown]
# Would you have read them all? Some of these digits are badly written, and some are cut off. And in
# the whole test set, about 15 of the 10,000 labels are simply wrong. A network that agreed with
# every one of them must have seen the answers beforehand. We picked the mistakes with the highest
# probabilities, so of course the percentages are high. But they do show that a network can be
# almost certain and still be wrong. A high probability is no guarantee.
#
# And what do the 16 filters look like that the network has learned? Blue is where a filter wants
# ink, red where it wants none. The paler a pixel, the less it matters.

# %%
filters = model.layers[0].get_weights()[0]  # shape (5, 5, 1, 16)
figure, axes = plt.subplots(2, 8, figsize=(9, 2.6), layout="constrained", subplot_kw=no_ticks)
for i, ax in enumerate(axes.flat):
    ax.imshow(filters[:, :, 0, i], cmap="RdBu", vmin=-0.5, vmax=0.5)
figure.suptitle("The 16 filters of the first layer (blue: ink, red: none)")
plt.show()

# %% [markdown]
# Many of them have a blue stripe next to a red one: horizontal, vertical or slanted. These filters
# look for the edges of strokes in different directions. Other filters look like nothing in
# particular, and the network can use them all the same.

# %%
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# Compare this accuracy with that of mnist_dense.py. Our new network has a third of the weights, and
# makes about half as many mistakes. The reason is that two facts about images are built into it:
# pixels that are close together belong together, and a stroke is a stroke wherever it is.
#
# ## What to try next
#
# - `--train-limit 1000`: 0.913 (5 seeds). With a sixtieth of the images, the network makes many
#   times as many mistakes. The next lesson shows what you can do when you have so few.
# - Give `bar` a quarter turn: write `bar = bar.T` below it. Which strokes does the feature map show
#   now?
# - Leave out both pooling layers. Is the network more accurate? How much longer does an epoch take?
#
# Keras's reference: [Conv2D](https://keras.io/api/layers/convolution_layers/convolution2d/),
# [MaxPooling2D](https://keras.io/api/layers/pooling_layers/max_pooling2d/).
