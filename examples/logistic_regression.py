# %% [markdown]
"""
# Tell malignant from benign tumours with logistic regression

Thirty measurements of a tissue sample go into one neuron, and one probability comes out: how likely
is the tumour malignant? You will see its mistakes, and what keeps it from being too sure.

- You will learn: `fit`, binary classification, thresholds, the confusion matrix, the L2 penalty.
- Expected: test accuracy 0.971 +/- 0.014 (10 seeds), 4.1 s of training on 2 CPU cores.
- Run: `python examples/logistic_regression.py`
"""

# %%
from common import flags, load_breast_cancer  # first of all: a quiet start, see common/

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers

# To use this file on its own, put data/breast_cancer.csv beside it, delete the import from
# common and uncomment:
# from types import SimpleNamespace as flags
# def load_breast_cancer(seed):
#     table = np.loadtxt("breast_cancer.csv", delimiter=",", skiprows=1)
#     table = np.random.default_rng(seed).permutation(table).astype("float32")
#     return (table[:455, :30], table[:455, 30]), (table[455:, :30], table[455:, 30])

args = flags(epochs=20, batch_size=32, learning_rate=0.3, seed=0, train_limit=455, verbose="auto")
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# 569 samples from Wisconsin: ten properties of the cell nuclei, each as mean, standard error and
# worst value. The label is 1 for malignant. `--seed` chooses a random fifth for the test. Areas are
# near 1000, smoothness is near 0.1, so we standardise, with the training part's numbers.

# %%
(x_train, y_train), (x_test, y_test) = load_breast_cancer(seed=args.seed)
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
std[std == 0] = 1  # a column that never changes
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

# %% [markdown]
# ## Build the model
#
# One neuron: $p = \sigma(w_1 x_1 + \cdots + w_{30} x_{30} + b)$. The **sigmoid** $\sigma$ squeezes
# any number into a probability between 0 and 1. The loss, binary cross-entropy, is small where a
# high probability was given to what is true, and punishes confident mistakes hardest. The **L2
# penalty** adds $0.002 \sum w_i^2$ to it; the last section shows what for.

# %%
penalty = keras.regularizers.L2(0.002)
neuron = layers.Dense(1, activation="sigmoid", kernel_regularizer=penalty)
model = keras.Sequential([keras.Input(shape=(30,)), neuron])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate, momentum=0.9)
model.compile(optimizer=sgd, loss="binary_crossentropy")

# %% [markdown]
# ## Train
#
# So far every step used all the data, which is too slow for large data sets. `fit` shuffles the
# rows and takes one step with each **batch** of 32, here 15 an epoch. Thirty-two random rows (hence
# "stochastic") tell well enough where to go, and 15 rough steps get further than one exact step.
# For each epoch `fit` shows the number of steps, the time and the mean loss.

# %%
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Evaluate
#
# A probability above a **threshold** counts as malignant. Accuracy, the share of right answers,
# misleads here: calling every tumour benign scores well and misses every cancer. **Sensitivity** is
# the share of the malignant tumours that are found, **specificity** that of the benign ones that
# are called so. A missed cancer is worst, so a doctor may prefer a threshold below 0.5.

# %%
probability = model.predict(x_test, verbose=0)[:, 0]
print(f"Accuracy of calling every tumour benign: {np.mean(y_test == 0):.4f}")  # share of True
for threshold in (0.5, 0.2):
    sensitivity = np.mean(probability[y_test == 1] > threshold)
    specificity = np.mean(probability[y_test == 0] <= threshold)
    print(f"threshold {threshold}: sensitivity {sensitivity:.3f}, specificity {specificity:.3f}")

# %% [markdown]
# The **confusion matrix** counts how often each class was taken for which. Its diagonal is right.

# %%
y_pred = (probability > 0.5).astype("int32")
confusion = np.zeros((2, 2), dtype="int32")
for true, predicted in zip(y_test.astype("int32"), y_pred):
    confusion[true, predicted] += 1

classes = ["benign", "malignant"]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
left.imshow(confusion, cmap="Blues", vmax=150)  # pale enough for black numbers
for (i, j), count in np.ndenumerate(confusion):  # row, column, number
    left.text(j, i, count, ha="center", va="center", fontsize=16)
left.set(xticks=(0, 1), yticks=(0, 1), xticklabels=classes, yticklabels=classes)
left.set(xlabel="predicted", ylabel="true", title="Confusion matrix, threshold 0.5")
groups = [probability[y_test == 0], probability[y_test == 1]]
right.hist(groups, bins=10, range=(0, 1), color=["tab:blue", "tab:orange"], label=classes)
right.set(xlabel="predicted probability of malignant", ylabel="test samples", yscale="log")
right.legend(loc="upper center")
plt.show()

# %% [markdown]
# Nearly all samples lie at the ends, where the neuron is sure (mind the logarithmic axis).
#
# ## Without the penalty
#
# Without it the weights grow, and the neuron becomes ever more certain, even where it is wrong.

# %%
free_model = keras.Sequential([keras.Input(shape=(30,)), layers.Dense(1, activation="sigmoid")])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate, momentum=0.9)
free_model.compile(optimizer=sgd, loss="binary_crossentropy")
free_model.fit(x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=0)

cross_entropy = keras.losses.BinaryCrossentropy()  # the loss without the penalty
free_probability = free_model.predict(x_test, verbose=0)[:, 0]
print(f"Largest weight: {np.abs(model.get_weights()[0]).max():.2f}")
print(f"Largest weight without the penalty: {np.abs(free_model.get_weights()[0]).max():.2f}")
print(f"Test loss: {float(cross_entropy(y_test, probability)):.3f}")
print(f"Test loss without the penalty: {float(cross_entropy(y_test, free_probability)):.3f}")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# ## What to try next
#
# - `L2(0.02)` and `L2(0)`: watch the largest weight and the test loss.
# - `--train-limit 40`: forty patients teach less than 455.
# - Skip the standardising: large columns drown the others, and the accuracy falls.
#
# Keras's reference: [fit](https://keras.io/api/models/model_training_apis/).
