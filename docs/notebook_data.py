"""Cells of the notebooks that stand alone; a title has the names in common that a cell replaces."""

# %% start
# When you have changed a cell, run everything from "Build the model" on. If you only run the
# training again, it goes on with the weights that it finds, and a rate that has fallen stays at 0.

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


# %% load_breast_cancer|find_data jupyter={"source_hidden": true} cellView="form"
# This notebook brings along, packed, what Keras does not download; it appears beside the notebook
import base64
import io
import zipfile

zipfile.ZipFile(io.BytesIO(base64.b85decode("PACKED"))).extractall()


# %% load_mnist
# From data/mnist.npz when that is beside this notebook, else by keras.datasets, which downloads it
from pathlib import Path

import numpy as np

if Path("data/mnist.npz").exists():

    def load_mnist():
        with np.load("data/mnist.npz") as file:
            return tuple((file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test"))


# %% load_boston_housing
# From data/boston_housing.csv when that is beside this notebook, else by keras.datasets
from pathlib import Path

import numpy as np

if Path("data/boston_housing.csv").exists():

    def load_boston_housing():
        table = np.loadtxt("data/boston_housing.csv", delimiter=",", skiprows=1)
        np.random.RandomState(113).shuffle(table)  # Keras's own split
        return (table[:404, :13], table[:404, 13]), (table[404:, :13], table[404:, 13])


# %% show_page
# The page of this lesson appears below its cell
import html

from IPython.display import HTML, display


def show_page(path):
    title = path.stem.replace("_", " ").capitalize()
    style = "width: 100%; height: 50rem; border: 0"
    frame = f'<iframe title="{title}" style="{style}" srcdoc="{html.escape(path.read_text())}">'
    display(HTML(f"<div>{frame}</iframe></div>"))
