"""The command line of a lesson."""

import argparse
import math
import sys
import tempfile
from pathlib import Path

from . import pictures, start

MEANING = {
    "epochs": "how often to go through the training data",
    "batch_size": "examples in one training step",
    "learning_rate": "how long the training steps are",
    "seed": "the same seed gives the same random numbers",
    "train_limit": "use only the first training examples, so many",
    "verbose": "0: silent, 1: a progress bar, 2: a line for each epoch",
    "folder": "where the lesson writes its files",
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
            f"{text!a} is not a whole number of at least 10. With fewer examples, the part that "
            "a lesson sets aside for validation may be empty"
        )
    return int(text)


def folder(text):
    """Return the path of a folder that can be written, or made. It is not made here."""
    path = Path(text)
    existing = path.absolute()
    while not existing.exists():
        existing = existing.parent
    try:
        tempfile.TemporaryFile(dir=existing).close()
    except OSError as error:
        raise argparse.ArgumentTypeError(
            f"{text}: nothing can be written into {existing} ({error.strerror})"
        ) from None
    return path


def flags(**defaults):
    """Return the options of a lesson, with the names and the defaults of these keywords.

    A wrong option ends the program with one line and exit status 2. In a notebook the defaults
    count. `verbose="auto"` becomes 1, a progress bar, on a terminal, and 2, a line for each epoch,
    elsewhere. The first line that a lesson prints, about its device, comes from here, too.
    """
    lesson = sys.modules["__main__"]
    file = Path(getattr(lesson, "__file__", None) or "lesson.py")
    parser = argparse.ArgumentParser(
        prog=file.name,
        description=lesson.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.error = lambda message: parser.exit(2, f"{parser.prog}: {message} (see --help)\n")
    for name, default in defaults.items():
        settings = {"type": {int: positive_int, float: positive_float}.get(type(default))}
        if name == "seed":
            settings["type"] = seed
        elif name == "train_limit":
            settings["type"] = train_limit
        elif name == "verbose":
            default = 1 if sys.stdout.isatty() else 2
            settings = {"type": int, "choices": (0, 1, 2)}
        elif isinstance(default, list):
            settings = {"nargs": "+", "action": "extend", "metavar": "FILE"}
        elif isinstance(default, Path):
            settings = {"type": folder, "metavar": "DIR"}
            default = str(default)  # argparse checks a default that is a text, as if it were given
        settings["help"] = MEANING.get(name, "")
        if default != []:
            settings["help"] += f" (default: {default})"
        parser.add_argument(f"--{name.replace('_', '-')}", default=default, **settings)
    parser.add_argument("--save-plots", type=folder, metavar="DIR", help="save pictures here")
    options = parser.parse_args(sys.argv[1:] if start.owns_command_line() else [])
    start.print_device()
    pictures.choose_backend(options.save_plots, file.stem)
    return options
