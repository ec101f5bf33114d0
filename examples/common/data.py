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
    return _load_table("boston_housing.csv", np.random.RandomState(113))  # Keras's own split


def load_breast_cancer(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`; `seed` chooses the test rows, a fifth."""
    parts = _load_table("breast_cancer.csv", np.random.default_rng(seed), labels=(0, 1))
    return tuple((x.astype("float32"), y.astype("int32")) for x, y in parts)


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
    if sums.exists() and hashlib.sha256(content).hexdigest().encode() not in sums.read_bytes():
        own = f" (if by you, delete {sums}, which lists another)" if sums.parent != SHIPPED else ""
        _refuse(name, f"is cut off, or altered{own}")
    return content


def _load_table(name, random, labels=None):  # a CSV file, also one that a spreadsheet saved
    content = _read(name)
    columns = (SHIPPED / name).read_text().partition("\n")[0].split(",")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = content.decode(encoding, "replace").splitlines() or [""]
    header = max(range(len(lines)), key=lambda i: sum(column in lines[i] for column in columns))
    separator = max(",;\t", key=lines[header].count)
    decimal_comma = separator != "," and not re.search(r"\d\.\d", " ".join(lines[header:]))
    reader = csv.DictReader(lines[header:], delimiter=separator, restval="", skipinitialspace=True)
    for column in columns:
        if reader.fieldnames.count(column) != 1:
            _refuse(name, f"has no column {column}, or two, in line {header + 1}")
    numbers = []
    for row in reader:
        line = f"line {header + reader.line_num}"
        if any(row.pop(None, [])):
            _refuse(name, f"has more values in {line} than there are columns")
        if not "".join(row.values()).strip():
            continue
        for column in columns:
            value = row[column].replace(",", ".") if decimal_comma else row[column]
            if not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value):
                _refuse(name, f"has no number in {line}, column {column}: {row[column][:30]!a}")
            numbers.append(float(value))
        if labels and numbers[-1] not in labels:
            _refuse(name, f"has in {line} a label that is not one of {labels}")
    table = random.permutation(np.reshape(numbers, (-1, len(columns))))
    parts = np.split(table, [len(table) * 4 // 5])
    return _varied(name, *((part[:, :-1], part[:, -1]) for part in parts))


def _refuse(name, problem):
    remedy = "Take it again from where you have this repository (your own data: EXAMPLES_DATA)"
    if os.environ.get("EXAMPLES_DATA"):
        remedy = "Mend it, or remove EXAMPLES_DATA to use the lessons' own data"
    raise SystemExit(f"{find_data(name)} {problem}. {remedy}. What belongs in it: data/README.md")
