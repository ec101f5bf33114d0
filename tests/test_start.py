"""A lesson starts, draws and ends as its user expects, whatever runs it and whatever is closed.

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
class utils:
    set_random_seed = id
layers = None
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


def test_python_i_and_hosts_keep_their_ctrl_c(start):
    text = "import common, signal; print(signal.getsignal(signal.SIGINT).__name__)"
    host = "import runpy; runpy.run_path('lesson.py', None, '__main__')"
    for command in ("python -i lesson.py < /dev/null", f'python -c "{host}"'):
        assert start(command, text)[1] == "default_int_handler\n"


# ---- outputs that are closed, programs that are not Python, a Keras that does not load


def test_closed_outputs_end_quietly(start):
    for end in (">&-", "2>&-", "| head -1"):
        status, _, errors = start(f"python lesson.py {end}")
        assert (status, errors) == (0, "")


def test_without_a_python_to_start(start):
    for line in ("''", "None", "'/no/python'", "'/bin/true'", "sys.executable; sys.frozen = 1"):
        line = f"sys.executable = {line}"
        assert start("python lesson.py", f"import sys; {line}\n{LESSON}") == (0, SAVED, "")


def test_real_errors_are_seen(start):
    """Only TensorFlow's notes are hidden while it loads; the last words of a crash are not."""
    note = "I0000 00:00:1.2 3 port.cc:153] oneDNN custom operations are on. You"
    crash = f"import os\nos.write(2, b'{note}\\nF0000 no AVX on this CPU\\n')\nos.abort()"
    ended = start("python lesson.py", keras=crash)
    assert ended == (-signal.SIGABRT, "", "F0000 no AVX on this CPU\n")


@pytest.mark.parametrize(
    "error", ["ImportError('No module named jax')", "AssertionError()", "PermissionError(13, '')"]
)
def test_keras_that_does_not_load_is_told_in_short(error, start):
    status, _, errors = start("python lesson.py", keras=f"raise {error}", KERAS_BACKEND="jax")
    assert status == 2
    assert "KERAS_BACKEND=jax" in errors
    assert "pip install -r requirements-jax.txt" in errors
    assert "Traceback" not in errors


def test_scale_out_without_jax(start):
    """On another backend; where JAX is not installed, the test before this one tells."""
    status, output, errors = start(f"python {EXAMPLES / 'scale_out.py'}")
    assert (status, output) == (2, "")
    assert errors.startswith("scale_out.py: needs pip install -r requirements-jax.txt")
    assert errors.count("\n") == 1


# ---- hosts


def test_another_programs_command_line_is_not_ours(tmp_path, monkeypatch):
    """A cell of VS Code: `__file__` is the lesson's, the command line is the kernel's."""
    for argv in (["/usr/lib/ipykernel_launcher.py", "-f", "kernel.json"], [""], []):
        monkeypatch.setattr(sys, "argv", argv)
        for file in (str(tmp_path / "lesson.py"), None):
            space = {"__name__": "__main__", "__file__": file}
            exec(LESSON, space)
            assert space["args"].epochs == 5


def test_a_lesson_leaves_the_show_of_others_alone(run, tmp_path, monkeypatch):
    """`%run lesson.py --save-plots here` in a notebook, then a picture of one's own."""
    before = plt.show, plt.get_backend(), vars(common).copy()
    (tmp_path / "lesson.py").write_text(LESSON)
    ran = run(tmp_path / "lesson.py", "--save-plots", "here")
    assert "Picture: here/lesson-1.png" in ran.output
    assert (plt.show, plt.get_backend(), vars(common)) == before
    assert plt.get_fignums() == []
    monkeypatch.setattr(plt, "show", lambda: "the user's")
    assert ran.variables["plt"].show() == "the user's"  # `%run` hands on the lesson's variables


# ---- pictures


def test_without_a_window_pictures_are_saved(start, tmp_path):
    inline = "module://matplotlib_inline.backend_inline"
    backends = ["nbagg", "tkagg", "svg", "no such thing", "module://os", inline]
    runs = [("python lesson.py", backend) for backend in backends]
    runs += [("python -i lesson.py < /dev/null", inline), ("python -m lesson", inline)]
    for command, backend in runs:
        status, output, errors = start(command, MPLBACKEND=backend)
        assert (status, output, errors.strip("> \n")) == (0, SAVED, "")  # the prompt of -i
        picture = tmp_path / "output/lesson/lesson-1.png"
        assert picture.stat().st_size > 1000
        picture.unlink()


def test_a_window_is_announced(run, tmp_path, monkeypatch):
    """With a backend that opens windows; this one opens none."""
    monkeypatch.setattr(common.start, "IS_PROGRAM", True)
    resolve = "common.options.backend_registry.resolve_backend"
    monkeypatch.setattr(resolve, lambda name: (name, "tk"))
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    (tmp_path / "lesson.py").write_text(LESSON)
    ran = run(tmp_path / "lesson.py")
    assert ran.output.count("window") == 1
    assert not (ran.folder / "output").exists()


def test_a_folder_that_cannot_be_written(start, tmp_path):
    """The result still comes; a lesson about files says so before it trains."""
    (tmp_path / "output").touch()  # a file in the way, as root may write everywhere
    status, output, errors = start("python lesson.py")
    assert (status, errors) == (0, "")
    assert "Picture not saved: output/lesson/lesson-1.png" in output
    assert output.endswith("Epochs: 5\n")
    for lesson in LESSONS.values():
        if "mkdir(" in lesson.text:
            status, output, errors = start(f"python {lesson.path}")
            assert (status, output) == (2, "")
            assert errors.startswith(
                f"{lesson.path.name}: argument --folder: output/{lesson.name}: "
            )
            assert errors.count("\n") == 1
