"""What has to happen before Keras is loaded: Ctrl-C, closed outputs, environment, a quiet start.

A notebook, `%run`, a debugger, pytest or `python -i` keep their own ways with signals.
"""

import os
import signal
import sys


def _is_program():  # as in `python examples/lesson.py`
    frame = sys._getframe()  # from here back to the file that imports this package
    inner = (__package__, "importlib", "_frozen_importlib", "_frozen_importlib_external")
    while frame.f_globals.get("__name__", "").partition(".")[0] in inner:
        frame = frame.f_back
    main = frame.f_globals.get("__name__") == "__main__" and "__file__" in frame.f_globals
    return main and frame.f_back is None and not sys.flags.inspect  # nothing has called it


IS_PROGRAM = _is_program()
if IS_PROGRAM:
    # An exception that travels through libraries can get lost; the system's own action cannot.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):  # a reader that leaves, such as `head`
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)

import importlib.util
import logging  # takes a while, so Ctrl-C comes first
from subprocess import PIPE, Popen

MPLBACKEND = os.environ.pop("MPLBACKEND", None) if IS_PROGRAM else None  # options.py tries it
sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115 - closed, `>&-`
sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
if hasattr(sys.stdout, "reconfigure"):  # a console may lack a letter of a file's name
    sys.stdout.reconfigure(errors="backslashreplace")

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # takes no more memory than it needs

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
"""

_reader = None
_python = sys.executable or ""  # a program that brings Python along may name itself, or nothing
_can_hide = "py" in os.path.basename(_python) and os.access(_python, os.X_OK) and sys.__stderr__
if _can_hide and not hasattr(sys, "frozen") and os.environ["TF_CPP_MIN_LOG_LEVEL"] != "0":
    _screen = os.dup(2)
    _command = [_python, "-ISuc", _FILTER]
    _reader = Popen(_command, stdin=PIPE, stdout=_screen, start_new_session=True)
    os.dup2(_reader.stdin.fileno(), 2)
try:
    import keras

    if keras.backend.backend() == "jax" and importlib.util.find_spec("tensorflow"):
        import tensorflow  # noqa: F401 - Keras loads it later, where its notes would be seen

    keras.config.set_floatx("float32")  # an old ~/.keras/keras.json may say otherwise
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    if keras.backend.backend() != "jax":  # on JAX, processes have to meet before the first tensor
        keras.ops.zeros(())  # TensorFlow looks for a GPU, while its notes are hidden
except Exception as error:  # noqa: BLE001 - a settings file or a library may break in any way
    _backend = os.environ["KERAS_BACKEND"]
    _file = {"jax": "-jax", "torch": "-torch"}.get(_backend, "")
    print(
        f"Keras does not start on KERAS_BACKEND={_backend}: {error}. Install what is missing"
        f" (pip install -r requirements{_file}.txt), or delete an old keras.json in ~/.keras.",
        file=sys.stderr,
    )
    sys.exit(2)
finally:
    if _reader:
        os.dup2(_screen, 2)
        os.close(_screen)
        _reader.communicate()
logging.getLogger("tensorflow").setLevel(logging.WARNING)  # notebooks show its notes in red
logging.getLogger("tensorflow").addFilter(lambda note: "retracing" not in note.getMessage())


def print_device():
    """Print version, backend and device, and whether a wish for a GPU was in vain."""
    device = "CPU" if "cpu" in str(keras.ops.zeros(()).device).lower() else "GPU"
    if device == "CPU" and (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        device += f" (CUDA_VISIBLE_DEVICES={visible} grants no GPU)"
    print(f"Keras {keras.version()}, {keras.backend.backend()} backend, {device}", flush=True)
