"""What every test needs to know about the lessons: the table, and how to run one inside pytest."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
DATA = ROOT / "data"

# lesson: (its result line, how many pictures it draws), in the order in which to learn them
LESSONS = {
    "linear_regression": ("Test MSE", 2),
    "nonlinear_regression": ("Test RMSE", 1),
    "logistic_regression": ("Test accuracy", 2),
    "boston_housing": ("Test MAE", 2),
    "mnist_dense": ("Test accuracy", 3),
    "mnist_cnn": ("Test accuracy", 2),
    "read_your_own_digit": ("Test accuracy", 1),
    "overfitting": ("Test accuracy", 3),
    "watch_training": ("Test accuracy", 2),
    "save_and_resume": ("Test accuracy", 1),
    "functional_api": ("Test accuracy", 2),
    "data_augmentation": ("Test accuracy", 2),
}
# lessons that are about files leave them in a folder of their own name
LEAVE_FILES = {"watch_training", "save_and_resume"}


def run(name, *options, folder=EXAMPLES):
    """Run a lesson as `python folder/name.py options` would; return its variables as a dict."""
    path = str(Path(folder, f"{name}.py"))
    arguments, sys.argv = sys.argv, [path, *map(str, options)]
    try:
        return runpy.run_path(path, run_name="__main__")
    finally:
        sys.argv = arguments


def stand_alone(source):
    """Return a lesson's text after the two edits its own comment asks for: no common.py needed."""
    lines = source.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("# To use this file on its"))
    end = lines.index("", start)
    imports = next(i for i, line in enumerate(lines) if line.startswith("from common import"))
    code = next(i for i in range(start, end) if lines[i].endswith("uncomment:")) + 1
    stand_ins = [line.removeprefix("# ") for line in lines[code:end]]
    return "\n".join(lines[:imports] + lines[imports + 1 : start] + stand_ins + lines[end:]) + "\n"
