"""What has to happen before Keras is loaded: Ctrl-C, the environment, a quiet start."""

import os
import signal
import sys

HOSTS = {"IPython", "idlelib", "pdb", "pydevd", "pytest", "runpy"}


def owns_process():
    """Return whether Python runs nothing but a lesson, as in `python examples/mnist_cnn.py`.

    Then what happens at Ctrl-C is ours to say. A notebook, a debugger, pytest, a program that runs
    the lesson, and `python -i` have ways of their own, and keep them.
    """
    is_script = hasattr(sys.modules["__main__"], "__file__") and not sys.flags.inspect
    return is_script and HOSTS.isdisjoint(sys.modules)


def owns_command_line():
    """Return whether the words on the command line are meant for the lesson.

    They are after `python lesson.py`, `python -i lesson.py` and `%run lesson.py`. In the cell of a
    notebook they are the kernel's.
    """
    file = getattr(sys.modules["__main__"], "__file__", None)
    return bool(file) and os.path.realpath(file) == os.path.realpath(sys.argv[0])


OWNS_PROCESS = owns_process()  # asked once: Keras and matplotlib may load one of the hosts
if OWNS_PROCESS:
    # Ctrl-C raises an exception, and libraries sometimes swallow it. The operating system's own
    # action cannot be swallowed: the program ends. If Ctrl-C was to be ignored, it stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGPIPE"):  # a reader that has seen enough, such as `| head`
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if "inline" in os.environ.get("MPLBACKEND", ""):  # `!python lesson.py` in a notebook
        os.environ["MPLBACKEND"] = "agg"  # the notebook's own backend shows nothing out here

import faulthandler  # these take a while, so Ctrl-C comes first
import importlib.util
import logging
import tempfile

if hasattr(sys.stdout, "reconfigure"):  # a console may lack a letter of a file's name
    sys.stdout.reconfigure(errors="backslashreplace")

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # takes no more memory than it needs


def load_keras():
    """Import Keras, with settings that an old ~/.keras/keras.json cannot change."""
    import keras

    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    if keras.backend.backend() != "jax":
        keras.ops.zeros(())  # now TensorFlow looks for a GPU
    elif importlib.util.find_spec("tensorflow"):
        import tensorflow  # noqa: F401 - else Keras loads it later, where its notes would be seen
    # On JAX no tensor is made: several processes have to meet before the first one.


def load_keras_quietly():
    """Load Keras while all that is written to stderr goes to a file, shown only if loading fails.

    TensorFlow writes a page of harmless notes while it loads, whatever its log level says.
    `TF_CPP_MIN_LOG_LEVEL=0` shows them all.
    """
    screen = os.dup(2)
    watching = faulthandler.is_enabled()
    if not watching:
        faulthandler.enable(file=screen)  # if TensorFlow crashes now, this says where
    with tempfile.TemporaryFile() as notes:
        os.dup2(notes.fileno(), 2)
        try:
            load_keras()
        except BaseException:
            notes.seek(0)
            os.write(screen, notes.read())
            raise
        finally:
            os.dup2(screen, 2)
            if not watching:
                faulthandler.disable()
            os.close(screen)


try:
    # Without a console, as in IDLE on Windows, there is no stderr to keep quiet.
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0" or sys.__stderr__ is None:
        load_keras()
    else:
        load_keras_quietly()
except Exception as error:  # noqa: BLE001 - a settings file or a library may break in any way
    _backend = os.environ["KERAS_BACKEND"]
    _file = {"jax": "requirements-jax.txt", "torch": "requirements-torch.txt"}
    sys.exit(
        f"Keras does not start on KERAS_BACKEND={_backend}: {error}. Install what is missing (pip "
        f"install -r {_file.get(_backend, 'requirements.txt')}). If nothing is, an old keras.json "
        "in ~/.keras may be in the way: delete it."
    )

import keras  # loaded above

logging.getLogger("tensorflow").setLevel(logging.WARNING)  # notebooks show its notes in red
logging.getLogger("tensorflow").addFilter(lambda note: "retracing" not in note.getMessage())


def print_device():
    """Print version, backend and device, and whether a GPU was wished for in vain."""
    device = "CPU" if "cpu" in str(keras.ops.zeros(()).device).lower() else "GPU"
    if device == "CPU" and (visible := os.environ.get("CUDA_VISIBLE_DEVICES")) is not None:
        device += f" (CUDA_VISIBLE_DEVICES={visible} grants no GPU)"
    print(f"Keras {keras.version()}, {keras.backend.backend()} backend, {device}", flush=True)
