"""Execute lines of old tutorials and their replacements, and catch what Keras says."""

import logging
import os
import tempfile
import tomllib
import warnings
from pathlib import Path
from unittest import mock

import keras
import numpy as np

from lessons import ROOT

LINES = tomllib.loads((ROOT / "docs" / "old_lines.toml").read_text())["line"]


def execute(row, code, proof="None"):
    """Return what Keras says to these lines, "" if nothing, and the value of `proof` after them.

    Each run has the same start: `keras`, `np`, `layers`, eight rows `x` with labels `y`, a compiled
    `model`, and an empty folder. An error is `"ValueError: its text"`, a warning its text alone.
    """
    keras.utils.clear_session(free_memory=False)
    x, y = np.ones((8, 4), "float32"), np.arange(8) % 3
    space = {"keras": keras, "np": np, "layers": keras.layers, "x": x, "y": y}
    if "model" in f"{row}":
        output = keras.layers.Dense(3, activation="softmax")
        space["model"] = keras.Sequential([keras.Input(shape=(4,)), output])
        space["model"].compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    said, proven = [], None
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: said.append(record.getMessage())
    uncompiled = property(lambda model: "graph" not in row, lambda model, value: None)
    log, environment, folder = logging.getLogger("absl"), os.environ.copy(), Path.cwd()
    with tempfile.TemporaryDirectory() as empty, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        warnings.filterwarnings("ignore", "__array__ implementation")  # as setup.cfg says
        os.chdir(empty)
        log.addHandler(listener)
        quick = mock.patch.object(keras.Model, "run_eagerly", uncompiled)  # a third of the time
        quick.start()
        try:
            exec(row.get("before", ""), space)
            del warned[:], said[:]
            exec(code, space)
            proven = eval(proof, space)
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
        finally:
            quick.stop()
            log.removeHandler(listener)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
        said += [str(warning.message) for warning in warned]
    return "\n".join(said), proven
