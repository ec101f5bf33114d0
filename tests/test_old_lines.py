"""The table of old lines is true on the installed Keras: what fails, how, and what works."""

import contextlib
import os
import re
import tempfile
import tomllib
import warnings
from unittest import mock

import keras
import numpy as np
import pytest

from lessons import ROOT

pytestmark = pytest.mark.slow  # its answer changes with Keras, not with the lessons
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
    eager = property(lambda model: "graph" not in row, lambda model, value: None)
    with (
        tempfile.TemporaryDirectory() as empty,
        contextlib.chdir(empty),
        mock.patch.dict(os.environ),
        mock.patch.object(keras.Model, "run_eagerly", eager),  # a third of the time
        mock.patch("absl.logging.warning", lambda text, *parts: said.append(text % parts)),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("default")
        warnings.filterwarnings("ignore", "__array__ implementation")  # as setup.cfg says
        try:
            exec(row.get("before", ""), space)
            del warned[:], said[:]
            exec(code, space)
            proven = eval(proof, space)
        except Exception as error:
            said.append(f"{type(error).__name__}: {error}")
    said += [str(warning.message) for warning in warned]
    return "\n".join(said), proven


@pytest.mark.parametrize("row", LINES, ids=[re.sub(r"\W+", "-", row["old"]) for row in LINES])
def test_old_line_says_this_and_new_line_works(row):
    says, proven = execute(row, row["old"], row.get("proof", "None"))
    expected = ".*".join(re.escape(part) for part in row["says"].split("..."))
    assert re.fullmatch(expected, says, re.DOTALL), says
    assert proven is True or (row["says"] and "proof" not in row)
    assert execute(row, row["new"])[0] == ""


def test_page_shows_every_topic():
    page = (ROOT / "docs" / "old_tutorials.md").read_text()
    for topic in {row["topic"] for row in LINES}:
        assert f"{{old-lines}} {topic}\n" in page
