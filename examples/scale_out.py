# %% [markdown]
"""
# Train on several devices and machines at once

Your network has grown, your data have grown, and one machine takes days. So you get a second one,
or eight GPUs. How can they train the same network together? In this lesson each of them works on a
part of every batch, and then all take the same step. This is called **data parallelism**. The file
runs unchanged on one processor, on several GPUs, and on several machines. It needs Keras on JAX,
because the part of Keras that we use here, `keras.distribution`, works only there.

- You will learn: data parallelism, global batch, several processes, resuming after a crash.
- Expected: not measured yet.
- Run: first `pip install -r requirements-jax.txt`, then `python examples/scale_out.py`
"""

# %%
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras reads it when it is loaded
from common import flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

if keras.backend.backend() != "jax":
    raise SystemExit(
        "scale_out.py needs Keras on JAX: pip install -r requirements-jax.txt, "
        "then KERAS_BACKEND=jax python examples/scale_out.py"
    )
import jax
from jax.experimental import multihost_utils

# %% [markdown]
# ## Who does what
#
# A **device** is whatever does the computing: a GPU, or, if there is none, your processor with all
# its cores. Let's see how two devices share a training step. Each of them has a copy of all the
# weights.
#
#     a batch of 256 images
#         |-- 128 images --> device 0 --> its gradient --|
#         |                                              |--> the mean --> both take the same step
#         |-- 128 images --> device 1 --> its gradient --|
#
# Both parts are equally large, so the mean of the two gradients is exactly the gradient of all 256
# images. Two devices learn the same as one, up to rounding. At best they need half the time. But
# exchanging the gradients takes time, too, and it only pays if a step is a lot of work. (For the
# small network of mnist_cnn.py it hardly pays. We use that network here because you know it.)
#
# **Several devices in one machine.** JAX uses every device that it finds. If you have no second
# GPU, you can still try everything here: with `JAX_PLATFORMS=cpu JAX_NUM_CPU_DEVICES=2` in front of
# the command, your processor counts as two devices.
#
# **Several machines.** You start this file on each of them. Each started program is a **process**.
# It looks after all devices of its machine, and has a number, from 0 on. All machines need the same
# files and the same packages, and they have to find each other: they meet at the address of machine
# number 0, which is `10.0.0.1` here, at any port that is free and not blocked. So on the first
# machine you type
#
#     export KERAS_DISTRIBUTION_JOB_ADDRESSES=10.0.0.1:9000
#     export KERAS_DISTRIBUTION_NUM_PROCESSES=2
#     export KERAS_DISTRIBUTION_PROCESS_ID=0
#     python examples/scale_out.py
#
# and on the second one the same with `KERAS_DISTRIBUTION_PROCESS_ID=1`. (In the Windows Command
# Prompt, write `set` instead of `export`. Write the two settings with `JAX_` in this way, too, each
# on its own line before the command.) If SLURM starts the processes for you, or Open MPI up to
# version 4, you set nothing: JAX finds the address and the two numbers by itself. Then
# `keras.distribution.initialize` makes the processes meet. It must be called before JAX computes
# anything.

# %%
several = ("KERAS_DISTRIBUTION_", "SLURM_STEP_NODELIST", "OMPI_MCA_orte_hnp_uri")
if any(name.startswith(several) for name in os.environ):
    print("Waiting until all processes have met ...", flush=True)
    keras.distribution.initialize()
process = jax.process_index()  # our number, 0 if there is only one process
processes = jax.process_count()

args = flags(
    epochs=5,
    batch_size=256,
    learning_rate=0.004,
    seed=0,
    train_limit=60000,
    folder=Path("output/scale_out"),
)
keras.utils.set_random_seed(args.seed)
args.folder.mkdir(parents=True, exist_ok=True)  # the files of this lesson go here

# %% [markdown]
# `DataParallel` tells Keras to put all weights on every device, and to divide each batch among the
# devices. This must be done before the model is built. Keras could also divide the data among the
# processes. With `auto_shard_dataset=False` we tell it not to, because we will do that ourselves.

# %%
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
devices = len(keras.distribution.list_devices())  # of all processes together

# %% [markdown]
# ## Load and prepare the data
#
# All devices together learn from the **global batch**, 256 images in each step. Each process
# supplies an equal part of them, the **local batch**. (So all machines must have the same number of
# devices.) No two processes may take the same image. So all of them shuffle the images in the same
# order, which depends only on the seed and the epoch. Of each batch, process 0 takes the first
# part, process 1 the next one, and so on. In this way no image is used twice in an epoch. The few
# images that are left over at the end, too few for a whole batch, are skipped. In the next epoch
# the order is different, so other images are skipped.
#
# We also shift the images by up to two pixels, as a simple form of data augmentation. All images of
# a batch are shifted by the same amount, because that's quick. What leaves an image on one side
# comes back on the other, but at the edge there is nearly always only paper.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
sums = [len(x_train), int(x_train.sum()), int(y_train.sum())]  # other data have other sums
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255

if args.batch_size % devices != 0 or args.batch_size > len(x_train):
    raise SystemExit(
        f"--batch-size {args.batch_size} must be a multiple of the {devices} devices, "
        f"and not more than the {len(x_train)} images"
    )
steps = len(x_train) // args.batch_size
local_batch = args.batch_size // processes


def batches(epoch):
    random = np.random.default_rng([args.seed, epoch])
    order = random.permutation(len(x_train))
    for step in range(steps):
        start = step * args.batch_size + process * local_batch
        rows = order[start : start + local_batch]
        shift = random.integers(-2, 3, size=2)  # pixels, for the whole batch
        yield np.roll(x_train[rows], shift, axis=(1, 2)), y_train[rows]


# %% [markdown]
# ## Build the model
#
# The network is that of mnist_cnn.py. There is nothing in it about devices: Keras takes care of
# that. A batch has 256 images here instead of 64. The gradient of a larger batch depends less on
# which images happen to be in it, so we can trust it a little more, and take slightly longer steps:
# the learning rate starts at 0.004 instead of 0.003.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.Conv2D(16, kernel_size=5, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Conv2D(32, kernel_size=3, activation="relu"),
        layers.MaxPooling2D(pool_size=2),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, args.epochs * steps)
adam = keras.optimizers.Adam(schedule)
model.compile(optimizer=adam, loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% [markdown]
# ## Train
#
# The more machines you have, the sooner one of them fails. Then all the work since the start would
# be lost. So after each epoch process 0 writes the state of the training to a file: the weights,
# and what Adam remembers. For each weight these are two running averages, of its gradients and of
# their squares, and there is the number of steps taken so far. Keras calls all these numbers
# **variables**. (Adam usually creates its variables when `fit` begins. We want to fill them from
# the file before that, so we call `adam.build`.)
#
# After a crash you start all processes again. Process 0 reads the file and sends its contents to
# all the others; that's what `broadcast_one_to_all` does. The number of steps that Adam has taken
# tells us which epoch is next. The file is on the machine of process 0, so give number 0 to the
# same machine again. The settings are part of the file's name, and so are the number of images, the
# sum of their pixels, and the sum of their labels. So a training is only continued with the
# settings and the images that it began with; with others, a new training starts.

# %%
adam.build(model.trainable_variables)
variables = model.variables + adam.variables
state = [variable.numpy() for variable in variables]
settings = [args.epochs, args.batch_size, args.learning_rate, args.seed, *sums]
checkpoint = args.folder / f"{'-'.join(map(str, settings))}.npz"
if process == 0 and checkpoint.exists():
    try:
        state = list(np.load(checkpoint).values())
    except Exception as error:
        raise SystemExit(f"{checkpoint} is damaged: delete it") from error
for variable, value in zip(variables, multihost_utils.broadcast_one_to_all(state)):
    variable.assign(value)

first_epoch = int(adam.iterations) // steps
print(f"Process {process} of {processes}, {devices} devices in all")
print(f"Epoch {first_epoch + 1} is next", flush=True)
for epoch in range(first_epoch, args.epochs):
    model.fit(batches(epoch), steps_per_epoch=steps, shuffle=False, verbose=2)
    if process == 0:
        state = [variable.numpy() for variable in variables]
        unfinished = args.folder / "unfinished.npz"  # so the checkpoint is never half-written
        np.savez(unfinished, *state)
        unfinished.replace(checkpoint)

# %% [markdown]
# ## Evaluate
#
# Each line of Keras above is one epoch. There is no "Epoch 2/5" before it, because we call `fit`
# anew for every epoch. The loss is that of the global batches, so if you have several processes,
# all of them print the same loss.
#
# Each process takes its own part of the test images: with two processes, every second image.
# `evaluate` puts the results together, so all processes print the same accuracy, for the whole test
# set. To read just a few images, there is `predict_on_batch`. The network belongs to all processes
# together, so all of them must call it, with the same images. If one didn't, the others would wait
# for it. The picture shows the first three test images, and below them what the network reads.

# %%
tested = len(x_test) // devices * devices  # as many as the devices can divide
rows = range(process, tested, processes)
result = model.evaluate(x_test[rows], y_test[rows], batch_size=local_batch, verbose=0)
y_pred = model.predict_on_batch(x_test[:3]).argmax(axis=1)
if process == 0:
    checkpoint.unlink()  # the training is complete: the next one starts from scratch
    plt.matshow(np.hstack(x_test[:3, :, :, 0]), cmap="gray_r")
    plt.xlabel(f"Read as {y_pred}")
    plt.show()
print(f"Test accuracy: {result[1]:.4f}")

# %% [markdown]
# ## What to try next
#
# - `JAX_PLATFORMS=cpu JAX_NUM_CPU_DEVICES=2 python examples/scale_out.py`: with two devices you get
#   the same losses as with one, up to rounding. They save you little time, because both are the
#   same processor, and a single device uses all its cores already. On our computer with two cores,
#   the training was only 1.16 times as fast.
# - Two processes on your own machine, in two windows. In each of them type `export
#   JAX_PLATFORMS=cpu`, so that they don't fight over a GPU, and then the four lines above, with
#   `127.0.0.1:9000` as the address, and with 0 as the number in one window and 1 in the other.
#   After the first epoch, close the window of process 1. Process 0 notices it within two minutes,
#   and stops with a long message. Start both again: they resume with the second epoch. (To run the
#   lesson alone again, open a new window. In the old ones it would go on waiting for the other
#   process.)
#
# Keras's guide: [Distribution](https://keras.io/guides/distribution/).
