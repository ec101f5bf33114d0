# %% [markdown]
"""
# Tell malignant from benign tumours with logistic regression

A doctor has taken a sample of a tumour, and thirty measurements of its cells. Is the tumour
malignant? So far our networks have answered with a number such as a price or a height. Now we want
a yes or a no, and we also want to know how sure the network is. So it will answer with a
probability. Then it's up to us to decide where "yes" begins, and that depends on what a mistake
costs.

- You will learn: `fit`, binary classification, thresholds, the confusion matrix.
- Expected: not measured yet.
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
# The data are real: 569 samples from a hospital in Wisconsin. Somebody has outlined the nuclei of
# the cells under a microscope, and measured ten properties of them, such as their radius and how
# uneven their outline is. Each property comes as the mean over the sample, as the error of this
# mean, and as its worst value. These are our thirty inputs. The answer that we want is the
# **label**: 1 for malignant, 0 for benign.
#
# A random fifth of the samples is put aside for the test; `--seed` chooses which. The inputs have
# very different sizes: areas are near 1000, and smoothness is near 0.1. So we standardise them, as
# in the last lesson. The mean and the standard deviation come from the training part alone, because
# in real life the patients of tomorrow can't be part of a mean of today.

# %%
(x_train, y_train), (x_test, y_test) = load_breast_cancer(seed=args.seed)
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
std[std == 0] = 1  # a column that never changes
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

# %% [markdown]
# ## Build the model
#
# One neuron is enough. It multiplies each of the thirty inputs by a weight of its own, adds
# everything up, and adds its bias. The result can be any number: the larger it is, the more speaks
# for a malignant tumour. To make a probability of it, we use an activation that squeezes all
# numbers into the range from 0 to 1. It's called the **sigmoid**. A large positive number becomes
# almost 1, a large negative one almost 0, and 0 becomes 0.5, which means "I have no idea".
#
# As a loss, the mean squared error would not be a good choice for probabilities. We take
# **cross-entropy**. It looks at the probability that the neuron gave to the right answer. If that
# was high, the loss is small. If it was low, the loss is large, and if the neuron was almost
# certain of the wrong answer, the loss is huge. So the neuron learns to be careful. "Binary" means
# that there are two answers to choose from.

# %%
model = keras.Sequential([keras.Input(shape=(30,)), layers.Dense(1, activation="sigmoid")])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate)
model.compile(optimizer=sgd, loss="binary_crossentropy")

# %% [markdown]
# ## Train
#
# So far each step has used all the data. With a million images that would be far too slow. But do
# we need all of them to find out which way is downhill? A random handful tells us that well enough.
# So `fit` shuffles the rows, and then takes one step for every 32 of them. Such a handful is called
# a **batch**. Our 455 samples give 15 batches, so each epoch now has 15 rough steps in place of a
# single exact one, and gets much further. This is what "stochastic" means in stochastic gradient
# descent.
#
# For each epoch `fit` prints the number of steps, the time, and the loss.

# %%
history = model.fit(
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Evaluate
#
# What does the neuron say about the samples that it has never seen? Here are its first five
# answers, and the truth beside them.

# %%
probability = model.predict(x_test, verbose=0)[:, 0]
for i in range(5):
    truth = "malignant" if y_test[i] == 1 else "benign"
    print(f"malignant with probability {probability[i]:.3f}, in truth {truth}")

# %% [markdown]
# Now let's look at all of them at once. The histogram shows how often it gave which probability,
# separately for the tumours that are really benign and those that are really malignant. Mind the
# vertical axis, which is logarithmic: without that you would hardly see the short bars.

# %%
groups = [probability[y_test == 0], probability[y_test == 1]]
figure, ax = plt.subplots()
ax.hist(
    groups, bins=10, range=(0, 1), color=["tab:blue", "tab:orange"], label=["benign", "malignant"]
)
ax.axvline(0.5, linestyle="--", color="black", label="threshold 0.5")
ax.axvline(0.2, linestyle=":", color="black", label="threshold 0.2")
ax.set(xlabel="predicted probability of malignant", ylabel="test samples", yscale="log")
ax.set_title("How sure is the neuron?")
ax.legend(loc="upper center", bbox_to_anchor=(0.72, 1))
plt.show()

# %% [markdown]
# Most samples are at the two ends, where the neuron is sure, and there it's nearly always right.
# The difficult ones are in between.
#
# To get a yes or a no, we need a **threshold**: above it we say "malignant". One half seems
# natural. But think of what the mistakes mean. If we call a benign tumour malignant, somebody has a
# bad week until a second examination shows that all is well. If we call a malignant tumour benign,
# somebody goes home with cancer. The second mistake is far worse, so we may prefer a lower
# threshold, and accept more false alarms.
#
# The **confusion matrix** counts what happened. Each row is a truth, each column an answer. The
# correct answers lie on the diagonal. A missed cancer is at the bottom left, a false alarm at the
# top right.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for ax, threshold in zip(axes, [0.5, 0.2]):
    confusion = np.zeros((2, 2), dtype="int32")
    for true, share in zip(y_test, probability):
        answer = 1 if share > threshold else 0
        confusion[int(true), answer] += 1
    found, missed = confusion[1, 1], confusion[1, 0]
    correct, alarms = confusion[0, 0], confusion[0, 1]
    print(f"threshold {threshold}: {missed} cancers missed, {alarms} false alarms")
    print(f"    sensitivity {found / (found + missed):.3f}")
    print(f"    specificity {correct / (correct + alarms):.3f}")

    ax.imshow(confusion, cmap="Blues", vmax=150)  # pale enough for black numbers
    for row in (0, 1):
        for column in (0, 1):
            ax.text(column, row, confusion[row, column], ha="center", va="center", fontsize=16)
    classes = ["benign", "malignant"]
    ax.set(xticks=(0, 1), yticks=(0, 1), xticklabels=classes, yticklabels=classes)
    ax.set(xlabel="answer", ylabel="truth", title=f"threshold {threshold}")
plt.show()

# %% [markdown]
# Doctors have names for these numbers. **Sensitivity** is the share of the malignant tumours that
# we find. **Specificity** is the share of the benign ones that we leave in peace. With the lower
# threshold, sensitivity goes up or stays the same, and specificity goes down or stays the same. You
# can never improve both by moving the threshold; you can only choose which mistakes you would
# rather make. (To choose a threshold for real, you would use data that you have put aside for that,
# not the test.)
#
# Why two numbers, when there is a single one that everybody uses? **Accuracy** is the share of all
# answers that are right. But look at what it says about the laziest of all doctors, who calls every
# tumour benign:

# %%
y_pred = (probability > 0.5).astype("int32")
print(f"Accuracy of calling every tumour benign: {np.mean(y_test == 0):.4f}")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# That doctor is right in more than half of the cases (0.54 to 0.67, depending on which samples are
# in the test), and misses every single cancer. Whenever one answer is more frequent than the other,
# accuracy alone tells you little.
#
# ## What to try next
#
# - A threshold of 0.05: how many cancers are still missed, and how many healthy people are alarmed?
# - `--seed 1`, `--seed 2` and so on: with only 114 samples in the test, a few of them decide
#   whether the accuracy is 0.95 or 0.99.
# - `--train-limit 40`: how much does the neuron learn from forty patients in place of 455?
# - Leave out the standardising. The large inputs drown the others, and the accuracy falls.
#
# Keras's reference: [fit](https://keras.io/api/models/model_training_apis/).
