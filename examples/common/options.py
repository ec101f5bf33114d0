"""The command line of a lesson."""

import argparse
import math
import os
import sys
import tempfile
from pathlib import Path

from . import pictures, start

MEANING = {
    "epochs": "how many times to go through the training data",
    "steps": "training steps of each small network",
    "batch_size": "examples in one training step",
    "learning_rate": "size of the training steps",
    "seed": "the same seed gives the same random numbers",
    "train_limit": "use only so many training examples",
    "verbose": "0: silent, 1: a progress bar, 2: a line for each epoch",
    "folder": "pictures of your own: a folder with a subfolder for each class",
    "table": "a table of your own: a CSV file",
    "target": "the name of the column to predict",
    "text": "a text of your own: in which language is it?",
    "image": "pictures of your own: files, folders, or patterns such as '*.jpg'",
}


def positive_int(text):
    """Return the whole number in an option's text, at least 1."""
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!a} is not a whole number of at least 1")
    return int(text)


def positive_float(text):
    """Return the number in an option's text, more than 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!a} is not a number above 0")
    return number


def seed(text):
    """Return the seed in an option's text, a whole number that NumPy accepts as one."""
    if not (text.isdecimal() and int(text) < 2**32):
        raise argparse.ArgumentTypeError(f"{text!a} is not a whole number from 0 to 4294967295")
    return int(text)


def train_limit(text):
    """Return the number of training examples in an option's text, at least 10."""
    if not (text.isdecimal() and int(text) >= 10):
        raise argparse.ArgumentTypeError(
            f"{text!a} is not a whole number of at least 10: of fewer examples, none might "
            "be left for validation"
        )
    return int(text)


def folder(text):
    """Return the path of a folder in which we can write. It may not exist yet."""
    nearest = Path(text).absolute()
    while not os.path.lexists(nearest):
        nearest = nearest.parent
    try:
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{text}: cannot write to {nearest} ({error.strerror})"
        ) from None
    return Path(text)


def settings(name, default):
    """Return how argparse is to read an option."""
    if name == "seed":
        return {"type": seed}
    if name == "train_limit":
        return {"type": train_limit}
    if default == "auto":
        return {"type": int, "choices": (0, 1, 2), "default": 1 if sys.stdout.isatty() else 2}
    if isinstance(default, list):
        return {"nargs": "+", "action": "extend", "metavar": "FILE"}
    if isinstance(default, Path):
        # In a folder of its own, a lesson can't replace a file of the reader's. The default is a
        # string, because argparse checks only those.
        return {
            "type": lambda text: folder(Path(text, default.name)),
            "default": str(default.parent),
            "metavar": "DIR",
            "help": "where the lesson makes a folder for its files (default: %(default)s)",
        }
    return {"type": {int: positive_int, float: positive_float, str: str}[type(default)]}


def flags(**defaults):
    """Return the options of a lesson. Each keyword becomes an option with that default.

    A wrong option ends the program with one line and exit status 2. In a notebook the defaults are
    used. `verbose="auto"` becomes 1, a progress bar, on a terminal, and 2, a line for each epoch,
    elsewhere. Then this prints the first line of every lesson, about its device, and chooses how
    its pictures are shown.
    """
    file = Path(start.lesson_file() or "lesson.py")
    parser = argparse.ArgumentParser(
        prog=file.name,
        description=sys.modules["__main__"].__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    # one line, where argparse would print the usage as well
    parser.error = lambda message: parser.exit(2, f"{parser.prog}: {message} (see --help)\n")
    for name, default in defaults.items():
        option = f"--{name.replace('_', '-')}"
        help_text = MEANING.get(name, "") + (
            " (default: %(default)s)" if default not in ([], "") else ""
        )
        parser.add_argument(
            option, **{"default": default, "help": help_text} | settings(name, default)
        )
    parser.add_argument("--save-plots", type=folder, metavar="DIR", help="save pictures here")
    options = parser.parse_args(sys.argv[1:] if start.owns_command_line() else [])
    start.print_device()
    pictures.choose_backend(options.save_plots, file.stem)
    return options
