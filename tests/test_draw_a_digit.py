"""The page of draw_a_digit: it thinks as Keras does, and reads what is drawn on it by any means."""

import base64
import json
import re

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from common import pictures

from lessons import DATA

WIDE, PHONE = 1280, 390
DRAWINGS = json.loads((DATA / "drawings.json").read_text())
SIZES = DRAWINGS[:10]  # all ten digits: large, small, in corners
FORMS = {  # a drawing of each: the forms of a digit take turns
    "a 1 with a flag": DRAWINGS[11],
    "a 1 with a foot": DRAWINGS[31],
    "a 2 like a Z": DRAWINGS[12],
    "a 4 that is open": DRAWINGS[24],
    "a 4 that is closed": DRAWINGS[14],
    "a 5 in two strokes": DRAWINGS[15],
    "a 7 with a bar": DRAWINGS[17],
    "a 7 with a hook": DRAWINGS[27],
    "an 8 in one stroke": DRAWINGS[18],
    "a 9 with a curved foot": DRAWINGS[19],
}


# ---- in the quick suite


def test_page_is_complete_and_has_the_networks_numbers(quick):
    ran = quick("draw_a_digit")
    page = (ran.folder / "output/draw_a_digit/draw_a_digit.html").read_text()
    assert not re.search(r"\b(https?:|src=|fetch|import|url\()", page)
    assert re.findall(r'href="(.*?)"', page) == ["data:,"]  # it has no icon, so none is looked for
    (network,) = re.findall(r'type="application/json">(.*?)</script>', page)
    layers, expected = json.loads(network), ran.variables["model"].get_weights()
    assert len(layers) == len(expected)
    for layer, weights in zip(layers, expected, strict=True):
        numbers = np.frombuffer(base64.b64decode(layer["numbers"]), "<i2")
        unpacked = layer["scale"] * numbers.reshape(layer["shape"])
        np.testing.assert_allclose(unpacked, weights, atol=layer["scale"])


def test_browser_opens_only_on_a_screen(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(pictures.webbrowser, "open", opened.append)
    page = tmp_path / "my page.html"
    pictures.show_page(page)  # tests have no screen
    assert opened == []
    monkeypatch.setattr(pictures, "can_show", lambda: True)
    pictures.show_page(page)
    assert opened == [page.as_uri()]


# ---- in a browser


@pytest.fixture
def lesson(whole):
    return whole("draw_a_digit")


@pytest.fixture
def visit(open_page, lesson):
    """Return the function that opens the page which the lesson has written."""
    path = lesson.folder / "output" / "draw_a_digit" / "draw_a_digit.html"
    return lambda *size, **settings: open_page(path.as_uri(), *size, **settings)


def places(page, stroke):
    """Return where the points of a stroke are in the window: some of them, as of a quick hand."""
    box = page.locator("#pad").bounding_box()
    scale = box["width"] / 560
    return [(box["x"] + scale * x, box["y"] + scale * y) for x, y in stroke[:-1:4] + stroke[-1:]]


def draw(page, strokes):
    """Draw with the mouse."""
    for stroke in strokes:
        first, *others = places(page, stroke)
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point)
        page.mouse.up()


def touch(page, strokes):
    """Draw with a finger."""
    session = page.context.new_cdp_session(page)

    def send(kind, points):
        points = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for stroke in strokes:
        first, *others = places(page, stroke)
        send("touchStart", [first])
        for point in others:
            send("touchMove", [point])
        send("touchEnd", [])


def answer(page):
    """Return what a screen reader says."""
    return page.locator("[aria-live]").inner_text()


def misread(page, drawings, draw=draw):
    """Draw one after the other; return the digit and the answer where they are not the same."""
    wrong = []
    for drawing in drawings:
        page.get_by_role("button", name="Clear").click()
        draw(page, drawing["strokes"])
        if not answer(page).startswith(f"{drawing['digit']}, "):  # "7, 98 % sure"
            wrong.append((drawing["digit"], answer(page)))
    return wrong


def crooked(drawing, slant, turn):
    """Return a drawing in the middle of the canvas, slanted, and turned by degrees."""
    points = np.concatenate(drawing["strokes"])
    middle, size = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0).max()
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    change = np.array([[1, 0], [-slant, 1]]) @ [[cos, sin], [-sin, cos]] * 300 / size
    strokes = [
        ((np.array(stroke) - middle) @ change + 280).tolist() for stroke in drawing["strokes"]
    ]
    return {"digit": drawing["digit"], "strokes": strokes}


@pytest.mark.site
def test_predicts_as_keras_does(visit, lesson):
    page = visit()
    images = lesson.variables["x_test"][:100]
    expected = lesson.variables["model"].predict(images, verbose=0)
    pixels = images.reshape(100, 784).tolist()
    found = np.array(page.evaluate("images => images.map(predict)", pixels))
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()


@pytest.mark.site
def test_prepares_as_the_lesson_does(visit, lesson):
    page = visit()
    for drawing in SIZES:
        page.evaluate("drawn => { strokes = drawn; draw(); }", drawing["strokes"])
        found = page.evaluate("prepare(document.querySelector('canvas'))")
        expected = lesson.variables["prepare"](lesson.variables["draw"](drawing["strokes"]))
        assert np.abs(np.reshape(found, (28, 28)) - expected).mean() < 0.012  # it is 0.009 at most


@pytest.mark.site
@pytest.mark.parametrize("drawings", [SIZES, FORMS.values()], ids=["sizes", "forms"])
def test_reads_what_a_mouse_draws(visit, drawings):
    page = visit()
    assert len(misread(page, drawings)) <= 1  # of ten
    assert page.complaints == []


@pytest.mark.site
def test_reads_what_a_finger_draws_on_a_phone(visit):
    page = visit(PHONE, "dark", has_touch=True)
    assert len(misread(page, SIZES, draw=touch)) <= 1  # of ten
    assert page.evaluate("[scrollX, scrollY]") == [0, 0]  # drawing does not scroll
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert page.complaints == []


@pytest.mark.site
@pytest.mark.parametrize(("slant", "turn"), [(0.3, 0), (-0.2, 12), (0.1, -12)])
def test_reads_slanted_and_turned_digits(visit, slant, turn):
    assert len(misread(visit(), [crooked(drawing, slant, turn) for drawing in SIZES])) <= 1


@pytest.mark.site
def test_says_nothing_about_an_empty_canvas_and_goes_back(visit):
    page = visit()
    undo, clear = (page.get_by_role("button", name=name) for name in ("Undo", "Clear"))

    def nothing():
        shown = page.locator("#digit, #bars .share, #work").all_inner_texts()
        return not any(shown) and not re.search(r"\d", answer(page))

    assert nothing()
    undo.click()
    assert nothing()
    one = DRAWINGS[1]["strokes"]
    draw(page, one)
    before = answer(page)
    assert not nothing()
    draw(page, [[[100, 300], [460, 300]]])  # across it
    assert answer(page) != before
    undo.click()
    assert answer(page) == before
    page.keyboard.press("Control+z")
    assert nothing()
    draw(page, one)
    clear.click()
    assert nothing()


@pytest.mark.site
def test_says_that_it_is_not_sure(visit):
    page = visit()
    maps = "first: grid(24, 24, 16), second: grid(10, 10, 32)"
    page.evaluate(
        f"forward = () => ({{{maps}, probability: [0.1, 0.1, 0.79, 0.01, 0, 0, 0, 0, 0, 0]}})"
    )
    draw(page, DRAWINGS[2]["strokes"])
    assert answer(page) == "Not sure, perhaps 2 (79 %)"


@pytest.mark.site
def test_a_tap_is_a_dot_and_a_stroke_may_leave_the_canvas(visit):
    page = visit()
    page.locator("#pad").click()
    assert sum(page.evaluate("prepare(pad)")) > 0
    assert re.search(r"\d", answer(page))
    page.get_by_role("button", name="Clear").click()
    one = [[280, 60], [280, 500]]
    draw(page, [one])
    thickness = page.evaluate("penWidth()")
    draw(page, [[[280, 500], [3000, 500]]])  # out of the canvas, and out of the window
    assert page.evaluate("penWidth()") <= thickness
    page.mouse.move(*places(page, [[280, 100]])[0])
    before = page.evaluate("JSON.stringify(strokes)")
    page.mouse.move(*places(page, [[100, 100]])[0])  # no button is pressed
    page.mouse.down(button="right")
    page.mouse.up(button="right")
    assert page.evaluate("JSON.stringify(strokes)") == before
    assert page.complaints == []


@pytest.mark.site
def test_only_the_first_finger_draws_and_a_lost_one_does_no_harm(visit):
    page = visit(PHONE, has_touch=True)
    session = page.context.new_cdp_session(page)

    def send(kind, *points):
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(places(page, points))]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def drawn():
        return [(stroke[0], stroke[-1]) for stroke in page.evaluate("strokes")]

    send("touchStart", [200, 200])
    send("touchStart", [200, 200], [400, 200])
    send("touchMove", [200, 300], [400, 300])
    send("touchCancel")
    ((first, last),) = drawn()  # the second finger has left nothing
    np.testing.assert_allclose([first, last], [[200, 200], [200, 300]], atol=3)
    touch(page, [[[100, 100], [300, 100]]])
    assert len(drawn()) == 2
    assert page.complaints == []


@pytest.mark.site
def test_each_step_can_be_switched_off(visit):
    page = visit()
    draw(page, [[[420, 60], [420, 160]], [[420, 160], [500, 160]]])  # a small L at the top right

    def pixels():
        image = np.reshape(page.evaluate("prepare(pad)"), (28, 28))
        rows, columns = np.nonzero(image > 0.2)
        return rows.min(), rows.max(), columns.min(), columns.max(), image.sum()

    top, bottom, left, right, _ = balanced = pixels()
    assert bottom - top in (19, 20) and top + bottom < 27 and left + right > 27  # an L is lopsided
    page.get_by_label("centre of mass").uncheck()
    top, bottom, left, right, _ = pixels()
    assert (top, bottom) == (4, 23) and abs(left + right - 27) <= 1
    page.get_by_label("20 x 20").uncheck()
    top, bottom, left, right, ink = pixels()
    assert bottom < 10 and left > 18  # as small and as far in the corner as it was drawn
    page.get_by_label("thick").uncheck()
    assert pixels()[-1] < 0.8 * ink
    for name in ("centre of mass", "20 x 20", "thick"):
        page.get_by_label(name).check()
    assert pixels() == balanced


@pytest.mark.site
def test_draws_with_the_keyboard(visit):
    page = visit()
    page.keyboard.press("Tab")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")  # the pen is down
    for key in 8 * ["ArrowRight"] + 15 * ["ArrowDown"]:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    assert answer(page).startswith("7, ")


@pytest.mark.site
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
def test_page_is_accessible(visit, width, scheme):
    page = visit(width, scheme)
    for strokes in ([], DRAWINGS[3]["strokes"]):
        draw(page, strokes)
        for violation in Axe().run(page).response["violations"]:
            assert violation["impact"] not in ("serious", "critical"), violation
