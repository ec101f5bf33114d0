# %% [markdown]
"""
# Train on several devices and machines at once

Each device computes a part of every batch, then all take the same step together: **data
parallelism**. One file for one processor, eight GPUs or many machines. It needs Keras on JAX.

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
    print("No JAX: pip install -r requirements-jax.txt, then KERAS_BACKEND=jax python ...")
    sys.exit(2)

from common import flags, load_mnist  # before Keras: a quiet start, see common/

import jax
import keras
import matplotlib.pyplot as plt
import numpy as np
from jax.experimental.multihost_utils import broadcast_one_to_all, process_allgather
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(epochs=5, batch_size=256, learning_rate=0.004, seed=0, train_limit=60000,
             verbose="auto", processes=1, process=0, coordinator="")  # fmt: skip
keras.utils.set_random_seed(args.seed)


def stop(problem):
    print(f"scale_out.py: {problem}", flush=True)
    os._exit(2)  # at once; sys.exit would wait for the other processes


# %% [markdown]
# JAX uses all devices of a machine. For two machines, start the file on both: with `--processes 2
# --process 0 --coordinator 10.0.0.1:9000` on the first, whose address this is, with `--process 1`
# on the second. On TPUs, under SLURM, Open MPI, or in an indexed Kubernetes job `--coordinator auto`
# is enough: JAX asks them. `initialize` comes before all else that uses JAX.

# %%
if args.process >= args.processes:
    stop(f"--process {args.process} of {args.processes}: the first is 0")
if args.coordinator:
    place = (args.coordinator, args.processes, args.process)
    if args.coordinator == "auto":
        place = (None, None, None)
    try:  # as keras.distribution.initialize, which has no timeouts and waits 300 s and 100 s
        jax.distributed.initialize(*place, initialization_timeout=60, heartbeat_timeout_seconds=20)
    except (RuntimeError, ValueError) as error:
        stop(f"not all processes have met at {args.coordinator} within 60 s ({error})")
process, processes, devices = jax.process_index(), jax.process_count(), jax.device_count()
print(f"Process {process} of {processes}, devices in all: {devices}", flush=True)
if args.batch_size % devices:
    stop(f"--batch-size {args.batch_size} cannot be divided among {devices} devices")
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

# %% [markdown]
# ## Load and prepare the data
#
# Processes that differ in a setting train nonsense or wait for ever, so they compare what they have.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
options = [args.epochs, args.batch_size, args.learning_rate, args.seed]
settings = np.array([*options, len(x_train), x_train.sum()], dtype="float32")
if (process_allgather(settings) != settings).any():
    stop("the processes have different options or data")
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255

# %% [markdown]
# A step learns from the **global batch** of 256. Each process yields its part, the **local batch**,
# and its devices divide that. All shuffle alike, by seed and epoch, so every image comes once an
# epoch, on one device. What does not fill the last batch is left out, each time other images.

# %%
steps = len(x_train) // args.batch_size
local_batch = args.batch_size // processes


def batches(epoch):
    while True:
        random = np.random.default_rng([args.seed, epoch])
        order = random.permutation(len(x_train))
        for step in range(steps):
            start = step * args.batch_size + process * local_batch
            rows = order[start : start + local_batch]
            shift = random.integers(-2, 3, size=2)
            yield np.roll(x_train[rows], shift, axis=(1, 2)), y_train[rows]
        epoch = epoch + 1


# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py; `batches` shifts the images, because that layer is slow on JAX.
# Each device holds all weights and computes the gradient of its own images; then the devices
# take the mean of these gradients (**all-reduce**).

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
# Process 0 alone writes files: after each epoch the whole state, under another name first, so that
# it is never half a file. At a new start it sends that state to all. (BackupAndRestore would need
# a folder that all machines see, and can be cut off between its two files.)

# %%
variables = model.variables + adam.variables
state = [variable.numpy() for variable in variables]
checkpoint = Path("output/scale_out/state.npz")
if process == 0 and checkpoint.exists():
    with np.load(checkpoint) as file:
        state = [file[name] for name in file.files]
for variable, value in zip(variables, broadcast_one_to_all(state)):
    variable.assign(value)


def save(epoch, logs):
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    np.savez("output/scale_out/new.npz", *[variable.numpy() for variable in variables])
    os.replace("output/scale_out/new.npz", checkpoint)


first_epoch = int(adam.iterations) // steps
print(f"Epochs done before: {first_epoch}", flush=True)
try:
    history = model.fit(
        batches(first_epoch),
        shuffle=False,  # `batches` does
        steps_per_epoch=steps,
        initial_epoch=first_epoch,
        epochs=args.epochs,
        verbose=args.verbose if process == 0 else 0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=save)] if process == 0 else [],
    )
except jax.errors.JaxRuntimeError:
    stop("a process has ended; start all again, and the training goes on from the last epoch")

# %% [markdown]
# ## Evaluate
#

# %%
rows = np.arange(process, len(x_test) // devices * devices, processes)
test_loss, test_accuracy = model.evaluate(
    x_test[rows], y_test[rows], batch_size=local_batch, verbose=0
)
probability = model.predict_on_batch(x_test[:12])
if process == 0:
    checkpoint.unlink()
print(f"Test accuracy: {test_accuracy:.4f}")
