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
SAVED = "Keras 3, tensorflow backend, CPU\nPicture: output/lesson/lesson-1.png\nEpochs: 5\n"


@pytest.fixture
def terminal():
    """See to it that Ctrl-C is not ignored, as nohup has it, in the processes that we start."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def start(terminal, environment, tmp_path):
    """Return the function that starts a shell command, beside a lesson and a stand-in for Keras."""
    (tmp_path / "modules").mkdir()
    paths = os.pathsep.join([str(tmp_path / "modules"), str(EXAMPLES)])

    def run(command, lesson=LESSON, keras=KERAS, **more):
        (tmp_path / "modules" / "keras.py").write_text(keras)
        (tmp_path / "lesson.py").write_text(lesson)
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
while True:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        pass
"""


def test_ctrl_c_ends_a_lesson_while_keras_loads(start):
    """Even if somebody would swallow an exception. A shell calls this status 130."""
    ended = start("python lesson.py", keras=f"import os, signal\n{SWALLOWS}")
    assert ended == (-signal.SIGINT, "", "")


def test_ctrl_c_ends_a_lesson_in_the_middle_of_an_epoch(terminal, environment, small_data):
    """A real one, whose progress bar tells when an epoch has begun."""
    command = [sys.executable, LESSONS["mnist_dense"].path, "--epochs=100000", "--verbose=1"]
    settings = environment | {"EXAMPLES_DATA": str(small_data)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=settings, **pipes) as process:
        seen = b""
        while b"loss" not in seen:
            said = process.stdout.read1()
            assert said, "it ended before it trained"
            seen += said
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[1] == b""
    assert process.returncode == -signal.SIGINT


def test_hosts_keep_their_ctrl_c(start, tmp_path):
    """`python -i`, pdb, and programs that run or import a lesson."""
    lesson = "import common, signal; print(signal.getsignal(signal.SIGINT) != signal.SIG_DFL)"
    runs = "import runpy; runpy.run_path('lesson.py', None, '__main__')"
    (tmp_path / "imports.py").write_text("import lesson")
    for command in (
        "python -i lesson.py < /dev/null",
        "python -m pdb -c continue lesson.py < /dev/null",
        f'python -c "{runs}"',
        "python imports.py",
    ):
        assert "True\n" in start(command, lesson)[1], command
    assert not common.start.owns_process()  # this is pytest


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
    for command in ("python lesson.py", "python -X faulthandler lesson.py"):
        status, _, errors = start(command, keras="import os\nos.abort()")
        assert status == -signal.SIGABRT
        assert 'keras.py", line 2' in errors


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("ImportError('No module named jax')", "No module named jax"),
        ("ImportError('DLL load failed.\\n\\nSee the web')", "DLL load failed. See the web"),
        ("AssertionError()", "AssertionError()"),
    ],
)
def test_keras_that_does_not_load_is_told_in_one_line(error, said, start):
    status, _, errors = start("python lesson.py", keras=f"raise {error}", KERAS_BACKEND="jax")
    assert status == 1
    assert f"KERAS_BACKEND=jax: {said}" in errors
    assert "pip install -r requirements-jax.txt" in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("jax ", "jax"),
        ("JAX", "jax"),
        ("pytorch", "torch"),
        ("TensorFlow", "tensorflow"),
        ("tf", "tensorflow"),
        ("", "tensorflow"),
    ],
)
def test_a_backend_is_understood_however_it_is_spelled(spelled, meant, start):
    keras = f"{KERAS}\nimport os\nversion = lambda: os.environ['KERAS_BACKEND']"
    status, output, errors = start("python lesson.py", keras=keras, KERAS_BACKEND=spelled)
    assert (status, errors) == (0, "")
    assert output.startswith(f"Keras {meant},")


def test_a_backend_that_does_not_exist(start):
    status, output, errors = start("python lesson.py", KERAS_BACKEND="numpy")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert all(name in errors for name in ("numpy", "tensorflow", "jax", "torch"))


@pytest.mark.parametrize(
    "name", ["random.py", "signal.py", "types.py", "keras.py", "numpy/__init__.py"]
)
def test_a_file_with_the_name_of_a_library_is_named(name, start, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    status, output, errors = start("python lesson.py")
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert str(tmp_path / name.removesuffix("/__init__.py")) in errors


def test_pictures_look_the_same_whatever_matplotlibrc_says(start, tmp_path):
    (tmp_path / "matplotlibrc").write_text("image.origin: lower\ntext.usetex: True\n")
    lesson = f"{LESSON}print(plt.rcParams['image.origin'])\n"
    assert start("python lesson.py", lesson=lesson) == (0, f"{SAVED}upper\n", "")


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
    """`python -i lesson.py --epochs 7` is the lesson's; a program that imports it has its own."""
    (tmp_path / "imports.py").write_text("import lesson")
    assert start("python lesson.py --epochs 7")[1].endswith("Epochs: 7\n")
    assert start("python -i lesson.py --epochs 7 < /dev/null")[1].endswith("Epochs: 7\n")
    assert start("python - --epochs 7 < lesson.py")[1].endswith("Epochs: 5\n")
    assert start("python imports.py --its-own 7")[1].endswith("Epochs: 5\n")
    # A cell of VS Code: the file is the lesson, the command line is the kernel's.
    monkeypatch.setattr(
        sys.modules["__main__"], "__file__", str(tmp_path / "lesson.py"), raising=False
    )
    for argv in (["/usr/lib/ipykernel_launcher.py", "-f", "kernel.json"], [""]):
        monkeypatch.setattr(sys, "argv", argv)
        assert common.flags(epochs=5).epochs == 5


# ---- pictures


def test_without_a_window_pictures_are_saved(start, tmp_path):
    """Also when a notebook, or the settings of a machine with a screen, ask for another backend."""
    inline = "module://matplotlib_inline.backend_inline"
    runs = [("python lesson.py", backend) for backend in ("", "tkagg", "svg", inline)]
    for command, backend in [*runs, ("python -i lesson.py < /dev/null", inline)]:
        status, output, errors = start(command, MPLBACKEND=backend)
        assert (status, output, errors.strip("> \n")) == (0, SAVED, "")  # the prompt of -i
        picture = tmp_path / "output/lesson/lesson-1.png"
        assert picture.stat().st_size > 1000
        picture.unlink()


PANE = """
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
class Manager(FigureManagerBase):
    @classmethod
    def pyplot_show(cls, *, block=None):
        print("shown")
class FigureCanvas(FigureCanvasAgg):
    manager_class = Manager
"""


def test_pictures_are_shown_where_they_can_be(start, tmp_path, monkeypatch, capsys):
    """In a program's own pane, as in PyCharm; a window, here that of a browser, is announced."""
    (tmp_path / "modules" / "pane.py").write_text(PANE)
    output = start("python lesson.py", MPLBACKEND="module://pane")[1]
    assert output == "Keras 3, tensorflow backend, CPU\nshown\nEpochs: 5\n"
    assert not (tmp_path / "output").exists()
    monkeypatch.setattr(common.start, "OWNS_PROCESS", True)
    monkeypatch.setattr(plt, "switch_backend", lambda backend: None)  # webagg needs tornado
    monkeypatch.setattr(plt, "get_backend", lambda: "webagg")
    common.pictures.choose_backend(None, "lesson")
    assert capsys.readouterr().out.count("window") == 1


def test_a_notebook_keeps_its_own_pictures(start, environment, tmp_path):
    """After `%run lesson.py` the options were obeyed, and nothing has changed for the user."""
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    start("true")  # writes the lesson
    show = "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"
    run = "%run lesson.py --epochs 7 --save-plots here"
    after = "import signal; print(args.epochs, signal.getsignal(signal.SIGINT).__name__)"
    cells = [nbformat.v4.new_code_cell(code) for code in (show, run, show, after)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    paths = os.pathsep.join([str(tmp_path / "modules"), str(EXAMPLES)])
    nbclient.NotebookClient(notebook).execute(env=environment | {"PYTHONPATH": paths})
    texts = ["".join(o.get("text", "") for o in cell.outputs) for cell in cells]
    pictures = [sum("image/png" in o.get("data", {}) for o in cell.outputs) for cell in cells]
    assert pictures == [1, 1, 1, 0]
    assert "--save-plots is for scripts" in texts[1]
    assert texts[3] == "7 default_int_handler\n"
    assert not (tmp_path / "here").exists()


def test_a_folder_that_cannot_be_written(start, tmp_path):
    """The result still comes; a lesson about files says so before it trains."""
    (tmp_path / "output").touch()  # a file in the way, as root may write everywhere
    status, output, errors = start("python lesson.py")
    assert (status, errors) == (0, "")
    assert "Picture not saved: output/lesson/lesson-1.png" in output
    assert output.endswith("Epochs: 5\n")
    about_files = [lesson for lesson in LESSONS.values() if lesson.files]
    assert about_files
    for lesson in about_files:
        keras = f"{KERAS}\nlayers = None\n"
        status, output, errors = start(f"python {lesson.path}", keras=keras)
        assert (status, output) == (2, ""), errors
        option = "output" if "args.output" in lesson.text else "folder"
        assert errors.startswith(f"{lesson.path.name}: argument --{option}: output/{lesson.name}")
        assert errors.count("\n") == 1
