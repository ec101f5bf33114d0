# %% [markdown]
"""
# Train on several devices and machines at once

Each device computes a part of every batch, then all of them take the same step together: **data
parallelism**. One file for one processor, eight GPUs or many machines, on Keras with JAX.

- You will learn: data parallelism, global batch, several processes, going on after a crash.
- Expected: not measured yet.
- Run: `python examples/scale_out.py`, first `pip install -r requirements-jax.txt`
"""

# %%
import importlib.util
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras reads it when it is loaded
if os.environ["KERAS_BACKEND"] != "jax" or not importlib.util.find_spec("jax"):
    install = "pip install -r requirements-jax.txt, then KERAS_BACKEND=jax python"
    print(f"scale_out.py needs JAX: {install} examples/scale_out.py", file=sys.stderr)
    sys.exit(2)

from common import flags, load_mnist  # before Keras: a quiet start, see common/

import jax
import keras
import matplotlib.pyplot as plt
import numpy as np
from jax.experimental import multihost_utils
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=5, batch_size=256, learning_rate=0.004, seed=0, train_limit=60000, verbose="auto",
    processes=1, process=0, coordinator="",
)  # fmt: skip
keras.utils.set_random_seed(args.seed)


def stop(problem):
    """End at once with one line and status 2; Python's usual end would wait for the others."""
    print(f"scale_out.py: {problem}", file=sys.stderr, flush=True)
    os._exit(2)


# %% [markdown]
# JAX uses all devices of a machine. For two machines, start the file on both: with `--processes 2
# --process 0 --coordinator 10.0.0.1:9000` on the first, whose address this is, and with `--process
# 1` on the second. `--coordinator auto` is enough on a TPU, under SLURM (`srun`), Open MPI, or in an
# indexed job of Kubernetes: there JAX finds out the rest. They must meet before JAX is used at all.

# %%
if args.process >= args.processes:
    stop(f"--process {args.process} of {args.processes}: the first is 0")
if args.coordinator:
    who = (args.coordinator, args.processes, args.process)
    if args.coordinator == "auto":
        who = (None, None, None)
    try:  # as keras.distribution.initialize, but with less patience: it waits up to 300 s and 100 s
        jax.distributed.initialize(*who, initialization_timeout=60, heartbeat_timeout_seconds=20)
    except (RuntimeError, ValueError) as error:
        stop(f"no contact with {args.coordinator} and all the others within 60 s: {error}")
process, processes, devices = jax.process_index(), jax.process_count(), jax.device_count()
print(f"Process {process} of {processes}, {devices} devices in all", flush=True)
if args.batch_size % devices:
    stop(f"--batch-size {args.batch_size} cannot be divided among {devices} devices")
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

# %% [markdown]
# ## Load and prepare the data
#
# Every process loads all the data; where they do not fit, each reads its own rows only. Processes
# that differ in a setting would train nonsense or wait forever, so they compare what they have.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
settings = np.array(
    [args.epochs, args.batch_size, args.learning_rate, args.seed, len(x_train), x_train.sum()],
    dtype="float32",
)
if (multihost_utils.process_allgather(settings) != settings).any():
    stop("the processes have different options or data")
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255

# %% [markdown]
# The **global batch**, here 256 images, is what a step learns from. A process takes its part of it,
# the **local batch**, and its devices divide that once more. All processes shuffle alike, because
# they share the seed, anew for each epoch. So each image comes once an epoch, on one device; what
# does not fill the last batch is left out, other images each time.

# %%
steps = len(x_train) // args.batch_size
local_batch = args.batch_size // processes


def batches(epoch):
    """Yield this process's part of each batch, epoch after epoch."""
    while True:
        order = np.random.default_rng([args.seed, epoch]).permutation(len(x_train))
        for step in range(steps):
            start = step * args.batch_size + process * local_batch
            rows = order[start : start + local_batch]
            yield x_train[rows], y_train[rows]
        epoch = epoch + 1


# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py. Every device holds all its weights. In a step each computes the
# gradient of its own images; the mean of these is taken over the network (**all-reduce**).

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        layers.RandomTranslation(0.06, 0.06, fill_mode="constant", interpolation="nearest"),
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
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
