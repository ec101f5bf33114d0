# %% [markdown]
"""
# Tell malignant from benign tumours with logistic regression

A doctor has taken a sample of a tumour, and thirty measurements have been made of its cells. Is the
tumour malignant? So far our networks have answered with a number: how high a line or a curve is at
a given place. Now we want a yes or a no (this is called **binary classification**), and we also
want to know how sure the network is. That's why it will answer with a probability. It's then up to
us to decide where "yes" begins, and that depends on what a mistake costs.

- You will learn: `fit`, binary classification, thresholds, the confusion matrix.
- Expected: gets 97 % of the new tumours right; takes about 7 s on 2 CPU cores.
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
# The data are real: 569 samples from a hospital in Wisconsin. On images from a microscope, somebody
# outlined the nuclei of the cells, and a program measured ten properties of each nucleus, such as
# its radius and how uneven its outline is. Each property comes as three numbers: the mean over all
# nuclei in the sample, how uncertain this mean is, and the mean of the three largest values. These
# are our thirty inputs. The answer that we want is the **label**: 1 for malignant, 0 for benign.
#
# We put a random fifth of the samples aside as the test set; `--seed` decides which ones. The
# inputs have very different sizes: areas are in the hundreds, and smoothness is near 0.1. So we
# standardise each of them, as in the last lesson. (`axis=0` asks for the mean of each column.) The
# means and the standard deviations come from the training set alone, because in real life
# tomorrow's patients can't be part of a mean that you compute today.

# %%
(x_train, y_train), (x_test, y_test) = load_breast_cancer(seed=args.seed)
x_train, y_train = x_train[: args.train_limit], y_train[: args.train_limit]
mean, std = x_train.mean(axis=0), x_train.std(axis=0)
std[std == 0] = 1  # a column that never changes: do not divide by 0
x_train, x_test = (x_train - mean) / std, (x_test - mean) / std

# %% [markdown]
# ## Build the model
#
# One neuron is enough. It multiplies each of the thirty inputs by a weight of its own, adds
# everything up, and adds its bias. The result can be any number: the larger it is, the more
# strongly the measurements point to a malignant tumour. To turn it into a probability, we use an
# activation that squeezes every number into the range from 0 to 1. It's called the **sigmoid**. A
# large positive number becomes almost 1, a large negative one almost 0, and 0 becomes 0.5, which
# means "I have no idea". Such a neuron is much older than neural networks. Statisticians call it
# **logistic regression**, after the logistic function, which is another name for the sigmoid.
#
# As a loss, the mean squared error would be a poor choice here. However wrong and however sure of
# itself the neuron is, the squared error of a probability is never more than 1. So we use
# **cross-entropy**. It looks at the probability that the neuron gave to the right answer. If that
# was 0.9, the loss is 0.1. If it was 0.5, the loss is 0.7, and if it was 0.01, the loss is 4.6.
# There is no limit: whoever is almost certain of the wrong answer pays dearly. So it's best for the
# neuron to be exactly as sure as it has reason to be. Keras calls this loss `binary_crossentropy`,
# because there are only two answers to choose from.

# %%
model = keras.Sequential([keras.Input(shape=(30,)), layers.Dense(1, activation="sigmoid")])
sgd = keras.optimizers.SGD(learning_rate=args.learning_rate)
model.compile(optimizer=sgd, loss="binary_crossentropy")

# %% [markdown]
# ## Train
#
# So far each step has used all the data. With a million samples that would be far too slow. But do
# we need all of them to find out which way is downhill? A random handful tells us well enough. So
# in each epoch `fit` shuffles the rows, and then takes one step for every 32 of them, which is
# Keras's usual number. Such a handful is called a **batch**. Our 455 samples make 15 batches. (The
# last one has only the 7 samples that are left.) So each epoch now takes 15 rough steps instead of
# a single exact one, and gets much further. This is what "stochastic" means in stochastic gradient
# descent.
#
# For each epoch `fit` prints the number of steps, the time, and the loss.

# %%
history = model.fit(  # it returns the losses, too; see mnist_dense.py
    x_train, y_train, batch_size=args.batch_size, epochs=args.epochs, verbose=args.verbose
)

# %% [markdown]
# ## Evaluate
#
# The loss has fallen steeply in the first few epochs, and then more and more slowly. Somebody who
# always says 0.5 would get 0.69; our neuron has come down to less than a tenth of that.
#
# What does it say about samples that it has never seen? Here are its first five answers, and the
# truth beside them.

# %%
probability = model.predict(x_test, verbose=0)[:, 0]
for i in range(5):
    truth = "malignant" if y_test[i] == 1 else "benign"
    print(f"probability of malignant {probability[i]:.3f}, really {truth}")

# %% [markdown]
# If you see 0.000 or 1.000, that is rounded: the neuron is never completely certain.
#
# Now let's look at all the answers at once. The histogram shows how often the neuron gave each
# probability, in blue for the benign tumours and in orange for the malignant ones. The vertical
# axis is logarithmic; otherwise you would hardly see the short bars. The two vertical lines are
# there for what comes next.

# %%
groups = [probability[y_test == 0], probability[y_test == 1]]
figure, ax = plt.subplots()
ax.hist(
    groups, bins=10, range=(0, 1), color=["tab:blue", "tab:orange"], label=["benign", "malignant"]
)
ax.axvline(0.5, linestyle="--", color="black", label="threshold 0.5")
ax.axvline(0.2, linestyle=":", color="black", label="threshold 0.2")
ax.set(xlabel="predicted probability of malignant", ylabel="number of test samples", yscale="log")
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
# Let's compare the threshold 0.5 with a more cautious one, 0.2. The **confusion matrix** counts
# what happens with each of them. The rows stand for what is true, the columns for what we answer.
# The correct answers lie on the diagonal from top left to bottom right. The missed cancers are at
# the bottom left, the false alarms at the top right.
#
# Doctors sum this up in two numbers. **Sensitivity** is the share of the malignant tumours that we
# find. **Specificity** is the share of the benign ones that we rightly call benign.

# %%
figure, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for ax, threshold in zip(axes, [0.5, 0.2]):
    confusion = np.zeros((2, 2), dtype="int32")
    for true, p in zip(y_test, probability):
        answer = 1 if p > threshold else 0
        confusion[int(true), answer] += 1
    found, missed = confusion[1, 1], confusion[1, 0]
    correct, alarms = confusion[0, 0], confusion[0, 1]
    print(f"threshold {threshold}: cancers missed {missed}, false alarms {alarms}")
    print(f"    sensitivity {found / (found + missed):.3f}")
    print(f"    specificity {correct / (correct + alarms):.3f}")

    ax.imshow(confusion, cmap="Blues", vmax=150)  # keeps the blue pale enough for black numbers
    for row in (0, 1):
        for column in (0, 1):
            ax.text(column, row, confusion[row, column], ha="center", va="center", fontsize=16)
    classes = ["benign", "malignant"]
    ax.set(xticks=(0, 1), yticks=(0, 1), xticklabels=classes, yticklabels=classes)
    ax.set(xlabel="answer", ylabel="truth", title=f"threshold {threshold}")
plt.show()

# %% [markdown]
# With seed 0, the threshold 0.5 misses four of the 47 cancers, a sensitivity of 0.915. The lower
# one misses three, and pays for that with a false alarm. When you lower the threshold, more tumours
# are called malignant. So sensitivity can only go up, and specificity can only go down, unless they
# stay where they are. Moving the threshold never improves both; it only lets you choose which
# mistakes you would rather make.
#
# (To choose a threshold in earnest, you would put more samples aside just for that. If you chose it
# on the test set, the test result would look better than it should.)
#
# Why two numbers, when there is a single one that everybody uses? **Accuracy** is the share of all
# answers that are right. But look at what it says about the laziest of all doctors, who calls every
# tumour benign:

# %%
y_pred = (probability > 0.5).astype("int32")
print(f"Accuracy of calling every tumour benign: {np.mean(y_test == 0):.4f}")
print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")

# %% [markdown]
# Of all 569 tumours 63 % are benign, so that doctor is right in about 63 % of the cases (in a small
# test set, in anything from 54 % to 67 %), and still misses every single cancer. Our neuron is
# right in about 97 %, and that means something only beside this figure. The more frequent one of
# the answers is, the less accuracy alone tells you.
#
# ## What to try next
#
# - A threshold of 0.05: how many cancers are still missed, and how many people with a benign tumour
#   are alarmed?
# - `--seed 1`, `--seed 2` and so on: the test set has only 114 samples, so four or five of them
#   decide whether the accuracy is 0.95 or 0.99.
# - `--train-limit 40`: how much does the neuron learn from 40 samples instead of 455?
# - Leave out the line that standardises. The large inputs drown out the others, the steps become
#   far too long for their weights, and the accuracy falls.
#
# Keras's reference: [fit](https://keras.io/api/models/model_training_apis/).
