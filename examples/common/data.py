"""The data sets of data/, or your own in the same form, from the folder EXAMPLES_DATA."""

import hashlib
import io
import os
from pathlib import Path

import numpy as np

SHIPPED = Path(__file__).resolve().parents[2] / "data"


def find_data(name):
    """Return the path of a file or folder of data/, or of the folder in EXAMPLES_DATA.

    Whoever has digits of her own need not have all the other data, too: they are taken from data/
    then. One of the shipped files must have its checksum.
    """
    path = path_of(name)
    if not path.exists() and (SHIPPED / name).exists():
        print(f"There is no {path}, so we take the lesson's own data.")
        path = SHIPPED / name
    if not path.exists():
        refuse(path, "is missing")
    if path == SHIPPED / name and path.is_file():
        check_sum(path, path.read_bytes())
    elif path.suffix == ".csv":
        columns, expected = first_line(path.read_bytes()), first_line((SHIPPED / name).read_bytes())
        if columns != expected:
            refuse(path, f"begins with {columns[:60]!a}", f"the first line is {expected}")
    return path


def find_template(name):
    """Return the path of a file that lies beside the lessons, and that one of them fills."""
    return SHIPPED.parent / "examples" / name


def first_line(content):
    """Return the first line of a table, which names its columns."""
    return content.decode("utf-8-sig", "replace").partition("\n")[0].strip()


def path_of(name):
    """Return where a file or folder should be: in the folder EXAMPLES_DATA, or in data/."""
    return Path(os.environ.get("EXAMPLES_DATA") or SHIPPED, name)


def load_mnist():
    """Return `(x_train, y_train), (x_test, y_test)`, the arrays of `keras.datasets.mnist`.

    x: uint8 (n, 28, 28), 0 for paper to 255 for ink; y: whole numbers (n,), 0 to 9. Training images
    of your own that are sorted by their labels are shuffled, always in the same way.
    """
    name = "mnist.npz"
    expected = "x_train and x_test are uint8 (n, 28, 28), y_train and y_test are digits (n,)"
    try:
        with np.load(io.BytesIO(read(name))) as file:
            train = file["x_train"], file["y_train"]
            test = file["x_test"], file["y_test"]
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and NumPy raise many kinds of errors
        refuse(name, f"is damaged, or holds something else ({str(error).split('. ')[0]})", expected)
    for x, y in (train, test):
        are_digits = y.dtype.kind in "iu" and np.isin(y, range(10)).all()
        if x.dtype != "uint8" or x.shape != (*y.shape, 28, 28) or not are_digits:
            refuse(name, f"holds {x.dtype} {x.shape} with {y.dtype} {y.shape}", expected)
        refuse_constant(name, y)
    y_train = train[1]
    if np.mean(y_train[1:] == y_train[:-1]) > 0.5:  # they are sorted, as they are in folders
        order = np.random.default_rng(0).permutation(len(y_train))
        train = train[0][order], y_train[order]
    return train, test


def load_boston_housing():
    """Return `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.boston_housing` does.

    x: float64 (404, 13) and (102, 13), the columns of data/README.md; y: prices in $1000s.
    """
    keras_seed = 113
    return load_table("boston_housing.csv", np.random.RandomState(keras_seed))


def load_breast_cancer(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`; `seed` chooses the test rows, a fifth.

    x: float32 (455, 30) and (114, 30), the columns of data/README.md; y: int32, 1 for malignant.
    """
    name = "breast_cancer.csv"
    parts = load_table(name, np.random.default_rng(seed))
    if not all(np.isin(y, (0, 1)).all() for _, y in parts):
        refuse(name, "has labels other than 0 and 1", "the last column, malignant, is 0 or 1")
    return tuple((x.astype("float32"), y.astype("int32")) for x, y in parts)


def load_table(name, rng):
    """Return the rows of a CSV file, shuffled, four fifths and one fifth: each `(x, y)`.

    The last column is y. Your own file needs the same columns as the one in data/.
    """
    header, _, rows = read(name).decode("utf-8-sig", "replace").partition("\n")
    columns = (SHIPPED / name).read_text().partition("\n")[0].split(",")
    expected = (
        f"the first line names {len(columns)} columns, {columns[0]}, {columns[1]}, ..., "
        f"{columns[-1]}; below it are rows of numbers, separated by commas"
    )
    if header.strip().split(",") != columns or not rows.strip():
        refuse(name, f"has the wrong columns, or no rows: {header.strip()[:60]!a}", expected)
    try:
        table = np.loadtxt(io.StringIO(rows), delimiter=",", ndmin=2, comments=None)
    except ValueError as error:
        refuse(name, f"is no table of numbers (NumPy: {str(error).split(';')[0]!a})", expected)
    if table.shape[1] != len(columns):
        refuse(name, f"has {table.shape[1]} numbers in a row", expected)
    if not np.isfinite(table).all():
        refuse(name, "has a missing value, or an infinite one", expected)
    table = rng.permutation(table)
    cut = len(table) * 4 // 5
    train, test = table[:cut], table[cut:]
    refuse_constant(name, train[:, -1], test[:, -1])
    return (train[:, :-1], train[:, -1]), (test[:, :-1], test[:, -1])


def read(name):
    """Return the bytes of a file; one of the shipped files must have its checksum."""
    try:
        content = path_of(name).read_bytes()
    except OSError as error:
        refuse(name, f"cannot be read ({error.strerror})")
    if path_of(name) == SHIPPED / name:
        check_sum(path_of(name), content)
    return content


def check_sum(path, content):
    """Refuse a file of data/ whose checksum is not the one in SHA256SUMS."""
    sums = SHIPPED / "SHA256SUMS"
    if sums.exists() and hashlib.sha256(content).hexdigest().encode() not in sums.read_bytes():
        refuse(path, "is damaged, or was changed")


def refuse_constant(name, *parts):
    """Refuse data in which all rows of a part have the same value to predict."""
    for y in parts:
        if len(np.unique(y)) < 2:
            refuse(name, "has the same value to predict in all rows of its training or test part")


def refuse(name, problem, expected=""):
    """End the program with one line: which file, what is wrong, what is right, what to do."""
    path = path_of(name)  # which is the name itself, if it is a whole path
    expected = expected and f" Expected: {expected}."
    remedy = "Get the file again from where you got this repository"
    if path.parent != SHIPPED:
        remedy = "Fix it, or unset EXAMPLES_DATA to use the lessons' own data"
    raise SystemExit(f"{path} {problem}.{expected} {remedy}; see data/README.md.")
