# %% [markdown]
"""
# Memorising is not understanding

You have seen that a network can get almost everything right on its training images. Does that mean
it has understood something? Let's find out with an experiment that sounds like a joke: we give a
thousand digits random labels, in which there is nothing to understand, and train a network on them.
The network will learn every single one of them. Then we do the same with the real labels, and look
for something that tells the two networks apart.

- You will learn: training accuracy versus test accuracy, why only new data can show what was
  understood.
- Expected: with random labels it learns everything by heart, and reads 9 % of new digits; with real
  labels it reads 90 %; takes about 14 s on 2 CPU cores.
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
# of them also gets a second label, which is drawn at random without looking at the image.

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
# Look at the random labels in the picture. Apart from a lucky hit now and then, they have nothing
# to do with the digits below them.
#
# We use the network of the last lesson, without dropout. It has 670,000 weights. That is 670 for
# each of the thousand images, so it has plenty of room to remember them one by one. We need the
# network twice, each time with new random weights, and that's why we write a function that builds
# it. This time we want to keep things simple, so the learning rate doesn't fall. It is 0.001,
# Keras's default for Adam.


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
# Both networks are trained in the same way, for the same number of epochs. Thirty are enough to
# learn even the random labels. Apart from chance, in the starting weights and in the order of the
# images, only the labels differ.

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
# How many of its training labels does each network know in the end? And how well does it read
# 10,000 images that it has never seen? Because we asked for the metric, `evaluate` returns two
# numbers, the loss and the accuracy.

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
# random labels take longer. There is no pattern in them, so what the network learns about one image
# doesn't help it with the next. But if you saw only the end of the training, you couldn't tell
# which network has understood something, and which one has only learned by heart.
#
# Now look at the dashed lines. They are about the real labels of new images, and there the two
# networks could hardly be more different. The one with the real labels reads about 90 % of them.
# The other one does no better than guessing: there are ten digits, and about one answer in ten is
# right. (How many exactly depends on the random labels. With sixteen other draws we saw between
# 0.08 and 0.13, and 0.10 on average.)
#
# This is why we put test images aside, and why nobody trusts training accuracy alone.

# %%
print(f"Random labels, training accuracy: {random_accuracy:.4f}")
print(f"Random labels, test accuracy: {random_test_accuracy:.4f}")
print(f"Real labels, training accuracy: {train_accuracy:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `--epochs 10`: training accuracy 0.85 (5 seeds). That is how many of the random labels the
#   network knows after 10 epochs.
# - `--train-limit 4000`: four times as many random labels. Does the network still memorise all of
#   them in 30 epochs?
# - `layers.Dense(32, activation="relu")` for both hidden layers: this network has only 26,506
#   weights. How many of the random labels does it know after 30 epochs?
#
# Where the experiment comes from: [Zhang et al., 2017](https://arxiv.org/abs/1611.03530).
