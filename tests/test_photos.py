"""Photos of all kinds: what is not writing, colours, several digits, names and formats."""

import re
import shutil
import warnings

import numpy as np
import pytest
from common import photos
from PIL import Image, ImageDraw, ImageFont

from lessons import DATA, LESSONS

SAMPLE = DATA / "own_digits" / "felt-pen=7.jpg"
PAPER, INK = (225, 222, 212), (40, 45, 80)


@pytest.fixture(scope="session")
def digits_of(quick):
    """Return the function that finds the digits in a file as read_a_number does, as 28 x 28."""
    lesson = quick("read_a_number").variables

    def find_in(path):
        (photo,) = photos.load_photos([path]).values()
        ink, parts = lesson["find_digits"](photo)
        boxes = lesson["boxes_of"](parts).items()
        return [lesson["to_mnist"](ink[box] * (parts[box] == number)) for number, box in boxes]

    return find_in


@pytest.fixture
def digits_in(digits_of, tmp_path):
    """Return the function that tells which digits are found in a picture, as 28 x 28."""

    def find_in(picture):
        picture.save(tmp_path / "picture.png")
        return digits_of(tmp_path / "picture.png")

    return find_in


def write(text="7", size=(300, 260), paper=PAPER, ink=INK, place=(100, 60), height=130, grain=3):
    """Return a picture with printed digits: how they look is not the question here."""
    picture = Image.new("RGB", size, paper)
    font = ImageFont.load_default(height)
    ImageDraw.Draw(picture).text(place, text, fill=ink, font=font)
    grain = np.random.default_rng(0).normal(0, grain, (size[1], size[0], 1))
    return Image.fromarray((np.asarray(picture) + grain).clip(0, 255).astype("uint8"))


def same(found, expected, most=0.06):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert (one.shape, one.dtype) == ((28, 28), np.float32)
        assert np.abs(one - other).mean() < most


def on_a_table():
    picture = Image.new("RGB", (380, 330), (60, 45, 35))
    picture.paste(write(), (40, 35))
    return picture


def drawn(shape, *arguments, text="7", **options):
    """Return a sheet with a digit and something that is drawn upon it."""
    picture = write(text)
    getattr(ImageDraw.Draw(picture), shape)(*arguments, **options)
    return picture


def askew():
    picture, sheet = Image.new("RGB", (380, 330), (60, 45, 35)), write().convert("RGBA")
    sheet = sheet.rotate(4, Image.Resampling.BICUBIC, expand=True)
    picture.paste(sheet, (30, 25), sheet)
    return picture


def in_shadow():
    shadow = np.repeat([1, 0.45], 150)[:, None]
    return Image.fromarray((np.asarray(write()) * shadow).astype("uint8"))


def with_squares():
    picture = write()
    for at in range(8, 300, 22):
        ImageDraw.Draw(picture).line((at, 0, at, 260), fill=(180, 195, 220))
        ImageDraw.Draw(picture).line((0, at, 300, at), fill=(180, 195, 220))
    return picture


def on_a_line():
    """Return a digit whose foot stands on a strong line, askew as in a photo."""
    return drawn("line", (0, 176, 300, 184), fill=(70, 75, 110), width=3)


def pale(text, place):
    """Return three digits and another one in much paler ink."""
    picture = write("248", size=(600, 260))
    font = ImageFont.load_default(130)
    ImageDraw.Draw(picture).text(place, text, fill=(178, 176, 170), font=font)
    return picture


def on_nothing():
    picture = Image.new("RGB", (300, 260), "white")
    picture.putalpha(write(paper=(0, 0, 0), ink=(255, 255, 255)).convert("L"))
    return picture


SAME = {  # as the same digit on plain paper
    "a dark table": on_a_table,
    "a sheet askew": askew,
    "a frame": lambda: drawn("rectangle", (6, 6, 293, 253), outline=INK, width=4),
    "the edge of a scan": lambda: drawn("rectangle", (0, 0, 14, 260), fill=0),
    "a punch hole": lambda: drawn("ellipse", (22, 60, 46, 84), fill=(50, 45, 40)),
    "a speck": lambda: drawn("ellipse", (250, 30, 255, 35), fill=INK),
    "a hard shadow": in_shadow,
    "squares": with_squares,
    "a line through its foot": on_a_line,
    "nearly the whole photo": lambda: write().crop((88, 70, 190, 210)),
    "red on green": lambda: write(paper=(90, 160, 90), ink=(215, 103, 90)),
    "white on black": lambda: write(paper=(30, 32, 30), ink=(230, 228, 225)),
    "white on nothing": on_nothing,
}
UNSURE = {
    "two rows": lambda: write("4\n  7", height=90, place=(70, 20)),
    "a pale digit": lambda: pale("7", (400, 60)),
    "blank": lambda: write(""),
    "a pixel": lambda: Image.new("L", (1, 1), 255),
    "a small digit": lambda: drawn("line", (230, 152, 227, 178), fill=INK, width=9),
    "cut off": lambda: write("77", place=(-30, 60)),
    "too many": lambda: write("123456789012", size=(900, 260), height=110, place=(20, 60)),
}


def test_all_digits_of_the_shipped_photos_are_found(digits_of):
    for path in [*DATA.glob("photos/*"), *DATA.glob("own_digits/*=*")]:
        assert len(digits_of(path)) == len(path.stem.partition("=")[2]), path.name


@pytest.mark.parametrize("kind", SAME)
def test_ink_is_writing_that_differs_from_the_paper(kind, digits_in):
    same(digits_in(SAME[kind]()), digits_in(write()))


@pytest.mark.parametrize("kind", UNSURE)
def test_nothing_is_found_where_nothing_is_certain(kind, digits_in):
    assert digits_in(UNSURE[kind]()) == []


def test_digits_come_one_by_one_from_left_to_right(digits_in):
    found = digits_in(write("2026", size=(600, 260), grain=0))
    same(found, [digits_in(write(digit, grain=0))[0] for digit in "2026"], most=0.01)


def test_strokes_of_one_digit_stay_together(digits_in):
    loose, dotted = write(""), write("")
    pen = ImageDraw.Draw(loose)
    pen.line((110, 50, 170, 46), fill=INK, width=12)
    pen.line((108, 72, 106, 120), fill=INK, width=12)
    pen.arc((85, 100, 175, 200), -110, 140, fill=INK, width=12)
    dots = [(100, 60), (120, 60), (140, 60), (160, 60), (154, 79), (147, 98), (141, 117)]
    for x, y in [*dots, (134, 136), (128, 155), (122, 174), (115, 193)]:
        ImageDraw.Draw(dotted).ellipse((x - 6, y - 6, x + 6, y + 6), fill=INK)
    assert len(digits_in(loose)) == len(digits_in(dotted)) == 1


# ---- files


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    """Return a folder with one sample in many forms, and files that are no pictures."""
    folder = tmp_path_factory.mktemp("photos")
    photo = Image.open(SAMPLE)
    grey = np.asarray(photo)
    photo.save(folder / "plain=7.png")
    photo.save(folder / "$x_1$ 七=7.JPG", format="JPEG", quality=95)
    photo.save(folder / "price $5_$=7.png")
    photo.convert("CMYK").save(folder / "cmyk=7.jpeg", quality=95)
    photo.resize((4000, 4000)).save(folder / "sixteen megapixels=7.jpg")
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
    (folder / "cut.jpg").write_bytes(SAMPLE.read_bytes()[:500])
    return folder


def test_every_form_gives_the_same_digit(forms, digits_of):
    expected = digits_of(forms / "plain=7.png")
    assert len(expected) == 1
    for path in forms.glob("*=7.*"):
        same(digits_of(path), expected, most=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["read_your_own_digit", "read_a_number"])
def test_lesson_on_a_folder_a_pattern_and_a_phone(name, forms, run, small_data, tmp_path):
    """What cannot be read gets a line and the others are read; names may hold anything."""
    shutil.copy(SAMPLE, tmp_path / "20241125_101500.jpg")  # a phone's name is no right answer
    write("").save(tmp_path / "2024 blank.jpg")
    given = ["--image", tmp_path / "2024*.jpg", forms, tmp_path / "missing.png"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ran = run(LESSONS[name].path, *given, "--train-limit", 100, EXAMPLES_DATA=small_data)
    for bad in ("text.png", "cut.jpg", "missing.png"):
        (line,) = [line for line in ran.output.splitlines() if bad in line]
        assert "cannot be read" in line
    for path in forms.glob("*=7.*"):
        assert f"\n{path.name}: " in ran.output
    assert "\n20241125_101500.jpg: " in ran.output
    assert re.search("\n2024 blank.jpg: (not sure|no ink)", ran.output)
    if name == "read_a_number":
        assert set(ran.variables["kinds"]) == {path.stem[:-2] for path in forms.glob("*=7.*")}
    else:
        assert "Test accuracy" not in ran.output  # two names have no answer


def test_without_digits_the_network_is_not_asked(quick, monkeypatch):
    """TensorFlow refuses a batch without images, but only on processors with AVX-512."""
    lesson = quick("read_a_number").variables
    monkeypatch.setattr(lesson["model"], "predict_on_batch", None)
    assert lesson["read"](np.full((9, 9), 255, "uint8"))[0] == "not sure"


def test_kinds_and_numbers_come_from_the_names(quick):
    ran = quick("read_a_number")
    assert set(ran.variables["kinds"]) == {
        p.stem.rstrip("-0123456789=") for p in DATA.glob("photos/*")
    }
    both = r"\ntwo-digits-\d=\d\d.jpg: .+ \[\S+ \S+\]\n"  # both probabilities
    assert re.search(both, ran.output)
    shares = [float(share) for share in re.findall(r"Read with step \d.*: (\S+)", ran.output)]
    assert len(shares) == 6
    assert shares[0] < shares[-1]
