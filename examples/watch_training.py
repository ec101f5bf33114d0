# %% [markdown]
"""
# Watch a training, steer it, and keep its best moment

After every epoch `fit` can call helpers, **callbacks**: they write a log, keep the best model,
lower the learning rate, or stop the training. You will use some of Keras's and write one yourself.

- You will learn: callbacks, TensorBoard, a picture of the model.
- Expected: not measured yet.
- Run: `python examples/watch_training.py`; its files are in `output/watch_training`
"""

# %%
import importlib.util
import shutil
from pathlib import Path

from common import flags, load_mnist  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, delete the import from common and uncomment:
# from types import SimpleNamespace as flags
# load_mnist = keras.datasets.mnist.load_data

args = flags(
    epochs=12,
    batch_size=256,
    learning_rate=0.003,
    seed=0,
    train_limit=60000,
    folder=Path("output/watch_training"),
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)
folder = args.folder
folder.mkdir(parents=True, exist_ok=True)  # the files of this lesson go here

# %% [markdown]
# ## Load and prepare the data
#
# As in mnist_dense.py. What the callbacks decide, they decide by the validation images.

# %%
(x_train, y_train), (x_test, y_test) = load_mnist()
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255
cut = len(x_train) * 11 // 12
x_train, x_val = x_train[:cut], x_train[cut:]
y_train, y_val = y_train[:cut], y_train[cut:]

# %% [markdown]
# ## Build the model
#
# `plot_model` draws it, if the package pydot and the program graphviz are installed.

# %%
model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        layers.Dense(128, activation="relu"),
        layers.Dropout(0.2),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=args.learning_rate),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)

shutil.rmtree(folder / "tensorboard", ignore_errors=True)  # curves of an earlier run
try:
    keras.utils.plot_model(model, folder / "model.png", show_shapes=True)
except ImportError as error:
    print(f"No picture of the model: {error}")

# %% [markdown]
# ## Train
#
# A callback of your own is a class with methods such as `on_epoch_end`, which `fit` calls; its
# `self.model` is the model, and `bincount` counts the mistakes digit by digit. The others, in this
# order, keep the best model in a file; go on with 0.3 of the learning rate when the validation loss
# did not fall; stop when it has not fallen for four epochs; write a log for a spreadsheet; and draw
# curves in a browser, for `tensorboard --logdir output/watch_training/tensorboard`.


# %%
class WorstDigit(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        y_pred = self.model.predict(x_val, batch_size=1000, verbose=0).argmax(axis=1)
        counts = np.bincount(y_val[y_pred != y_val], minlength=10)
        print(f"\nMost mistakes: {counts.max()}, with the digit {counts.argmax()}")


callbacks = [
    WorstDigit(),
    keras.callbacks.ModelCheckpoint(folder / "best.keras", save_best_only=True),
    keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=1),
    keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True),
    keras.callbacks.CSVLogger(folder / "log.csv"),
]
if importlib.util.find_spec("tensorboard") and keras.backend.backend() == "tensorflow":
    callbacks.append(keras.callbacks.TensorBoard(folder / "tensorboard"))
else:
    print("No curves in a browser: pip install tensorboard, and the TensorFlow backend")

history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=(x_val, y_val),
    callbacks=callbacks,
    verbose=args.verbose,
)

epochs = np.array(history.epoch) + 1
curves = history.history
figure, ax = plt.subplots()
ax.plot(epochs, curves["loss"], "o-", color="tab:blue", label="training (dropout on)")
ax.plot(epochs, curves["val_loss"], "^--", color="tab:orange", label="validation")
ax.axvline(1 + np.argmin(curves["val_loss"]), color="gray", linestyle=":", label="best.keras")
ax.set(xlabel="epoch", ylabel="loss", title="What the callbacks saw")
ax.xaxis.get_major_locator().set_params(integer=True)
ax.legend()
plt.show()

# %% [markdown]
# ## Evaluate
#
# `ModelCheckpoint` has left the model of the epoch with the lowest validation loss.

# %%
best_model = keras.saving.load_model(folder / "best.keras")
test_loss, test_accuracy = best_model.evaluate(x_test, y_test, batch_size=1000, verbose=0)
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `ReduceLROnPlateau(patience=99)`, so that the learning rate stays as it is.
