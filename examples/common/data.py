"""The data sets of data/, or your own of the same form in the folder that EXAMPLES_DATA names.

A file that does not fit ends the program with one message that names it, the line and a remedy.
"""

import csv
import hashlib
import io
import os
import re
import sys
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).resolve().parents[2] / "data"


def find_data(name):
    """Return the path of a file or folder of data/, or of the folder in EXAMPLES_DATA."""
    return Path(os.environ.get("EXAMPLES_DATA") or SHIPPED, name)


def load_mnist():
    """Return `(x_train, y_train), (x_test, y_test)`, the arrays of `keras.datasets.mnist`.

    Images are uint8 (60000, 28, 28) and (10000, 28, 28), 0 paper, 255 ink; labels uint8, 0 to 9.
    """
    path, content = _read("mnist.npz")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            parts = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and NumPy have many ways to say it
        _refuse(path, f"is damaged or is no archive of number arrays ({str(error).split('. ')[0]})")
    for x, y in parts:
        images = x.dtype == "uint8" and x.shape[1:] == (28, 28) and len(x) > 0
        if not images or y.dtype.kind not in "iu" or not np.isin(y, range(10)).all():
            _refuse(path, f"holds {x.dtype} {x.shape} and {y.dtype} labels, not images and digits")
        if y.shape != (len(x),):
            _refuse(path, f"holds labels of the shape {y.shape} for {len(x)} images")
    return tuple(parts)


def load_boston_housing():
    """Return `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.boston_housing`, float64.

    x (404, 13) and (102, 13); y (404,) and (102,), the median value in $1000s.
    """
    table = _read_table("boston_housing.csv")
    np.random.RandomState(113).shuffle(table)  # Keras's own split
    return _split(table)


def load_breast_cancer(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`; `seed` chooses the fifth of the rows for test.

    x float32 (455, 30) and (114, 30); y int32 (455,) and (114,), 1 is malignant.
    """
    table = _read_table("breast_cancer.csv", labels=(0, 1))
    parts = _split(np.random.default_rng(seed).permutation(table))
    return tuple((x.astype("float32"), y.astype("int32")) for x, y in parts)


def _split(table):
    cut = len(table) * 4 // 5
    return (table[:cut, :-1], table[:cut, -1]), (table[cut:, :-1], table[cut:, -1])


def _read(name):
    path = find_data(name)
    sums = path.with_name("SHA256SUMS")
    try:
        content, listed = path.read_bytes(), sums.read_text() if sums.exists() else None
    except OSError as error:
        _refuse(path, f"cannot be read ({error.strerror})")
    if listed and f"{hashlib.sha256(content).hexdigest()}  {name}\n" not in listed:
        _refuse(path, f"is cut off, or altered (if by you, delete {sums}, which lists another)")
    return path, content


def _read_table(name, labels=None):
    """Return the numbers (rows, columns) of a CSV file, also of one that a spreadsheet has saved."""
    columns = (SHIPPED / name).read_text().partition("\n")[0].split(",")
    path, content = _read(name)
    lines = content.decode("utf-8-sig", "replace").splitlines() or [""]
    separator = max(",;\t", key=lines[0].count)
    header, *table = csv.reader(lines, delimiter=separator)
    for column in columns:
        if header.count(column) != 1:
            _refuse(path, f"has no column {column}, or two, in line 1")
    rows = [(number, cells) for number, cells in enumerate(table, start=2) if any(cells)]
    if len(rows) < 20:
        _refuse(path, "has fewer than 20 rows")
    numbers = np.empty((len(rows), len(columns)))
    for i, (number, cells) in enumerate(rows):
        if len(cells) != len(header):
            _refuse(path, f"has {len(cells)} values in line {number}, not {len(header)}")
        for j, column in enumerate(columns):
            cell = cells[header.index(column)]
            value = cell if separator == "," else cell.replace(",", ".")
            if not re.fullmatch(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", value):
                _refuse(path, f"has no number in line {number}, column {column}: {cell!a}")
            numbers[i, j] = float(value)
        if labels and numbers[i, -1] not in labels:
            _refuse(path, f"has a label in line {number} that is not one of {labels}")
    return numbers


def _refuse(path, problem):
    remedy = "Mend it, or remove EXAMPLES_DATA to use the lessons' own data"
    if path.parent == SHIPPED:
        remedy = "Take it again from where you have this repository"
    sys.exit(f"{path} {problem}.\n{remedy}. What belongs in it: data/README.md")
