"""Cells for the notebooks that stand alone: their start, and how they get their data.

The title of a cell with data is the name in common that it stands for.
"""

# %% start
# A start without TensorFlow's notes, which a notebook shows in red, and a look at the version
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
screen = os.dup(2)
nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 2)
try:
    import keras

    keras.ops.zeros(())  # the first tensor: TensorFlow looks for a GPU
finally:
    os.dup2(screen, 2)

if [int(number) for number in keras.__version__.split(".")[:2]] < [3, 15]:
    print(f"Written for Keras 3.15, but this is {keras.__version__}, and some numbers will differ")
    print("from the text. Run %pip install --upgrade keras, then restart the notebook.")


# %% load_photos jupyter={"source_hidden": true} cellView="form"
# This notebook brings along photos.py, which loads photos and finds digits; it appears beside it
from pathlib import Path

if not Path("photos.py").exists():
    Path("photos.py").write_text("MODULE")


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
