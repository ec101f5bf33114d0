"""Files that lessons write: whole or not at all, readable elsewhere, and continued after a kill."""

import csv
import importlib.util
import shutil
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import common
import keras
import numpy as np
import pytest
from lessons import EXAMPLES, run


def test_killed_in_epoch_3_and_started_again(environment, tmp_path):
    command = [sys.executable, "-u", EXAMPLES / "save_and_resume.py"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert any(line.startswith("Epoch 3/5") for line in process.stdout)
        time.sleep(0.5)
        process.send_signal(signal.SIGKILL)
    folder = tmp_path / "save_and_resume"
    assert len((folder / "log.csv").read_text().splitlines()) == 3  # the header and two epochs

    output = subprocess.check_output(command, env=environment, text=True)
    assert "Continuing an interrupted training" in output
    epochs = [line for line in output.splitlines() if line.startswith("Epoch ")]
    assert epochs == ["Epoch 3/5", "Epoch 4/5", "Epoch 5/5"]
    assert "Epochs in the log: 1 2 3 4 5" in output
    with (folder / "log.csv").open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses == sorted(losses, reverse=True)
    assert keras.saving.load_model(folder / "model.keras").optimizer.iterations == 5 * 469
    assert float(output.splitlines()[-1].removeprefix("Test accuracy: ")) > 0.975
    assert not (folder / "backup").exists()

    output = subprocess.check_output([*command, "--epochs", "1"], env=environment, text=True)
    assert "Starting at epoch 1" in output  # a training that was complete is not continued
    assert "Epochs in the log: 1\n" in output


def test_refused_files_and_the_same_predictions(small_data, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    lesson = run("save_and_resume", "--epochs", "1")
    lines = capsys.readouterr().out
    assert "the same predictions, bit for bit" in lines
    assert "Loaded weights: the same predictions" in lines
    assert "broken.keras: refused, it is cut off" in lines
    assert (
        "stranger.keras: refused. Keras says: Requested the deserialization of a `Lambda`" in lines
    )
    assert "model.keras: loaded" in lines
    intact = keras.saving.load_model("save_and_resume/model.keras")
    assert np.array_equal(intact.predict(lesson["x_test"], batch_size=1000), lesson["y_pred"])


def test_exported_models_say_the_same(small_data, monkeypatch, tmp_path):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    lesson = run("save_and_resume", "--epochs", "1")
    x, expected = lesson["x_test"][:1], lesson["y_pred"][:1]

    import tensorflow as tf

    with pytest.warns(UserWarning, match="tf.lite.Interpreter is deprecated"):
        program = tf.lite.Interpreter(str(tmp_path / "save_and_resume" / "model.tflite"))
    program.allocate_tensors()
    program.set_tensor(program.get_input_details()[0]["index"], x)
    program.invoke()
    answer = program.get_tensor(program.get_output_details()[0]["index"])
    np.testing.assert_allclose(answer, expected, atol=1e-5)

    import onnxruntime

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # tf2onnx asks for np.object
        lesson["model"].export("model.onnx", format="onnx", verbose=False)  # as the lesson says
    session = onnxruntime.InferenceSession("model.onnx")
    (answer,) = session.run(None, {session.get_inputs()[0].name: x})
    np.testing.assert_allclose(answer, expected, atol=1e-5)


# ---- --save-model


def small_model():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_interrupted_save_leaves_the_earlier_file(tmp_path, monkeypatch):
    common.save_model(small_model(), "model.keras")
    earlier = Path("model.keras").read_bytes()

    def interrupted(self, path, **_):
        Path(path).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(keras.Model, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        common.save_model(small_model(), "model.keras")
    assert Path("model.keras").read_bytes() == earlier
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.parametrize("damage", [lambda b: b[:3000], lambda b: b"", lambda b: b"text"])
def test_damaged_model_is_refused_in_one_line(damage, monkeypatch):
    common.save_model(small_model(), "model.keras")
    Path("model.keras").write_bytes(damage(Path("model.keras").read_bytes()))
    with pytest.raises(SystemExit) as refused:
        run("read_your_own_digit", "--model", "model.keras")
    assert refused.value.code == "model.keras is cut off, or is no .keras file"


def test_own_digits_with_a_saved_model(small_data, monkeypatch, capsys):
    """Both lessons' models fit, whatever the shape of their input."""
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    for name in ("mnist_dense", "mnist_cnn"):
        run(name, "--save-model", f"{name}.keras")
        with monkeypatch.context() as patch:
            patch.setattr(keras.Model, "fit", None)  # calling it would fail
            lesson = run("read_your_own_digit", "--model", f"{name}.keras")
        assert f"Model: {name}.keras" in capsys.readouterr().out
        assert lesson["accuracies"]["all steps"] >= 0.6  # of 1,280 digits


# ---- watch_training, overfitting


@pytest.fixture
def watched(small_data, monkeypatch):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    return lambda: run("watch_training", "--epochs", "6")


def test_tensorboard_reads_the_right_values(watched, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    history = watched()["history"].history
    for part, prefix in (("train", ""), ("validation", "val_")):
        events = EventAccumulator(str(tmp_path / "watch_training" / "tensorboard" / part)).Reload()
        for name in ("loss", "accuracy"):
            values = [
                float(make_ndarray(event.tensor_proto)) for event in events.Tensors(f"epoch_{name}")
            ]
            np.testing.assert_allclose(values, history[prefix + name], rtol=1e-6)


def test_log_and_best_model(watched, tmp_path):
    lesson = watched()
    history = lesson["history"].history
    with (tmp_path / "watch_training" / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([float(row["val_loss"]) for row in rows], history["val_loss"])
    loss, _ = lesson["best"].evaluate(lesson["x_val"], lesson["y_val"], verbose=0)
    assert loss == pytest.approx(min(history["val_loss"]), rel=1e-4)
    right = np.average(lesson["digits"].epochs[-1], weights=np.bincount(lesson["y_val"]))
    assert right == pytest.approx(history["val_accuracy"][-1])


def test_without_tensorboard_and_pydot(watched, tmp_path, monkeypatch, capsys):
    find = importlib.util.find_spec
    missing = ("tensorboard", "pydot")
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name in missing else find(name, *more),
    )
    watched()
    output = capsys.readouterr().out
    assert "No picture of the model: pip install pydot, and graphviz" in output
    assert "No TensorBoard files: pip install tensorboard" in output
    assert {path.name for path in (tmp_path / "watch_training").iterdir()} == {
        "best.keras",
        "log.csv",
    }


def test_with_graphviz(watched, tmp_path, monkeypatch, capsys):
    if not shutil.which("dot"):  # a program that takes its place: any picture will do
        picture = EXAMPLES.parent / "docs" / "pictures" / "mnist_cnn.png"
        program = tmp_path / "bin" / "dot"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\ncat >/dev/null\ncat "{picture}"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    watched()
    assert "Picture: watch_training/model.png" in capsys.readouterr().out
    content = (tmp_path / "watch_training" / "model.png").read_bytes()
    assert content.startswith(b"\x89PNG")


def test_with_pydot_but_without_graphviz(watched, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    watched()
    assert "No picture of the model" in capsys.readouterr().out
    assert not (tmp_path / "watch_training" / "model.png").exists()


def test_early_stopping_takes_back_the_best_weights(small_data, monkeypatch):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    lesson = run("overfitting")
    model, history = (lesson[name]["early stopping"] for name in ("models", "histories"))
    losses = history.history["val_loss"]
    assert len(losses) < lesson["args"].epochs
    assert np.argmin(losses) == len(losses) - 6  # five epochs of patience
    loss = model.evaluate(lesson["x_val"], lesson["y_val"], verbose=0)[0]
    assert loss == pytest.approx(min(losses), rel=1e-4)
    assert loss < 0.99 * losses[-1]
