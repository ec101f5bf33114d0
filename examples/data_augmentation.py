# %% [markdown]
"""
# Make more of your images: data augmentation

A digit that is turned, resized or shifted a little is still the same digit. A network that sees each
image a little differently in every epoch cannot learn the images by heart. You will see what this
gains with few images, and how far one network gets with all of them.

- You will learn: augmentation inside the model, active in training only; batch normalisation.
- Expected: to be measured (5 seeds)
- Run: `python examples/data_augmentation.py`, or quicker: `python examples/data_augmentation.py --epochs 3`
"""

# %%
from common import flags, load_mnist  # before Keras: quiet start-up, see common.py

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(epochs=16, batch_size=128, learning_rate=0.003, seed=0, train_limit=60000)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# As in mnist_cnn.py. 2,000 images of the training part are the validation data of the first, small
# trainings.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255
x_val, y_val = x_train[-2000:], y_train[-2000:]
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]

# %% [markdown]
# ## Augment
#
# Three layers turn by up to 10 degrees, zoom by up to 10 % and shift by up to 10 %. (The old
# `ImageDataGenerator` and `fit_generator` are gone.) `"nearest"` takes each pixel from the old image
# as it is; the default, a mixture of four neighbours, would make the training images blurred and
# the test images not.

# %%
crisp = {"fill_mode": "constant", "interpolation": "nearest"}
augmentation = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(10 / 360, **crisp),
        layers.RandomZoom((-0.1, 0.1), (-0.1, 0.1), **crisp),
        layers.RandomTranslation(0.1, 0.1, **crisp),
    ]
)
no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(5, 9, figsize=(9, 5.4), layout="constrained", subplot_kw=no_ticks)
for column, in_training in enumerate([False] + 8 * [True]):
    images = keras.ops.convert_to_numpy(augmentation(x_train[:5], training=in_training))
    axes[0, column].set_title("training" if in_training else "original", fontsize=10)
    for ax, image in zip(axes[:, column], images):
        ax.imshow(image, cmap="gray_r")
plt.show()

# %% [markdown]
# Outside of training the layers do nothing. Now 1,000 images, without and with augmentation; the
# rest of the network is that of mnist_cnn.py.

# %%
figure, ax = plt.subplots(layout="constrained")
few = {}
for name, first, style in (("without", [], "s--"), ("with", [augmentation], "o-")):
    small = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            *first,
            layers.Conv2D(16, kernel_size=5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, kernel_size=3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    small.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = small.fit(
        x_train[:1000],
        y_train[:1000],
        batch_size=64,
        epochs=4 * args.epochs,  # an epoch of 1,000 images is short
        validation_data=(x_val, y_val),
        verbose=0,
    )
    few[name] = small.evaluate(x_test, y_test, batch_size=1000, verbose=0)[1]
    print(f"1,000 images, {name} augmentation: test accuracy {few[name]:.4f}")
    (line,) = ax.plot(
        history.history["val_accuracy"], style, markevery=8, label=f"{name}, validation"
    )
    ax.plot(history.history["accuracy"], ":", color=line.get_color(), label=f"{name}, training")
ax.set(xlabel="epoch", ylabel="accuracy", ylim=(0.85, 1.005), title="1,000 images")
ax.legend()
plt.show()

# %% [markdown]
# Without augmentation the training images are soon known by heart. With it the training is harder,
# and new images are read better.
#
# ## Build the model
#
# For all 60,000 images a larger network: four convolutions. **Batch normalisation** brings the
# numbers of each feature map to mean 0 and deviation 1, and a bias before it would be of no use.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        augmentation,
        layers.Conv2D(32, kernel_size=5, use_bias=False),
        layers.MaxPooling2D(),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, kernel_size=3, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, kernel_size=3, use_bias=False),
        layers.MaxPooling2D(),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(128, kernel_size=3, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(256, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# ## Train

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(
    args.learning_rate / 10,
    decay_steps=steps - steps // 10,
    warmup_target=args.learning_rate,
    warmup_steps=steps // 10,
)
model.compile(
    optimizer=keras.optimizers.Adam(schedule, beta_2=0.99),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=2)

# %% [markdown]
# ## Evaluate

# %%
test_loss, test_accuracy = model.evaluate(x_test, y_test, batch_size=500, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - to be written
