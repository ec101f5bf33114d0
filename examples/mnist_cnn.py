# %% [markdown]
"""
# Recognise handwritten digits with a convolutional network

A small convolutional network learns to read digits, in seconds per epoch and without a GPU. You
will see how an image shrinks on its way through the layers, what the network's filters look for,
and which digits it still gets wrong.

- You will learn: convolution, pooling, the shapes on the way, looking at mistakes and filters.
- Expected: test accuracy 0.9943 +/- 0.0003 (5 seeds), 126 s of training on 2 CPU cores.
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
# As before, but each image keeps its 28 rows and 28 columns. Convolutions want a last axis for the
# colours, here one, grey: (60000, 28, 28) becomes (60000, 28, 28, 1).

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

# %% [markdown]
# ## Build the model
#
# A **convolution** slides small filters over the image. Each answers strongly where it finds its
# pattern, and its answers are an image again, a **feature map**. Our first layer has 16 filters of
# 5 x 5 pixels, the second has 32 of 3 x 3 that look at all 16 maps.
#
# **Max pooling** keeps the largest answer of every 2 x 2 square: it matters little where exactly a
# stroke was, and the next layer has less to do. **Flatten** makes one row of all the maps, and
# dense layers decide.
#
# The first layer works in training only. It shifts each image by up to two pixels (6 % of 28),
# differently in each epoch, so that the network cannot memorise it. "nearest" moves whole pixels,
# "constant" leaves the new ones at the border empty.

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
model.summary()

# %% [markdown]
# A filter of 5 x 5 fits into 28 pixels at 24 places, hence (24, 24, 16); pooling halves it to (12,
# 12, 16). Most of the weights are not in the convolutions but in the first dense layer.
#
# ## Train
#
# As in mnist_dense.py. We do without validation, because there is nothing left to choose.

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
# Here are twelve mistakes, first those of which the network was most certain.

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)
y_pred = probability.argmax(axis=1)
confidence = probability.max(axis=1)

mistakes = np.flatnonzero(y_pred != y_test)  # the numbers of the images that were misread
mistakes = mistakes[np.argsort(-confidence[mistakes])]  # the most certain first
no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(2, 6, figsize=(9, 3.6), layout="constrained", subplot_kw=no_ticks)
for ax, i in zip(axes.flat, mistakes):
    ax.imshow(x_test[i, :, :, 0], cmap="gray_r")
    ax.set_title(f"{y_test[i]} read as {y_pred[i]}\n{confidence[i]:.0%} sure", fontsize=10)
plt.show()

# %% [markdown]
# Some of these labels may be wrong: MNIST has about 15 such errors in its test set. Now the 16
# filters of the first layer, which nobody designed: blue where they want ink, red where they want
# none, the paler the less it matters.

# %%
filters = model.layers[1].get_weights()[0]  # (5, 5, 1, 16)
figure, axes = plt.subplots(2, 8, figsize=(9, 2.6), layout="constrained", subplot_kw=no_ticks)
for i, ax in enumerate(axes.flat):
    ax.imshow(filters[:, :, 0, i], cmap="RdBu", vmin=-0.5, vmax=0.5)
figure.suptitle("The 16 filters of the first layer (blue: ink, red: none)")
plt.show()

# %%
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# ## What to try next
#
# - `--train-limit 1000`: 0.915 (5 seeds). A sixtieth of the images, many times the mistakes.
# - Remove the first layer, so that nothing is shifted: which accuracy rises, and which falls?
#   (`model.layers[1]` is then `model.layers[0]`.)
#
# Keras's reference: [Conv2D](https://keras.io/api/layers/convolution_layers/convolution2d/),
# [MaxPooling2D](https://keras.io/api/layers/pooling_layers/max_pooling2d/).
