# %% [markdown]
"""
# Make more of few images: data augmentation

What do you do if you have only a thousand images, and nobody will give you more? You make more of
those that you have. A digit that is turned, resized or shifted a little is still the same digit. So
you can show the network a slightly different image each time, and it will never see the same one
twice. You will see what that gains.

- You will learn: augmentation inside the model, what `training=True` means.
- Expected: not measured yet.
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
# We take a thousand images for training, as if we had no more, and another thousand for validation.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
cut = len(x_train) * 11 // 12
x_val, y_val = x_train[cut:][:1000], y_train[cut:][:1000]
x_train, y_train = x_train[:cut], y_train[:cut]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Augmentation is made of layers
#
# Changing training images at random is called **data augmentation**. In Keras it is done by layers,
# like everything else. The first one turns each image by up to 10 degrees to either side (it wants
# this as a fraction of a full turn, hence 10 / 360). The second one makes the image up to 10 %
# larger or smaller, and the third one shifts it by up to 10 % of its size. `fill_mode="constant"`
# leaves the new pixels at the border empty.
#
# How strong should it be? As strong as the differences that you expect in reality, and never so
# strong that the label becomes wrong: turn a 6 by half a turn, and it is a 9.

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
figure.suptitle("On the left five images as they are, beside them eight versions of each")
plt.show()

# %% [markdown]
# In the column on the left you see five images as they are. All the others were made from them, and
# you would read every one of them without hesitating.
#
# Why is the column on the left unchanged? We have called the layers with `training=False` there.
# These layers only do something in training, just like dropout. `fit` calls the model with
# `training=True`; `evaluate` and `predict` call it with `training=False`, and then the images pass
# through as they are. You need not take care of that, but it is good to know when you call a layer
# yourself.
#
# ## Build the model
#
# It is the network of mnist_cnn.py. If we want augmentation, we simply put it in front, as the
# first layer.


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
#
# We train the network twice, without and with augmentation, with the same settings and for the same
# number of epochs.

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
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0.75, 1.01))
ax.set_title("With and without augmentation")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# Look at the blue curves first. Without augmentation the network knows all its thousand images
# after a few epochs: the solid curve is at 1. From then on it has nothing to learn any more, and
# the dashed curve, for new images, stays where it is.
#
# With augmentation, in orange, it is the other way round. The training images are harder, because
# they are different every time, so the solid curve rises more slowly, and it never quite reaches 1.
# But there is always something left to learn, and what the network learns also holds for new
# images: in the end the dashed curve is higher than the blue one.
#
# ## Evaluate

# %%
loss, plain_accuracy = models["without"].evaluate(x_test, y_test, batch_size=1000, verbose=0)
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Gain: {test_accuracy - plain_accuracy:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# The gain may look small. Count the mistakes instead: without augmentation about 45 of 1,000 new
# images are misread, with augmentation about 30. A third of the mistakes is gone, and we didn't
# need a single new image for it.
#
# ## What to try next
#
# - `--train-limit 60000 --epochs 8`: not measured yet. Does augmentation still help when there are
#   plenty of images?
# - `--train-limit 200`: with even fewer images, is the gain larger?
# - `layers.RandomFlip("horizontal")` as one more layer. It is popular for photos of cats. Why is it
#   a bad idea for digits?
#
# Keras's reference: [augmentation
# layers](https://keras.io/api/layers/preprocessing_layers/image_augmentation/).
