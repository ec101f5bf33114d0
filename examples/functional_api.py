# %% [markdown]
"""
# Networks that branch: the functional API

One network with two outputs: which digit is it, and is it even? Both share the same convolutions.
You will see how a model is written as a chain of calls, and where its two answers contradict each
other.

- You will learn: the functional API, two outputs, loss weights, other ways to write a model.
- Expected: test accuracy 0.9945 +/- 0.0004 (5 seeds), 112 s of training on 2 CPU cores.
- Run: `python examples/functional_api.py`, or quicker with `--epochs 1`
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
# The images of mnist_cnn.py, with a second label for each image: 1 if its digit is even, else 0.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

even_train = (y_train % 2 == 0).astype("float32")
even_test = (y_test % 2 == 0).astype("float32")

# %% [markdown]
# ## Build the model
#
# `keras.Sequential` is a list of layers, each with one input and one output. Here the way forks, so
# we use the **functional API**: a layer is called like a function, with the output of another
# layer, and a model is what lies between its inputs and its outputs. Each output has a name. No
# number is computed yet: `x` is only a placeholder for what will flow there.

# %%
image = keras.Input(shape=(28, 28, 1))
x = layers.RandomTranslation(0.06, 0.06, fill_mode="constant", interpolation="nearest")(image)
x = layers.Conv2D(16, kernel_size=5, activation="relu")(x)
x = layers.MaxPooling2D(pool_size=2)(x)
x = layers.Conv2D(32, kernel_size=3, activation="relu")(x)
x = layers.MaxPooling2D(pool_size=2)(x)
x = layers.Flatten()(x)
x = layers.Dense(256, activation="relu")(x)

digit = layers.Dense(10, activation="softmax", name="digit")(x)
even = layers.Dense(1, activation="sigmoid", name="even")(x)
model = keras.Model(inputs=image, outputs={"digit": digit, "even": even})
model.summary()

# %% [markdown]
# The column "Connected to" shows the fork: both outputs get their numbers from the same layer.
#
# There is a third way to write a model: a class of your own, whose method `call` computes the
# outputs. It can branch, too, and can do what no fixed graph of layers does, such as a loop that
# depends on the data. But `summary` then shows only its layers, not how they are connected. Take
# `Sequential` for a row of layers, the functional API for forks, a class for the rest.
#
# ## Train
#
# Each output has its own loss and its own labels, by name, and the training lowers the weighted sum
# of the losses. "Even?" is the easier question and follows from the digit, so it counts a fifth.
# `fit` shows the loss and the accuracy of each output, and last the sum.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss={"digit": "sparse_categorical_crossentropy", "even": "binary_crossentropy"},
    loss_weights={"digit": 1.0, "even": 0.2},
    metrics={"digit": ["accuracy"], "even": ["accuracy"]},
)
history = model.fit(
    x_train,
    {"digit": y_train, "even": even_train},
    batch_size=args.batch_size,
    epochs=args.epochs,
    verbose=args.verbose,
)

# %% [markdown]
# ## Evaluate
#
# Nothing forces the two outputs to agree. Where they contradict each other, the image is doubtful.

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)
y_pred = probability["digit"].argmax(axis=1)
even_pred = (probability["even"][:, 0] > 0.5).astype("float32")
even_by_digit = (y_pred % 2 == 0).astype("float32")
doubtful = np.flatnonzero(even_by_digit != even_pred)

no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(2, 6, figsize=(9, 3.6), layout="constrained", subplot_kw=no_ticks)
for ax, i in zip(axes.flat, doubtful):
    word = "even" if even_pred[i] == 1 else "odd"
    ax.imshow(x_test[i, :, :, 0], cmap="gray_r")
    ax.set_title(f"{y_test[i]}, read as {y_pred[i]}\nand as {word}", fontsize=10)
plt.show()

# %%
print(f"Contradictions: {len(doubtful)}")
print(f"Misread among them: {np.sum(y_pred[doubtful] != y_test[doubtful])}")
print(f"Even or odd, accuracy: {np.mean(even_pred == even_test):.4f}")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# A second opinion is also a warning: hardly one image in a hundred is misread, but many of those on
# which the outputs contradict each other.
#
# ## What to try next
#
# - `loss_weights={"digit": 1.0, "even": 1.0}`: do the digits suffer?
# - Add a third output: is the digit below 5?
#
# Keras's guide: [The functional API](https://keras.io/guides/functional_api/).
