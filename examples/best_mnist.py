# %% [markdown]
"""
# How far can we get? 99.7 %

So far we have been content with a good network in a short time. This lesson takes its time. Its
network has more filters and more layers than the ones before, and it trains for 20 epochs. You will
see what you get when you put together much of what this course teaches. The one new idea in the
network is called batch normalisation. At the end we look at the mistakes that are left, and you
will see that there isn't much more to gain.

- You will learn: batch normalisation; looking at a test image more than once.
- Expected: not measured yet.
- Run: `python examples/best_mnist.py`, about eight minutes; or `--epochs 1`, half a minute
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
    epochs=20, batch_size=128, learning_rate=0.003, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# As in train_fast.py, the labels are one-hot, because we are going to smooth them.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 28, 28, 1).astype("float32") / 255
x_test = x_test.reshape(-1, 28, 28, 1).astype("float32") / 255
one_hot_train = keras.utils.to_categorical(y_train, 10)

# %% [markdown]
# ## Batch normalisation
#
# In boston_housing.py we scaled the features before training: we subtracted the mean and divided by
# the standard deviation, so that all of them had about the same size. It helped a lot. But it only
# helped the first layer. What the second layer gets is the output of the first one, and nobody
# scales that. Worse, it keeps changing. Whenever the first layer takes a step, the second one finds
# that its inputs have become larger or smaller, and has to adapt.
#
# **Batch normalisation** scales between the layers. It's a layer of its own. For each feature map,
# it takes the mean and the standard deviation over all pixels of that map, in all images of the
# batch. It subtracts the mean and divides by the standard deviation. Then two weights for each map,
# which are learned like any others, can stretch it and shift it again, in case another scale is
# better. Does that undo the work? No. The size of the numbers in a map now depends on just two
# weights, and no longer on everything that happens in the layers before.
#
# Networks with many layers usually learn faster and more steadily this way. (Why it helps is still
# being argued about, and it doesn't always help: a network with few layers can do nearly as well
# without it. The deeper the network, the more it matters.)
#
# There is one thing to watch. When the trained network reads an image, its answer must not depend
# on which other images happen to be in the same batch. So during training the layer also keeps
# running averages of the means and of the spreads, and `evaluate` and `predict` use these in place
# of the batch. You know this from dropout: the layer does one thing during training, and something
# else afterwards. Keras calls the setting for the averages `momentum`, but it has nothing to do
# with a rolling ball. With the default of 0.99, they reach back over about 100 batches, and with
# our 0.9 over about ten. While the weights change quickly, old averages no longer fit them, and a
# short memory forgets them sooner.
#
# A detail: a bias adds the same number to every pixel of a map, so it raises the mean by just that
# much, and subtracting the mean removes it again. So we leave the bias of the convolutions out,
# with `use_bias=False`.
#
# ## Build the model
#
# First come the three layers of data_augmentation.py, because 20 epochs are enough to learn the
# images by heart. `RandomZoom` now gets two numbers, one for the height and one for the width, so a
# digit can also become slimmer or wider, as it does from one writer to the next. A pixel of the
# changed image usually falls between several pixels of the old one. Keras would mix these, and
# after three layers the image would be blurred. With `interpolation="nearest"` it takes the closest
# one.
#
# Then there are four convolutions in place of two. After each of them come batch normalisation and
# ReLU. The first and the third also have a pooling layer, and it comes before batch normalisation
# and ReLU, so that these have only a quarter of the numbers to work on. The later convolutions have
# more filters, because small patterns can be combined in many ways, and each combination needs a
# filter of its own. And while mnist_cnn.py needed no dropout in its four epochs, this network sees
# every image twenty times. So there are two dropout layers, which switch off three numbers in ten.
# We chose all of this beforehand, on validation images.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomRotation(10 / 360, fill_mode="constant", interpolation="nearest"),
        layers.RandomZoom(0.1, 0.1, fill_mode="constant", interpolation="nearest"),
        layers.RandomTranslation(0.1, 0.1, fill_mode="constant", interpolation="nearest"),
        layers.Conv2D(32, kernel_size=5, use_bias=False),
        layers.MaxPooling2D(pool_size=2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, kernel_size=3, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(64, kernel_size=3, use_bias=False),
        layers.MaxPooling2D(pool_size=2),
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
model.summary()

# %% [markdown]
# This network has 265,000 weights, only a quarter more than that of mnist_cnn.py. But it has to do
# more than five times the work, because the weights of a convolution are used again at every place
# of the image. The "non-trainable" ones are the running averages of batch normalisation. They are
# counted, but the optimizer doesn't change them.
#
# ## Train
#
# You know all of it from train_fast.py: label smoothing, a warm-up, and a rate that falls to 0. (As
# there, the smoothing keeps the loss above 0.5.) But there we had 469 steps, and here we have
# 9,380, so we needn't be so thrifty. No single step has to lead far, so the rate rises only to
# 0.003. The warm-up takes the first tenth of them, that's two epochs. And Adam may remember more: a
# longer memory averages over more batches, so that its steps depend less on chance. With
# `beta_2=0.99` it reaches back over about 100 steps, and `beta_1` keeps its default.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
warmup_steps = steps // 10
schedule = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=args.learning_rate / 10,
    warmup_target=args.learning_rate,
    warmup_steps=warmup_steps,
    decay_steps=steps - warmup_steps,
)
model.compile(
    optimizer=keras.optimizers.Adam(schedule, beta_2=0.99),
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    metrics=["accuracy"],
)
history = model.fit(
    x_train, one_hot_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Evaluate
#
# If you can't read somebody's writing, you look twice, and perhaps you hold the paper a bit
# differently. We do the same. The network looks at each image five times: once as it is, and then
# shifted by one pixel up, down, to the left and to the right. We add up the five sets of
# probabilities, and the digit with the largest sum is the answer. A single look can go wrong by
# accident. When five looks are added up, one bad look usually can't change the answer.
#
# `np.roll` does the shifting. Axis 1 of our images is the row and axis 2 the column, so 1 on axis 1
# moves everything down by one row. The row that is pushed out at the bottom comes back in at the
# top. That does no harm, because the border of nearly every image is empty.

# %%
answers = model.predict(x_test, batch_size=500, verbose=0)
one_look = np.mean(answers.argmax(axis=1) == y_test)
for pixels, axis in [(1, 1), (-1, 1), (1, 2), (-1, 2)]:  # down, up, right, left
    shifted = np.roll(x_test, pixels, axis)
    answers += model.predict(shifted, batch_size=500, verbose=0)
y_pred = answers.argmax(axis=1)

mistakes = np.flatnonzero(y_pred != y_test)
no_ticks = {"xticks": [], "yticks": []}
figure, axes = plt.subplots(4, 8, figsize=(9, 5.5), layout="constrained", subplot_kw=no_ticks)
for ax, i in zip(axes.flat, mistakes):
    ax.imshow(x_test[i, :, :, 0], cmap="gray_r")
    ax.set_title(f"{y_test[i]}, read {y_pred[i]}", fontsize=10)
plt.show()

# %% [markdown]
# These are the mistakes on 10,000 images. There is room for 32 of them; if there are fewer, the
# last frames stay empty. "4, read 9" means that the label is 4 and the network said 9. Cover the
# titles and read them yourself. Some are simply unreadable. With some others you will agree with
# the network rather than with the label: as you know from mnist_cnn.py, about 15 of the labels are
# wrong. A hundredth of a percent is a single image here. So nobody should boast about it.

# %%
print(f"With one look at each image: {one_look:.4f}")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# Compare the two numbers. Five looks take five times as long, and on average they correct a handful
# of mistakes in 10,000. With your seed it may even be none. That's fewer than you may have hoped. A
# network that was trained on shifted images gives nearly the same answer for a shifted one.
#
# ## What to try next
#
# - `--epochs 1`: how much of this is reached in a twentieth of the time?
# - Leave out the four lines with `BatchNormalization` and every `use_bias=False`, and train for one
#   epoch. How much worse is the network now?
# - Look at each image nine times. Add `((1, 1), (1, 2))` to the list, which means down and to the
#   right, and the other three diagonals in the same way. Does it help any more?
#
# Keras's reference:
# [BatchNormalization](https://keras.io/api/layers/normalization_layers/batch_normalization/).
