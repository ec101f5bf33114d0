"""The command line of a lesson, and its pictures without a screen."""

import argparse
import itertools
import os
import re
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
from matplotlib.backends import BackendFilter, backend_registry

from . import start
from .several import join


def flags(**defaults):
    """Return a lesson's command-line options; a wrong one ends the program with one line.

    In a notebook the defaults count. `verbose="auto"` is 1, a progress bar, on a terminal, else 2.
    """
    caller = sys._getframe(1)
    lesson = caller.f_globals
    file = Path(lesson.get("__file__") or "lesson")
    is_program = os.path.realpath(file) in map(os.path.realpath, sys.argv[:1])
    parser = argparse.ArgumentParser(file.name, None, lesson.get("__doc__"), allow_abbrev=False)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.error = lambda message: parser.exit(2, f"{parser.prog}: {message} (see --help)\n")
    for option, default in defaults.items():
        kind = {"type": type(default)}
        if option == "verbose":
            default = 1 if sys.stdout.isatty() else 2
            kind = {"type": int, "choices": (0, 1, 2)}
        if isinstance(default, list):
            kind = {"nargs": "+", "action": "extend", "metavar": "FILE"}
        kind["help"] = f"default: {default}"
        parser.add_argument(f"--{option.replace('_', '-')}", default=default, **kind)
    parser.add_argument("--save-plots", type=Path, metavar="DIR", help="save the pictures here")
    options = parser.parse_args(sys.argv[1:] if is_program else [])
    for option, value in vars(options).items():
        shown, default = f"argument --{option.replace('_', '-')}", defaults.get(option)
        least = {"train_limit": 10}.get(option, 1e-9 if default else 0)
        if isinstance(default, int | float) and not least <= value < 2**32:
            parser.error(f"{shown}: {value} is too small or too large")
        try:
            if isinstance(value, Path) and is_program:
                value.mkdir(parents=True, exist_ok=True)
                tempfile.TemporaryFile(dir=value).close()
        except OSError as error:
            parser.error(f"{shown}: {value}: {error.strerror}")
    if lesson.get("join") is not join:  # it does this when the processes have met
        start.print_device()
    shows = "plt" in lesson and _can_show_windows()  # loads the backend, so before --save-plots
    if "plt" in lesson and (options.save_plots or not shows):
        folder = options.save_plots or Path("output", file.stem)
        code = caller.f_code.co_filename if is_program else None
        lesson["plt"] = _pyplot_that_saves(folder, file.stem, code)
    elif "plt" in lesson and start.IS_PROGRAM:
        print("Each picture opens in a window; close it, and the lesson goes on.", flush=True)
    return options


def _can_show_windows():
    """Return whether `plt.show` shows something; a backend that does not load gives way to agg."""
    try:
        plt.switch_backend(start.MPLBACKEND or plt.get_backend())  # loads it
    except Exception:  # noqa: BLE001 - any module may be one
        plt.switch_backend("agg")
    backend = plt.get_backend().lower()
    if start.IS_PROGRAM:  # a notebook's backends show nothing here
        return backend_registry.resolve_backend(backend)[1] not in (None, "nbagg")
    if backend in backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE):
        return False
    return "ipykernel" in sys.modules or not re.search("inline|nbagg", backend)


def _pyplot_that_saves(folder, name, code):
    """Return a `plt` for one lesson, whose `show` saves; everybody else's stays as it is."""
    numbers = itertools.count(1)

    def show(*args, **kwargs):
        if code and sys._getframe(1).f_code.co_filename != code:  # the user's, after `%run`
            return plt.show(*args, **kwargs)
        for figure in map(plt.figure, plt.get_fignums()):
            picture = folder / f"{name}-{next(numbers)}.png"
            unfinished = picture.with_suffix(".part")  # an interruption never leaves half a picture
            try:
                folder.mkdir(parents=True, exist_ok=True)
                figure.savefig(unfinished, format="png")
                unfinished.replace(picture)
                print(f"Picture: {picture}", flush=True)
            except OSError as error:
                print(f"Picture not saved: {picture}: {error.strerror}", flush=True)
            plt.close(figure)

    return SimpleNamespace(**vars(plt) | {"show": show})
