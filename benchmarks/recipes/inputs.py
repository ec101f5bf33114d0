"""What the recipes share: their options and the data, without the lessons' `common`.

A recipe runs as its users would run it: plain Keras, nothing tuned.
"""

import argparse
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "data"


def options(**defaults):
    """Return the command-line options, one whole number for each keyword, and `--seed`."""
    parser = argparse.ArgumentParser()
    for name, default in {**defaults, "seed": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def mnist():
    """Return `(x_train, y_train), (x_test, y_test)`: x (n, 28, 28, 1) from 0 to 1, y one-hot."""
    parts = []
    with np.load(DATA / "mnist.npz") as file:
        for part in ("train", "test"):
            images = file[f"x_{part}"][..., np.newaxis].astype("float32") / 255
            parts.append((images, np.eye(10)[file[f"y_{part}"]]))
    return parts


def boston_housing():
    """Return `(x_train, y_train), (x_test, y_test)`, the split of `keras.datasets`, standardised.

    x (404, 13) and (102, 13), with the mean and standard deviation of the training part; y $1000s.
    """
    table = np.loadtxt(DATA / "boston_housing.csv", delimiter=",", skiprows=1)
    np.random.RandomState(113).shuffle(table)
    x_train, x_test = table[:404, :-1], table[404:, :-1]
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return ((x_train - mean) / std, table[:404, -1]), ((x_test - mean) / std, table[404:, -1])


def breast_cancer():
    """Return `x, y` of all 569 tumours: x (569, 30), as they are; y is 1 for malignant."""
    table = np.loadtxt(DATA / "breast_cancer.csv", delimiter=",", skiprows=1)
    return table[:, :-1], table[:, -1].astype("int32")
