"""A small matplotlib backend for machines without a screen: it saves pictures as files.

`plt.show()` saves what it would have shown, as `output/mnist_cnn/mnist_cnn-1.png` and so on. See
https://matplotlib.org/stable/users/explain/figure/writing_a_backend_pyplot_interface.html
"""

import html
import sys
import webbrowser
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends import BackendFilter, backend_registry
from matplotlib.backends.backend_agg import FigureCanvasAgg

from . import start

BACKEND = f"module://{__name__}"  # what matplotlib calls this file

prefix = Path("output/lesson/lesson")  # of the files; "-1.png" and so on is appended
count = 0


class FigureManagerThatSaves(FigureManagerBase):
    """Saves figures instead of showing them."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        """Save and close all figures. The name of a file is its own only when it is complete."""
        global count
        for number in plt.get_fignums():
            count += 1
            picture = prefix.with_name(f"{prefix.name}-{count}.png")
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
    """matplotlib looks for a class of this name in a backend."""

    manager_class = FigureManagerThatSaves


def choose_backend(folder, lesson):
    """Choose how a lesson's pictures appear: in a window, in a notebook, or as files in a folder.

    They become files if a folder is given, or if nothing can show them; then the folder is
    `output/<lesson>`. IPython keeps its own backend, so that nothing stays changed after `%run`.
    """
    global prefix, count
    if start.OWNS_PROCESS:
        # A matplotlibrc may turn images upside down, or ask for LaTeX. But its fonts may have
        # letters that ours lack, for the names of files.
        fonts = {name: plt.rcParams[name] for name in plt.rcParams if name.startswith("font.")}
        plt.rcdefaults()
        plt.rcParams.update(fonts)
    if in_ipython():
        if not can_show():
            print("IPython cannot show pictures here. Run the lesson with python to save them.")
        elif folder:
            print("--save-plots is for scripts. Here, IPython shows the pictures itself.")
    elif folder or not can_show():
        folder = folder or Path("output", lesson)
        prefix = folder / lesson
        count = 0
        plt.switch_backend(BACKEND)
    elif backend_registry.resolve_backend(plt.get_backend())[1] and start.OWNS_PROCESS:
        print("Each picture opens in a window. Close it, and the lesson goes on.", flush=True)


def in_ipython():
    """Return whether IPython runs the lesson: in a notebook, or as `%run` on a terminal."""
    return "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None


def can_show():
    """Return whether `plt.show` shows something, with the backend that matplotlib has chosen."""
    if not in_ipython():
        try:
            plt.switch_backend(plt.get_backend())  # loads it
        except ImportError:  # such as TkAgg in the settings of a machine without a screen
            return False
        if "inline" in plt.get_backend():  # inherited from a notebook by `!python lesson.py`
            return False
    backend = plt.get_backend().lower()
    for_files = backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE)  # agg, svg, ...
    return backend not in [*for_files, BACKEND]


def show_page(path):
    """Show an HTML page that a lesson has written: below the cell of a notebook, or in the browser.

    Without a screen, or with --save-plots, it stays a file.
    """
    if in_ipython() and hasattr(sys.modules["IPython"].get_ipython(), "kernel"):
        from IPython.display import HTML, display

        title = path.stem.replace("_", " ").capitalize()
        style = "width: 100%; height: 50rem; border: 0"
        frame = f'<iframe title="{title}" style="{style}" srcdoc="{html.escape(path.read_text())}">'
        display(HTML(f"<div>{frame}</iframe></div>"))
    elif can_show():
        webbrowser.open(path.resolve().as_uri())
