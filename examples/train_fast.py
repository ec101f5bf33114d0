# %% [markdown]
"""
# Train fast: 99 % in a few seconds

After half a minute of training, mnist_cnn.py reads 99.3 % of the test digits. It has looked at each
training image four times by then. How close can we get if the network may look only once?
Surprisingly close, and in a few seconds. It takes a handful of tricks, most of them a single line
of code. People often collect such tricks without knowing which of them help. We left out each of
ours in turn, and you will see what that costs.

- You will learn: warm-up, large steps, Adam's memory, label smoothing, where time gets lost; how to
  find out what a trick is worth.
- Expected: reads 99.2 % of the test digits; takes about 12 s on 2 CPU cores.
- Run: `python examples/train_fast.py`
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
    epochs=1, batch_size=128, learning_rate=0.01, seed=0, train_limit=60000, verbose="auto"
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# Here comes the first trick, **no empty margin**. Each digit of MNIST fits into 20 x 20 pixels, and
# the image has 28 x 28. So there is a margin around it, about four pixels wide, and a convolution
# slides over it for nothing. We cut off two pixels on each side. That leaves 24 x 24, about a
# quarter fewer pixels. The feature maps of the two convolutions shrink even more, so that all in
# all about a third of the work is gone. Is it safe? Not quite. The digits were centred by the
# centre of mass of their ink, so some of them reach further to one side. In about one image of nine
# we cut off a bit of ink, and you will see below what that costs.
#
# The labels are new, too. The loss that we need below wants ten numbers for each label, 1 for the
# right digit and 0 for the others: 3 becomes (0, 0, 0, 1, 0, 0, 0, 0, 0, 0). This is called
# **one-hot**.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
print(f"{len(x_train)} images for training, {len(x_test)} for the test")
x_train = x_train[:, 2:26, 2:26].reshape(-1, 24, 24, 1).astype("float32") / 255
x_test = x_test[:, 2:26, 2:26].reshape(-1, 24, 24, 1).astype("float32") / 255
one_hot_train = keras.utils.to_categorical(y_train, 10)

# %% [markdown]
# ## Build the model
#
# This is the network of mnist_cnn.py for smaller images, with one small change: ReLU comes after
# the pooling. ReLU and max pooling can swap places without changing the result, and pooling first
# leaves ReLU only a quarter of the work.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(24, 24, 1)),
        layers.Conv2D(16, kernel_size=5),
        layers.MaxPooling2D(pool_size=2),
        layers.ReLU(),
        layers.Conv2D(32, kernel_size=3),
        layers.MaxPooling2D(pool_size=2),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)

# %% [markdown]
# ## Train
#
# One epoch has only 469 batches of 128 images, so we can take only 469 steps. With smaller batches
# there would be more steps, but each image would take longer. So let's make the most of these 469.
# The first five tricks in this list do that, and the sixth saves time.
#
# - **Large steps.** If there are few steps, each of them has to lead far. Our learning rate is
#   0.01, ten times as high as Adam's default.
# - **Falling rate.** Large steps get us close to the minimum, but they would jump around it for
#   ever. So the rate falls to 0 along a cosine, as in mnist_cnn.py.
# - **Warm-up.** At the very beginning Adam has seen only a few batches, and it doesn't know yet how
#   long its steps should be. A large step can do damage then. So the rate starts at a tenth of its
#   full value, and reaches it after the first fifth of the training.
# - **A short memory.** Adam keeps two running averages for each weight. The first one, of the
#   gradients, is its momentum: it decides in which direction the step goes. With the default,
#   `beta_1=0.9`, it reaches back over about ten steps, and with our 0.8 over about five. The second
#   one, of the squared gradients, decides how long the step is. Its default, `beta_2=0.999`,
#   reaches back over about 1,000 steps. But we don't even have that many! To the very end, Adam
#   would remember the gradients of the first steps, when the weights were still random. With 0.95
#   it remembers about the last 20.
# - **Label smoothing.** Plain cross-entropy is never content. Even where the network gives 99 % to
#   the right digit, the loss asks for more, and the weights can grow and grow. With
#   `label_smoothing=0.1` we ask for 91 % for the right digit and 1 % for each of the others. A
#   network that gives more is even pulled back a little. So it doesn't pay any more to be
#   overconfident, and new images are read better. It has a price: such a network says "91 %" where
#   it could say "almost certain", so don't take its probabilities at face value.
# - **Fewer returns to Python.** After each step, Keras comes back to Python to see whether there is
#   anything to do. With `steps_per_execution=16` it comes back after 16 steps. (With 32 we saw no
#   further gain.) This saves time and doesn't change the result. The PyTorch backend doesn't
#   support it.
#
# `CosineDecay` can do the warm-up as well. It begins at `initial_learning_rate`, rises to
# `warmup_target` during the first `warmup_steps`, and then falls along the cosine for
# `decay_steps`, which are all the steps that are left.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
warmup_steps = steps // 5
schedule = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=args.learning_rate / 10,
    warmup_target=args.learning_rate,
    warmup_steps=warmup_steps,
    decay_steps=steps - warmup_steps,
)
model.compile(
    optimizer=keras.optimizers.Adam(schedule, beta_1=0.8, beta_2=0.95),
    loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    metrics=["accuracy"],
    steps_per_execution=1 if keras.backend.backend() == "torch" else 16,
)
history = model.fit(
    x_train, one_hot_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# Does the loss worry you? It is above 0.5, although nearly all the answers are right. That's the
# smoothing. Even a network that gives exactly 91 % and nine times 1 % has a loss of 0.50, and it
# can't get any lower. So look at the accuracy here, and don't compare this loss with that of
# another lesson.
#
# ## What is each trick worth?
#
# The only way to find out is to leave out one trick, keep all the others, train again, and do this
# with several seeds. We have done that for you. Each number is the mean accuracy on the test
# images. (We had chosen the tricks beforehand, on validation images.) Each line says what was
# changed: which trick was left out, or what took its place. Returning to Python less often isn't in
# the list, because it doesn't change the result. The other two batch sizes aren't tricks of ours,
# and neither is shifting each image at random by up to 6 %, but you may wonder about them.

# %%
measured = {
    "all tricks": 0.9921,  # (10 seeds)
    "without label smoothing": 0.9902,  # (5 seeds)
    "without the falling rate": 0.9890,  # (5 seeds)
    "without warm-up": 0.9913,  # (5 seeds)
    "learning rate 0.003": 0.9903,  # (5 seeds)
    "learning rate 0.001": 0.9806,  # (5 seeds)
    "with Adam's default memory": 0.9911,  # (5 seeds)
    "batches of 64": 0.9919,  # (5 seeds)
    "batches of 256": 0.9912,  # (5 seeds)
    "images with their margin": 0.9924,  # (5 seeds)
    "images shifted at random": 0.9927,  # (5 seeds)
}
for name, accuracy in measured.items():
    print(f"{name:28} {accuracy:.4f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
some_steps = range(0, steps, steps // 200 + 1)  # at most 200 of them
rates = [float(schedule(step)) for step in some_steps]
left.plot(some_steps, rates, color="tab:blue")
left.set(xlabel="step", ylabel="learning rate", title="Warm-up, then a falling rate")
right.plot(list(measured.values()), list(measured), "o", color="tab:orange")
right.axvline(measured["all tricks"], linestyle="--", color="gray")
right.invert_yaxis()
right.set(xlabel="test accuracy", title="One thing changed")
plt.show()

# %% [markdown]
# The further to the left of the dashed line a point is, the more that change costs. The large steps
# are worth most: at Adam's own rate of 0.001 the network just doesn't get there in 469 steps. Then
# come the falling rate and label smoothing. Without the falling rate there are nearly half as many
# mistakes again, and without label smoothing about a quarter more. Leaving out the warm-up or the
# short memory costs little, hardly more than what changes by chance from seed to seed, which is
# about 0.0007.
#
# And the others? Batches of 64 bring nothing, although the network takes twice as many steps with
# them. Batches of 256 cost about as much as leaving out the warm-up. Cutting off the margin makes
# hardly any difference to the accuracy, so this trick just saves time. Shifting the images helps a
# little at most. In one epoch the network sees each image only once, so it can't learn any of them
# by heart yet. Keep that in mind when you collect tricks: what helps a long training needn't help a
# short one.
#
# ## Evaluate

# %%
y_pred = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
test_accuracy = np.mean(y_pred == y_test)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - With `steps_per_execution=1`: the training takes 1.25 times as long (3 rounds). The result is
#   the same. (We trained with and without it by turns, so that both had the same conditions.)
# - With `activation="relu"` in the convolutions, in place of the two `layers.ReLU()`: the training
#   takes 1.06 times as long (3 rounds). The result is the same.
# - **bfloat16** means numbers of 16 bits instead of 32. Newer server processors compute faster with
#   them (look for AMX or AVX-512 BF16). On most laptops TensorFlow stops with an error, or crashes.
#   To find out about yours, write `keras.config.set_dtype_policy("mixed_bfloat16")` on the line
#   before `model =`.
# - Let it train longer: `--epochs 4`. mnist_cnn.py also trains for four epochs. Are the tricks
#   still ahead of it then?
