"""Command-line options: obeyed when right, refused with one line and exit status 2 when wrong."""

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import common
import keras
import pytest

DEFAULTS = {
    "epochs": 5,
    "learning_rate": 0.01,
    "seed": 0,
    "train_limit": 60000,
    "verbose": "auto",
    "image": [],
    "folder": Path("output/here"),
}


@pytest.fixture
def flags(monkeypatch):
    """Call `flags` as a lesson would that was started with these options."""

    def call(*options):
        lesson = SimpleNamespace(__file__=__file__, __doc__="The text of --help.")
        monkeypatch.setitem(sys.modules, "__main__", lesson)
        monkeypatch.setattr(sys, "argv", [__file__, *options])
        return common.flags(**DEFAULTS)

    return call


def test_values_have_the_type_of_their_default(flags, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    assert vars(flags()) == DEFAULTS | {"save_plots": None, "verbose": 2}
    args = flags("--epochs", "7", "--learning-rate=1", "--image", "a", "b", "--image", "c")
    assert (args.epochs, args.image) == (7, ["a", "b", "c"])
    assert isinstance(args.learning_rate, float)
    lessons_own = Path("new", DEFAULTS["folder"].name)  # beside the reader's files
    assert flags("--folder", "new", "--train-limit", "10").folder == lessons_own
    assert list(tmp_path.iterdir()) == []  # a lesson makes its folder itself


def test_progress_bar_on_a_terminal_only(flags, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert (flags().verbose, flags("--verbose", "0").verbose) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        "--epcohs 1",
        "--epoch 1",  # no abbreviations: a later option could change their meaning
        "1",
        "--epochs 0",
        "--epochs two",
        "--learning-rate 0",
        "--learning-rate nan",
        "--learning-rate inf",
        "--seed -1",
        "--seed 4294967296",  # more than NumPy takes
        "--train-limit 9",
        "--verbose auto",
        "--folder a_file",
        "--folder /proc/new",  # where even root can make no folder
        "--save-plots a_file/plots",
    ],
)
def test_wrong_option(wrong, flags, capsys, tmp_path):
    (tmp_path / "a_file").touch()
    with pytest.raises(SystemExit) as refused:
        flags(*wrong.split())
    assert refused.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert wrong.split()[0] in output.err


def test_help_is_the_docstring(flags, capsys):
    with pytest.raises(SystemExit):
        flags("--help")
    text = " ".join(capsys.readouterr().out.split())
    for part in ("The text of --help.", "--train-limit", "--save-plots", "60000", "(default: 0)"):
        assert part in text


def test_a_gpu_is_named(flags, monkeypatch, capsys):
    """A made-up one; lessons that run on the CPU show the other lines."""
    device = SimpleNamespace(device="/job:localhost/device:GPU:0")
    monkeypatch.setattr(keras.ops, "zeros", lambda shape: device)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    flags()
    assert re.fullmatch(r"Keras 3\S+, tensorflow backend, GPU\n", capsys.readouterr().out)
