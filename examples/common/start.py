"""What has to happen before Keras is loaded: Ctrl-C, the environment, a quiet start."""

import os
import sys

# A file beside the lesson with one of these names is loaded in place of the library.
LIBRARIES = {"PIL", "jax", "keras", "matplotlib", "numpy", "pandas", "scipy", "tensorflow", "torch"}
LIBRARIES |= sys.stdlib_module_names - {"antigravity", "this", "turtle", "nt", "winreg", "winsound"}


def lesson_file():
    """Return the file that was started, if it is a lesson, which imports from common; else None."""
    file = getattr(sys.modules["__main__"], "__file__", None)
    if file and os.path.isfile(file):
        with open(file, "rb") as lesson:
            text = lesson.read()
        if b"from common" in text or b"import common" in text:
            return file
    return None


def refuse_files_in_the_way():
    """End the program if a file beside the lesson has the name of a library.

    Python would load examples/random.py in the place of its own module random, and NumPy or Keras
    would then fail with an error that leads nowhere.
    """
    folder = os.path.dirname(os.path.abspath(lesson_file()))
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        is_module = name.endswith(".py") or os.path.isfile(os.path.join(path, "__init__.py"))
        if is_module and name.removesuffix(".py") in LIBRARIES:
            sys.exit(f"{path} is in the way of a library of that name. Give it another name.")


if lesson_file():
    refuse_files_in_the_way()

import signal  # after the check: the first module that such a file could replace

# If one of these modules is loaded, something else runs the lesson: a notebook, a debugger, pytest.
# runpy stands for `python -m`, and for programs that run other programs.
HOSTS = {"IPython", "idlelib", "pdb", "pydevconsole", "pydevd", "pytest", "runpy"}


def owns_process():
    """Return whether a lesson is run directly, as in `python examples/mnist_cnn.py`.

    Then it is up to us what Ctrl-C does. A notebook, a debugger, pytest, a program that imports or
    runs a lesson, and `python -i` have their own ways of handling it, so there we leave it alone.
    """
    is_lesson = lesson_file() is not None
    return is_lesson and not sys.flags.inspect and HOSTS.isdisjoint(sys.modules)


def owns_command_line():
    """Return whether the command-line arguments are meant for the lesson.

    They are after `python lesson.py`, `python -i lesson.py` and `%run lesson.py`. In the cell of a
    notebook they belong to the kernel.
    """
    file = lesson_file()
    return file is not None and os.path.realpath(file) == os.path.realpath(sys.argv[0])


OWNS_PROCESS = owns_process()  # asked before Keras and matplotlib load, which may load a host, too
if OWNS_PROCESS:
    # Ctrl-C usually raises an exception, and libraries sometimes swallow it. So we ask for the
    # operating system's own action, which ends the program at once. Under nohup, Ctrl-C is ignored
    # already, and we leave it so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # The lesson also ends at once when it writes to a program like `head`, which stops reading.
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)

import faulthandler  # importing takes a while, so Ctrl-C comes first
import importlib.util
import logging
import tempfile

# A console that lacks a letter gets an escape in its place, where Python would raise an error.
if hasattr(sys.stdout, "reconfigure"):
    sys.stdout.reconfigure(errors="backslashreplace")

# `set KERAS_BACKEND=jax && python ...` on Windows puts a space behind the name.
backend = os.environ.get("KERAS_BACKEND", "").strip().lower() or "tensorflow"
backend = {"tf": "tensorflow", "pytorch": "torch"}.get(backend, backend)
if backend not in ("tensorflow", "jax", "torch"):
    sys.exit(f"KERAS_BACKEND={backend} is none of tensorflow, jax and torch.")
os.environ["KERAS_BACKEND"] = backend
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # takes no more memory than it needs


def load_keras():
    """Import Keras, with settings that an old ~/.keras/keras.json cannot change."""
    import keras

    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    # The first tensor makes the backend look for a GPU, and TensorFlow prints a lot about that. On
    # JAX we wait with it, because several processes have to find each other first. There Keras may
    # load TensorFlow later on, so we load it now, while its messages are hidden.
    if keras.backend.backend() != "jax":
        keras.ops.zeros(())
    elif importlib.util.find_spec("tensorflow"):
        import tensorflow  # noqa: F401


def load_keras_quietly():
    """Load Keras while stderr goes to a temporary file, which is shown only if loading fails.

    TensorFlow writes a page of harmless messages while it loads, whatever its log level is.
    `TF_CPP_MIN_LOG_LEVEL=0` shows them all.
    """
    stderr = os.dup(2)  # the real one; file descriptor 2 is where libraries write to
    was_enabled = faulthandler.is_enabled()
    if OWNS_PROCESS:
        faulthandler.enable(file=stderr)  # if TensorFlow crashes now, this says where
    with tempfile.TemporaryFile() as messages:
        os.dup2(messages.fileno(), 2)
        try:
            load_keras()
        except BaseException:
            messages.seek(0)
            os.write(stderr, messages.read())
            raise
        finally:
            os.dup2(stderr, 2)
            if OWNS_PROCESS:
                faulthandler.disable()
                if was_enabled:  # by `python -X faulthandler`
                    faulthandler.enable()
            os.close(stderr)


try:
    # IDLE on Windows has no console, so there is no stderr to keep quiet.
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0" or sys.__stderr__ is None:
        load_keras()
    else:
        load_keras_quietly()
except Exception as error:  # noqa: BLE001 - a settings file or a library may break in any way
    _reason = " ".join(str(error).split()) or repr(error)
    _files = {"jax": "requirements-jax.txt", "torch": "requirements-torch.txt"}
    _file = _files.get(backend, "requirements.txt")
    sys.exit(
        f"Keras doesn't start on KERAS_BACKEND={backend}: {_reason}. If a package is missing, "
        f"install it with pip install -r {_file}. If not, an old file ~/.keras/keras.json may be "
        "in the way. Then delete it."
    )

import keras  # loaded above

logging.getLogger("tensorflow").setLevel(logging.WARNING)  # notebooks show the rest in red
# It warns that a function was compiled more than once, which happens here and does no harm.
logging.getLogger("tensorflow").addFilter(lambda note: "retracing" not in note.getMessage())


def print_device():
    """Print version, backend and device; on a CPU also what CUDA_VISIBLE_DEVICES says, if set."""
    device = "CPU" if "cpu" in str(keras.ops.zeros(()).device).lower() else "GPU"
    if device == "CPU" and (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        device += f" (CUDA_VISIBLE_DEVICES={visible} grants no GPU)"
    print(f"Keras {keras.version()}, {keras.backend.backend()} backend, {device}", flush=True)
