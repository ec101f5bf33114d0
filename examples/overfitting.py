# %% [markdown]
"""
# Overfitting, and what helps against it

In the last lesson a network learned a thousand random labels by heart. Nobody would ask for that,
would they? But real labels have mistakes in them: somebody was tired, or clicked beside the box. A
network learns those mistakes as eagerly as everything else, and each of them makes it a little
worse. This is **overfitting**. You will watch it happen, and then try the three remedies that
people use most.

- You will learn: overfitting, dropout, the L2 penalty, early stopping.
- Expected: not measured yet.
- Run: `python examples/overfitting.py`
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

args = flags(epochs=30, batch_size=128, learning_rate=0.001, seed=0, train_limit=2000)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# We take only 2,000 images for training, because a network overfits most where data are few.
# Another thousand are for validation.
#
# Now we play the tired person. Three in ten of the training images get a label at random. (One in
# ten of those is right by accident, so in the end 27 % of the labels are wrong.) The validation and
# the test images keep their true labels: we want to know how well the network reads, and not how
# well it copies our mistakes. In real life you would check a small part of your labels carefully,
# and use that for validation.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255

cut = len(x_train) * 11 // 12
x_val, y_val = x_train[cut:][:1000], y_train[cut:][:1000]
x_train, y_train = x_train[:cut], y_train[:cut]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

true_labels = y_train.copy()
unlucky = np.random.random(len(y_train)) < 0.3  # True for three in ten
y_train[unlucky] = np.random.randint(0, 10, np.sum(unlucky))
print(f"wrong labels: {np.mean(y_train != true_labels):.0%}")

# %% [markdown]
# ## Build the model
#
# It's the dense network of the last lesson. The function that builds it can add two of the
# remedies, dropout and the L2 penalty. We will come to them. At first both are 0, and then they do
# nothing.


# %%
def build(dropout=0.0, l2=0.0):
    penalty = keras.regularizers.L2(l2)
    network = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            layers.Dense(512, activation="relu", kernel_regularizer=penalty),
            layers.Dropout(dropout),
            layers.Dense(512, activation="relu", kernel_regularizer=penalty),
            layers.Dropout(dropout),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate=args.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return network


# %% [markdown]
# ## Train
#
# We are going to train four networks in the same way, so that is a function, too. First comes the
# plain network, without any remedy.


# %%
def train(network, callbacks):
    return network.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_data=(x_val, y_val),
        callbacks=callbacks,
        verbose=0,
    )


plain_model = build()
plain_history = train(plain_model, [])
print("Trained without a remedy")

epochs = np.array(plain_history.epoch) + 1
figure, ax = plt.subplots()
ax.plot(epochs, plain_history.history["accuracy"], "o-", color="tab:blue", label="training")
ax.plot(
    epochs, plain_history.history["val_accuracy"], "^--", color="tab:orange", label="validation"
)
ax.set(
    xlabel="epoch", ylabel="accuracy", title="Overfitting: better and better, and worse and worse"
)
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# Look at the first few epochs. The network can't memorise anything yet, it can only find out what
# most images of a digit have in common. The wrong labels point in all directions, so they hardly
# disturb it. After three epochs it reads 90 % of the validation images, although only 72 % of its
# own labels are right!
#
# From then on the two curves go different ways. The training curve rises to 1: the network learns
# one image after the other by heart, with the right labels and with the wrong ones. For each wrong
# one it has to bend its idea of some digit, and so the validation curve falls. In the end it reads
# far worse than it did after three epochs. All the training since then has done harm!
#
# ## Three remedies
#
# **Dropout** switches off some of the neurons in each training step, chosen at random. In
# mnist_dense.py it was a fifth of them; now we switch off half, which is a usual choice. To
# remember a single image, a network needs certain neurons to work together. If half of them are
# missing all the time, that is hard. What most images have in common is spread over many neurons,
# and survives.

# %%
dropout_model = build(dropout=0.5)
dropout_history = train(dropout_model, [])
print("Trained with dropout")

# %% [markdown]
# The **L2 penalty** makes large weights expensive. To the loss it adds 0.02 times the sum of the
# squares of all weights. So a weight only becomes large if that lowers the rest of the loss enough,
# and it does so if it helps with many images. For a single image with a wrong label it isn't worth
# the price. How much is 0.02? We tried others, on images that are in neither of our sets: with
# 0.001 nothing was gained, and 0.01 helped about half as much.

# %%
l2_model = build(l2=0.02)
l2_history = train(l2_model, [])
print("Trained with the L2 penalty")

# %% [markdown]
# **Early stopping** is the simplest idea of all. If it gets worse after a while, why don't we stop?
# `EarlyStopping` looks at the loss of the validation images after each epoch. When it has not
# fallen for 5 epochs, which is long enough to be no accident, the training ends, and the weights of
# the best epoch come back. Such a helper, which `fit` calls after each epoch, is called a
# **callback**.

# %%
stop_early = keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
model = build()
history = train(model, [stop_early])
print(f"Trained with early stopping, for {len(history.epoch)} epochs")

figure, ax = plt.subplots()
ax.plot(epochs, plain_history.history["val_accuracy"], "o-", label="plain")
ax.plot(epochs, dropout_history.history["val_accuracy"], "s--", label="dropout")
ax.plot(epochs, l2_history.history["val_accuracy"], "^-.", label="L2 penalty")
stopped = np.array(history.epoch) + 1
ax.plot(stopped, history.history["val_accuracy"], "v:", label="early stopping")
ax.set(xlabel="epoch", ylabel="validation accuracy", title="Three remedies")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# With dropout the curve falls later, and less far. With the penalty it doesn't fall at all. Early
# stopping sets out like the plain network, sees that it goes downhill, and turns back. (The last
# five points are those for which it waited in vain. The weights that we keep are those from
# before.)
#
# ## Evaluate
#
# What counts is how well the four networks read the test images.

# %%
accuracies = {}
for name, network in [
    ("plain", plain_model),
    ("dropout", dropout_model),
    ("L2 penalty", l2_model),
    ("early stopping", model),
]:
    loss, accuracies[name] = network.evaluate(x_test, y_test, batch_size=1000, verbose=0)
    print(f"Test accuracy, {name}: {accuracies[name]:.4f}")

for name in ("dropout", "L2 penalty", "early stopping"):
    print(f"Gain by {name}: {accuracies[name] - accuracies['plain']:.4f}")
print(f"Test accuracy: {accuracies['early stopping']:.4f}")

# %% [markdown]
# All three help, each by many percent. None of them knows which labels are wrong. They only make it
# harder to learn single images, and that is enough: what is true of many images is learned first,
# and most easily.
#
# Which remedy should you take? Early stopping costs nothing and even saves time, so people nearly
# always use it. Dropout and the penalty can be added to it.
#
# ## What to try next
#
# - Write `< 0.0` in place of `< 0.3`, so that all labels are right. How much do the remedies help
#   now? (Where there are no mistakes to learn, there is little to gain.)
# - `--train-limit 10000`: no remedy helps as much as more data.
# - `build(dropout=0.5, l2=0.02)` with early stopping: do the three together beat each of them?
#
# Keras's reference: [EarlyStopping](https://keras.io/api/callbacks/early_stopping/).
