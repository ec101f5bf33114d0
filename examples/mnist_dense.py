# %% [markdown]
"""
# Recognise handwritten digits with a dense network

This is the classic first network: the image of a handwritten digit goes in, and the network says
which digit it is. People have used these images since 1998 to try out their ideas, and now it's
your turn. You will see how ten neurons share a decision, how to notice that a network has begun to
memorise, and which digits it still confuses.

- You will learn: classification with softmax, validation, learning curves, dropout.
- Expected: reads 98.5 % of the test digits; takes about 28 s on 2 CPU cores.
- Run: `python examples/mnist_dense.py`
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
    epochs=6, batch_size=256, learning_rate=0.003, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# Before we do anything with data, we look at them. The set is called MNIST. It has 60,000 images
# for training and 10,000 for the test. The test digits were written by other people than the
# training digits. Here are the first twelve, each with its label.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(2, 6, figsize=(8, 3.2), layout="constrained", subplot_kw=no_ticks)
for i, ax in enumerate(axes.flat):
    ax.imshow(x_train[i], cmap="gray_r")
    ax.set_title(y_train[i])
plt.show()
print(f"shape {x_train.shape}, values from {x_train.min()} to {x_train.max()}")

# %% [markdown]
# Each image has 28 rows of 28 pixels. A pixel is a number from 0, for paper, to 255, for ink. Some
# of the digits are easy to read, others are written rather carelessly. We can't expect a network to
# get all of them right.
#
# A dense layer doesn't know about rows and columns. It wants all 784 pixels of an image as one long
# row of numbers, so we reshape the images. And we divide by 255, so that the numbers are about as
# small as a network likes them. All pixels have the same scale already, so dividing is enough, and
# we don't have to standardise each pixel separately.

# %%
x_train = x_train.reshape(-1, 784).astype("float32") / 255  # -1: as many rows as there are
x_test = x_test.reshape(-1, 784).astype("float32") / 255

# %% [markdown]
# While we work on a network, we want to know again and again how good it is. If we measured it on
# the test images every time, we would slowly fit our decisions to them, and in the end the test
# result would look better than the network really is. So we put another part aside for
# **validation**: the last twelfth of the training images. (They are in random order already, so we
# need not shuffle them.) The network never learns from them. We make all our decisions on them, and
# the test images stay locked away until the very end.

# %%
cut = len(x_train) * 11 // 12
x_train, x_val = x_train[:cut], x_train[cut:]
y_train, y_val = y_train[:cut], y_train[cut:]

# %% [markdown]
# ## Build the model
#
# We use two hidden layers with ReLU, as in boston_housing.py. There are many more inputs now, and
# ten answers, so this time each layer gets 512 neurons. What should come out? A single number won't
# do: if an image could be a 1 or a 3, the answer isn't 2. So we have ten neurons at the end, one
# for each digit. Each of them says how much the image looks like its digit. **Softmax** turns their
# ten numbers into ten probabilities: all of them become positive, the largest one stays the
# largest, and together they add up to 1. Softmax does for ten answers what the sigmoid does for
# two.
#
# A network with so many weights is tempted to memorise its images instead of learning what makes a
# 5 a 5. **Dropout** makes that harder. Each time the network trains on an image, dropout sets the
# results of about a fifth of the hidden neurons to 0, chosen at random. (The other results are made
# a little larger, so that the sum stays the same on average.) So the network can't rely on any
# single neuron that happens to know one image. When we use the network later, all neurons are
# switched on.
#
# `summary` prints what we have built: for each layer the shape of what comes out of it, and how
# many weights it has. Biases count as weights here; Keras calls all of them parameters. `None`
# stands for the number of images: the network takes as many at a time as you give it.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(512, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.summary()

# %% [markdown]
# Can you tell where the 401,920 weights of the first layer come from? Each of its 512 neurons has
# one weight for each of the 784 pixels, and a bias: 512 times 785.
#
# ## Train
#
# The loss is cross-entropy again, this time with ten answers: small when the right digit got a high
# probability, and large when it got a low one. The word "sparse" in its name only says that our
# labels are plain numbers from 0 to 9. The optimizer is Adam again. As in boston_housing.py, its
# learning rate falls along a cosine, but this time it starts at 0.003. A batch has 256 images
# instead of 32, because with 55,000 images small batches would make each epoch much longer. We
# tried these settings on validation images.
#
# What's new is the **metric**. The loss is there for the optimizer. For us, accuracy is easier to
# understand: the share of the images that are read correctly. (The optimizer can't use it, because
# a tiny step mostly changes no answer at all.) We ask for it in `compile`, and then `fit` prints it
# beside the loss. You will see both of them twice: for the training images, and for the validation
# images, where they are called `val_loss` and `val_accuracy`.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=(x_val, y_val),
    verbose=args.verbose,
)

# %% [markdown]
# `fit` returns these numbers as well. Drawn against the epochs they are called **learning curves**,
# and they are the first thing to look at after any training.

# %%
epochs = np.array(history.epoch) + 1  # Keras counts from 0
figure, ax = plt.subplots()
ax.plot(epochs, history.history["accuracy"], "o-", color="tab:blue", label="training")
ax.plot(epochs, history.history["val_accuracy"], "^--", color="tab:orange", label="validation")
ax.set(xlabel="epoch", ylabel="accuracy", title="Learning curves")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# At first the validation curve is higher. How can the network be better on images that it has never
# seen? There are two simple reasons. Validation accuracy is measured at the end of each epoch, with
# dropout switched off. Training accuracy is collected during the epoch, while the network is still
# getting better, and with dropout on.
#
# Then the training curve overtakes the other one, and the gap between them grows. The network now
# knows things about its training images that don't help with new ones: it has begun to memorise. As
# long as the validation curve still rises, or stays level, the memorising does the accuracy no
# harm. If the validation curve began to fall, it would be time to stop.
#
# ## Evaluate
#
# Now we unlock the test images. For each of them the network gives ten probabilities, and the digit
# with the largest one is its answer.

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)  # 1000 at a time is quicker
y_pred = probability.argmax(axis=1)
print(f"{np.sum(y_pred != y_test)} mistakes among {len(y_test)} test images")

# %% [markdown]
# Which digits does it confuse? We make a confusion matrix, as we did for the tumours in
# logistic_regression.py, but now it has ten rows and ten columns. The correct answers lie on the
# diagonal. We leave them out, because there are so many of them that you would see nothing else.

# %%
confusion = np.zeros((10, 10), dtype="int32")
for true, predicted in zip(y_test, y_pred):
    if true != predicted:
        confusion[true, predicted] += 1

figure, ax = plt.subplots(figsize=(5.5, 5), layout="constrained")
ax.imshow(confusion, cmap="Blues", vmax=2 * confusion.max())  # pale enough for black numbers
for row in range(10):
    for column in range(10):
        if confusion[row, column] > 0:
            ax.text(column, row, confusion[row, column], ha="center", va="center")
ax.set(xticks=range(10), yticks=range(10), xlabel="answer of the network", ylabel="true digit")
ax.set_title("Which digits were mistaken for which")
plt.show()

# %% [markdown]
# With seed 0, the darkest squares belong to pairs that people mix up, too, when the writing is bad:
# 4 and 9, 7 and 2, 3 and 5. A 1 is hardly ever misread.

# %%
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# That is better than 98 %, with a network that doesn't even know which pixels are neighbours! If
# you shuffled the pixels of all the images in the same way and trained it again, it would read them
# just as well. Try to read such an image yourself! In mnist_cnn.py we will give the network an eye
# for shapes, and it will make about half as many mistakes.
#
# ## What to try next
#
# - Remove both dropout layers. Do the two curves part sooner? Does the network read the validation
#   images less well?
# - `--train-limit 6000`: 0.946 (5 seeds). With a tenth of the images, the network makes more than
#   three times as many mistakes.
# - One hidden layer with 32 neurons, and no dropout. How well can such a small network still read?
#
# Keras's reference: [Dropout](https://keras.io/api/layers/regularization_layers/dropout/).
