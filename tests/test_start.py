"""A lesson starts, draws and ends as its user expects, whoever runs it.

Most tests use a stand-in for Keras, which loads at once, and a lesson of six lines.
"""

import os
import signal
import subprocess
import sys

import common
import matplotlib.pyplot as plt
import pytest

from lessons import EXAMPLES, LESSONS

KERAS = """
class config:
    set_floatx = set_epsilon = set_image_data_format = id
class ops:
    zeros = lambda shape: ops
    device = "cpu"
class backend:
    backend = lambda: "tensorflow"
version = lambda: "3"
"""
LESSON = """
from common import flags
import matplotlib.pyplot as plt
args = flags(epochs=5, verbose="auto")
plt.plot([1, 2])
plt.show()
print(f"Epochs: {args.epochs}")
"""
# as from a terminal, although nohup or a shell in the background may have pytest ignore Ctrl-C
TERMINAL = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
SAVED = "Keras 3, tensorflow backend, CPU\nPicture: output/lesson/lesson-1.png\nEpochs: 5\n"


@pytest.fixture
def start(environment, tmp_path):
    """Return the function that starts a shell command, beside a lesson and a stand-in for Keras."""
    (tmp_path / "modules").mkdir()
    paths = os.pathsep.join([str(tmp_path / "modules"), str(EXAMPLES)])

    def run(command, lesson=LESSON, keras=KERAS, **more):
        (tmp_path / "modules" / "keras.py").write_text(keras)
        (tmp_path / "lesson.py").write_text(TERMINAL + lesson)
        result = subprocess.run(
            ["bash", "-c", command.replace("python", f"exec {sys.executable}")],
            env=environment | {"PYTHONPATH": paths} | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return result.returncode, result.stdout, result.stderr

    return run


# ---- Ctrl-C

SWALLOWS = """
        import os, signal
        while True:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except BaseException:
                pass
"""


@pytest.mark.parametrize(
    "moment",
    [
        {"keras": f"if True:{SWALLOWS}"},  # while Keras loads
        {"lesson": f"import common\ndef f(x):{SWALLOWS}\nsorted([1], key=f)"},  # in a callback
        {"lesson": f"import common\nclass C:\n    def __del__(self):{SWALLOWS}\nC()"},
    ],
)
def test_ctrl_c_ends_a_lesson_at_once_whatever_it_is_doing(moment, start):
    assert start("python lesson.py", **moment) == (-signal.SIGINT, "", "")  # a shell says 130


def test_hosts_keep_their_ctrl_c(start):
    """`python -i`, pdb, and a program that runs the lesson."""
    text = "import common, signal; print(signal.getsignal(signal.SIGINT).__name__)"
    host = "import runpy; runpy.run_path('lesson.py', None, '__main__')"
    commands = [
        "python -i lesson.py < /dev/null",
        "python -m pdb -c continue lesson.py < /dev/null",
    ]
    for command in [*commands, f'python -c "{host}"']:
        assert "default_int_handler\n" in start(command, text)[1], command


# ---- a quiet start, and a loud one when something is wrong


def test_notes_are_hidden_while_keras_loads(start):
    """Unless loading fails, or the user wants to see them."""
    notes = "import os\nos.write(2, b'This TensorFlow binary is optimized\\n')\n"
    status, output, errors = start("python lesson.py", keras=notes + KERAS)
    assert (status, output, errors) == (0, SAVED, "")
    status, output, errors = start(
        "python lesson.py", keras=notes + KERAS, TF_CPP_MIN_LOG_LEVEL="0"
    )
    assert (status, output, errors) == (0, SAVED, "This TensorFlow binary is optimized\n")
    status, output, errors = start("python lesson.py", keras=notes + "raise ImportError('no jax')")
    assert (status, output) == (1, "")
    assert "This TensorFlow binary is optimized\n" in errors


def test_a_crash_while_keras_loads_says_where(start):
    status, _, errors = start("python lesson.py", keras="import os\nos.abort()")
    assert status == -signal.SIGABRT
    assert 'keras.py", line 2' in errors


@pytest.mark.parametrize(
    "error", ["ImportError('No module named jax')", "AssertionError()", "PermissionError(13, '')"]
)
def test_keras_that_does_not_load_is_told_in_short(error, start):
    status, _, errors = start("python lesson.py", keras=f"raise {error}", KERAS_BACKEND="jax")
    assert status == 1
    assert "KERAS_BACKEND=jax" in errors
    assert "pip install -r requirements-jax.txt" in errors
    assert errors.count("\n") == 1


def test_scale_out_without_jax(start):
    """On another backend; where JAX is not installed, the test before this one tells."""
    keras = f"{KERAS}\nlayers = None\n"
    status, output, errors = start(f"python {EXAMPLES / 'scale_out.py'}", keras=keras)
    assert (status, output) == (1, "")
    assert "pip install -r requirements-jax.txt" in errors
    assert errors.count("\n") == 1


def test_a_reader_that_leaves_ends_a_lesson_quietly(start):
    status, output, errors = start("python lesson.py | head -1")
    assert (status, output, errors) == (0, "Keras 3, tensorflow backend, CPU\n", "")


# ---- command lines


def test_whose_command_line_it_is(start, tmp_path, monkeypatch):
    """`python -i lesson.py --epochs 7` is the lesson's; a cell of VS Code has the kernel's."""
    command = "python -i lesson.py --epochs 7 < /dev/null"
    assert start(command)[1].endswith("Epochs: 7\n")
    assert start("python lesson.py --epochs 7")[1].endswith("Epochs: 7\n")
    assert start("python - --epochs 7 < lesson.py")[1].endswith("Epochs: 5\n")
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__file__", str(tmp_path / "lesson.py"), raising=False)
    for argv in (["/usr/lib/ipykernel_launcher.py", "-f", "kernel.json"], [""]):
        monkeypatch.setattr(sys, "argv", argv)
        assert common.flags(epochs=5).epochs == 5


# ---- pictures


def test_without_a_window_pictures_are_saved(start, tmp_path):
    """Also when a notebook, or the settings of a machine with a screen, ask for another backend."""
    inline = "module://matplotlib_inline.backend_inline"
    runs = [("python lesson.py", backend) for backend in ("", "nbagg", "tkagg", "svg", inline)]
    for command, backend in [*runs, ("python -i lesson.py < /dev/null", inline)]:
        status, output, errors = start(command, MPLBACKEND=backend)
        assert (status, output, errors.strip("> \n")) == (0, SAVED, "")  # the prompt of -i
        picture = tmp_path / "output/lesson/lesson-1.png"
        assert picture.stat().st_size > 1000
        picture.unlink()


def test_a_window_is_announced(monkeypatch, capsys):
    """With a backend that opens windows; this one opens none."""
    monkeypatch.setattr(common.start, "OWNS_PROCESS", True)
    monkeypatch.setattr(common.pictures, "can_open_windows", lambda: True)
    backend = plt.get_backend()
    common.pictures.choose_backend(None, "lesson")
    assert capsys.readouterr().out.count("window") == 1
    assert plt.get_backend() == backend


NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
import matplotlib
matplotlib.use("agg")
shell = InteractiveShell.instance()
shell.run_line_magic("run", "lesson.py --epochs 7 --save-plots here")
print(matplotlib.get_backend(), shell.user_ns["args"].epochs)
"""


def test_ipython_keeps_its_own_pictures(start, tmp_path):
    """After `%run lesson.py` the options were obeyed, and nothing has changed for the user."""
    pytest.importorskip("IPython")
    (tmp_path / "notebook.py").write_text(NOTEBOOK)
    status, output, _ = start("python -W ignore notebook.py")
    assert status == 0
    assert "--save-plots is for scripts" in output
    assert output.endswith("Epochs: 7\nagg 7\n")
    assert not (tmp_path / "here").exists()


def test_a_folder_that_cannot_be_written(start, tmp_path):
    """The result still comes; a lesson about files says so before it trains."""
    (tmp_path / "output").touch()  # a file in the way, as root may write everywhere
    status, output, errors = start("python lesson.py")
    assert (status, errors) == (0, "")
    assert "Picture not saved: output/lesson/lesson-1.png" in output
    assert output.endswith("Epochs: 5\n")
    for lesson in LESSONS.values():
        if "mkdir(" in lesson.text and not lesson.backend:
            keras = f"{KERAS}\nlayers = None\n"
            status, output, errors = start(f"python {lesson.path}", keras=keras)
            assert (status, output) == (2, ""), errors
            assert errors.startswith(f"{lesson.path.name}: argument --folder: output/{lesson.name}")
            assert errors.count("\n") == 1
