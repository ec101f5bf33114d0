"""Files that lessons write and read: whole or not at all, continued after a kill."""

import importlib.util
import json

import keras
import pytest

from lessons import LESSONS


@pytest.fixture
def resume(run, small_data, tmp_path):
    """Return the function that runs resume.py in one folder, as often as you like."""
    path = LESSONS["resume"].path
    return lambda *options: run(path, *options, folder=tmp_path, EXAMPLES_DATA=small_data)


@pytest.fixture
def killed(resume, tmp_path, monkeypatch):
    """Leave a training of five epochs that was killed in the third; return its folder."""

    def kill(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keras.callbacks.Callback, "on_epoch_begin", kill)
        with pytest.raises(KeyboardInterrupt):
            resume("--epochs", 5)
    return tmp_path / "output" / "resume"


def test_training_goes_on_where_it_was_killed(resume, killed):
    state = json.loads((killed / "state.json").read_text())
    state["accuracy"].append(0.0)  # killed between the two files: this one is an epoch ahead
    (killed / "state.json").write_text(json.dumps(state))
    again = resume("--epochs", 5)
    assert again.variables["history"].epoch == [2, 3, 4]
    assert again.variables["model"].optimizer.iterations == 5 * 10
    assert len(again.variables["accuracy"]) == 5
    assert min(again.variables["accuracy"]) > 0
    assert not (killed / "checkpoint.keras").exists()  # a complete training is not continued


def test_state_of_another_training_is_refused(resume, killed, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", None)  # calling it would fail
    whole = (killed / "state.json").read_text()
    for part in ["options", "layers", "optimizer", "data"]:
        (killed / "state.json").write_text(json.dumps(json.loads(whole) | {part: "another"}))
        with pytest.raises(SystemExit, match=f"{part}.*output.resume"):
            resume("--epochs", 5)
    (killed / "state.json").unlink()
    with pytest.raises(SystemExit, match=r"output.resume"):
        resume("--epochs", 5)


def test_what_is_saved_is_what_is_loaded(quick):
    lines = quick("save_and_load").output
    assert "Loaded model, same predictions: True" in lines
    assert "Loaded weights, same predictions: True" in lines
    assert "Refused: Requested the deserialization of a `Lambda`" in lines


def test_without_tensorboard_and_pydot(run, small_data, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: name != "tensorboard" and find(name, *more)
    )
    monkeypatch.setattr("keras.src.utils.model_visualization.check_pydot", lambda: False)
    ran = run(LESSONS["watch_training"].path, "--epochs", 1, EXAMPLES_DATA=small_data)
    assert "pip install pydot" in ran.output
    assert "pip install tensorboard" in ran.output
    assert not list((ran.folder / "output" / "watch_training").glob("t*"))
