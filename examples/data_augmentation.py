# %% [markdown]
"""
# Make more of few images: data augmentation

A digit that is turned, resized or shifted a little is still the same digit. You will see what it
gains to show a network its images a little differently in every epoch.

- You will learn: augmentation inside the model, what `training=True` means.
- Expected: gain 0.014 +/- 0.002, test accuracy 0.969 (5 seeds), 60 s of training on 2 CPU cores.
- Run: `python examples/data_augmentation.py`
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
    epochs=30, batch_size=64, learning_rate=0.003, seed=0, train_limit=1000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# A thousand images for training, as if we had no more, and another thousand for validation.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
x_val, y_val = x_train[-1000:], y_train[-1000:]
x_train, y_train = x_train[:-1000], y_train[:-1000]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Augmentation is made of layers
#
# These three turn an image by up to 10 of 360 degrees, and resize and shift it by up to 10 %, each
# time by another random amount. `fill_mode="constant"` leaves new pixels empty.

# %%
augmentation = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(10 / 360, fill_mode="constant"),
        layers.RandomZoom(0.1, fill_mode="constant"),
        layers.RandomTranslation(0.1, 0.1, fill_mode="constant"),
    ]
)

figure, axes = plt.subplots(5, 9, layout="constrained", subplot_kw={"xticks": [], "yticks": []})
for j in range(9):
    images = augmentation(x_train[:5], training=(j > 0))  # False in the first column
    for i in range(5):
        axes[i, j].imshow(images[i], cmap="gray_r")
figure.suptitle("Left five images as they are, beside them eight versions of each")
plt.show()

# %% [markdown]
# `fit` calls all layers with `training=True`. `evaluate` and `predict` say `training=False`, and
# then these three leave the images as they are. Called by hand, `model(images)`, they augment.
#
# ## Build the model
#
# The network of mnist_cnn.py, with or without the augmentation in front.


# %%
def build(augment):
    network = keras.Sequential([keras.Input(shape=(28, 28, 1))])
    if augment:
        network.add(augmentation)
    network.add(layers.Conv2D(16, kernel_size=5, activation="relu"))
    network.add(layers.MaxPooling2D(pool_size=2))
    network.add(layers.Conv2D(32, kernel_size=3, activation="relu"))
    network.add(layers.MaxPooling2D(pool_size=2))
    network.add(layers.Flatten())
    network.add(layers.Dense(256, activation="relu"))
    network.add(layers.Dense(10, activation="softmax"))
    steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
    schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
    network.compile(
        optimizer=keras.optimizers.Adam(schedule),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return network


# %% [markdown]
# ## Train

# %%
models = {"without": build(augment=False), "with": build(augment=True)}
histories = {}
for name, network in models.items():
    print(f"Training {name} augmentation")
    histories[name] = network.fit(
        x_train,
        y_train,
        batch_size=args.batch_size,
        epochs=args.epochs,
        validation_data=(x_val, y_val),
        verbose=args.verbose,
    )
model, history = models["with"], histories["with"]
epochs = np.array(history.epoch) + 1
figure, ax = plt.subplots()
for name, color in [("without", "tab:blue"), ("with", "tab:orange")]:
    curves = histories[name].history
    ax.plot(epochs, curves["accuracy"], ".-", color=color, label=f"{name}: training images")
    ax.plot(epochs, curves["val_accuracy"], ".--", color=color, label=f"{name}: new images")
ax.set(xlabel="epoch", ylabel="accuracy", title="With and without augmentation")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# Without augmentation the network soon knows all its images, and learns nothing more from them.
#
# ## Evaluate

# %%
loss, plain_accuracy = models["without"].evaluate(x_test, y_test, batch_size=1000, verbose=0)
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Gain: {test_accuracy - plain_accuracy:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `--train-limit 200`: a gain of 0 (5 seeds).
