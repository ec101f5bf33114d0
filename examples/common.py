"""Plumbing of the lessons: quiet start-up, command-line flags, data, pictures without a screen.

Nothing that a reader came to learn is in here, and every lesson says how to do without it.
"""

import argparse
import contextlib
import hashlib
import inspect
import io
import itertools
import logging
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

for name, value in {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # take GPU memory as needed, not all of it
}.items():
    os.environ.setdefault(name, value)  # a value that the user has set wins

for stream in (sys.stdout, sys.stderr):  # a console may lack a letter of a folder's name
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _end_on_ctrl_c(kind, error, trace, show_error=sys.excepthook):
    if issubclass(kind, KeyboardInterrupt) and not sys.flags.interactive:
        print("\nInterrupted.", file=sys.stderr)
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(130)  # at once, without waiting for TensorFlow's threads
    show_error(kind, error, trace)


sys.excepthook = _end_on_ctrl_c

# TensorFlow writes notes to file descriptor 2 while it loads, whatever its log level says. Another
# process takes out these and passes on the rest, so that even the last words of a crash are seen.
_FILTER = r"""
import re, sys
note = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog|To enable the following instructions:|"
    rb"([IWE]\d{4}|\d{4}-\S+ \S+: [IWE]) .*(oneDNN custom operations are on|Created device /job|"
    rb"Could not find cuda drivers|TensorFlow binary is optimized|"
    rb"failed call to cuInit.*(UNKNOWN ERROR \(303\)|NO_DEVICE))"
)
for line in sys.stdin.buffer:
    if not note.match(line):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
"""


@contextlib.contextmanager
def _start_up_notes_hidden():
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0" or sys.__stderr__ is None:
        yield  # the user wants to see everything, or there is nowhere to show it
        return
    screen = os.dup(2)
    command = [sys.executable, "-I", "-S", "-c", _FILTER]
    reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=screen, start_new_session=True)
    os.dup2(reader.stdin.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        os.close(screen)
        reader.communicate()


with _start_up_notes_hidden():
    import keras
    import matplotlib.pyplot as plt

    _device = str(keras.ops.zeros(()).device)  # the first tensor shows which device Keras uses


def _switch_off_input_tuner():
    """Spare `fit` a pause at its end, of up to the length of an epoch (benchmarks/README.md)."""
    from tensorflow import data

    make_options = data.Options.__init__

    def make_options_without_tuner(options):
        make_options(options)
        options.autotune.enabled = False

    data.Options.__init__ = make_options_without_tuner


if keras.backend.backend() == "tensorflow":
    _switch_off_input_tuner()
    logging.getLogger("tensorflow").setLevel(logging.WARNING)  # notebooks show its notes in red
    logging.getLogger("tensorflow").addFilter(lambda note: "retracing" not in note.getMessage())


def flags(**defaults):
    """Return a lesson's command-line options as an `argparse.Namespace`, one for each keyword.

    `flags(epochs=5)` understands `--epochs 10`; a default's type is its option's type. Every lesson
    has `--save-plots DIR` as well. A wrong option ends the program with one line and exit status 2.
    A notebook has no command line and gets the defaults. Prints the Keras version and the device.
    """
    lesson = inspect.currentframe().f_back.f_globals
    is_script = lesson.get("__name__") == "__main__" and "__file__" in lesson  # no notebook
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        None, None, lesson.get("__doc__"), formatter_class=form, allow_abbrev=False
    )
    parser.error = lambda message: parser.exit(2, f"{parser.prog}: {message} (see --help)\n")
    for name, default in defaults.items():
        option, kind = f"--{name.replace('_', '-')}", {"type": type(default)}
        if isinstance(default, list):
            kind = {"nargs": "+", "action": "extend", "metavar": "FILE"}
        parser.add_argument(option, default=default, help=f"default: {default or 'none'}", **kind)
    parser.add_argument("--save-plots", metavar="DIR", help="save the pictures in this folder")
    options = parser.parse_args(sys.argv[1:] if is_script else [])
    for name, default in defaults.items():
        least = {"seed": 0, "train_limit": 10}.get(name, 1 if isinstance(default, int) else 1e-9)
        if isinstance(default, int | float) and not least <= getattr(options, name) < 2**32:
            parser.error(f"argument --{name.replace('_', '-')}: must be at least {least}")
    if "precision" in defaults:
        _check_precision(options.precision, parser)
    if getattr(options, "save_model", ""):
        _check_folder(Path(options.save_model).parent, "--save-model", options.save_model, parser)
        if Path(options.save_model).suffix != ".keras":
            parser.error("argument --save-model: the name must end in .keras")
    if options.save_plots:
        _check_folder(Path(options.save_plots), "--save-plots", options.save_plots, parser)
    if options.save_plots or plt.get_backend().lower() == "agg":  # agg: there is no screen
        plt.switch_backend("agg")
        path = Path(options.save_plots or "plots", Path(lesson.get("__file__", "lesson")).stem)
        numbers = itertools.count(1)
        plt.show = lambda: _save_figures(path, numbers)
    device = "CPU" if "cpu" in _device.lower() else "GPU"
    if device == "CPU" and (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        device += f" (CUDA_VISIBLE_DEVICES={visible} grants no GPU)"
    print(f"Keras {keras.version()}, {keras.backend.backend()} backend, {device}", flush=True)
    return options


def _check_folder(folder, option, value, parser):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        parser.error(f"argument {option}: {value}: {error.strerror}")


def _check_precision(precision, parser):
    if precision not in ("float32", "mixed_bfloat16"):
        parser.error("argument --precision: must be float32 or mixed_bfloat16")
    if precision == "mixed_bfloat16":
        image, filters = keras.ops.zeros((1, 8, 8, 1), "bfloat16"), keras.ops.zeros((3, 3, 1, 4))
        try:
            keras.ops.conv(image, keras.ops.cast(filters, "bfloat16"))
        except Exception:  # noqa: BLE001 - every backend has an error of its own
            parser.error("argument --precision: this CPU has no bfloat16 arithmetic, take float32")


def _save_figures(path, numbers):
    for figure in map(plt.figure, plt.get_fignums()):
        picture = path.with_name(f"{path.name}-{next(numbers)}.png")
        unfinished = picture.with_suffix(".part")  # so that Ctrl-C never leaves half a picture
        try:
            picture.parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(unfinished, format="png")
            unfinished.replace(picture)
            print(f"Picture: {picture}", flush=True)
        except OSError as error:
            print(f"Picture not saved: {picture}: {error.strerror}", flush=True)
        finally:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            plt.close(figure)


def save_model(model, path):
    """Write a model as `model.save(path)` does, but wholly or not at all.

    An interruption leaves an earlier file as it was.
    """
    unfinished = Path(path).with_suffix(".unfinished.keras")
    try:
        model.save(unfinished)
        unfinished.replace(path)
        print(f"Model: {path}", flush=True)
    finally:
        unfinished.unlink(missing_ok=True)


def load_model(path):
    """Return the model in a file, as `keras.saving.load_model` does.

    A file that is missing, damaged or no model ends the program with one message.
    """
    try:
        if not zipfile.is_zipfile(path):
            sys.exit(f"{path} is cut off, or is no .keras file")
        return keras.saving.load_model(path)
    except Exception as error:  # noqa: BLE001 - h5py, json and Keras have many ways to say it
        sys.exit(f"{path} cannot be loaded as a model: {str(error).splitlines()[0]}")


def load_photos(files):
    """Return `(name, photo)` pairs: each photo a uint8 array (height, width), 0 black, 255 white.

    Without `files`, those of data/own_digits. Of several frames the first counts; transparent is
    white; photos are turned upright as the camera noted and fitted into 400 x 400. A file that is
    missing, no picture, or larger than 50 megapixels ends the program with one message.
    """
    paths = [Path(file) for file in files] or sorted(_data("own_digits").glob("*.[jp][pn]g"))
    if not paths:
        _refuse(_data("own_digits"), "holds no pictures")
    return [(path.name, _load_photo(path)) for path in paths]


def _load_photo(path):
    from PIL import Image, ImageOps  # comes with matplotlib

    Image.MAX_IMAGE_PIXELS = None  # the limit here is lower than Pillow's own
    try:
        with Image.open(path) as image:
            if image.width * image.height > 50e6:
                sys.exit(f"{path} has more than 50 megapixels: make it smaller first")
            image.draft(None, (800, 800))  # a JPEG need not be decoded in full
            image = ImageOps.exif_transpose(image)
            if image.mode[0] in "IF":  # more than 8 bits
                values = np.asarray(image, dtype="float32")
                image = Image.fromarray((255 * values / max(values.max(), 1)).astype("uint8"))
            if image.has_transparency_data:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
            image = image.convert("L")
            image.thumbnail((400, 400))
            return np.asarray(image)
    except Exception as error:  # noqa: BLE001 - Pillow has a different error for every format
        reason = getattr(error, "strerror", None) or "it is damaged, or no PNG, JPEG or GIF"
        sys.exit(f"{path} cannot be read as a picture: {reason}")


def load_mnist():
    """Return `(x_train, y_train), (x_test, y_test)`, the arrays of `keras.datasets.mnist`.

    Images are uint8 (60000, 28, 28) and (10000, 28, 28), 0 paper, 255 ink; labels uint8, 0 to 9.
    A missing, damaged or unsuitable `mnist.npz` ends the program with one message.
    """
    path, content = _read("mnist.npz")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            parts = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    except Exception as error:  # noqa: BLE001 - zipfile, zlib and NumPy have many ways to say it
        _refuse(path, f"is damaged or is no archive of number arrays ({str(error).split('. ')[0]})")
    for x, y in parts:
        if x.shape[1:] != (28, 28) or x.dtype != "uint8" or not len(x):
            _refuse(path, f"holds images {x.dtype} {x.shape}, not uint8 (n, 28, 28)")
        if y.shape != (len(x),) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() > 9:
            _refuse(path, f"holds labels {y.dtype} {y.shape}, not {len(x)} digits from 0 to 9")
    _check_sum(path, content)
    return tuple(parts)


def load_boston_housing():
    """Return `(x_train, y_train), (x_test, y_test)`, as `keras.datasets.boston_housing`, float64.

    x (404, 13) and (102, 13); y the median value in $1000s. Columns: data/README.md.
    A missing, damaged or unsuitable `boston_housing.csv` ends the program with one message.
    """
    header = "CRIM,ZN,INDUS,CHAS,NOX,RM,AGE,DIS,RAD,TAX,PTRATIO,B,LSTAT,MEDV"
    table = _read_table("boston_housing.csv", header)
    order = np.arange(len(table))
    np.random.RandomState(113).shuffle(order)  # Keras's own split
    return _split(table[order])


def load_breast_cancer(seed=0):
    """Return `(x_train, y_train), (x_test, y_test)`; `seed` chooses the fifth of the rows for test.

    x float32 (455, 30) and (114, 30); y int32, 1 is malignant. Columns: data/README.md.
    A missing, damaged or unsuitable `breast_cancer.csv` ends the program with one message.
    """
    kinds = "radius texture perimeter area smoothness compactness concavity concave_points symmetry"
    forms = ("mean_{}", "{}_error", "worst_{}")
    names = [form.format(kind) for form in forms for kind in [*kinds.split(), "fractal_dimension"]]
    table = _read_table("breast_cancer.csv", ",".join([*names, "malignant"]), labels=(0, 1))
    parts = _split(np.random.default_rng(seed).permutation(table))
    return tuple((x.astype("float32"), y.astype("int32")) for x, y in parts)


def _split(table):
    cut = int(len(table) * 0.8)
    return (table[:cut, :-1], table[:cut, -1]), (table[cut:, :-1], table[cut:, -1])


def _read_table(name, header, labels=None):
    path, content = _read(name)
    found = content.partition(b"\n")[0].decode("ascii", "replace").strip()
    if found != header:
        wrong = [name for name in header.split(",") if name not in found.split(",")]
        _refuse(path, f"has the wrong columns; look at {', '.join(wrong[:3]) or 'their order'}")
    if content.count(b"\n") < 20:
        _refuse(path, "has fewer than 20 rows")
    try:
        table = np.genfromtxt(io.BytesIO(content), comments=None, delimiter=",", skip_header=1)
    except ValueError as error:
        _refuse(path, f"is damaged ({' '.join(str(error).split())[:200]})")
    if table.shape[1:] != (header.count(",") + 1,):
        _refuse(path, f"has rows of another length than its {header.count(',') + 1} columns")
    for row, column in np.argwhere(~np.isfinite(table)):
        _refuse(path, f"has no number in line {row + 2}, column {header.split(',')[column]}")
    if labels and not np.isin(table[:, -1], labels).all():
        _refuse(path, f"has a label in its last column that is not one of {labels}")
    _check_sum(path, content)
    return table


def _data(name):
    own_folder = os.environ.get("EXAMPLES_DATA")
    return Path(own_folder or Path(__file__).resolve().parent.parent / "data", name)


def _read(name):
    path = _data(name)
    try:
        return path, path.read_bytes()
    except OSError as error:
        _refuse(path, f"cannot be read ({error.strerror})")


def _check_sum(path, content):
    sums = path.with_name("SHA256SUMS")  # a folder of your own needs none
    digest = hashlib.sha256(content).hexdigest()
    if sums.exists() and f"{digest}  {path.name}" not in sums.read_text().splitlines():
        _refuse(path, "is not the file that SHA256SUMS lists: it was altered")


def _refuse(path, problem):
    remedy = f"To get it back: git checkout -- data/{path.name}"
    if os.environ.get("EXAMPLES_DATA"):
        remedy = "To use the lessons' own data: unset EXAMPLES_DATA"
    sys.exit(f"{path} {problem}.\n{remedy}. What belongs in it: data/README.md")
