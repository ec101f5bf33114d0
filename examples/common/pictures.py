"""Pictures as files: a small matplotlib backend for machines without a screen.

`plt.show()` saves what it would have shown, `output/mnist_cnn/mnist_cnn-1.png` and so on. See
https://matplotlib.org/stable/users/explain/figure/writing_a_backend_pyplot_interface.html
"""

import sys
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends import BackendFilter, backend_registry
from matplotlib.backends.backend_agg import FigureCanvasAgg

from . import start

BACKEND = f"module://{__name__}"  # what matplotlib calls this file

destination = Path("output/lesson")  # without the number of the picture and its ending
saved = 0


class FigureManagerThatSaves(FigureManagerBase):
    """Saves all figures, where others show them."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        """Save and close all figures; a picture is complete or not there."""
        global saved
        for number in plt.get_fignums():
            saved += 1
            picture = destination.with_name(f"{destination.name}-{saved}.png")
            unfinished = picture.with_suffix(".part")
            try:
                picture.parent.mkdir(parents=True, exist_ok=True)
                plt.figure(number).savefig(unfinished, format="png")
                unfinished.replace(picture)
                print(f"Picture: {picture}", flush=True)
            except OSError as error:
                print(f"Picture not saved: {picture}: {error.strerror}", flush=True)
            plt.close(number)


class FigureCanvas(FigureCanvasAgg):
    """The name under which matplotlib looks for a backend."""

    manager_class = FigureManagerThatSaves


def choose_backend(folder, lesson):
    """Choose how a lesson's pictures appear: in a window, in a notebook, or as files in a folder.

    They become files if a folder is given, or if no window can be opened; then the folder is
    `output/<lesson>`. A notebook shows pictures itself, so its own backend stays.
    """
    global destination, saved
    if in_ipython():
        if folder:
            print("--save-plots is for scripts; here IPython shows the pictures.", flush=True)
    elif folder or not can_open_windows():
        destination, saved = (folder or Path("output", lesson)) / lesson, 0
        plt.switch_backend(BACKEND)
    elif start.OWNS_PROCESS:
        print("Each picture opens in a window; close it, and the lesson goes on.", flush=True)


def in_ipython():
    """Return whether IPython runs the lesson: in a notebook, or as `%run` on a terminal."""
    return "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None


def can_open_windows():
    """Return whether `plt.show` shows something with the backend that matplotlib has chosen."""
    try:
        plt.switch_backend(plt.get_backend())  # loads it
    except ImportError:  # such as TkAgg in the settings of a machine without a screen
        return False
    for_files = backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE)  # agg, svg, ...
    for_notebooks = ["nbagg", "inline", "module://matplotlib_inline.backend_inline"]
    return plt.get_backend().lower() not in [*for_files, *for_notebooks, BACKEND]
