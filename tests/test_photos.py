"""Photos of every kind: a result or one clear message, never a traceback, and not much memory."""

import subprocess
import sys

import common
import numpy as np
import pytest
from lessons import DATA, EXAMPLES, run
from PIL import Image

SAMPLE = DATA / "own_digits" / "7-felt-pen.jpg"


@pytest.fixture
def photos(tmp_path):
    """Return a folder with one sample in many forms."""
    photo = Image.open(SAMPLE)
    grey = np.asarray(photo)
    photo.save(tmp_path / "7-as-it-is.png")
    photo.convert("CMYK").save(tmp_path / "7-cmyk.jpg", quality=95)
    photo.convert("P").save(tmp_path / "7-palette.gif")
    photo.save(
        tmp_path / "7-animated.gif", save_all=True, append_images=[Image.new("L", photo.size)] * 3
    )
    Image.fromarray(grey.astype("uint16") * 257).save(tmp_path / "7-16-bits.png")
    Image.fromarray(255 - grey).save(tmp_path / "7-chalk.png")
    ink = Image.merge("LA", [Image.new("L", photo.size), Image.fromarray(255 - grey)])
    ink.save(tmp_path / "7-transparent.png")  # black on nothing, as drawing programs save it
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held upright
    turned.save(tmp_path / "7-turned.jpg", exif=exif, quality=95)
    photo.resize((4000, 3000 * 4000 // 4000)).save(tmp_path / "7-of-12-megapixels.jpg")
    return tmp_path


def test_same_digit_in_every_form(photos, small_data, monkeypatch):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    files = sorted(photos.glob("7-*"))
    assert len(files) == 9
    lesson = run("read_your_own_digit", "--image", *files, "--train-limit", 1000)
    assert lesson["names"] == [file.name for file in files]
    digits = dict(zip(lesson["names"], lesson["digits"], strict=True))
    expected = digits.pop("7-as-it-is.png")
    assert expected.shape == (28, 28, 1)
    assert expected.max() == 1
    height, width = np.ptp(np.argwhere(expected[..., 0]), axis=0) + 1
    assert max(height, width) == 20
    mass = np.average(np.indices((28, 28)), axis=(1, 2), weights=np.stack(2 * [expected[..., 0]]))
    assert np.abs(mass - 13.5).max() <= 1
    for name, digit in digits.items():
        # of another shape of paper: the digit is wider then
        close = 0.1 if name == "7-of-12-megapixels.jpg" else 0.02
        assert np.abs(digit - expected).mean() < close, name


def test_turned_photo_is_upright(photos):
    (_, turned), (_, upright) = common.load_photos(
        [photos / "7-turned.jpg", photos / "7-as-it-is.png"]
    )
    assert np.abs(turned.astype(int) - upright).mean() < 3


def test_several_flags_and_several_files(photos, small_data, monkeypatch, capsys):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    shots = [photos / f"{name}.png" for name in ("7-as-it-is", "7-chalk", "7-16-bits")]
    shots[2] = shots[2].rename(photos / "mine.png")
    run("read_your_own_digit", "--image", *shots[:2], "--image", shots[2], "--train-limit", 1000)
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("mine.png: ")  # a name that does not tell the answer: no accuracy


def empty_page(path):
    Image.fromarray(np.random.default_rng(0).normal(200, 4, (300, 200)).astype("uint8")).save(path)


EMPTY = {
    "one-pixel.png": lambda path: Image.new("L", (1, 1), 255).save(path),
    "white.png": lambda path: Image.new("RGB", (50, 80), "white").save(path),
    "page.png": empty_page,
    "line.png": lambda path: Image.new("L", (3, 900), 128).save(path),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_on_it(name, small_data, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    EMPTY[name](tmp_path / name)
    run("read_your_own_digit", "--image", name, SAMPLE, "--train-limit", 1000)
    assert f"{name}: there is no digit in it" in capsys.readouterr().out
    with pytest.raises(SystemExit) as refused:
        run("read_your_own_digit", "--image", name, "--train-limit", 1000)
    assert refused.value.code == "None of the pictures shows a digit."


def cut_off(path):
    path.write_bytes(SAMPLE.read_bytes()[:500])


BAD = {
    "text.png": lambda path: path.write_text("I am no picture."),
    "empty.png": lambda path: path.touch(),
    "cut.jpg": cut_off,
    "missing.png": lambda path: None,
    "folder.png": lambda path: path.mkdir(),
    "huge.png": lambda path: Image.new("1", (9000, 7000)).save(path),
}


@pytest.mark.parametrize("name", BAD)
def test_no_picture(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(common.keras.Model, "fit", None)  # refused before any training
    BAD[name](tmp_path / name)
    with pytest.raises(SystemExit) as refused:
        run("read_your_own_digit", "--image", name)
    message = refused.value.code
    assert message.startswith(name)
    assert "\n" not in message
    assert ("50 megapixels" in message) == (name == "huge.png")
    assert capsys.readouterr().err == ""


def test_memory_is_bounded(environment, tmp_path):
    """The worst picture that is read at all: 49 megapixels in four channels."""
    Image.new("RGBA", (7000, 7000), (250, 250, 240, 128)).save(tmp_path / "large.png")
    code = (  # VmHWM, because ru_maxrss would count from the memory of pytest
        "import pathlib, re, common; common.load_photos(['large.png']);"
        "print(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1])"
    )
    environment["PYTHONPATH"] += f":{EXAMPLES}"
    output = subprocess.check_output([sys.executable, "-c", code], env=environment)
    assert int(output) / 1024 < 1800


def test_samples_are_what_their_program_draws(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(DATA / "own_digits")
    import draw

    files = sorted(path.name for path in (DATA / "own_digits").glob("*-*"))
    assert files == sorted(
        f"{digit}-{style}.{kind}"
        for digit in draw.STROKES
        for style, (*_, kind) in draw.STYLES.items()
    )
    random = np.random.default_rng(1998)
    again = draw.draw(draw.STROKES[0][0], *draw.STYLES["ballpoint"][:2], random)
    kept = np.asarray(Image.open(DATA / "own_digits" / "0-ballpoint.jpg"), dtype="float32")
    assert np.abs(np.asarray(again, dtype="float32") - kept).mean() < 3  # a JPEG is not exact
