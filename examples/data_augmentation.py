# %% [markdown]
"""
# Make more of few images: data augmentation

What do you do if you have only a thousand images, and nobody will give you more? You get more out
of the ones that you have. A digit that is turned, resized or shifted a little is still the same
digit. So you can show the network a slightly different image each time, and it will hardly ever see
exactly the same one twice. Let's see how much that helps.

- You will learn: augmentation inside the model, what `training=True` means.
- Expected: learns to read 96.8 % of the test digits from 1,000 images, instead of 95.4 %; takes
  about 35 s on 2 CPU cores.
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
# Making new training images by changing the old ones at random is called **data augmentation**. The
# labels stay as they are. Keras has layers for it, and we use three of them. The first one turns
# each image by up to 10 degrees to either side (it wants this as a fraction of a full turn, hence
# 10 / 360). The second one makes the image up to 10 % larger or smaller, and the third one shifts
# it up or down, and to the left or right, by up to 10 % of its size. All this can uncover a strip
# at the border. `fill_mode="constant"` fills the strip with 0, which is paper. Otherwise Keras
# would fill it with a mirror image of what is next to it, and there could be stray ink.
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
# Like dropout, these layers are meant for training only. `fit` calls the model with
# `training=True`; `evaluate` and `predict` call it with `training=False`, and then the images pass
# through as they are. With `fit`, `evaluate` and `predict` you need not think about it. When you
# call such a layer yourself, as we did for the picture, always say `training=True` or
# `training=False`.
#
# ## Build the model
#
# We use the network of mnist_cnn.py. For augmentation we put our three layers in front of it. They
# are a small model of their own, and a model can be used like a layer.


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
# We train two copies of the network, one without augmentation and one with it. All the settings are
# the same. Why 30 epochs, when mnist_cnn.py needed only 4? With a thousand images an epoch has just
# 16 batches, so the network takes only a few steps in each.

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
# Look at the blue curves first. Without augmentation the network reads all its thousand training
# images correctly after a few epochs: the solid curve is at 1. From then on there is hardly
# anything left for it to learn from them, and the dashed curve stays where it is. (The dashed
# curves are for the validation images, which are new to the network.)
#
# With augmentation, in orange, it is the other way round. The training images look different in
# every epoch, so the network can't simply memorise them. The solid curve rises more slowly, and it
# never quite reaches 1. (Don't be surprised where the dashed curve is higher than the solid one:
# the validation images are not changed, so they are easier to read.) But there is always something
# left to learn, and it helps with new images, too: in the end the orange dashed curve is higher
# than the blue dashed one.
#
# ## Evaluate

# %%
loss, plain_accuracy = models["without"].evaluate(x_test, y_test, batch_size=1000, verbose=0)
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy without augmentation: {plain_accuracy:.4f}")
print(f"Gain: {test_accuracy - plain_accuracy:.4f}")
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# The gain may look small. Count the mistakes instead: without augmentation the network misreads
# about 45 of every 1,000 test images, with augmentation about 30. A third of the mistakes are gone,
# and we didn't need a single new image.
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
