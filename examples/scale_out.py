# %% [markdown]
"""
# Train on several devices and machines at once

Each device computes a part of every batch, then all take the same step together: **data
parallelism**. One file for two processors, eight GPUs or many machines. It needs Keras on JAX.

- You will learn: data parallelism, global batch, several processes, going on after a crash.
- Expected: test accuracy 0.9924 +/- 0.0002 (5 seeds), 189 s of training on 2 CPU cores.
- Run: `python examples/scale_out.py`, first `pip install -r requirements-jax.txt`
"""

# %%
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras reads it when it is loaded
from common import flags, join, load_mnist, share  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# from jax.experimental.multihost_utils import broadcast_one_to_all as share
# load_mnist = keras.datasets.mnist.load_data
# def join(args): return 0  # with several processes: keras.distribution.initialize

args = flags(epochs=5, batch_size=256, learning_rate=0.004, seed=0, train_limit=60000,
             processes=1, process=0, coordinator="", folder=Path("output/scale_out"))  # fmt: skip
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# JAX uses all devices; `JAX_NUM_CPU_DEVICES=2` makes two of a CPU. For two machines, say
# `--processes 2 --process 0 --coordinator 10.0.0.1:9000` on the first, with its own address, and
# `--process 1` on the second. SLURM, Open MPI, Kubernetes and TPUs need `--processes 2` alone.

# %%
process = join(args)  # before JAX is used: keras.distribution.initialize, if there are several
# Before the model is built; without auto_shard_dataset, because `batches` divides the data:
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
devices = len(keras.distribution.list_devices())  # of all processes

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
steps, local_batch = max(1, len(x_train) // args.batch_size), args.batch_size // args.processes


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
# weights and computes the gradient of its own images; the mean of all is the step. So the result
# is that of one device, but for rounding. See [keras.io](https://keras.io/api/distribution/).

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
# After each epoch process 0, and no other, writes the state to a file, as in resume.py. The next
# start reads it, and `share` sends it to all, also to machines that do not see the file.

# %%
args.folder.mkdir(parents=True, exist_ok=True)
checkpoint = args.folder / f"{args.epochs}-{args.batch_size}-{args.seed}.npz"
variables = model.variables + adam.variables
state = [variable.numpy() for variable in variables]
if process == 0 and checkpoint.exists():
    state = list(np.load(checkpoint).values())
for variable, value in zip(variables, share(state)):
    variable.assign(value)
first_epoch = int(adam.iterations) // steps
print(f"Epoch {first_epoch + 1} is next. Process {process} of {args.processes}, {devices} devices")
for epoch in range(first_epoch, args.epochs):
    model.fit(batches(epoch), steps_per_epoch=steps, shuffle=False, verbose=2)
    if process == 0:
        state = {variable.path: variable.numpy() for variable in variables}
        np.savez(args.folder / "unfinished.npz", **state)  # an array for each name
        (args.folder / "unfinished.npz").replace(checkpoint)  # never half a file

# %% [markdown]
# ## Evaluate
#
# `evaluate` takes each process's part of the test. `predict` fails with several processes; give the
# same images to all, and `predict_on_batch` answers.

# %%
rows = range(process, len(x_test) // devices * devices, args.processes)
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
# - Two processes in two windows, `--coordinator 127.0.0.1:9000`; kill one, then start both again.
