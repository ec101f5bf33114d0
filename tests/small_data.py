"""Make a folder for EXAMPLES_DATA with 1,280 and 500 digits, for a quick run of every lesson.

python tests/small_data.py FOLDER
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from lessons import DATA


def small_data_in(folder):
    """Write the small MNIST into a folder, and the other data sets whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with np.load(DATA / "mnist.npz") as file:
        sizes = {"train": 1280, "test": 500}
        small = {name: file[name][: sizes[name[2:]]] for name in file.files}
    np.savez(folder / "mnist.npz", **small)
    for file in DATA.glob("*.csv"):
        shutil.copy(file, folder)
    for pictures in ("own_digits", "photos"):
        shutil.copytree(DATA / pictures, folder / pictures, dirs_exist_ok=True)


if __name__ == "__main__":
    small_data_in(Path(sys.argv[1]))
