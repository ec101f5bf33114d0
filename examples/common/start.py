"""What has to happen before Keras is loaded: Ctrl-C, closed outputs, environment, a quiet start.

`IS_PROGRAM` says whether a lesson is the program of this process, `python examples/lesson.py`. A
notebook, `%run`, a debugger, pytest or `python -i` keep their own ways with signals.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys


def _is_program():
    frame = sys._getframe()  # from here back to the file that imports this package
    inner = (__package__, "importlib", "_frozen_importlib", "_frozen_importlib_external")
    while frame.f_globals["__name__"].partition(".")[0] in inner:
        frame = frame.f_back
    main = frame.f_globals["__name__"] == "__main__" and "__file__" in frame.f_globals
    return main and frame.f_back is None and not sys.flags.inspect  # nothing has called it


IS_PROGRAM = _is_program()
MPLBACKEND = None
if IS_PROGRAM:
    # perhaps a notebook's, and no backend here: options.py tries it
    MPLBACKEND = os.environ.pop("MPLBACKEND", None)
    # An exception that travels through libraries can get lost; the system's own action cannot.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):  # a reader that leaves, such as `head`
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)

for _name in ("stdout", "stderr"):
    if getattr(sys, _name) is None:  # closed, `>&-`
        setattr(sys, _name, open(os.devnull, "w"))  # noqa: SIM115 - until the process ends
    if hasattr(getattr(sys, _name), "reconfigure"):  # a console may lack a letter of a file's name
        getattr(sys, _name).reconfigure(errors="backslashreplace")

for _name, _value in {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",  # take GPU memory as needed, not all of it
}.items():
    os.environ.setdefault(_name, _value)  # a value that the user has set wins

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
    python = sys.executable and not getattr(sys, "frozen", False)
    if not python or sys.__stderr__ is None or os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0":
        yield
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


try:
    with _start_up_notes_hidden():
        import keras

        # what an old ~/.keras/keras.json may say otherwise
        keras.config.set_floatx("float32")
        keras.config.set_epsilon(1e-7)
        keras.config.set_image_data_format("channels_last")
        DEVICE = None  # on JAX the first tensor comes later: see flags
        if keras.backend.backend() != "jax":  # the first tensor shows which device Keras uses
            DEVICE = str(keras.ops.zeros(()).device)
except (ImportError, ValueError, AssertionError) as error:
    sys.exit(
        f"Keras does not start on KERAS_BACKEND={os.environ['KERAS_BACKEND']}: {error}\n"
        "Install what is missing (pip install -r requirements.txt), set KERAS_BACKEND to tensorflow, "
        "jax or torch, or delete an old keras.json in ~/.keras."
    )
logging.getLogger("tensorflow").setLevel(logging.WARNING)  # notebooks show its notes in red
logging.getLogger("tensorflow").addFilter(lambda note: "retracing" not in note.getMessage())
