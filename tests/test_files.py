"""Files that lessons write and read: whole or not at all, continued after a kill."""

import importlib.util
import json
import shutil

import keras
import pytest

from lessons import LESSONS, parse_results


@pytest.fixture
def resume(run, small_data, tmp_path):
    """Return the function that runs resume.py in one folder, as often as you like."""
    path = LESSONS["resume"].path
    return lambda *options: run(path, *options, folder=tmp_path, EXAMPLES_DATA=small_data)


@pytest.fixture(scope="session")
def stopped(run, small_data, tmp_path_factory):
    """Return the folder of a training of five epochs that was stopped in the third."""
    fit, calls = keras.Model.fit, []

    def fit_or_stop(*arguments, **options):
        calls.append(options.get("shuffle"))
        if calls.count(False) == 3:  # the epochs that can be continued shuffle by themselves
            raise KeyboardInterrupt
        return fit(*arguments, **options)

    folder = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", fit_or_stop)
        with pytest.raises(KeyboardInterrupt):
            run(LESSONS["resume"].path, "--epochs", 5, folder=folder, EXAMPLES_DATA=small_data)
    return folder


@pytest.fixture
def killed(stopped, tmp_path):
    """Leave a copy of the stopped training where `resume` runs; return its folder."""
    shutil.copytree(stopped, tmp_path, dirs_exist_ok=True)
    return tmp_path / "output" / "resume"


def test_training_goes_on_where_it_was_stopped(resume, killed):
    """And it gives the numbers of one that was not; a complete training is not continued."""
    again = resume("--epochs", 5)
    assert "Training from epoch 3" in again.output
    assert again.variables["model"].optimizer.iterations == 5 * 10
    assert parse_results(again.output)["Largest difference with our own order"] < 1e-6
    assert not (killed / "checkpoint.keras").exists()


@pytest.mark.slow
def test_a_whole_run_gives_the_same_numbers_after_its_interruption(quick):
    results = parse_results(quick("resume").output)
    assert results["Largest difference with our own order"] < 1e-6
    assert results["Largest difference with BackupAndRestore"] > 1e-4  # as its text says


def test_a_training_with_other_settings_is_refused(resume, killed, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", lambda *arguments, **options: None)
    whole = json.loads((killed / "settings.json").read_text())
    for name in whole:
        (killed / "settings.json").write_text(json.dumps(whole | {name: "another"}))
        with pytest.raises(SystemExit, match=f"{name} another.*delete .*checkpoint.keras"):
            resume("--epochs", 5)


@pytest.mark.parametrize("file", ["checkpoint.keras", "settings.json"])
def test_a_damaged_checkpoint_is_told_in_one_line(file, resume, killed, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", lambda *arguments, **options: None)
    content = (killed / file).read_bytes()
    for damaged in (content[: len(content) // 2], b""):
        (killed / file).write_bytes(damaged)
        with pytest.raises(SystemExit, match=r"checkpoint.keras.*damaged.*delete") as refused:
            resume("--epochs", 5)
        assert str(refused.value).isprintable()


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
