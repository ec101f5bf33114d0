# %% [markdown]
"""
# Overfitting, and what helps against it

In the last lesson a network learned a thousand random labels by heart. Nobody would do that on
purpose, would they? But real labels have mistakes in them: somebody was tired, or clicked on the
wrong box. Given enough time, a network learns those mistakes, too, and then it reads new images
less well. When a network gets better and better on its training data, and worse on new data, that
is called **overfitting**. It happens without wrong labels as well, but with them you can see it
most clearly. You will watch it happen, and then try three common remedies.

- You will learn: overfitting, dropout, the L2 penalty, early stopping.
- Expected: reads 75 % of the test digits without a remedy, and 82 % to 86 % with one; takes about
  35 s on 2 CPU cores.
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
# We take only 2,000 images for training, because a network overfits most when it has little data.
# Another thousand are for validation.
#
# Now we play the tired person. About three in ten of the training images get a random label. (One
# in ten of those is right by accident, so in the end about 27 % of the labels are wrong.) The
# validation and the test images keep their true labels: we want to know how well the network reads,
# and not how well it copies our mistakes. In real life you would check a small part of your labels
# carefully, and use that for validation.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255

cut = len(x_train) * 11 // 12
x_val, y_val = x_train[cut:][:1000], y_train[cut:][:1000]
x_train, y_train = x_train[:cut], y_train[:cut]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

true_labels = y_train.copy()
unlucky = np.random.random(len(y_train)) < 0.3  # True for about three in ten
y_train[unlucky] = np.random.randint(0, 10, np.sum(unlucky))
print(f"wrong labels: {np.mean(y_train != true_labels):.0%}")

# %% [markdown]
# ## Build the model
#
# It's the dense network of the last lesson. The function that builds it can add two of the
# remedies, dropout and the L2 penalty. We will come to them. For now both are 0, which switches
# them off.


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
# We are going to train four networks in the same way, so we write a function for that, too. The
# learning rate, the batch size and the number of epochs are those of the last lesson. (`callbacks`
# is for early stopping. Until then the list is empty.) First comes the plain network, without any
# remedy.


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
    xlabel="epoch",
    ylabel="accuracy",
    title="Overfitting: training gets better, validation gets worse",
)
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# Look at the first few epochs. The network hasn't had time to memorise single images. It has only
# found out what most images of a digit have in common. The wrong labels pull it in all directions,
# so they nearly cancel out. After three epochs it reads about 90 % of the validation images,
# although more than a quarter of the labels that it learned from are wrong!
#
# From then on the two curves part ways. The training curve rises to 1: the network learns one image
# after another by heart, whether its label is right or wrong. For each wrong one it has to bend its
# idea of some digit, and so the validation curve falls. In the end it reads far worse than it did
# after three epochs. All that extra training has only done harm!
#
# ## Three remedies
#
# **Dropout** switches off some of the hidden neurons during training, chosen at random for each
# image. In mnist_dense.py it was a fifth of them; now we switch off half, which is a common choice.
# To remember a single image, a network needs certain neurons to work together. That is hard if a
# different half is missing each time. What most images have in common is spread over many neurons,
# and survives.

# %%
dropout_model = build(dropout=0.5)
dropout_history = train(dropout_model, [])
print("Trained with dropout")

# %% [markdown]
# The **L2 penalty** makes large weights expensive. It squares all the weights of the two hidden
# layers, adds the squares up, and adds 0.02 times this sum to the loss. (The L2 in its name stands
# for these squares.) So a large weight has to pay its way. If it helps with many images, it lowers
# the rest of the loss by more than it costs. If it only helps with a single image and its wrong
# label, it doesn't. Why 0.02? It is a strong penalty, but our labels are unusually bad. We tried
# other values, on images that are in none of our sets: 0.001 gained nothing, and 0.01 gained about
# half as much.

# %%
l2_model = build(l2=0.02)
l2_history = train(l2_model, [])
print("Trained with the L2 penalty")

# %% [markdown]
# **Early stopping** is the simplest idea of all. If the network gets worse after a while, why don't
# we just stop? `EarlyStopping` looks at the loss on the validation images after each epoch. When
# this loss has not reached a new low for 5 epochs, the training ends, and the network gets back the
# weights of its best epoch. Why 5? A single bad epoch can be bad luck, but five in a row hardly
# ever are. A helper like this, which `fit` calls at certain moments, such as the end of each epoch,
# is called a **callback**.

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
# With dropout the curve falls later, and less far. With the penalty it doesn't fall at all. The
# network with early stopping sets out like the plain one, but it stops when things get worse. (In
# its last five epochs it waited in vain for a new best one. We keep the weights from before those
# five.)
#
# ## Evaluate
#
# What counts is how well the four networks read the test images. (The last line repeats the result
# of early stopping, the remedy to start with.)

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
# All three help, each by several percentage points. None of them knows which labels are wrong.
# Dropout and the penalty make it harder to learn single images by heart, and early stopping leaves
# no time for it. That is enough, because the network first learns what many images have in common.
#
# Which remedy should you take? Early stopping needs validation data, but you should have some
# anyway, and it even saves time. So it's a good one to start with. Then you can add dropout or the
# penalty.
#
# ## What to try next
#
# - Write `< 0.0` in place of `< 0.3`, so that all labels stay right. How much do the remedies help
#   now? (Don't expect much: there are no wrong labels left to learn.)
# - `--train-limit 10000`: five times as many images, with the same share of wrong labels. Does that
#   help the plain network more than a remedy does?
# - `build(dropout=0.5, l2=0.02)` with early stopping: do all three together beat each one alone?
#
# Keras's reference: [EarlyStopping](https://keras.io/api/callbacks/early_stopping/).
