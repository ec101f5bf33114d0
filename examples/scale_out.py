# %% [markdown]
"""
# Train on several devices and machines at once

At some point one machine is too slow. Then several devices can share the work: each computes a part
of every batch, and all take the same step together. This is called **data parallelism**. The file
that you see here runs on one processor, on eight GPUs, or on many machines. It needs Keras on JAX.

- You will learn: data parallelism, global batch, several processes, going on after a crash.
- Expected: not measured yet.
- Run: `python examples/scale_out.py`, first `pip install -r requirements-jax.txt`
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
# ## One device, two devices, two machines
#
# JAX uses every device of the machine that it finds. A processor counts as one device; with
# `JAX_NUM_CPU_DEVICES=2` it counts as two, so that you can try all this without a second GPU.
#
# With two machines, you start the same file on both, as two **processes**. Before anything else
# they have to meet: at the address of the first one, here `10.0.0.1`, and at any free port of it.
# On the first machine you type:
#
#     export KERAS_DISTRIBUTION_JOB_ADDRESSES=10.0.0.1:9000
#     export KERAS_DISTRIBUTION_NUM_PROCESSES=2
#     export KERAS_DISTRIBUTION_PROCESS_ID=0
#     python examples/scale_out.py
#
# On the second machine you type the same with `KERAS_DISTRIBUTION_PROCESS_ID=1`. Under SLURM and
# Open MPI you set nothing: JAX knows how to ask them.

# %%
several = ("KERAS_DISTRIBUTION_", "SLURM_STEP_NODELIST", "OMPI_MCA_orte_hnp_uri")
if any(name.startswith(several) for name in os.environ):
    keras.distribution.initialize()  # waits until all processes have met
process, processes = jax.process_index(), jax.process_count()  # 0 of 1, if we are alone

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
# devices. It has to be told before the model is built. With `auto_shard_dataset=False` we promise
# that each process brings its own part of the data.

# %%
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
devices = len(keras.distribution.list_devices())  # of all processes together

# %% [markdown]
# ## Load and prepare the data
#
# A step learns from the **global batch**, 256 images, a number that the devices can divide. Each
# process takes its part, the **local batch**. All shuffle alike, by seed and epoch, so each image
# comes once an epoch, on one device. Images that do not fill the last batch wait for another epoch.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255
steps, local_batch = max(1, len(x_train) // args.batch_size), args.batch_size // processes


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
# The network of mnist_cnn.py; `batches` shifts the images, which is faster. Each device holds all
# weights and computes the gradient of its own images; the mean of all is the step. So the result is
# that of one device, but for rounding. See [keras.io](https://keras.io/api/distribution/).

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
# If one of many machines fails, all the work since the start would be lost. So after each epoch
# process 0 writes the state of the training to a file: the weights, and what Adam remembers of its
# steps. Adam makes its variables at the first step. We ask for them before, with `build`, because
# we may have to fill them from the file. Process 0 reads it and sends the state to all the others.

# %%
adam.build(model.trainable_variables)
variables = model.variables + adam.variables
state = [variable.numpy() for variable in variables]
settings = [args.epochs, args.batch_size, args.learning_rate, args.seed, len(x_train)]
checkpoint = args.folder / f"{'-'.join(map(str, settings))}.npz"  # one for each training
if process == 0 and checkpoint.exists():
    state = list(np.load(checkpoint).values())
for variable, value in zip(variables, multihost_utils.broadcast_one_to_all(state)):
    variable.assign(value)

first_epoch = int(adam.iterations) // steps
print(f"Epoch {first_epoch + 1} is next. Process {process} of {processes}, {devices} devices")
for epoch in range(first_epoch, args.epochs):
    model.fit(batches(epoch), steps_per_epoch=steps, shuffle=False, verbose=2)
    if process == 0:
        state = [variable.numpy() for variable in variables]
        np.savez(args.folder / "unfinished.npz", *state)
        (args.folder / "unfinished.npz").replace(checkpoint)  # never half a file

# %% [markdown]
# ## Evaluate
#
# `evaluate` takes each process's part of the test. `predict` fails with several processes; give the
# same images to all, and `predict_on_batch` answers.

# %%
rows = range(process, len(x_test) // devices * devices, processes)
result = model.evaluate(x_test[rows], y_test[rows], batch_size=local_batch, verbose=0)
y_pred = model.predict_on_batch(x_test[:3]).argmax(axis=1)
if process == 0:
    checkpoint.unlink()  # complete: the next start begins anew
    plt.matshow(np.hstack(x_test[:3, :, :, 0]), cmap="gray_r")
    plt.xlabel(f"Read as {y_pred}")
    plt.show()
print(f"Test accuracy: {result[1]:.4f}")

# %% [markdown]
# ## What to try next
#
# - `JAX_NUM_CPU_DEVICES=2 python examples/scale_out.py`: two devices, the same result, less time.
# - Two processes on your own machine, in two windows: type the four lines above in each, with
#   `127.0.0.1:9000` as the address. Then kill one of them. The other ends, too, within two minutes.
#   Start both again, and they go on after the last complete epoch.
