# %% [markdown]
"""
# Train a network on your own table

Until now the data came as tidy arrays of numbers. A table from real life is not like that. It has
words in it, and gaps, and some columns that are of no use at all. In this lesson you turn such a
table into numbers, step by step. We practise on 344 penguins, and let a network tell the males from
the females. And then it's your turn: the same program trains on a table of yours.

- You will learn: reading a table with pandas, words as columns of 0 and 1, what to do about gaps, a
  split that keeps the classes.
- Expected: tells the sex of 91 % of the test birds; takes about 11 s on 2 CPU cores.
- Run: `python examples/your_own_table.py` learns from the penguins; with `--table mine.csv --target
  price` it learns from your table
"""

# %%
from common import find_data, flags  # first of all: a quiet start, see common/

import io
import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from keras import layers

# To use this file on its own, put data/penguins.csv beside it, delete the import from common and
# uncomment:
# from types import SimpleNamespace as flags
# from pathlib import Path as find_data

args = flags(
    table="",
    target="sex",
    epochs=100,
    batch_size=32,
    learning_rate=0.003,
    seed=0,
    train_limit=20000,
)
keras.utils.set_random_seed(args.seed)

# %% [markdown]
# ## Load and prepare the data
#
# The table is a CSV file: a text file with one row on each line, and the names of the columns on
# the first. Spreadsheet programs can write such files. Not all of them separate the columns in the
# same way. It may be a comma, a semicolon (in countries where the comma is the decimal point), a
# tab, a vertical bar, or just spaces. We look at the first line and take the sign that we find most
# often.
#
# Then **pandas** reads the file. It is Python's most popular library for tables. We let it read
# everything as text for now, even the numbers, because we want to see for ourselves what each
# column holds. People write "NA", "?" or "-" when a value is missing, or nothing at all. The list
# `gaps` has the signs that we take for a gap. Everybody has their own, so look for yours. (Between
# columns that are separated by spaces, there must be such a sign: otherwise a gap can't be seen.)
#
# Most of this function deals with files that aren't as they should be, and you may skip it.
# (`SystemExit` ends the program with a message. UTF-8 is today's usual way to store letters in a
# file.)


# %%
gaps = ["", "NA", "N/A", "NaN", "nan", "null", "?", "-", "."]


def read_table(path):
    """Return the table in a CSV file; everything in it is text."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}.") from None
    if b"\0" in content:  # such as the file of a spreadsheet program
        raise SystemExit(f"{path} is not a CSV file. Save your table as CSV (UTF-8).")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        print(f"{path} is not UTF-8. If letters look strange below, save it as UTF-8.")
    first_line = text.strip().partition("\n")[0]
    outside_quotes = re.sub('"[^"]*"', "", first_line)
    separator = max([";", "\t", "|", ","], key=outside_quotes.count)
    if separator not in outside_quotes:
        separator = r"\s+"  # one space or more
    try:
        table = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=str,
            skipinitialspace=True,
            keep_default_na=False,
        )
    except ValueError as error:
        raise SystemExit(f"{path} cannot be read as a table: {str(error).strip()}.") from None
    if not isinstance(table.index, pd.RangeIndex):
        raise SystemExit(f"{path}: the rows have more values than the first line has names.")
    table.columns = table.columns.str.strip()
    if not table.columns.is_unique:
        raise SystemExit(f"{path}: two columns have the same name.")
    table.index = table.index + 1  # we count rows from 1, not from 0
    for name in table.columns:
        column = table[name].str.strip()  # no spaces at the ends
        if column.str.count("\n").max() > 5:
            raise SystemExit(f"{path}: a quotation mark in the column {name} has no partner.")
        table[name] = column.where(~column.isin(gaps))
    return table.dropna(how="all")  # spreadsheets may leave empty rows


path = args.table or find_data("penguins.csv")
table = read_table(path)
print(f"{len(table)} rows")
print(table.head(4).T)  # turned, so that each column of the file is a line

# %% [markdown]
# We have turned the table for printing: each column that you see is a row of the file, a bird that
# was caught on one of three islands in the Antarctic. For each bird there are two words (species
# and island), four measurements (length and depth of its bill, length of its flippers, and its
# weight), its sex, and the year. `sex` is what we want to predict, the target. Now look at the
# fourth bird. `NaN`, "not a number", is how pandas shows a gap, and this bird has hardly anything
# else. Real tables have gaps. (We count the birds from 1. In a spreadsheet the fourth bird is in
# row 5, because the names are in row 1.)
#
# If the target is missing, there is nothing to learn from, so we put such rows aside. We don't
# throw them away, though. At the end the network will tell us what could have stood there.

# %%
if args.target not in table:
    names = ", ".join(table.columns)
    raise SystemExit(
        f"{path} has no column {args.target!r}. Choose one with --target; there are: {names}."
    )
has_target = table[args.target].notna()
without_target = table[~has_target]
table = table[has_target]
print(f"{args.target} is missing in {len(without_target)} rows; {len(table)} rows are left")

# %% [markdown]
# ## What is in each column?
#
# A network needs numbers. What we have to do to get them depends on what a column holds:
#
# - **Numbers** can be used nearly as they are. In many countries the decimal point is a comma, so
#   we read a comma as a point. Beware of 1,200 or 1.200 for twelve hundred: we would take both for
#   1.2. Remove such commas and points first. If a few values (fewer than one in ten) are not
#   numbers, they count as gaps.
# - **Categories** are words of which there are only a few, such as the names of the islands. There
#   may be a hundred of them at most, and on average each must occur at least five times. From fewer
#   examples there is little to learn.
# - **Everything else** is left out: dates, free text, a column that just numbers the rows, and a
#   column in which all values are the same. There are networks for text
#   ([which_language.py](which_language.py) is one), but this isn't one of them.
#
# The program says what it takes each column for, how far its numbers reach, and how many gaps there
# are. Always read this list, because a program can guess wrong. If it has, change the file and
# start again. Remove units and signs for money: "$ 1200" is a text, 1200 is a number. If a number
# is really a name, such as a postal code, put a letter in front of it. And delete columns that
# should play no part, such as customer numbers.


# %%
def to_numbers(column):
    """Return a column of text as numbers; what is no number becomes a gap."""
    numbers = pd.to_numeric(column.str.replace(",", "."), errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def kind_of(column):
    """Return "numbers", "categories", or "left out", and what there is to say about it."""
    values = column.dropna()
    numbers = to_numbers(values)
    others = values[numbers.isna()]  # the values that are no numbers
    if values.nunique() < 2:
        return "left out", "it never changes"
    if len(others) < len(values) / 10:
        if (numbers - numbers.index).nunique() == 1:  # they differ from it by a constant
            return "left out", "it only numbers the rows"
        remark = f"{numbers.min():g} to {numbers.max():g}"
        with_comma = values[values.str.contains(",") & numbers.notna()]
        if len(with_comma):
            first = with_comma.index[0]
            remark += f"; {with_comma[first]} is read as {numbers[first]:g}"
        if len(others):
            remark += f"; {others.iloc[0]!r} in row {others.index[0]} is no number"
        return "numbers", remark
    # a pattern for 2026-11-28 or 28.11.26, perhaps with a time after it
    if values.str.fullmatch(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*").all():
        return "left out", "it holds dates"
    if values.nunique() <= min(len(values) / 5, 100):
        return "categories", ", ".join(sorted(values.unique())[:10])
    return "left out", f"it holds {values.nunique()} different texts"


kinds = {}
for name in table.columns:
    kinds[name], remark = kind_of(table[name])
    count = table[name].isna().sum()
    if count:
        remark += f"; {count} gaps"
    print(f"{name:20} {kinds[name]:10} {remark}")

# %% [markdown]
# Two columns, species and island, are categories with three words each. Our target is a category as
# well, with two words. The measurements are numbers, and so is the year. Nothing has to be left
# out.
#
# What kind of task is this? The target tells us. If it is a word, or one of at most ten whole
# numbers, it is a **class**, and this is classification, as in logistic_regression.py. If it has
# many different numbers, this is regression, as in boston_housing.py. (If your whole numbers are
# amounts, such as the number of rooms, and you would rather have regression, write
# `is_classification = False` below the line that decides this.) Rows of a class that has fewer than
# five are put aside: there would be too few to learn from, let alone to test.
#
# For each class the network wants a number, so we put the words in alphabetical order and count
# from 0: female is 0, male is 1. NumPy's `unique` does this. `classes` holds the words, and `y` the
# number for each row.

# %%
target_kind = kinds.pop(args.target)
if target_kind == "left out":
    raise SystemExit(f"{path}: nothing can be learned about {args.target}; the list says why.")
labels = table[args.target]
if target_kind == "numbers":
    numbers = to_numbers(labels).dropna()
    whole = (numbers % 1 == 0).all()
    labels = numbers.map("{:.15g}".format)  # the text again, but 1 and 1.0 are the same now
is_classification = target_kind == "categories" or (whole and labels.nunique() <= 10)
if is_classification:
    rows_of_class = labels.map(labels.value_counts())  # for each row: how many are of its class
    labels = labels[rows_of_class >= 5]
if len(labels) < len(table):
    print(f"{len(table) - len(labels)} more rows are put aside: no number, or too rare a class")
without_target = pd.concat([without_target, table.drop(labels.index)])
table = table.loc[labels.index]
if len(table) < 30 or labels.nunique() < 2:
    raise SystemExit(
        f"{path}: at least 30 rows with at least two different targets are needed, "
        f"and {len(table)} rows with {labels.nunique()} are left."
    )

if is_classification:
    classes, y = np.unique(labels, return_inverse=True)
    print(f"{args.target}: {len(classes)} classes, so this is classification")
else:
    y = to_numbers(labels).to_numpy()
    print(f"{args.target}: {labels.nunique()} different numbers, so this is regression")

# %% [markdown]
# ## Split, and keep the classes
#
# We need three parts: one to train on, one to see when to stop (the validation part), and one for
# the test. A random split would do, but it could put more females into one part than into another
# just by chance, and with rare classes that hurts. So we deal the rows out like cards. First all
# females, shuffled, go one by one onto five piles, then all males. Now each pile has the same share
# of both. (This is called a **stratified** split.) The first pile is our test part, the second one
# is for validation, and the other three are for training. (In regression there are no classes, and
# all rows are dealt out together.)

# %%
rng = np.random.default_rng(args.seed)
groups = y if is_classification else np.zeros(len(y))
pile = np.zeros(len(y), int)
for group in np.unique(groups):
    rows = rng.permutation(np.flatnonzero(groups == group))
    pile[rows] = np.arange(len(rows)) % 5  # 0, 1, 2, 3, 4, 0, 1, ...
is_test, is_val = pile == 0, pile == 1
train_rows = rng.permutation(np.flatnonzero(pile >= 2))  # in no order
if len(train_rows) > args.train_limit:
    print(f"{args.train_limit} of {len(train_rows)} rows are used for training (--train-limit)")
    train_rows = train_rows[: args.train_limit]

# %% [markdown]
# ## From columns to numbers
#
# Now we can turn the columns into numbers. How would you do that with the three species? Adelie 1,
# Chinstrap 2, Gentoo 3? Then the network would have to believe that a Chinstrap lies halfway
# between the other two, and that a Gentoo is three times an Adelie. Instead, each species gets a
# column of its own, with a 1 for the birds that belong to it and a 0 for all others. This is called
# **one-hot encoding**, and pandas has a function for it, `get_dummies`.
#
# The numbers are standardised, as in boston_housing.py, with the mean and standard deviation of the
# training part. After that 0 is the mean, so 0 is also what we put into a gap. As long as we know
# nothing better, we assume that the bird is average. A gap in a category gets 0 in all of its
# columns.
#
# The birds without a target go through the same steps. We'll need them at the end.


# %%
def spread(numbers):
    """Return the standard deviation, but 1 if all numbers are the same: never divide by 0."""
    return numbers.std() if len(np.unique(numbers[~np.isnan(numbers)])) > 1 else 1


everything = pd.concat([table, without_target])
parts = []
for name, kind in kinds.items():
    if kind == "numbers":
        numbers = to_numbers(everything[name])
        known = numbers.iloc[train_rows]
        parts.append((numbers - known.mean()) / spread(known))
    if kind == "categories":
        parts.append(pd.get_dummies(everything[name], prefix=name, dtype="float32"))
if not parts:
    raise SystemExit(f"{path}: no column is left to predict {args.target} from.")
features = pd.concat(parts, axis=1).fillna(0)
print(features.head(3).round(2).T)
x = features.to_numpy("float32")

x_known, x_unknown = x[: len(y)], x[len(y) :]  # with a target, and without
x_train, x_val, x_test = x_known[train_rows], x_known[is_val], x_known[is_test]
y_train, y_val, y_test = y[train_rows], y[is_val], y[is_test]

# %% [markdown]
# The first three birds are all from Torgersen, so they have a 1 in that column and a 0 in the other
# two. A bill length of -0.9 means that it is shorter than the mean, by 0.9 standard deviations.
#
# Do we need the species at all, or is it enough to weigh the birds? Let's look.

# %%
if not args.table:
    figure, ax = plt.subplots()
    for species, marker in [("Adelie", "o"), ("Chinstrap", "^"), ("Gentoo", "s")]:
        for sex, color in [("female", "tab:blue"), ("male", "tab:orange")]:
            birds = table[(table["species"] == species) & (table["sex"] == sex)]
            mass, depth = to_numbers(birds["body_mass_g"]), to_numbers(birds["bill_depth_mm"])
            ax.plot(mass, depth, marker, color=color, alpha=0.6, label=f"{species}, {sex}")
    ax.set(xlabel="body mass in g", ylabel="bill depth in mm", title="Penguins of known sex")
    ax.legend()
    plt.show()

# %% [markdown]
# Males, in orange, are mostly heavier than females of their own species, and their bills are
# deeper. But a typical female Gentoo (a blue square) is heavier than nearly every male Adelie (an
# orange circle). A weight of 4.5 kg says little about the sex until you know the species. So the
# words should help.
#
# ## Build the model
#
# We use two hidden layers of 64 neurons. 200 birds are few, so there is dropout against
# overfitting: it switches off three in ten neurons. (We compared a few networks on the validation
# part, and this one did best.) You know all of this already. Only the end depends on the task: for
# classes it has a neuron for each of them, with softmax, and for regression it has a single one
# without an activation.

# %%
model = keras.Sequential([keras.Input(shape=(x.shape[1],))])
model.add(layers.Dense(64, activation="relu"))
model.add(layers.Dropout(0.3))
model.add(layers.Dense(64, activation="relu"))
model.add(layers.Dropout(0.3))
if is_classification:
    model.add(layers.Dense(len(classes), activation="softmax"))
    loss = "sparse_categorical_crossentropy"
else:
    model.add(layers.Dense(1))
    loss = "mean_squared_error"
model.compile(optimizer=keras.optimizers.Adam(args.learning_rate), loss=loss)

# %% [markdown]
# ## Train
#
# How many epochs are right for a table that nobody has seen yet? We don't know, so we let the
# validation part decide, with early stopping as in overfitting.py. When the loss on the validation
# part has not reached a new low for 20 epochs, the training ends, and the network gets back the
# weights of its best epoch. (After 100 epochs we stop in any case. If your table needs all 100, try
# `--epochs 300`.) Why 20, and not 5 as before? With 200 rows an epoch has only seven steps, and the
# loss on so small a validation part jumps up and down. In regression, we standardise the target as
# well.

# %%
target_mean, target_std = 0, 1  # for classes: minus 0, divided by 1, so nothing changes
if not is_classification:
    target_mean, target_std = y_train.mean(), spread(y_train)
stop = keras.callbacks.EarlyStopping(patience=20, restore_best_weights=True)
steps = int(np.ceil(len(x_train) / args.batch_size))
print(f"at most {args.epochs} epochs, of {steps} steps each")
history = model.fit(
    x_train,
    (y_train - target_mean) / target_std,
    batch_size=args.batch_size,
    epochs=args.epochs,
    validation_data=(x_val, (y_val - target_mean) / target_std),
    validation_batch_size=1000,  # larger batches are quicker, and nothing is learned here
    callbacks=[stop],
    verbose=0,
)
print(f"trained for {len(history.epoch)} epochs; the best was epoch {stop.best_epoch + 1}")

# %% [markdown]
# ## Evaluate
#
# A network has to beat something simple, as always. For classes, the simplest idea is to answer
# with the most frequent class every time. For numbers, it is to answer with the median of the
# training part. (Half of the values are below the median, half above. No other constant has a
# smaller mean absolute error.)

# %%
answers = model.predict(x_test, verbose=0)
if is_classification:
    y_pred = answers.argmax(axis=1)
    most_frequent = np.bincount(y_train).argmax()
    print(f"Always answering {classes[most_frequent]}: {np.mean(y_test == most_frequent):.4f}")
    print(f"The network: {np.mean(y_pred == y_test):.4f}")
    counts = pd.crosstab(classes[y_test], classes[y_pred], rownames=["true"], colnames=["answer"])
    print(counts.reindex(index=classes, columns=classes, fill_value=0))
else:
    y_pred = answers[:, 0] * target_std + target_mean
    always_median = np.mean(np.abs(y_test - np.median(y_train)))
    print(f"Always answering {np.median(y_train):g}: mean absolute error {always_median:.4g}")
    figure, ax = plt.subplots()
    ax.plot(y_test, y_pred, "o", color="tab:blue")
    ax.axline((y_test[0], y_test[0]), slope=1, color="black", linestyle="--")
    ax.set_xlabel(f"true {args.target}", parse_math=False)  # a $ in a name is no formula
    ax.set(ylabel="predicted", title=f"{len(y_test)} test rows")
    plt.show()

# %% [markdown]
# The table counts the test birds: each row is what they are, each column what the network said. The
# right answers lie on the diagonal. (In regression you see a picture instead. The closer a point is
# to the dashed line, the better the prediction.)
#
# Always giving the same answer is easy to beat. What about a serious rival? Here is what logistic
# regression (no hidden layers, as in logistic_regression.py) gets on such splits. We took the one
# in scikit-learn, a library that many people use for tables. (It learns from four fifths of the
# birds. Our network has only three, because one is for validation.)
#
# - scikit-learn's logistic regression, from the four measurements alone: 0.900 +/- 0.030 (10
#   seeds).
# - The same with the species as well: 0.915 +/- 0.034 (10 seeds).
#
# So the species helps, just as the picture suggested. And our network is no better than logistic
# regression! With 200 rows that is nothing unusual. Networks shine when there is a lot of data, and
# when the pattern is complicated. On a small table, always try something simple first. It takes a
# minute, and often you need nothing else.
#
# ## What nobody wrote down
#
# Now for the rows that we had put aside, because their target is missing (or because their class is
# too rare). This is what such a network is for: it answers where we have no answer. We print the
# first twelve.

# %%
if len(without_target):
    answers = model.predict(x_unknown, verbose=0)
    for i in range(min(12, len(answers))):
        row, answer = without_target.index[i], answers[i]
        if is_classification:
            print(f"row {row}: {classes[answer.argmax()]} ({answer.max():.0%})")
        else:
            print(f"row {row}: {answer[0] * target_std + target_mean:.4g}")

# %% [markdown]
# The network is sure about most of these birds, and there is nobody who could tell us whether it is
# right. But look at rows 4 and 272. Nothing was measured of these two birds, and both sexes live on
# every island. An honest answer would be 50 %. Why does the network say anything else? We filled
# the gaps with the means of all penguins, and for a single species that makes a strange bird. An
# Adelie of 4.2 kg, for example, would be a heavy one, and that speaks for a male. The network takes
# it as if somebody had weighed the bird, but nobody has. Don't trust an answer that rests on filled
# gaps.
#
# ## Your own table
#
# That's it! Try it with a table of yours: `python examples/your_own_table.py --table mine.csv
# --target price`. (`mine.csv` has to be in the folder in which you start Python, or you write the
# whole path. Put quotes around a name with spaces in it: `--target "sale price"`.) In a notebook,
# write `table="mine.csv", target="price"` into `flags` above. On Colab, upload the file first. Then
# read what the program says about each column, and compare the network with the constant answer.
# (Nothing is saved here. Each run learns again, which takes seconds.) Do you want answers for new
# rows? Add them to the file, and leave the target empty: you'll find the answers under "What nobody
# wrote down". (Only the first twelve are printed. If you have more, write a larger number than 12
# in that cell.) Three things often go wrong:
#
# - **It's too good to be true.** Is there a column that gives the answer away? A table of loans may
#   have a column "amount written off", which is only filled in when somebody has failed to pay.
#   When you want to use your network, that column will still be empty. Delete such columns.
# - **The rows are not independent.** If there are five rows about each patient, some of them will
#   be in the training part and some in the test part, and the network may just recognise the
#   patient. The same is true for days that follow each other. For patients, keep all the rows of a
#   patient on one pile. For days, sort the file by date, and let the last fifth of the rows be the
#   test. (forecast.py is about this.)
# - **There are too few rows.** With 100 rows, 20 are for the test. One of them more or less is five
#   percentage points of accuracy. Change `--seed` a few times, and see how much the result moves.

# %%
if is_classification:
    print(f"Test accuracy: {np.mean(y_pred == y_test):.4f}")
else:
    print(f"Test MAE: {np.mean(np.abs(y_pred - y_test)):.4g}")

# %% [markdown]
# ## What to try next
#
# - `--target species`: three classes in place of two. Is it easier to tell the species or the sex?
# - `--target body_mass_g`: a number, so this becomes regression. How many grams is the network off?
# - Leave out the words: write `if kind == "nothing":` in place of `if kind == "categories":`. Does
#   your network lose as much as logistic regression did?
#
# pandas's reference: [read_csv](https://pandas.pydata.org/docs/reference/api/pandas.read_csv.html),
# [get_dummies](https://pandas.pydata.org/docs/reference/api/pandas.get_dummies.html).
