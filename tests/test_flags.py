"""Command-line options: obeyed when right, refused with one line and exit status 2 when wrong."""

import subprocess
import sys

import common
import pytest
import tensorflow as tf
from lessons import EXAMPLES, run

__doc__ = "The text of --help."
DEFAULTS = {
    "epochs": 5,
    "batch_size": 128,
    "learning_rate": 0.01,
    "seed": 0,
    "train_limit": 60000,
    "precision": "float32",
    "save_model": "",
    "image": [],
}


@pytest.fixture
def flags(monkeypatch):
    """Call `flags` as a lesson would that was started with these options."""

    def call(*options):
        monkeypatch.setattr(sys, "argv", ["lesson.py", *options])
        monkeypatch.setitem(globals(), "__name__", "__main__")
        return common.flags(**DEFAULTS)

    return call


def test_defaults(flags):
    assert vars(flags()) == DEFAULTS | {"save_plots": None}


def test_values_have_the_type_of_their_default(flags):
    args = flags("--epochs", "7", "--batch-size=32", "--learning-rate", "1", "--seed", "0")
    assert (args.epochs, args.batch_size, args.learning_rate, args.seed) == (7, 32, 1.0, 0)
    assert isinstance(args.learning_rate, float)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--epcohs", "1"],
        ["--epoch", "1"],  # no abbreviations: a later option could change their meaning
        ["1"],
        ["--epochs"],
        ["--epochs", "0"],
        ["--epochs", "-1"],
        ["--epochs", "two"],
        ["--epochs", "1.5"],
        ["--epochs", "99999999999"],
        ["--batch-size", "0"],
        ["--batch-size", "-128"],
        ["--learning-rate", "0"],
        ["--learning-rate", "nan"],
        ["--learning-rate", "inf"],
        ["--learning-rate", "-0.1"],
        ["--seed", "-1"],
        ["--seed", "4294967296"],
        ["--train-limit", "0"],
        ["--precision", "float16"],
        ["--save-model"],
        ["--save-model", "model.h5"],
        ["--save-model", "a_file/model.keras"],
        ["--save-model", "/proc/no/such.keras"],
        ["--image"],
        ["--save-plots"],
        ["--save-plots", "a_file/plots"],
        ["--save-plots", "a_file"],
        ["--save-plots", "/proc/no/such"],
    ],
)
def test_wrong_option(flags, wrong, capsys, tmp_path):
    (tmp_path / "a_file").touch()
    with pytest.raises(SystemExit) as refused:
        flags(*wrong)
    assert refused.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert wrong[0] in output.err


def test_help_is_the_docstring(flags, capsys):
    with pytest.raises(SystemExit) as left:
        flags("--help")
    assert left.value.code == 0
    text = capsys.readouterr().out
    assert "The text of --help." in text
    for option in ("--epochs", "--train-limit", "--save-plots"):
        assert option in text
    assert "default: 128" in text


def test_a_notebook_has_no_command_line(flags, monkeypatch):
    monkeypatch.delitem(globals(), "__file__")
    assert flags("-f", "kernel.json").epochs == 5


@pytest.mark.parametrize(
    ("visible", "reason"),
    [
        (None, ""),
        ("", " (CUDA_VISIBLE_DEVICES= grants no GPU)"),
        ("-1", "=-1 grants"),
        ("7", "=7 "),
    ],
)
def test_one_line_names_version_backend_and_device(flags, monkeypatch, capsys, visible, reason):
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    flags()
    output = capsys.readouterr().out
    assert output.startswith(f"Keras {common.keras.version()}, tensorflow backend, CPU")
    assert reason in output
    assert output.count("\n") == 1


def test_gpu_is_named(flags, monkeypatch, capsys):
    monkeypatch.setattr(common, "_device", "/job:localhost/replica:0/task:0/device:GPU:0")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    flags()
    assert capsys.readouterr().out.endswith("backend, GPU\n")


def test_pictures_get_numbers_and_leave_nothing_else(flags, tmp_path, capsys):
    import matplotlib.pyplot as plt

    flags("--save-plots", "new/pictures")
    for _ in range(2):
        plt.subplots()
        plt.show()
    names = sorted(path.name for path in (tmp_path / "new/pictures").iterdir())
    assert names == ["test_flags-1.png", "test_flags-2.png"]
    assert "Picture: new/pictures/test_flags-2.png" in capsys.readouterr().out
    assert plt.get_fignums() == []


def test_ctrl_c_while_saving_leaves_no_half_picture(flags, tmp_path, monkeypatch):
    import matplotlib.pyplot as plt

    def interrupted(self, path, **_):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    flags("--save-plots", "pictures")
    plt.subplots()
    monkeypatch.setattr("matplotlib.figure.Figure.savefig", interrupted)
    with pytest.raises(KeyboardInterrupt):
        plt.show()
    assert list((tmp_path / "pictures").iterdir()) == []


def test_unwritable_default_folder_does_not_cost_the_result(flags, tmp_path, capsys):
    import matplotlib.pyplot as plt

    (tmp_path / "plots").touch()  # a file where the folder would be
    flags()
    plt.subplots()
    plt.show()
    assert "Picture not saved: plots/" in capsys.readouterr().out


def test_typing_error_costs_no_training(capsys, monkeypatch):
    monkeypatch.setattr(common.keras.Model, "fit", None)  # calling it would fail
    with pytest.raises(SystemExit) as refused:
        run("mnist_cnn", "--epcohs", "1")
    assert refused.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "mnist_cnn.py: unrecognized arguments: --epcohs 1 (see --help)\n"


def test_precision_that_the_processor_lacks_costs_no_training(environment, tmp_path):
    """oneDNN plays an older processor, on which a bfloat16 convolution would end the training."""
    command = [sys.executable, EXAMPLES / "mnist_cnn.py", "--precision", "mixed_bfloat16"]
    environment |= {"ONEDNN_MAX_CPU_ISA": "AVX2"}
    result = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == (
        "mnist_cnn.py: argument --precision: this CPU has no bfloat16 arithmetic, take float32 "
        "(see --help)\n"
    )


def test_precision_that_the_processor_has(environment, small_data, tmp_path):
    command = [sys.executable, EXAMPLES / "mnist_cnn.py", "--precision", "mixed_bfloat16"]
    environment |= {"EXAMPLES_DATA": str(small_data)}
    result = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if result.returncode == 2:  # not this one; then it has to say so
        assert "this CPU has no bfloat16" in result.stderr
    else:
        assert result.stderr == ""
        assert float(result.stdout.splitlines()[-1].removeprefix("Test accuracy: ")) > 0.5


def test_input_tuner_is_off():
    """It would let `fit` wait at its end, for up to as long as an epoch took."""
    assert tf.data.Options().autotune.enabled is False
    dataset = tf.data.Dataset.range(2).with_options(tf.data.Options())
    assert dataset.options().autotune.enabled is False
    own_choice = tf.data.Options()
    own_choice.autotune.enabled = True
    assert own_choice.autotune.enabled is True
