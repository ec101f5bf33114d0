"""The lessons keep the form that DESIGN promises their readers."""

import ast
import re

import jupytext
import pytest

from lessons import LESSONS

SECTIONS = ["Load and prepare the data", "Build the model", "Train", "Evaluate"]
LAST = "What to try next"
DEAD = r"\b(lr|nb_epoch|input_dim|batch_input_shape)=|np_utils|fit_generator|predict_classes"


@pytest.fixture(params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


def test_length_and_letters(lesson):
    lines = lesson.text.splitlines()
    assert len(lines) <= 140
    assert max(map(len, lines)) <= 100
    assert lesson.text.isascii()


def test_header(lesson):
    assert lesson.text.startswith('# %% [markdown]\n"""\n# ')
    assert lesson.header.splitlines()[1] == ""
    for name in ("You will learn", "Expected", "Run"):
        assert lesson.line(name), name
    assert f"`python examples/{lesson.name}.py" in lesson.line("Run")


def test_sections_in_order(lesson):
    titles = re.findall(r"^# ## (.*)", lesson.text, re.MULTILINE)
    assert [title for title in titles if title in SECTIONS] == SECTIONS
    assert (titles[0], titles[-1]) == (SECTIONS[0], LAST)
    assert len(titles) <= len(SECTIONS) + 2  # at most one section of its own


def test_cells(lesson):
    """Text cells hold no code, code cells are whole; common comes before Keras, the seed first."""
    cells = jupytext.reads(lesson.text, fmt="py:percent").cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    for source in code:
        ast.parse(source)
    for marker, following in re.findall(r"^(# %%.*)\n(.*)", lesson.text, re.MULTILINE):
        assert ("[markdown]" in marker) == following.startswith(("# ", '"""')), following
    order = ("from common import", "import keras", "import matplotlib.pyplot as plt",
             "import numpy as np", "from keras import layers", "# To use this file on its own",
             "args = flags(", "keras.utils.set_random_seed(args.seed)")  # fmt: skip
    places = [code[0].index(part) for part in order]
    assert places == sorted(places)


def test_current_keras_and_plain_names(lesson):
    tree = ast.parse(lesson.text)
    code = ast.unparse(tree)
    assert not re.search(DEAD, lesson.text)
    assert "__main__" not in code
    assert "keras.datasets" not in code  # would download
    assert "validation_data=(x_test" not in code
    assert not any(isinstance(node, ast.Starred) for node in ast.walk(tree))  # f(*x), [*x]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {name for name in names if len(name) == 1} <= set("ijxywb_")
