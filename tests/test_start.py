"""A lesson starts, draws and ends as its user expects, whatever runs it and whatever is closed.

Most tests use a stand-in for Keras, which loads at once, and a lesson of six lines.
"""

import os
import runpy
import signal
import subprocess
import sys
import textwrap
import time

import common
import matplotlib.pyplot as plt
import pytest

from lessons import EXAMPLES

KERAS = """
from types import SimpleNamespace
ops = SimpleNamespace(zeros=lambda shape: SimpleNamespace(device="cpu"))
config = SimpleNamespace(**dict.fromkeys(
    ["set_floatx", "set_epsilon", "set_image_data_format"], lambda value: None))
backend = SimpleNamespace(backend=lambda: "tensorflow")
version = lambda: "3"
"""
LESSON = """
from common import flags
import matplotlib.pyplot as plt
args = flags(epochs=5)
plt.plot([1, 2])
plt.show()
print(f"Epochs: {args.epochs}")
"""
SAVED = "Picture: output/lesson/lesson-1.png\nEpochs: 5\n"


@pytest.fixture
def start(environment, tmp_path):
    """Return the function that starts a lesson in a shell, with a stand-in for Keras."""
    (tmp_path / "modules" / "keras").mkdir(parents=True)
    (tmp_path / "modules" / "keras" / "__init__.py").write_text(KERAS)
    (tmp_path / "lesson.py").write_text(LESSON)
    paths = os.pathsep.join([str(tmp_path / "modules"), str(EXAMPLES)])

    def run(command, text=LESSON, **more):
        (tmp_path / "lesson.py").write_text(textwrap.dedent(text))
        return subprocess.run(
            ["bash", "-c", command.replace("python", sys.executable)],
            env=environment | {"PYTHONPATH": paths} | more,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


# ---- Ctrl-C

SWALLOWS = """
        print("ready", flush=True)
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
"""
MOMENTS = {
    "loading": ("keras/__init__.py", f"if True:{SWALLOWS}"),
    "training": ("lesson.py", f"import common\nif True:{SWALLOWS}"),
    "callback of a library": ("lesson.py", f"import common\ndef call(*x):{SWALLOWS}\nsorted([1], key=call)"),
    "destructor": (
        "lesson.py",
        f"import common\nclass Thing:\n    def __del__(self):{SWALLOWS}\nThing()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_ends_a_lesson_at_once(moment, start, environment, tmp_path):
    start("true")
    file, text = MOMENTS[moment]
    (tmp_path / ("modules" if "/" in file else "") / file).write_text(text)
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path / "modules"), str(EXAMPLES)])
    with subprocess.Popen(
        [sys.executable, "lesson.py"], env=environment, stdout=-1, stderr=-1, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=5)
    assert process.returncode == -signal.SIGINT  # a shell says 130
    assert time.monotonic() - begin < 1
    assert output + errors == ""


def test_python_i_and_hosts_keep_their_ctrl_c(start):
    text = "import common, signal; print(signal.getsignal(signal.SIGINT).__name__)"
    assert start("python -i lesson.py < /dev/null", text).stdout == "default_int_handler\n"
    host = "import runpy; runpy.run_path('lesson.py', run_name='__main__')"
    assert start(f'python -c "{host}"', text).stdout == "default_int_handler\n"


# ---- outputs that are closed, programs that are not Python


@pytest.mark.parametrize("end", [">&-", "2>&-", ">&- 2>&-", "| head -1"])
def test_closed_outputs_end_quietly(end, start):
    result = start(f"python lesson.py {end}")
    assert result.returncode == 0
    assert result.stderr == ""


@pytest.mark.parametrize("line", ["sys.executable = ''", "sys.frozen = True"])
def test_without_a_python_to_start(line, start):
    result = start("python lesson.py", f"import sys; {line}\n{LESSON}")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Epochs: 5\n" in result.stdout


def test_real_errors_are_seen(start, tmp_path):
    """Only TensorFlow's notes are hidden while it loads; the last words of a crash are not."""
    start("true")
    (tmp_path / "modules" / "keras" / "__init__.py").write_text(
        "import os\n"
        "os.write(2, b'I0000 00:00:1.2 3 port.cc:153] oneDNN custom operations are on. You\\n')\n"
        "os.write(2, b'F0000 no AVX on this CPU\\n')\n"
        "os.abort()\n"
    )
    result = start("exec python lesson.py")
    assert result.returncode == -signal.SIGABRT
    assert result.stderr == "F0000 no AVX on this CPU\n"


@pytest.mark.parametrize("error", ["ImportError('No module named jax')", "AssertionError()"])
def test_keras_that_does_not_load_is_told_in_short(error, start, tmp_path):
    start("true")
    (tmp_path / "modules" / "keras" / "__init__.py").write_text(f"raise {error}")
    result = start("python lesson.py", KERAS_BACKEND="jax")
    assert result.returncode == 2
    assert "KERAS_BACKEND=jax" in result.stderr
    assert "Traceback" not in result.stderr


# ---- hosts


def test_another_programs_command_line_is_not_ours(tmp_path, monkeypatch, capsys):
    """A cell of VS Code: `__file__` is the lesson's, the command line is the kernel's."""
    monkeypatch.setattr(sys, "argv", ["/usr/lib/ipykernel_launcher.py", "-f", "kernel.json"])
    space = {"__name__": "__main__", "__file__": str(tmp_path / "lesson.py")}
    exec(LESSON, space)
    assert space["args"].epochs == 5
    monkeypatch.setattr(sys, "argv", [""])  # as an embedded Python has it
    exec(LESSON, space)
    assert "Epochs: 5" in capsys.readouterr().out


def test_a_lesson_leaves_the_show_of_others_alone(tmp_path, monkeypatch, capsys):
    """`%run lesson.py --save-plots here` in a notebook, then a picture of one's own."""
    before = plt.show, plt.get_backend(), vars(common).copy()
    (tmp_path / "lesson.py").write_text(LESSON)
    monkeypatch.setattr(sys, "argv", ["lesson.py", "--save-plots", "here"])
    runpy.run_path("lesson.py", run_name="__main__")
    assert "Picture: here/lesson-1.png" in capsys.readouterr().out
    assert (plt.show, plt.get_backend(), vars(common)) == before
    assert plt.get_fignums() == []


# ---- pictures


@pytest.mark.parametrize(
    "backend",
    ["", "agg", "svg", "nbagg", "tkagg", "no such thing", "module://nowhere",
     "module://matplotlib_inline.backend_inline"],
)  # fmt: skip
def test_without_a_window_pictures_are_saved(backend, start, tmp_path):
    more = {"MPLBACKEND": backend} if backend else {}
    result = start("python lesson.py", **more)
    assert (result.stderr, result.returncode) == ("", 0)
    assert result.stdout.endswith(SAVED)
    assert (tmp_path / "output/lesson/lesson-1.png").stat().st_size > 1000


def test_a_window_is_announced(start, tmp_path):
    """With a backend that opens windows; this one opens none."""
    (tmp_path / "modules").mkdir(exist_ok=True)
    result = start(
        "python lesson.py",
        "from matplotlib.backends import backend_registry\n"
        "backend_registry.resolve_backend = lambda name: (name, 'tk')\n"
        "import warnings; warnings.simplefilter('ignore')\n" + LESSON,
        MPLBACKEND="agg",
    )
    assert result.stderr == ""
    assert result.stdout.count("window") == 1
    assert not (tmp_path / "output").exists()


def test_a_folder_that_cannot_be_written(start, tmp_path):
    """The result still comes; a lesson about files says so before it trains."""
    (tmp_path / "output").touch()  # a file in the way, as root may write everywhere
    result = start("python lesson.py")
    assert (result.stderr, result.returncode) == ("", 0)
    assert "Picture not saved: output/lesson/lesson-1.png" in result.stdout
    assert result.stdout.endswith("Epochs: 5\n")
    text = "from pathlib import Path\n" + LESSON.replace("=5", "=5, folder=Path('output/lesson')")
    result = start("python lesson.py", text)
    assert (result.stdout, result.returncode) == ("", 2)
    assert result.stderr.startswith("lesson.py: argument --folder: output/lesson: ")
    assert result.stderr.count("\n") == 1
