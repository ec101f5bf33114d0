"""Files that lessons write and read: whole or not at all, continued after a kill."""

import csv
import importlib.util

import keras
import numpy as np
import pytest
from PIL import Image

from lessons import DATA, LESSONS


def test_training_goes_on_where_it_was_killed(run, small_data, monkeypatch, tmp_path):
    path, epochs = LESSONS["save_and_resume"].path, ("--epochs", 5)
    with monkeypatch.context() as patch:

        def killed(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

        patch.setattr(keras.callbacks.CSVLogger, "on_epoch_begin", killed)
        with pytest.raises(KeyboardInterrupt):
            run(path, *epochs, folder=tmp_path, EXAMPLES_DATA=small_data)
    again = run(path, *epochs, folder=tmp_path, EXAMPLES_DATA=small_data)
    assert again.variables["history"].epoch == [2, 3, 4]
    assert again.variables["model"].optimizer.iterations == 5 * 10
    folder = tmp_path / "output" / "save_and_resume"
    with (folder / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1", "2", "3", "4"]
    assert not (folder / "backup").exists()  # a training that was complete is not continued


def test_what_is_saved_is_what_is_loaded(quick):
    lines = quick("save_and_resume").output
    for part in (
        "the same predictions, bit for bit",
        "Loaded weights: the same predictions",
        "model.keras: loaded",
        "broken.keras: refused, it is cut off",
        "stranger.keras: refused. Keras says: Requested the deserialization of a `Lambda`",
    ):
        assert part in lines


def test_without_tensorboard_and_pydot(run, small_data, monkeypatch):
    find, missing = importlib.util.find_spec, ("tensorboard", "pydot")
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: name not in missing and find(name, *more)
    )
    ran = run(LESSONS["watch_training"].path, "--epochs", 1, EXAMPLES_DATA=small_data)
    assert "pip install pydot, and graphviz" in ran.output
    assert "pip install tensorboard" in ran.output
    assert not list((ran.folder / "output" / "watch_training").glob("t*"))


def test_samples_are_what_their_program_draws(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(DATA / "own_digits")
    import draw

    random = np.random.default_rng(1998)
    again = draw.draw(draw.STROKES[0][0], *draw.STYLES["ballpoint"][:2], random)
    kept = np.asarray(Image.open(DATA / "own_digits" / "ballpoint=0.jpg"), dtype="float32")
    assert np.abs(np.asarray(again, dtype="float32") - kept).mean() < 3  # a JPEG is not exact
