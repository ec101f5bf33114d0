"""The lessons keep the form that their readers count on, and lessons.toml lists them all."""

import ast
import re
import shutil

import jupytext
import pytest

import lessons
from lessons import LESSONS

SECTIONS = ["Load and prepare the data", "Build the model", "Train", "Evaluate"]
LAST = "What to try next"
DEAD = r"\b(lr|nb_epoch|input_dim|batch_input_shape)=|np_utils|fit_generator|predict_classes"


@pytest.fixture(params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


def test_header(lesson):
    assert lesson.text.startswith('# %% [markdown]\n"""\n# ')
    assert lesson.header.splitlines()[1] == ""
    for name in ("You will learn", "Expected", "Run"):
        assert lesson.line(name), name
    assert f"`python examples/{lesson.name}.py" in lesson.line("Run")


def test_sections_in_order(lesson):
    titles = re.findall(r"^# ## (.*)", lesson.text, re.MULTILINE)
    assert [title for title in titles if title in SECTIONS] == SECTIONS
    assert titles[-1] == LAST


def test_cells(lesson):
    """Text cells hold no code, and code cells are whole."""
    cells = jupytext.reads(lesson.text, fmt="py:percent").cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    for cell in cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
    for marker, following in re.findall(r"^(# %%.*)\n(.*)", lesson.text, re.MULTILINE):
        assert ("[markdown]" in marker) == following.startswith(("# ", '"""')), following


def test_current_keras_and_no_downloads(lesson):
    code = ast.unparse(ast.parse(lesson.text))
    assert not re.search(DEAD, lesson.text)
    assert "__main__" not in code
    assert "keras.datasets" not in code  # would download
    assert "validation_data=(x_test" not in code


@pytest.fixture
def copy(tmp_path):
    """Return a folder with a copy of lessons.toml, and of the lessons."""
    shutil.copy(lessons.ROOT / "lessons.toml", tmp_path)
    (tmp_path / "examples").mkdir()
    for path in lessons.EXAMPLES.glob("*.py"):
        shutil.copy(path, tmp_path / "examples")
    return tmp_path


def test_a_new_lesson_is_a_file_and_an_entry(copy):
    shutil.copy(copy / "examples" / "mnist_cnn.py", copy / "examples" / "new.py")
    with pytest.raises(ValueError, match="new"):
        lessons.read_list(copy)  # there is no entry yet
    entry = '[lesson.new]\npart = "First steps"\ngoal = {}\nquick = {}\npictures = []\nplain = ""\n'
    with (copy / "lessons.toml").open("a") as file:
        file.write(entry)
    assert list(lessons.read_list(copy)[1]) == [*LESSONS, "new"]
    with (copy / "lessons.toml").open("a") as file:
        file.write('quik.options = ""\n')
    with pytest.raises(ValueError, match=r"new.*quik"):
        lessons.read_list(copy)


@pytest.mark.parametrize("name", ["mnist_cnn", "logistic_regression", "read_a_number"])
def test_imports_and_comment_are_found_however_they_are_broken(name):
    """A formatter may break the import from common, and the comment about it, into more lines."""
    text = LESSONS[name].text
    names = re.search(r"^from common import ([\w, ]*\w)", text, re.MULTILINE)[1]
    lines = names.replace(", ", ",\n    ")
    broken = text.replace(f"from common import {names}", f"from common import (\n    {lines},\n)")
    broken = re.sub(r"and\s+(# )?uncomment:", "and\n# uncomment:", broken, count=1)
    assert broken != text
    ast.parse(broken)
    assert lessons.stand_alone(broken) == lessons.stand_alone(text)
