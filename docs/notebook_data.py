"""Cells for the notebooks: how one that stands alone gets its data. Titles are names in common."""

# %% load_mnist
# From data/mnist.npz when that is beside this notebook, otherwise Keras downloads its own copy
from pathlib import Path

import numpy as np

if Path("data/mnist.npz").exists():

    def load_mnist():
        with np.load("data/mnist.npz") as file:
            return tuple((file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test"))


# %% load_boston_housing
# From data/boston_housing.csv when that is beside this notebook, otherwise Keras downloads its copy
from pathlib import Path

import numpy as np

if Path("data/boston_housing.csv").exists():

    def load_boston_housing():
        table = np.loadtxt("data/boston_housing.csv", delimiter=",", skiprows=1)
        np.random.RandomState(113).shuffle(table)  # Keras's own split
        return (table[:404, :13], table[:404, 13]), (table[404:, :13], table[404:, 13])


# %% load_breast_cancer jupyter={"source_hidden": true} cellView="form"
# This notebook brings its data set along, packed; see data/README.md in the repository
import base64
import lzma
from pathlib import Path

Path("breast_cancer.csv").write_bytes(lzma.decompress(base64.b85decode("PACKED")))

# %% find_data jupyter={"source_hidden": true} cellView="form"
# This notebook brings along the program that drew its samples; they appear in own_digits beside it
import runpy
from pathlib import Path

if not Path("own_digits").exists():
    Path("own_digits").mkdir()
    Path("own_digits/draw.py").write_text("PROGRAM")
    runpy.run_path("own_digits/draw.py", run_name="__main__")

# %% find_data jupyter={"source_hidden": true} cellView="form"
# This notebook brings its photos along, packed; they appear in photos beside it
import base64
import io
import zipfile
from pathlib import Path

if not Path("photos").exists():
    zipfile.ZipFile(io.BytesIO(base64.b85decode("PHOTOS"))).extractall()
