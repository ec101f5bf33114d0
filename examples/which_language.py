# %% [markdown]
"""
# In which language is this?

Twenty letters, counting the spaces, cut out of the middle of a sentence: "nd gleich an Würde u".
You can probably tell that this is German, even if you don't speak it. But how do you do that? And
how could a network do it, when it can only calculate with numbers, and a letter isn't a number? In
this lesson you turn text into numbers, and a network learns to tell 30 languages apart.

- You will learn: text as numbers, `Embedding`, convolution over text, how to get one answer for a
  text of any length.
- Expected: names the language of 93 % of the pieces of twenty letters; takes about 49 s on 2 CPU
  cores.
- Run: `python examples/which_language.py`, or `python examples/which_language.py --text "Wo ist der
  Bahnhof?"` for a text of your own
"""

# %%
from common import find_data, flags  # first of all: a quiet start, see common/

import unicodedata

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers

# To use this file on its own, put data/declaration.csv beside it, delete the import from common and
# uncomment:
# from types import SimpleNamespace as flags
# from pathlib import Path as find_data

args = flags(
    text="Wo ist der Bahnhof?",
    epochs=3,
    batch_size=256,
    learning_rate=0.01,
    seed=0,
    train_limit=200000,
    verbose="auto",
)
keras.utils.set_random_seed(args.seed)
if not args.text.strip():
    raise SystemExit("--text is empty: write a few words in one of the 30 languages.")

# %% [markdown]
# ## Load and prepare the data
#
# The Universal Declaration of Human Rights has been translated into more than 500 languages. We
# have 30 of them here, all written with Latin letters. The text has a preamble and 30 articles, and
# that is very practical for us: all our languages say the same.

# %%
table = pd.read_csv(find_data("declaration.csv"))
languages = sorted(table["language"].unique())
print(len(languages), "languages:", ", ".join(languages))

# %% [markdown]
# How do we split this? If we chose paragraphs at random, the network might see Article 1 in Danish
# during training, and Article 1 in Norwegian in the test. Their words are nearly the same, so it
# might answer Danish just because it knows the article. So we split by articles: the network learns
# from the preamble and articles 1 to 20, in all languages. Articles 21 to 24 are for validation,
# and 25 to 30 for the test. Then no article is in two parts, in any language, and all languages
# talk about the same things. This is Article 1 in English:


# %%
def text_of(language, first, last):
    """Return these articles as one long text. Article 0 is the preamble."""
    chosen = (table["language"] == language) & table["article"].between(first, last)
    return " ".join(table["text"][chosen])


train_texts = [text_of(language, 0, 20) for language in languages]
val_texts = [text_of(language, 21, 24) for language in languages]
test_texts = [text_of(language, 25, 30) for language in languages]
print(text_of("English", 1, 1))

# %% [markdown]
# ## Text becomes numbers
#
# We make a list of all letters in the training texts, and number them. Everything is counted as a
# letter here: the space, the comma, N as well as n, and ñ as well. The number 0 is left for letters
# that aren't in the list. Someone may well show us one later.
#
# There are two ways to store a letter like ñ: as one character, or as n followed by a tilde. Both
# look the same on the screen. `normalize` makes them the same for us, too. The Vietnamese text in
# our table is stored in the second way, so this matters.


# %%
def clean(text):
    """Return a text in which each letter is stored as one character."""
    return unicodedata.normalize("NFC", text)


letters = sorted(set(clean("".join(train_texts))))
number_of = {letter: number for number, letter in enumerate(letters, start=1)}
print(f"{len(letters)} different letters")


def to_numbers(text):
    """Return a text as numbers, one for each letter."""
    return np.array([number_of.get(letter, 0) for letter in clean(text)])


print("article:", to_numbers("article"))

# %% [markdown]
# Seven letters, seven numbers. The a isn't 1, because the list begins with the space and the
# punctuation marks. There are far more letters than the 26 of English: each capital letter and each
# accented letter counts as one of its own.
#
# The network always reads 20 letters at once. For training we let a piece begin at every single
# letter, so that the network sees as many different pieces as possible. That makes nearly 200,000,
# and of course they overlap. The pieces for validation and for the test don't.
#
# In the training pieces we replace one letter in twenty with a 0, at random. The network then has
# to get by without that letter, and it learns not to rely on any single one. It also learns what to
# do with a letter that it doesn't know. This is data augmentation again, for text.

# %%
length = 20


def cut(texts, step):
    """Return pieces of the texts, and for each the number of its language."""
    pieces, labels = [], []
    for k in range(len(texts)):
        numbers = to_numbers(texts[k])
        for start in range(0, len(numbers) - length + 1, step):
            pieces.append(numbers[start : start + length])
            labels.append(k)
    return np.array(pieces, "int32"), np.array(labels)


rng = np.random.default_rng(args.seed)
x_train, y_train = cut(train_texts, step=1)
x_val, y_val = cut(val_texts, step=length)
x_test, y_test = cut(test_texts, step=length)
order = rng.permutation(len(x_train))[: args.train_limit]
x_train, y_train = x_train[order], y_train[order]
x_train[rng.random(x_train.shape) < 0.05] = 0
print(
    f"{len(x_train)} pieces for training, {len(x_val)} for validation, {len(x_test)} for the test"
)

# %% [markdown]
# ## Build the model
#
# The letters have numbers now, but these numbers mean nothing: b isn't twice as much as a. We could
# give each letter a column of 0 and 1, as we did with the penguins' species. But then every letter
# would be equally different from every other, and é would have nothing to do with è. An
# **`Embedding`** keeps a list of 32 numbers for each letter, its **vector**, and looks it up. (32
# is our choice; at the end you can try 2.) At first these numbers are random. They are weights like
# any other, and training changes them until they say what is worth knowing about a letter. Nobody
# tells the network what that is.
#
# Then come convolutions. In an image, a convolution looks for a pattern of neighbouring pixels.
# Here it looks for a pattern of neighbouring letters: a `Conv1D` with `kernel_size=3` can find
# "sch" or "the". For each of its three letters a filter has 32 weights, one for each number of the
# vector. We use three such layers side by side, for patterns of two, three and four letters, and
# 128 filters in each. (More filters did a little better on the validation part, but took longer.)
# `GlobalMaxPooling1D` then keeps the strongest answer of each filter: is its pattern anywhere in
# this piece? Where it is doesn't matter. Dropout guards against overfitting.
#
# Three layers that work side by side can't be written as a simple list, so we use the functional
# API that you know from functional_api.py.

# %%
inputs = keras.Input(shape=(length,), dtype="int32")
vectors = layers.Embedding(len(letters) + 1, 32)(inputs)
strongest = []
for size in (2, 3, 4):
    patterns = layers.Conv1D(128, kernel_size=size, activation="relu")(vectors)
    strongest.append(layers.GlobalMaxPooling1D()(patterns))
found = layers.Concatenate()(strongest)
outputs = layers.Dense(len(languages), activation="softmax")(layers.Dropout(0.3)(found))
model = keras.Model(inputs, outputs)
model.summary()

# %% [markdown]
# The last column tells you what each layer reads. All three convolutions read the same vectors.
# Most of the network's weights are in these three layers.
#
# ## Train
#
# As in boston_housing.py, the learning rate falls from 0.01 to 0.

# %%
steps = args.epochs * int(np.ceil(len(x_train) / args.batch_size))
schedule = keras.optimizers.schedules.CosineDecay(args.learning_rate, decay_steps=steps)
model.compile(
    optimizer=keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(
    x_train,
    y_train,
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=(x_val, y_val),
    verbose=args.verbose,
)

# %% [markdown]
# ## Evaluate
#
# How good are the answers on articles that the network has never read? And which languages does it
# mix up?

# %%
probability = model.predict(x_test, batch_size=1000, verbose=0)
y_pred = probability.argmax(axis=1)
test_accuracy = np.mean(y_pred == y_test)
print(f"right: {test_accuracy:.1%} of {len(y_test)} pieces; by guessing: {1 / len(languages):.1%}")

wrong = pd.DataFrame({"language": y_test, "taken for": y_pred})[y_pred != y_test]
pairs = wrong.value_counts().reset_index(name="count")  # the most frequent one first
print("pieces  language      taken for")
for k in range(min(8, len(pairs))):
    pair = pairs.iloc[k]
    print(f"{pair['count']:6}  {languages[pair['language']]:12}  {languages[pair['taken for']]}")

per_language = [np.mean(y_pred[y_test == k] == k) for k in range(len(languages))]
best, worst = np.argmax(per_language), np.argmin(per_language)
print(f"easiest: {languages[best]} ({per_language[best]:.1%})")
print(f"hardest: {languages[worst]} ({per_language[worst]:.1%})")

# %% [markdown]
# These mistakes are anything but random. Danish and Norwegian, Czech and Slovak, Spanish and
# Portuguese, Croatian and Slovene: these are the pairs that people mix up, too. The Norwegian here
# is Bokmål, the more common of its two written forms. It grew out of Danish, and many of their
# words are spelled alike. In twenty letters there may just be nothing that tells them apart. The
# easiest languages are those with no close relative among our 30, such as Hungarian or Welsh, or
# with letters that nobody else uses.
#
# What has the network learned about letters? Each letter has a vector of 32 numbers, and we can't
# draw 32 dimensions. So we look for the two directions in which the vectors differ most, and draw
# them along these. (This is called **principal component analysis**. NumPy's `svd` finds the
# directions, the most important one first, and `@` multiplies two tables of numbers, which gives us
# two numbers for each letter. Two directions can't show everything: the printed number says how
# much of the differences you see.)

# %%
learned = model.layers[1].get_weights()[0][1:]  # of the Embedding, without the row of the 0
learned = learned - learned.mean(axis=0)
# sizes squared: how much the vectors differ along each direction
_, sizes, directions = np.linalg.svd(learned, full_matrices=False)
plane = learned @ directions[:2].T
print(f"shown: {np.sum(sizes[:2] ** 2) / np.sum(sizes**2):.0%} of the differences")

figure, ax = plt.subplots(figsize=(8, 6), layout="constrained")
for letter, (x, y) in zip(letters, plane):
    if letter.isalpha() and letter == letter.lower():
        color = "tab:gray" if letter.isascii() else "tab:blue"
        ax.text(x, y, letter, color=color, size=13, ha="center", va="center")
ax.plot(plane[:, 0], plane[:, 1], " ")  # draws nothing, but makes room for all of them
ax.set(xticks=[], yticks=[], title="Letters whose vectors are similar lie close together")
plt.show()

# %% [markdown]
# The letters from a to z, in grey, occur in most of our languages, so a single one says little. The
# blue ones are the letters with accents. Many of them lie in groups: look for the Czech ě, ř and ů,
# the Romanian ș, ț and î, or the Vietnamese ones, such as ế and ộ. Nobody has told the network
# which letter belongs to which language. It moves letters together if they speak for the same
# answer. The same works with whole words. The first layer of a large language model is just such a
# list of vectors, for pieces of words.
#
# ## A text of any length
#
# The network reads twenty letters, no more and no less. But our question has 19, and yours may have
# a thousand. So we cut a long text into pieces that begin at every fifth letter, let the network
# answer for each of them, and take the mean of the probabilities. A short text is repeated until
# there are enough letters.


# %%
def read_language(text):
    """Print which languages a text is probably in."""
    numbers = to_numbers(text)
    unknown = [letter for letter in clean(text) if letter.isalpha() and letter not in number_of]
    while len(numbers) < length:
        numbers = np.concatenate([numbers, to_numbers(" " + text)])
    starts = range(0, len(numbers) - length + 1, 5)
    pieces = np.array([numbers[start : start + length] for start in starts], "int32")
    mean = model.predict(pieces, batch_size=1000, verbose=0).mean(axis=0)
    three_best = mean.argsort()[::-1][:3]
    print(f"{text[:60]!r}: " + ", ".join(f"{languages[k]} ({mean[k]:.0%})" for k in three_best))
    if unknown:
        print(f"  {len(unknown)} letters are new to the network, such as {unknown[0]!r}")


for text in [args.text, "Hvor er stasjonen?", "Ciao", "Где вокзал?"]:
    read_language(text)

# %% [markdown]
# The first text is yours, if you gave one with `--text`. (In a notebook, write it into `flags`
# above.) The second one is Norwegian. A Dane would write "Hvor er stationen?", and that is all the
# difference. "Ciao" is Italian, but a single short word is a hard case. And the last text is
# Russian, in letters that the network has never seen. The network can't say so: softmax has to
# share out 100 % among the 30 languages that it knows. Sometimes no language gets much of it, but
# don't rely on that. A network can be almost certain and still be wrong. That's why our program
# also counts the letters that it doesn't know, and tells you.
#
# ## How good is this?
#
# More than nine out of ten pieces get the right answer, among 30 languages, from twenty letters.
# That sounds like a triumph. (It's all legal language, though. In a chat or in a poem the network
# meets other words, and will make more mistakes.) But is it a triumph? There is a much older
# method, without any network: count how often each triple of letters, such as "sch" or "the",
# occurs in each language. For a new piece, multiply the frequencies of all its triples, and take
# the language with the largest product. (A triple that was never seen counts as seen a little, or
# else one new triple would make the product 0.) This is **naive Bayes**: naive, because it pretends
# that the triples have nothing to do with each other. We have tried it on the same pieces:
#
# - Naive Bayes on triples of letters: test accuracy 0.9349 (1 seed).
#
# The old method is as good as our network, and it takes a second. Each language has only about
# 6,500 letters here, three pages of a book, and with so little text counting is hard to beat. With
# more text, and with questions that depend on more than three letters in a row, networks win. But
# you only know that if you have tried the simple method first.

# %%
print(f"Test accuracy: {test_accuracy:.4f}")

# %% [markdown]
# ## What to try next
#
# - `length = 10` and `length = 40`: how much does the accuracy depend on how much the network
#   reads?
# - Write `found = layers.GRU(128)(vectors)` in place of the lines from `strongest = []` to `found =
#   layers.Concatenate()(strongest)`. A GRU is a recurrent layer: it reads letter by letter and
#   remembers what it has seen. (The next lesson, forecast.py, explains it.) It takes more time.
#   Does it do better?
# - Your own kinds of text, such as good and bad reviews: write a table with the same three columns.
#   Put the class into `language`, and a number from 0 to 30 into `article`, so that each class has
#   texts in all three parts. Then write its name in place of `find_data("declaration.csv")`.
# - Take `layers.Embedding(len(letters) + 1, 2)`. Two numbers for a letter are few. But now the
#   picture shows all there is.
#
# Keras's reference: [Embedding](https://keras.io/api/layers/core_layers/embedding/),
# [Conv1D](https://keras.io/api/layers/convolution_layers/convolution1d/).
