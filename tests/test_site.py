"""The gallery in a real browser, without a network: pytest -m site. Needs chromium and make."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import SITE

from lessons import LESSONS, ROOT, parse_results

pytestmark = pytest.mark.site
WIDE, PHONE = 1280, 390
PAGES = ["index.html", *(f"lessons/{name}.html" for name in LESSONS), "old_tutorials.html"]
PAGES += ["devices.html", "glossary.html", "search.html", "genindex.html"]
SHORT = {"KERAS_MAX_EPOCHS": "2", "PYTHONWARNINGS": "ignore"}  # Keras warns that it stops early
CELLS = ["load_mnist", "load_boston_housing", "load_breast_cancer", "find_data", "show_page"]


@pytest.fixture(scope="session")
def said(small_data):
    """Build the gallery twice on a small MNIST; return what make said."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = os.environ | SHORT | {"EXAMPLES_DATA": str(small_data), "PATH": path}
    settings.pop("KERAS_BACKEND", None)  # each lesson takes its own
    make = ["make", "-C", ROOT / "docs", "html", f"OUT=_build/{SITE.name}"]
    return [subprocess.check_output(make, env=settings, text=True) for _ in range(2)]


@pytest.fixture
def visit(open_page, said):
    """Return the function that opens a page of the gallery, which is built first."""
    return open_page


def test_a_lesson_is_executed_once(said):
    """MyST-NB says so for each: the second time it takes all of them from the cache."""
    again = re.findall(r"lessons/(\w+)\.py: (Executing|Using cached) notebook", said[1])
    assert sorted(again) == sorted((name, "Using cached") for name in LESSONS)


def test_all_pages_and_cards_are_there_in_order(said):
    built = {str(path.relative_to(SITE)) for path in SITE.rglob("*.html")}
    assert built - {"_static/webpack-macros.html"} == set(PAGES)
    start_page = html.unescape((SITE / "index.html").read_text()).replace("\u2019", "'")
    menu, _, cards = start_page.partition("<h1")
    assert re.findall(r'reference internal" href="lessons/(\w+)\.html"', menu) == list(LESSONS)
    assert re.findall(r'stretched-link[^>]* href="lessons/(\w+)\.html"', cards) == list(LESSONS)
    for lesson in LESSONS.values():
        assert f"Result: {lesson.line('Expected')}" in cards
        assert f'<img alt="{lesson.pictures[lesson.thumbnail - 1]}"' in cards


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_page(said, name):
    lesson, page = LESSONS[name], (SITE / "lessons" / f"{name}.html").read_text()
    text = " ".join(html.unescape(page).replace("\u2019", "'").split())
    assert not re.search("oneDNN|cudart_stub|Warning|WARNING|Traceback", text)
    assert re.findall(r'<img alt="([^"]*)" src="', text) == lesson.pictures
    assert re.search(rf"{re.escape(lesson.result)}: \d+\.\d+", text)
    assert lesson.line("Expected").partition(",")[0] in re.sub("<[^>]*>", "", text)
    assert 'class="reference internal" href="../glossary.html#term-' in text
    buttons = re.findall(r'class="sd-btn[^"]*" href="([^"]*)"', text)
    assert buttons == [f"../scripts/{name}.py", f"../notebooks/{name}.ipynb"]
    following = [*LESSONS, "../old_tutorials"][list(LESSONS).index(name) + 1]
    assert f'class="right-next" href="{following}.html"' in text
    assert (SITE / "scripts" / f"{name}.py").read_text() == lesson.text


@pytest.mark.parametrize("name", LESSONS)
def test_notebook_has_the_lessons_cells(said, name):
    notebook = nbformat.read(SITE / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    lesson = [cell.source for cell in jupytext.reads(LESSONS[name].text, "py:percent").cells]
    there = [cell.source for cell in notebook.cells if "title" not in cell.metadata]
    assert there[:1] + there[2:] == lesson[:1] + lesson[2:]
    assert not re.search(r"^(from|import) common", there[1], re.MULTILINE)
    titles = [cell.metadata.title for cell in notebook.cells if "title" in cell.metadata]
    replaced = [function for function in LESSONS[name].common if function in CELLS]
    assert len(titles) == 1 + len(replaced)
    assert all(function in " ".join(titles) for function in replaced)
    assert results(notebook)[1] == len(LESSONS[name].pictures)


@pytest.mark.parametrize("function", CELLS)
def test_notebook_runs_alone(said, function, small_data, environment, tmp_path):
    """It gives the page's results; MNIST and Boston lie beside it, so Keras downloads nothing."""
    name = next(name for name in LESSONS if function in LESSONS[name].common)
    notebook = nbformat.read(SITE / "notebooks" / f"{name}.ipynb", as_version=4)
    on_the_page = results(notebook)
    (tmp_path / "data").symlink_to(small_data)
    environment |= SHORT | {"KERAS_HOME": str(tmp_path / "empty")}
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, resources=place).execute(env=environment)
    assert on_the_page[0] and results(notebook) == on_the_page


def results(notebook):
    """Return the numbers that a notebook's cells have published, and the number of pictures."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    text = "".join(output["text"] for output in outputs if output.get("name") == "stdout")
    return parse_results(text), sum("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_without_a_complaint_and_fits_a_phone(visit, path):
    page = visit(path, PHONE)
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    for picture in page.locator("img").all():
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("path", ["index", "lessons/mnist_cnn", "old_tutorials", "search"])
def test_accessibility(visit, path, width, scheme):  # one page of each template
    page = visit(f"{path}.html", width, scheme)
    assert page.complaints == []
    for violation in Axe().run(page).response["violations"]:
        assert violation["impact"] not in ("serious", "critical"), violation


@pytest.mark.parametrize("path", ["index.html", "lessons/draw_a_digit.html"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_digit_can_be_drawn_in_the_gallery(visit, path, width):
    page = visit(path, width)
    frame = page.frame_locator("iframe[title='Draw a digit']")
    pad = frame.locator("#pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 50)
    page.mouse.up()
    assert re.search(r"\d", frame.locator("[aria-live]").inner_text())
    html = frame.locator("html")
    height, needed = html.evaluate("html => [innerHeight, html.scrollHeight]")
    assert needed <= height + 1  # no scrolling inside the frame
    assert html.evaluate("html => html.scrollWidth") <= width
    dark = html.evaluate("html => getComputedStyle(html).color")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    assert html.evaluate("html => getComputedStyle(html).color") != dark
    assert page.complaints == []


def test_search_finds_a_lesson_without_a_server(visit):
    page = visit("search.html?q=augmentation")
    page.wait_for_selector("#search-results li a[href*=data_augmentation]")


def test_filter_of_old_lines(visit):
    """It works on a phone and by keyboard; without JavaScript all lines are there."""
    page = visit("old_tutorials.html", PHONE, java_script_enabled=False)
    count = page.locator(".old-lines tbody tr:visible").count()
    assert not page.get_by_label("Find your line").is_visible()
    page = visit("old_tutorials.html", PHONE)
    rows = page.locator(".old-lines tbody tr:visible")
    assert rows.count() == count
    page.get_by_label("Find your line").focus()
    page.keyboard.type("ValueError: Argument(s) not recognized: {'lr': 0.05}")
    assert 1 <= rows.count() < count
    assert "SGD(lr=" in rows.first.inner_text()
    assert page.get_by_role("status").inner_text() == f"{rows.count()} of {count} lines"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.keyboard.press("Escape")  # empties a search field
    assert rows.count() == count
