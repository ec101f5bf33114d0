"""Photos of all kinds: what is no writing, colours, several digits, names, formats, and time."""

import resource
import shutil
import sys
import time
import warnings

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from lessons import DATA, LESSONS, stand_alone

SAMPLE = DATA / "own_digits" / "felt-pen=7.jpg"
PAPER, INK = (225, 222, 212), (40, 45, 80)


@pytest.fixture(scope="module")
def number(run, small_data):
    """Return the lesson on numbers, trained once on few digits; `read` is its reader."""
    options = LESSONS["read_a_number"].quick["options"].split()
    return run(LESSONS["read_a_number"].path, *options, EXAMPLES_DATA=small_data)


@pytest.fixture(scope="module")
def digits_in(number, tmp_path_factory):
    """Return the function that tells which digits the lesson finds in a picture, as 28 x 28."""
    load, find = number.variables["load"], number.variables["find_digits"]

    def find_in(picture):
        path = tmp_path_factory.mktemp("one") / "picture.png"
        if isinstance(picture, Image.Image):
            picture.save(path)
        else:
            path = picture
        photo = load(path)
        return find(photo) or find(255 - photo)

    return find_in


def write(text="7", size=(300, 260), paper=PAPER, ink=INK, place=(100, 60), height=130):
    """Return a picture with printed digits: how they look is not the question here."""
    picture = Image.new("RGB", size, paper)
    font = ImageFont.load_default(height)
    ImageDraw.Draw(picture).text(place, text, fill=ink, font=font)
    grain = np.random.default_rng(0).normal(0, 3, (size[1], size[0], 1))
    return Image.fromarray((np.asarray(picture) + grain).clip(0, 255).astype("uint8"))


def same(found, expected, most=0.06):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.shape, one.dtype) == ((28, 28, 1), np.float32)
        assert np.abs(one - other).mean() < most


def on_dark_table():
    table = Image.new("RGB", (380, 330), (60, 45, 35))
    table.paste(write(), (40, 35))
    return table


def drawn_on(draw):
    picture = write()
    draw(ImageDraw.Draw(picture))
    return picture


def in_shadow():
    values = np.asarray(write()).astype("float32")
    values[:, 150:] *= 0.6
    return Image.fromarray(values.astype("uint8"))


def with_squares(pen):
    for at in range(8, 300, 22):
        pen.line((at, 0, at, 260), fill=(180, 195, 220))
        pen.line((0, at, 300, at), fill=(180, 195, 220))


def light_border():
    border = Image.new("RGB", (340, 300), (255, 255, 255))
    border.paste(write(paper=(185, 182, 172)), (20, 20))
    return border


NO_WRITING = {
    "a dark table": on_dark_table,
    "a frame": lambda: drawn_on(lambda pen: pen.rectangle((6, 6, 293, 253), outline=INK, width=4)),
    "the edge of a scan": lambda: drawn_on(lambda pen: pen.rectangle((0, 0, 14, 260), fill=0)),
    "a hard shadow": in_shadow,
    "squares": lambda: drawn_on(with_squares),
    "a punch hole": lambda: drawn_on(lambda pen: pen.ellipse((22, 60, 46, 84), fill=(50, 45, 40))),
    "a speck": lambda: drawn_on(lambda pen: pen.ellipse((250, 30, 255, 35), fill=INK)),
    "a light border": light_border,
}


@pytest.mark.parametrize("kind", NO_WRITING)
def test_what_is_not_writing_is_not_ink(kind, digits_in):
    same(digits_in(NO_WRITING[kind]()), digits_in(write()))


def on_nothing(colour):
    opacity = np.asarray(write(paper=(0, 0, 0), ink=(255, 255, 255)).convert("L"))
    picture = Image.new("RGB", (300, 260), colour)
    picture.putalpha(Image.fromarray(opacity))
    return picture


COLOURS = {
    "red on green": lambda: write(paper=(90, 160, 90), ink=(215, 103, 90)),
    "white on black": lambda: write(paper=(30, 32, 30), ink=(230, 228, 225)),
    "white on nothing": lambda: on_nothing((255, 255, 255)),
    "black on nothing": lambda: on_nothing((0, 0, 0)),
}


@pytest.mark.parametrize("kind", COLOURS)
def test_ink_is_what_differs_from_the_paper(kind, digits_in):
    same(digits_in(COLOURS[kind]()), digits_in(write()))


def test_digits_come_one_by_one_from_left_to_right(digits_in):
    found = digits_in(write("2026", size=(600, 260)))
    same(found, [digits_in(write(digit))[0] for digit in "2026"])


def test_strokes_of_one_digit_stay_together(digits_in):
    loose = write("", size=(300, 260))
    pen = ImageDraw.Draw(loose)
    pen.line((110, 50, 170, 46), fill=INK, width=12)
    pen.line((108, 72, 106, 120), fill=INK, width=12)
    pen.arc((85, 100, 175, 200), -110, 140, fill=INK, width=12)
    assert len(digits_in(loose)) == 1
    dotted = write("", size=(300, 260))
    pen = ImageDraw.Draw(dotted)
    for x, y in [(100, 60), (120, 60), (140, 60), (160, 60), (154, 79), (147, 98), (141, 117)]:
        pen.ellipse((x - 6, y - 6, x + 6, y + 6), fill=INK)
    for x, y in [(134, 136), (128, 155), (122, 174), (115, 193)]:
        pen.ellipse((x - 6, y - 6, x + 6, y + 6), fill=INK)
    assert len(digits_in(dotted)) == 1


UNSURE = {
    "blank": lambda: write(""),
    "one colour": lambda: Image.new("RGB", (300, 200), PAPER),
    "a pixel": lambda: Image.new("L", (1, 1), 255),
    "a line": lambda: Image.new("L", (3, 900), 128),
    "cut off": lambda: write("77", place=(-30, 60)),
    "too many": lambda: write("123456789012", size=(900, 260), height=110, place=(20, 60)),
    "a bar": lambda: drawn_on(lambda pen: pen.rectangle((0, 0, 300, 260), fill=PAPER)),
}


@pytest.mark.parametrize("kind", UNSURE)
def test_it_says_when_it_does_not_know(kind, digits_in):
    assert digits_in(UNSURE[kind]()) == []


# ---- files


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """Return a folder with one sample in many forms, and files that are no pictures."""
    folder = tmp_path_factory.mktemp("photos")
    photo = Image.open(SAMPLE)
    grey = np.asarray(photo)
    photo.save(folder / "plain=7.png")
    photo.save(folder / "$x_1$ 七=7.JPG", format="JPEG", quality=95)
    photo.convert("CMYK").save(folder / "cmyk=7.jpeg", quality=95)
    photo.convert("P").save(folder / "palette=7.gif")
    dark = Image.new("L", photo.size)
    photo.save(folder / "animated=7.gif", save_all=True, append_images=[dark] * 3)
    Image.fromarray(grey.astype("uint16") * 257).save(folder / "16-bits=7.PNG")
    Image.fromarray(255 - grey).save(folder / "chalk=7.png")
    ink = Image.merge("LA", [dark, Image.fromarray(255 - grey)])
    ink.save(folder / "transparent=7.png")
    turned = photo.transpose(Image.Transpose.ROTATE_90)
    exif = turned.getexif()
    exif[0x0112] = 6  # the camera was held upright
    turned.save(folder / "turned=7.jpg", exif=exif, quality=95)
    (folder / "text.png").write_text("I am no picture.")
    (folder / "empty.png").touch()
    (folder / "cut.jpg").write_bytes(SAMPLE.read_bytes()[:500])
    return folder


def test_every_form_gives_the_same_digit(forms, digits_in):
    expected = digits_in(forms / "plain=7.png")
    assert len(expected) == 1
    for path in forms.glob("*=7.*"):
        same(digits_in(path), expected, most=0.03)


@pytest.mark.parametrize("name", ["read_your_own_digit", "read_a_number"])
def test_whole_lesson_on_a_folder_a_pattern_and_a_phone(name, forms, run, small_data, tmp_path):
    """What cannot be read gets a line and the others are read; names may hold anything."""
    shutil.copy(SAMPLE, tmp_path / "20241125_101500.jpg")  # a phone's name is no right answer
    given = ["--image", forms, tmp_path / "2024*.jpg", tmp_path / "missing.png"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ran = run(LESSONS[name].path, *given, "--train-limit", 200, EXAMPLES_DATA=small_data)
    for bad in ("text.png", "empty.png", "cut.jpg", "missing.png"):
        (line,) = [line for line in ran.output.splitlines() if bad in line]
        assert "cannot be read" in line
    for path in forms.glob("*=7.*"):
        assert f"\n{path.name}: " in ran.output
    assert "\n20241125_101500.jpg: " in ran.output
    only = run(
        LESSONS[name].path, "--image", tmp_path / "2024*.jpg", "--train-limit", 200,
        EXAMPLES_DATA=small_data,
    )  # fmt: skip
    assert "Test accuracy" not in only.output


def test_right_answer_is_what_follows_the_sign(number):
    assert set(number.variables["results"]) == {
        "dark-table", "lined", "plain", "red-on-green", "shadow", "thin-frame",
        "two-digits", "white-on-transparent",
    }  # fmt: skip
    assert len(number.variables["rights"]) == 80
    assert "two-digits-9=02.jpg: " in number.output


def test_given_kinds_are_cut_out_right(number):
    """Each kind shows the same digits as plain paper, so that it is read as well."""
    load, find = number.variables["load"], number.variables["find_digits"]
    for digit in range(10):
        expected = find(load(DATA / "photos" / f"plain={digit}.jpg"))
        for kind in ("dark-table", "lined", "red-on-green", "thin-frame", "white-on-transparent"):
            (path,) = DATA.glob(f"photos/{kind}={digit}.*")
            photo = load(path)
            same(find(photo) or find(255 - photo), expected, most=0.1)  # a pixel aside
    for path in DATA.glob("photos/two-digits*"):
        assert len(find(load(path))) == 2


def test_pasted_alone_it_finds_the_same(number, monkeypatch):
    text = stand_alone(LESSONS["read_a_number"].text)
    start, end = text.index("def load"), text.index("photos = {}")
    find, last = text.index("def largest"), text.index("# ## Evaluate")
    imports = text[: text.index("args = flags")]
    monkeypatch.setitem(sys.modules, "common", None)  # importing it would fail
    alone = {}
    exec(imports + text[start:end] + text[find:last], alone)  # noqa: S102 - our own file
    path = DATA / "photos" / "thin-frame=5.jpg"
    ours = number.variables["find_digits"](number.variables["load"](path))
    same(alone["find_digits"](alone["load"](path)), ours, most=1e-9)


def test_twelve_megapixels_and_a_hundred_small_pictures(number, digits_in, tmp_path):
    load, find = number.variables["load"], number.variables["find_digits"]
    write(size=(4000, 3000), place=(1500, 500), height=1800).save(tmp_path / "large.jpg")
    write(size=(4000, 3000), place=(1500, 500), height=1800).save(tmp_path / "large.png")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("large.jpg", "large.png"):
        start = time.process_time()
        assert len(find(load(tmp_path / name))) == 1
        assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kilobytes
    start = time.process_time()
    for path in DATA.glob("own_digits/*=*"):
        find(load(path))
    assert (time.process_time() - start) / 30 < 0.07  # it was 0.35
