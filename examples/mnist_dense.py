# %% [markdown]
"""
# Recognise handwritten digits with a dense network

The classic first network: every pixel is an input, two hidden layers, ten outputs. You will see
when it begins to memorise its images, and which digits it confuses.

- You will learn: classification with softmax, validation, learning curves, dropout.
- Expected: test accuracy 0.9850 +/- 0.0007 (5 seeds), 39 s of training on 2 CPU cores.
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
# 60,000 images for training and 10,000 for the test, each 28 x 28 grey values, 0 to 255, which we
# scale to 0 to 1. In a **dense** layer each neuron gets all the numbers, as one row: 784 an image.
#
# A twelfth of the training images is for **validation**: the network never trains on it, and we
# may look at it as often as we like. The test images are used once, at the end.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255  # -1: as many rows as there are
x_test = x_test.reshape(-1, 784).astype("float32") / 255

cut = len(x_train) * 11 // 12
x_train, x_val = x_train[:cut], x_train[cut:]
y_train, y_val = y_train[:cut], y_train[cut:]

# %% [markdown]
# ## Build the model
#
# Two hidden layers of 512 neurons, as in Keras's own first MNIST example, and ten outputs, one for
# each digit. **Softmax** turns them into probabilities that add up to 1. **Dropout** sets a random
# fifth of the numbers to zero in every training step, so that the network cannot rely on single
# neurons and is slower to memorise its images. `summary` shows the shape of what leaves each layer,
# and how many weights it has; `None` stands for the number of images.

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
# ## Train
#
# Cross-entropy again, now for ten classes: it is small where the right digit got a high
# probability. "Sparse" means that it takes the labels 0 to 9 as they are. **Metrics** are for us to
# look at: accuracy is the share of right answers. `history.history` has the numbers of each epoch.

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

epochs = np.array(history.epoch) + 1  # Keras counts from 0
figure, ax = plt.subplots()
ax.plot(epochs, history.history["accuracy"], "o-", color="tab:blue", label="training")
ax.plot(epochs, history.history["val_accuracy"], "^--", color="tab:orange", label="validation")
ax.set(xlabel="epoch", ylabel="accuracy", title="Learning curves")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# At first the validation curve is above: it is measured after the epoch and without dropout, the
# other one during it and with. Where only the training curve still rises, the network memorises.
#
# ## Evaluate
#
# The largest of the ten probabilities is the prediction. The confusion matrix is drawn without its
# diagonal, the right answers. Digits that look alike are confused most, such as 4 and 9.

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)  # 1000 at a time are quicker
y_pred = probability.argmax(axis=1)

confusion = np.zeros((10, 10), dtype="int32")
for true, predicted in zip(y_test, y_pred):
    confusion[true, predicted] += 1
np.fill_diagonal(confusion, 0)

figure, ax = plt.subplots(figsize=(5.5, 5), layout="constrained")
ax.imshow(confusion, cmap="Blues", vmax=2 * confusion.max())  # pale enough for black numbers
for (i, j), count in np.ndenumerate(confusion):  # row, column, number
    if count > 0:
        ax.text(j, i, count, ha="center", va="center")
ax.set(xticks=range(10), yticks=range(10), xlabel="predicted digit", ylabel="true digit")
ax.set_title(f"The {confusion.sum()} mistakes among {len(y_test):,} test images")
plt.show()

print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# ## What to try next
#
# - Remove both dropout layers: does the network memorise sooner? Does it read worse?
# - `--train-limit 6000`: 0.946 (5 seeds). A tenth of the images.
# - One hidden layer of 32, and no dropout: how much does so small a network still read?
#
# Keras's reference: [Dropout](https://keras.io/api/layers/regularization_layers/dropout/).
