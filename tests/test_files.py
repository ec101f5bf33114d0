"""Files that lessons write and read: whole or not at all, continued after a kill, photos of all kinds."""

import importlib.util
import json

import keras
import numpy as np
import pytest
from PIL import Image

from lessons import DATA, LESSONS

SAMPLE = DATA / "own_digits" / "7-felt-pen.jpg"


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


# ---- photos


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Return a folder with one sample in many forms, and pictures with nothing on them."""
    folder = tmp_path_factory.mktemp("photos")
    photo = Image.open(SAMPLE)
    grey = np.asarray(photo)
    photo.save(folder / "7-as-it-is.png")
    photo.convert("CMYK").save(folder / "7-cmyk.jpg", quality=95)
    photo.convert("P").save(folder / "7-palette.gif")
    dark = Image.new("L", photo.size)
    photo.save(folder / "7-animated.gif", save_all=True, append_images=[dark] * 3)
    Image.fromarray(grey.astype("uint16") * 257).save(folder / "7-16-bits.png")
    Image.fromarray(255 - grey).save(folder / "7-chalk.png")
    ink = Image.merge("LA", [dark, Image.fromarray(255 - grey)])
    ink.save(folder / "7-transparent.png")  # black on nothing, as drawing programs save it
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held upright
    turned.save(folder / "7-turned.jpg", exif=exif, quality=95)
    Image.new("L", (1, 1), 255).save(folder / "empty-pixel.png")
    Image.new("L", (3, 900), 128).save(folder / "empty-line.png")
    page = np.random.default_rng(0).normal(200, 4, (300, 200)).astype("uint8")
    Image.fromarray(page).save(folder / "empty-page.png")
    return folder


def test_same_digit_in_every_form(photos, run, small_data):
    files, path = sorted(photos.glob("7-*")), LESSONS["read_your_own_digit"].path
    empty = sorted(photos.glob("empty-*"))
    given = ["--image", *files, "--image", *empty, "--train-limit", 500]
    ran = run(path, *given, EXAMPLES_DATA=small_data)
    assert ran.variables["names"] == [file.name for file in files]
    for file in empty:
        assert f"{file.name}: there is no digit in it" in ran.output
    digits = dict(zip(ran.variables["names"], ran.variables["digits"], strict=True))
    expected = digits["7-as-it-is.png"]
    assert (expected.shape, expected.max()) == ((28, 28, 1), 1)
    assert max(np.ptp(np.argwhere(expected[..., 0]), axis=0) + 1) == 20
    for name, digit in digits.items():
        assert np.abs(digit - expected).mean() < 0.02, name


BAD = {
    "text.png": lambda path: path.write_text("I am no picture."),
    "empty.png": lambda path: path.touch(),
    "cut.jpg": lambda path: path.write_bytes(SAMPLE.read_bytes()[:500]),
    "missing.png": lambda path: None,
    "folder.png": lambda path: path.mkdir(),
    "huge.png": lambda path: Image.new("1", (9000, 7000)).save(path),
}


@pytest.mark.parametrize("name", BAD)
def test_no_picture_is_refused_before_any_training(name, run, tmp_path, monkeypatch):
    monkeypatch.setattr(keras.Model, "fit", None)  # calling it would fail
    BAD[name](tmp_path / name)
    with pytest.raises(SystemExit) as refused:
        run(LESSONS["read_your_own_digit"].path, "--image", tmp_path / name)
    message = refused.value.code
    assert message.startswith(str(tmp_path / name))
    assert "\n" not in message


def test_samples_are_what_their_program_draws(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(DATA / "own_digits")
    import draw

    random = np.random.default_rng(1998)
    again = draw.draw(draw.STROKES[0][0], *draw.STYLES["ballpoint"][:2], random)
    kept = np.asarray(Image.open(DATA / "own_digits" / "0-ballpoint.jpg"), dtype="float32")
    assert np.abs(np.asarray(again, dtype="float32") - kept).mean() < 3  # a JPEG is not exact
