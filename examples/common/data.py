"""The data sets of data/, or your own of the same form in the folder that EXAMPLES_DATA names."""

import csv
import hashlib
import io
import os
import re
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).resolve().parents[2] / "data"


def find_data(name):
    """Return the path of a file or folder of data/, or of the folder in EXAMPLES_DATA."""
    return Path(os.environ.get("EXAMPLES_DATA") or SHIPPED, name)


def load_mnist():
    """Return `(x_train, y_train), (x_test, y_test)`, the arrays of `keras.datasets.mnist`."""
    name = "mnist.npz"
    try:
        with np.load(io.BytesIO(_read(name))) as file:
            train, test = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and NumPy have many ways to say it
        _refuse(name, f"is damaged or is no archive of number arrays ({str(error).split('. ')[0]})")
    for x, y in train, test:
        digits = y.dtype.kind in "iu" and np.isin(y, range(10)).all()
        if x.dtype != "uint8" or x.shape != (*y.shape, 28, 28) or not digits:
            _refuse(name, f"holds {x.dtype} {x.shape}, {y.dtype} {y.shape}, not images and digits")
    return _varied(name, train, test)


def load_boston_housing():
    """Return `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.boston_housing` does."""
    name = "boston_housing.csv"
    table = np.random.RandomState(113).permutation(_read_table(name))  # Keras's own split
    return _varied(name, *_split(table))


def load_breast_cancer(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`; `seed` chooses the test rows, a fifth."""
    name = "breast_cancer.csv"
    table = _read_table(name, labels=(0, 1))
    parts = _split(np.random.default_rng(seed).permutation(table))
    return _varied(name, *((x.astype("float32"), y.astype("int32")) for x, y in parts))


def _split(table):
    return [(part[:, :-1], part[:, -1]) for part in np.split(table, [len(table) * 4 // 5])]


def _varied(name, *parts):
    if any(len(np.unique(y)) < 2 for _, y in parts):
        _refuse(name, "has only one value to predict in its training part or in its test part")
    return parts


def _read(name):
    try:
        content = find_data(name).read_bytes()
    except OSError as error:
        _refuse(name, f"cannot be read ({error.strerror})")
    sums = find_data("SHA256SUMS")
    if sums.exists() and hashlib.sha256(content).hexdigest() not in sums.read_text():
        _refuse(name, f"is cut off, or altered (if by you, delete {sums}, which lists another)")
    return content


def _read_table(name, labels=None):
    """Return the numbers (rows, columns) of a CSV file, also of one that a spreadsheet saved."""
    columns = (SHIPPED / name).read_text().partition("\n")[0].split(",")
    lines = _read(name).decode("utf-8-sig", "replace").splitlines() or [""]
    separator = max(",;\t", key=lines[0].count)
    reader = csv.DictReader(lines, delimiter=separator, restval="")
    for column in columns:
        if reader.fieldnames.count(column) != 1:
            _refuse(name, f"has no column {column}, or two, in line 1")
    numbers = []
    for row in (row for row in reader if any(row.values())):
        line = f"line {reader.line_num}"
        if None in row:
            _refuse(name, f"has more values in {line} than in line 1")
        for column in columns:
            value = row[column] if separator == "," else row[column].replace(",", ".")
            if not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value):
                _refuse(name, f"has no number in {line}, column {column}: {row[column]!a}")
            numbers.append(float(value))
        if labels and numbers[-1] not in labels:
            _refuse(name, f"has in {line} a label that is not one of {labels}")
    return np.reshape(numbers, (-1, len(columns)))


def _refuse(name, problem):
    remedy = "Take it again from where you have this repository"
    if os.environ.get("EXAMPLES_DATA"):
        remedy = "Mend it, or remove EXAMPLES_DATA to use the lessons' own data"
    raise SystemExit(f"{find_data(name)} {problem}. {remedy}. What belongs in it: data/README.md")
