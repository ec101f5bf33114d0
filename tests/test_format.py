"""The lessons keep the form that DESIGN promises their readers."""

import ast
import re

import jupytext
import pytest
from lessons import DATA, EXAMPLES, LESSONS

SECTIONS = ["Load and prepare the data", "Build the model", "Train", "Evaluate"]
DEAD = r"\b(lr|nb_epoch|input_dim|input_shape|batch_input_shape)=|np_utils|fit_generator|predict_classes"


@pytest.fixture(params=LESSONS)
def name(request):
    return request.param


@pytest.fixture
def text(name):
    return (EXAMPLES / f"{name}.py").read_text()


@pytest.fixture
def tree(text):
    return ast.parse(text)


def test_length_and_letters(text):
    lines = text.splitlines()
    assert 80 <= len(lines) <= 175
    assert max(map(len, lines)) <= 100
    assert text.isascii()


def test_header(text):
    header = ast.get_docstring(ast.parse(text))
    assert text.startswith('# %% [markdown]\n"""\n# ')
    assert header.splitlines()[1] == ""
    for line in ("- You will learn: ", "- Expected: ", "- Run: `python examples/"):
        assert f"\n{line}" in header
    assert re.search(r"- Expected: .*\d.* \(\d+ seeds\)", " ".join(header.split()))


def test_sections_in_order(text):
    titles = re.findall(r"^# ## (.*)", text, re.MULTILINE)
    assert [title for title in titles if title in SECTIONS] == SECTIONS
    assert titles[0] == SECTIONS[0]
    assert titles[-1] == "What to try next"
    assert len(titles) <= len(SECTIONS) + 2  # at most one section of its own
    tried = text[text.index("# ## What to try next") :]
    assert tried.count("\n# - ") >= 3
    assert len(re.findall(r"\d", tried)) > 6  # outcomes, not only suggestions


def test_no_code_hides_in_a_text_cell(text):
    cells = jupytext.reads(text, fmt="py:percent").cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    for cell in cells:
        if cell.cell_type == "markdown":
            assert not re.search(
                r"^(import \w+$|plt\.|model\.|print\(|\w+ = )", cell.source, re.MULTILINE
            )
        else:
            ast.parse(cell.source)
    for marker, following in re.findall(r"^(# %%.*)\n(.*)", text, re.MULTILINE):
        is_text = following.startswith(("# ", '"""')) and not following.startswith("# To use")
        assert ("[markdown]" in marker) == is_text, following


def test_flat(tree, name):
    kinds = {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try}
    if name == "watch_training":  # a callback of one's own is a class
        kinds -= {ast.FunctionDef, ast.ClassDef}
    if name == "save_and_resume":  # it shows what is refused
        kinds -= {ast.Lambda, ast.Try}
    assert not [node for node in ast.walk(tree) if isinstance(node, tuple(kinds))]
    assert "__main__" not in ast.unparse(tree)


def test_imports(tree, text):
    imports = [
        ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    standard = ("from pathlib", "import importlib", "import shutil", "import zipfile")
    imports = [line for line in imports if not line.startswith(standard)]
    assert imports[0].startswith("from common import flags")
    assert imports[1:] == [
        "import keras",
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        "from keras import layers",
    ]
    seed = "keras.utils.set_random_seed(args.seed)\n"
    assert text.index("args = flags(") < text.index(seed) < text.index(f"# ## {SECTIONS[0]}")


def test_current_keras_only(tree, text):
    assert not re.search(DEAD, text)
    code = ast.unparse(tree)
    assert "keras.datasets" not in code  # would download
    assert "validation_data=(x_test" not in code
    for sequential in re.findall(r"keras\.Sequential\((.{16})", code):
        assert sequential.startswith("[keras.Input(")


def test_names(tree):
    """Single letters: counters i and j, x and y, the w and b of y = wx + b, and _ for unused."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {name for name in names if len(name) == 1} <= set("ijxywb_")


def test_last_line_is_the_result(tree):
    lines = {line for line, _ in LESSONS.values()}
    last = tree.body[-1]
    last = ast.unparse(last.body[-1] if isinstance(last, ast.If) else last)
    assert re.fullmatch(r"print\(f'(.*): \{\w+:\.\df\}'\)", last)[1] in lines


def test_common_draws_and_trains_nothing():
    source = (EXAMPLES / "common.py").read_text()
    assert not re.search(
        r"compile\(|\.fit\(|evaluate\(|\.predict|\.plot\(|imshow|scatter",
        source.replace("re.compile(", ""),
    )
    assert source.count("\n") < 350


def test_data_readme_describes_every_column():
    text = (DATA / "README.md").read_text()
    for column in (DATA / "boston_housing.csv").read_text().splitlines()[0].split(","):
        assert f"\n| {column} | " in text
    for column in (DATA / "breast_cancer.csv").read_text().splitlines()[0].split(","):
        assert re.sub("^(mean|worst)_|_error$", "", column) in text
