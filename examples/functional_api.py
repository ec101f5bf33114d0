# %% [markdown]
"""
# Networks that branch: do two images show the same digit?

So far, each of our networks has been a single row of layers: the data go in at one end, and an
answer comes out at the other. Here is a question that doesn't fit into a row. You get two images.
Do they show the same digit? Passport control asks the same about two faces, yours and the one in
your passport, and a bank asks it about two signatures. To answer, you need not recognise the
person. You only have to compare. For this we need a network with two inputs, and Keras's
**functional API** can build it.

- You will learn: the functional API, several inputs, layers that are shared.
- Expected: gets 98 % of the pairs right; takes about 39 s on 2 CPU cores.
- Run: `python examples/functional_api.py`
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
    epochs=3, batch_size=128, learning_rate=0.003, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# The images are those of mnist_cnn.py. But now we need pairs of them. For each image we toss a
# coin. Heads: its partner is an image of the same digit, chosen at random. Tails: it is an image of
# some other digit. The label of a pair is 1 if both show the same digit, and 0 if not. About half
# of the labels are 1, so somebody who only guesses is right about half of the time.


# %%
def draw_partners(digits):
    partners = np.zeros(len(digits), dtype="int64")  # for each image the index of its partner
    for digit in range(10):
        same_digit = np.flatnonzero(digits == digit)  # the indices of all images of this digit
        other_digit = np.flatnonzero(digits != digit)
        for i in same_digit:
            choices = same_digit if np.random.random() < 0.5 else other_digit
            partners[i] = choices[np.random.randint(len(choices))]
    return partners


(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255

partners_train, partners_test = draw_partners(y_train), draw_partners(y_test)
same_train = (y_train == y_train[partners_train]).astype("float32")
same_test = (y_test == y_test[partners_test]).astype("float32")


def draw_pairs(pairs, titles):
    no_ticks = {"xticks": [], "yticks": []}
    _, axes = plt.subplots(2, 6, figsize=(9, 3.6), layout="constrained", subplot_kw=no_ticks)
    for column, pair in enumerate(pairs):
        axes[0, column].imshow(x_test[pair, :, :, 0], cmap="gray_r")
        axes[1, column].imshow(x_test[partners_test[pair], :, :, 0], cmap="gray_r")
        axes[0, column].set_title(titles[column], fontsize=10)
    plt.show()


labels = {0: "different", 1: "same"}
draw_pairs(range(6), [labels[same_test[pair]] for pair in range(6)])

# %% [markdown]
# Each column is a pair, with its label above it. We will never tell the network which digits the
# images show. All it is told is "same" or "different".
#
# ## Build the model
#
# How would you do it yourself? You would look at the first image and remember what matters about
# it, and then at the second one. Then you would compare what you remember. So our network has three
# parts.
#
# The first part is a reader. It turns an image into 64 numbers, using the convolutions of
# mnist_cnn.py. We don't say what these numbers should mean: the network finds that out in training.

# %%
reader = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(16, kernel_size=5, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
    ],
    name="reader",
)

# %% [markdown]
# Now we put the parts together. In the functional API you call a layer, or a whole model, as if it
# were a function: you give it what comes out of another layer. `first` and `second` are only
# placeholders: no image is in them yet, and nothing is computed. We only write down the way that
# the numbers will take later.
#
# We call the same reader twice. So there is only one set of weights, and both images are read in
# the same way. This is called **sharing** layers. With two separate readers, the network would have
# to learn everything twice. At the start their 64 numbers would have nothing to do with each other,
# and the network would also have to learn to make them comparable.
#
# The second part compares. It subtracts the 64 numbers of the second image from those of the first,
# and takes the absolute values, because it doesn't matter which of the two is larger.
# (`layers.Subtract()` makes the layer, and the second pair of brackets calls it. Functions from
# `keras.ops`, like `abs`, can be used in the same way as layers.) The third part decides: a dense
# layer looks at the 64 differences, and a neuron with a sigmoid says how likely it is that both
# images show the same digit. At the end, `keras.Model` gets the inputs and the output.

# %%
first = keras.Input(shape=(28, 28, 1), name="first")
second = keras.Input(shape=(28, 28, 1), name="second")
difference = layers.Subtract()([reader(first), reader(second)])
distance = keras.ops.abs(difference)
hidden = layers.Dense(32, activation="relu")(distance)
same = layers.Dense(1, activation="sigmoid", name="same")(hidden)
model = keras.Model(inputs=[first, second], outputs=same)
model.summary()

# %% [markdown]
# The column "Connected to" shows the branches: the reader appears once, and it is connected to both
# inputs. (There is a third way to write a model, a class of your own. You need it only for what
# can't be drawn as such a graph, for example a loop whose length depends on the data.)
#
# ## Train
#
# Training works as usual, except that `fit` gets a list of two arrays of images instead of one.
# There are only two answers, so the loss is binary cross-entropy, as in logistic_regression.py.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule), loss="binary_crossentropy", metrics=["accuracy"]
)
history = model.fit(
    [x_train, x_train[partners_train]],
    same_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    verbose=args.verbose,
)

# %% [markdown]
# ## Evaluate
#
# Where does the network go wrong? Here are six pairs of test images. We chose the mistakes where it
# was most sure of itself. Above each pair you see what the network took it for, and the truth is
# the opposite.

# %%
probability = model.predict([x_test, x_test[partners_test]], batch_size=1000, verbose=0)[:, 0]
said_same = (probability > 0.5).astype("float32")
mistakes = np.flatnonzero(said_same != same_test)
certainty = np.abs(probability - 0.5)
mistakes = mistakes[np.argsort(-certainty[mistakes])][:6]  # the most certain ones first
answers = {0: "taken for different", 1: "taken for the same"}
draw_pairs(mistakes, [answers[said_same[pair]] for pair in mistakes])

# %% [markdown]
# In nearly every one of these pairs there is a digit that you would have to look at twice.

# %%
is_same = same_test == 1
print(f"Pairs of the same digit, recognised: {np.mean(said_same[is_same] == 1):.4f}")
print(f"Pairs of different digits, recognised: {np.mean(said_same[~is_same] == 0):.4f}")
print(f"Test accuracy: {np.mean(said_same == same_test):.4f}")

# %% [markdown]
# The network judges about 98 of 100 pairs correctly, and pairs of both kinds about equally well. Is
# that good? The network of mnist_cnn.py reads about 99 % of the digits, but it was told which digit
# each image shows. This network has never been told what a 7 is. It had to find out from "same" and
# "different" alone!
#
# ## What to try next
#
# - Train without the digits 8 and 9: before the partners are drawn, write `seen = y_train < 8` and
#   `x_train, y_train = x_train[seen], y_train[seen]`. Test it on the other two digits: `new =
#   y_test >= 8` and `x_test, y_test = x_test[new], y_test[new]`. Can the network compare digits
#   that it has never seen?
# - Give each image a reader of its own: put the lines that build it into a function
#   `build_reader(name)`, and call the second one for the second image. How much does sharing help?
#
# Keras's guide: [The functional API](https://keras.io/guides/functional_api/).
