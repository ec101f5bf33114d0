"""The command line of a lesson, the line about its device, and its pictures without a screen."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
from matplotlib.backends import backend_registry

from . import start


def flags(**defaults):
    """Return a lesson's command-line options as an `argparse.Namespace`, one for each keyword.

    `flags(epochs=5)` understands `--epochs 10`; a default's type is its option's type: a list takes
    several files, a Path is a folder that can be written. Every lesson has `--save-plots DIR` too.
    `verbose="auto"` becomes 1, a progress bar, on a terminal and else 2, one line an epoch.
    A wrong option ends the program with one line and exit status 2. Where the lesson is not the
    program, as in a notebook, the defaults count. Prints the Keras version and the device.
    """
    lesson = sys._getframe(1).f_globals
    program = os.path.realpath(sys.argv[0]) if sys.argv and sys.argv[0] else None
    is_program = program == os.path.realpath(lesson.get("__file__", "")) and (
        lesson.get("__name__") == "__main__"
    )
    name = Path(lesson.get("__file__", "lesson")).stem
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        f"{name}.py", None, lesson.get("__doc__"), formatter_class=form, allow_abbrev=False
    )
    parser.error = lambda message: parser.exit(2, f"{parser.prog}: {message} (see --help)\n")
    for option, default in defaults.items():
        kind = {"type": type(default)}
        if option == "verbose":
            default = 1 if sys.stdout.isatty() else 2
            kind = {"type": int, "choices": (0, 1, 2)}
        if isinstance(default, list):
            kind = {"nargs": "+", "action": "extend", "metavar": "FILE"}
        said = f"default: {default or 'none'}"
        parser.add_argument(f"--{option.replace('_', '-')}", default=default, help=said, **kind)
    parser.add_argument("--save-plots", metavar="DIR", help="save the pictures in this folder")
    options = parser.parse_args(sys.argv[1:] if is_program else [])
    for option, default in defaults.items():
        value, shown = getattr(options, option), f"argument --{option.replace('_', '-')}"
        least = {"seed": 0, "process": 0, "train_limit": 10}.get(
            option, 1 if isinstance(default, int) else 1e-9
        )
        if isinstance(default, int | float) and not least <= value < 2**32:
            parser.error(f"{shown}: must be at least {least}")
        if isinstance(default, Path) and is_program:
            _check_folder(value, shown, parser)
    if options.save_plots:
        _check_folder(Path(options.save_plots), "argument --save-plots", parser)
    if "plt" in lesson:
        saves = options.save_plots or not _can_show_windows()
        lesson["plt"] = _Pyplot(
            Path(options.save_plots or f"output/{name}", name) if saves else None
        )
    if getattr(options, "processes", 1) > 1:
        device = "one of several processes"  # they have to meet before the first tensor
    else:
        device = start.DEVICE or str(keras.ops.zeros(()).device)
        device = "CPU" if "cpu" in device.lower() else "GPU"
    if device == "CPU" and (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        device += f" (CUDA_VISIBLE_DEVICES={visible} grants no GPU)"
    print(f"Keras {keras.version()}, {keras.backend.backend()} backend, {device}", flush=True)
    return options


def _check_folder(folder, shown, parser):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        parser.error(f"{shown}: {folder}: {error.strerror}")


def _can_show_windows():
    """Return whether `plt.show` shows something; a backend that does not load gives way to agg."""
    try:
        plt.switch_backend(start.MPLBACKEND or plt.get_backend())  # loads it
    except (ImportError, ValueError, RuntimeError):
        plt.switch_backend("agg")
    kind = backend_registry.resolve_backend(plt.get_backend())[1]
    if start.IS_PROGRAM:  # a notebook's backends show nothing here
        return kind not in (None, "nbagg")
    return plt.get_backend().lower() != "agg"


class _Pyplot:
    """A lesson's `plt`: matplotlib.pyplot, but `show` saves pictures or says that a window waits."""

    def __init__(self, path):
        self._path, self._count = path, 0

    def __getattr__(self, name):
        return getattr(plt, name)

    def show(self):
        self._count += 1
        if self._path is None:
            if self._count == 1 and start.IS_PROGRAM:
                print("A picture opens; close its window, and the lesson goes on.", flush=True)
            plt.show()
            return
        for figure in map(plt.figure, plt.get_fignums()):
            picture = self._path.with_name(f"{self._path.name}-{self._count}.png")
            unfinished = picture.with_suffix(".part")  # an interruption never leaves half a picture
            try:
                picture.parent.mkdir(parents=True, exist_ok=True)
                figure.savefig(unfinished, format="png")
                unfinished.replace(picture)
                print(f"Picture: {picture}", flush=True)
            except OSError as error:
                print(f"Picture not saved: {picture}: {error.strerror}", flush=True)
            plt.close(figure)
