# %% [markdown]
"""
# Train on several devices and machines at once

Each device computes a part of every batch, then all take the same step together: **data
parallelism**. One file for two processors, eight GPUs or many machines. It needs Keras on JAX.

- You will learn: data parallelism, global batch, several processes, going on after a crash.
- Expected: not measured yet.
- Run: `python examples/scale_out.py`, first `pip install -r requirements-jax.txt`
"""

# %%
import importlib.util
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")  # Keras reads it when it is loaded
if os.environ["KERAS_BACKEND"] != "jax" or not importlib.util.find_spec("jax"):
    remedy = "pip install -r requirements-jax.txt, then KERAS_BACKEND=jax python"
    print(f"No JAX here: {remedy} examples/scale_out.py", file=sys.stderr)
    sys.exit(2)

from common import flags, join, load_mnist  # before Keras: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from jax.experimental import multihost_utils
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data
# def join(args):
#     keras.distribution.initialize(args.coordinator, args.processes, args.process)

args = flags(epochs=5, batch_size=256, learning_rate=0.004, seed=0, train_limit=60000,
             processes=1, process=0, coordinator="")  # fmt: skip
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# JAX uses all devices of a machine; on a CPU set `JAX_NUM_CPU_DEVICES=2` for two. On two machines
# start this file with `--processes 2 --process 0 --coordinator 10.0.0.1:9000`, where 10.0.0.1 is
# the first machine, and on the second with `--process 1`. Under SLURM, Open MPI or Kubernetes, and
# on TPUs, `--processes 2` is enough. They must meet before anything else uses JAX.

# %%
if args.processes > 1:
    join(args)  # keras.distribution.initialize, and a plain word when it fails
distribution = keras.distribution.DataParallel(auto_shard_dataset=False)  # `batches` does it
keras.distribution.set_distribution(distribution)  # before the model is built
processes, process = distribution.num_processes, distribution.data_shard_id
devices = len(keras.distribution.list_devices())
print(f"Process {process} of {processes}, devices in all: {devices}", flush=True)

# %% [markdown]
# ## Load and prepare the data
#
# A step learns from the **global batch**, 256 images, which the devices must be able to divide. A
# process takes its part, the **local batch**. All shuffle alike, by seed and epoch, so each image
# comes once an epoch, on one device. What does not fill the last batch is left out this time.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train[..., np.newaxis].astype("float32") / 255
x_test = x_test[..., np.newaxis].astype("float32") / 255
steps = len(x_train) // args.batch_size
local_batch = args.batch_size // processes


def batches(epoch):
    while True:
        random = np.random.default_rng([args.seed, epoch])
        order = random.permutation(len(x_train))
        for step in range(steps):
            start = step * args.batch_size + process * local_batch
            rows = order[start : start + local_batch]
            shift = random.integers(-2, 3, size=2)  # one for all images of a batch
            yield np.roll(x_train[rows], shift, axis=(1, 2)), y_train[rows]
        epoch = epoch + 1


# %% [markdown]
# ## Build the model
#
# The network of mnist_cnn.py; its first layer, which shifts the images, is slow on JAX. Each device
# holds all weights and computes the gradient of its own images. All take the mean of the gradients.

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
# Only process 0 writes files: after each epoch the whole state, first under another name, so that
# it is never half a file. When it finds one at the start, it sends it to all, and they go on there.

# %%
os.makedirs("output/scale_out", exist_ok=True)
variables = model.variables + adam.variables
state = [variable.numpy() for variable in variables]
if process == 0 and os.path.exists("output/scale_out/state.npz"):
    state = list(np.load("output/scale_out/state.npz").values())
for variable, value in zip(variables, multihost_utils.broadcast_one_to_all(state)):
    variable.assign(value)
first_epoch = int(adam.iterations) // steps
print(f"Epochs done before: {first_epoch}", flush=True)


def save(epoch, logs):
    np.savez("output/scale_out/new.npz", *[variable.numpy() for variable in variables])
    os.replace("output/scale_out/new.npz", "output/scale_out/state.npz")


callbacks = [keras.callbacks.LambdaCallback(on_epoch_end=save)] if process == 0 else []
history = model.fit(batches(first_epoch), steps_per_epoch=steps, initial_epoch=first_epoch,
                    epochs=args.epochs, callbacks=callbacks, shuffle=False, verbose=2)  # fmt: skip

# %% [markdown]
# ## Evaluate
#
# `evaluate` works across processes: each brings its part of the test set. `predict` fails; give the
# same images to all, and `predict_on_batch` answers.

# %%
rows = np.arange(process, len(x_test) // devices * devices, processes)
result = model.evaluate(x_test[rows], y_test[rows], batch_size=local_batch, verbose=0)
probability = model.predict_on_batch(x_test[:12])
if process == 0:
    os.remove("output/scale_out/state.npz")  # the training is complete
    figure, axes = plt.subplots(2, 6, figsize=(9, 3.6), layout="constrained")
    for i, ax in enumerate(axes.flat):
        ax.imshow(x_test[i, :, :, 0], cmap="gray_r")
        ax.set_title(f"{y_test[i]} read as {probability[i].argmax()}")
    plt.show()
print(f"Test accuracy: {result[1]:.4f}")

# %% [markdown]
# ## What to try next
#
# - `JAX_NUM_CPU_DEVICES=2` before the command: two devices, nearly half the time.
# - Start two processes, end one with Ctrl-C, start both again: the epochs go on.
# - `--batch-size 2048`: fewer steps, learns less. Larger batches want a larger learning rate.
#
# Keras's reference: [distribution](https://keras.io/api/distribution/).
