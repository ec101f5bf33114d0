"""The gallery in a real browser, without a network: pytest -m site. Needs chromium, make and npm."""

import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import nbclient
import nbformat
import pytest
from jupyter_cache import get_cache
from lessons import DATA, LESSONS, ROOT
from playwright.sync_api import sync_playwright

sys.path.append(str(ROOT / "docs"))
import gallery

pytestmark = pytest.mark.site
SITE = ROOT / "docs" / "_build" / "small"
WIDTHS = {"desktop": 1280, "phone": 390}
LESSON_PAGES = [f"lessons/{name}.html" for name in LESSONS]
PAGES = ["index.html", *LESSON_PAGES, "old_tutorials.html", "devices.html", "glossary.html"]
PAGES += ["search.html", "genindex.html"]
KERAS_LOADER = """
from pathlib import Path
import keras.src.datasets.boston_housing, keras.src.datasets.mnist

for module in (keras.src.datasets.boston_housing, keras.src.datasets.mnist):
    module.get_file = lambda *path, fname=None, **_: Path({folder!r}, fname or path[0])
"""


@pytest.fixture(scope="session")
def site(small_data):
    """Build the gallery with every lesson executed on a small MNIST; return its folder."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    build = subprocess.run(
        ["make", "-C", ROOT / "docs", "html", f"OUT={SITE.relative_to(ROOT / 'docs')}"],
        env=os.environ | {"EXAMPLES_DATA": str(small_data), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    return SITE


@pytest.fixture(scope="session")
def address(site):
    """Serve the gallery; return its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    program = shutil.which("chromium")
    assert program, "no chromium: apt-get install chromium"
    alone = ["no-sandbox", "disable-gpu", "disable-background-networking", "disable-sync"]
    alone += ["disable-component-update", "no-first-run"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=program, args=[f"--{option}" for option in alone]
        )


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page and collects its complaints; no host but ours answers."""
    contexts = []

    def open_page(path, width=1280, scheme="light", base=address):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []

        def route(request):
            if request.request.url.startswith(base):
                request.continue_()
            else:
                page.complaints.append(f"wants {request.request.url}")
                request.abort()

        def hear(message):
            if message.type in ("error", "warning"):
                page.complaints.append(message.text)

        def check(response):
            if response.status >= 400:
                page.complaints.append(f"{response.status} {response.url}")

        page.route("**/*", route)
        page.on("console", hear)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("response", check)
        page.goto(f"{base}/{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """Return the text of axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    command = ["npm", "install", "--silent", "--prefix", folder, "axe-core@4"]
    subprocess.run(command, check=True, capture_output=True)
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text()


# ---- the files


def test_these_are_all_pages(site):
    built = {str(path.relative_to(site)) for path in site.rglob("*.html")}
    assert built - {"_static/webpack-macros.html"} == set(PAGES)


def test_no_foreign_addresses(site):
    """Only links that a reader clicks lead out: no script, style, font or picture."""
    for page in site.rglob("*.html"):
        for tag in re.findall(r"<[^>]*>", page.read_text()):
            if not tag.startswith("<a "):
                assert not re.search(r"""(src|href|srcset)=["']?(https?:)?//""", tag), (page, tag)
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", style.read_text()), style


@pytest.mark.parametrize("name", LESSONS)
def test_lesson_page(site, name):
    text = (site / "lessons" / f"{name}.html").read_text()
    assert not re.search(r"[\b\r\x1b\x07]", text)
    for noise in ("oneDNN", "cudart_stub", "Warning", "WARNING", "stderr", "Traceback"):
        assert noise not in text, noise
    shown = re.findall(r'<img alt="([^"]*)" src="([^"]*)"', text)
    assert len(shown) == LESSONS[name][1]
    for alt, source in shown:
        assert len(alt) > 40
        assert (site / "lessons" / source).exists()
    assert re.search(rf"{LESSONS[name][0]}: \d+\.\d+", text)
    assert "Keras 3" in text
    assert text.count('class="reference internal" href="../glossary.html#term-') >= 4
    for download in (f"../scripts/{name}.py", f"../notebooks/{name}.ipynb"):
        assert f'href="{download}"' in text
        assert (site / "lessons" / download).exists()
    following = [*LESSONS, None][list(LESSONS).index(name) + 1]
    buttons = text.partition('class="buttons')[2].partition("highlight")[0]
    assert (f'href="{following}.html"' in buttons) == bool(following)
    script = (site / "scripts" / f"{name}.py").read_text()
    assert script == (ROOT / "examples" / f"{name}.py").read_text()


def test_start_page_has_a_card_for_each_lesson_in_order(site):
    text = (site / "index.html").read_text()
    cards = text.partition("<h1")[2]
    links = re.findall(r'class="sd-stretched-link[^"]*" href="lessons/(\w+)\.html"', cards)
    assert links == list(LESSONS)
    for row in gallery.rows_of_readme():
        assert f"Result: {row.result}" in text
    block = re.search(r"\n\n((    .*\n)+)", (ROOT / "README.md").read_text())[1]
    shown = re.sub("<[^>]*>", "", cards).replace("&amp;", "&")
    for command in block.split("\n"):
        assert command.strip() in shown
    assert re.search(r'<img alt="[^"]{40,}" class="sd-card-img-top', cards)


def test_glossary_has_30_to_60_terms(site):
    text = (site / "glossary.html").read_text()
    assert 30 <= len(re.findall(r'<dt id="term-', text)) <= 60


def test_device_messages_are_in_tensorflow(site):
    """The page quotes TensorFlow to the letter: its libraries contain these texts."""
    import tensorflow as tf

    quoted = re.findall(r"^`([^`]*)`\n: ", (ROOT / "docs" / "devices.md").read_text(), re.MULTILINE)
    assert len(quoted) >= 6
    library = next(Path(tf.__file__).parent.glob("libtensorflow_framework.so.*")).read_bytes()
    for text in quoted:
        assert text.encode() in library, text


def test_a_change_of_text_does_not_train_again(site, small_data, monkeypatch):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    cache = get_cache(gallery.cache_folder())
    source = (ROOT / "examples" / "mnist_cnn.py").read_text()
    cache.match_cache_notebook(gallery.read_lesson(source.replace("slides small", "moves small")))
    with pytest.raises(KeyError):
        cache.match_cache_notebook(gallery.read_lesson(source.replace("Dense(256", "Dense(255")))
    before = gallery.cache_folder()
    monkeypatch.setenv("EXAMPLES_DATA", str(DATA))
    assert gallery.cache_folder() != before


# ---- in the browser


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_without_a_complaint_and_fits(visit, path):
    for width in WIDTHS.values():
        page = visit(path, width)
        assert page.complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for picture in page.query_selector_all("img"):
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_accessibility(visit, axe, path, scheme):
    for width in WIDTHS.values():
        page = visit(path, width, scheme)
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then(result => result.violations)")
        serious = [
            (violation["id"], node["html"], node["failureSummary"])
            for violation in violations
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert serious == []


def test_copy_button(visit, address):
    page = visit("lessons/mnist_cnn.html")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    cell = page.locator(".cell_input", has_text="model = keras.Sequential").first
    cell.hover()
    cell.locator("button.copybtn").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("model = keras.Sequential(\n    [\n        keras.Input(")
    assert copied.strip() in (ROOT / "examples" / "mnist_cnn.py").read_text()
    assert page.locator(".cell_input").count() == page.locator(".cell_input .copybtn").count()


@pytest.mark.parametrize("kind", ["http", "file"])
def test_search_finds_a_lesson(visit, site, address, kind):
    base = address if kind == "http" else site.as_uri()
    page = visit("search.html?q=augmentation", base=base)
    page.wait_for_selector("#search-results li a")
    found = [link.get_attribute("href") for link in page.query_selector_all("#search-results li a")]
    assert any("data_augmentation" in link for link in found)
    if kind == "http":  # from a file a browser shows no excerpts, and complains
        assert page.complaints == []


def test_light_and_dark(visit):
    def brightness(page):
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in re.findall(r"\d+", color)[:3])

    assert brightness(visit("index.html", scheme="light")) > 600
    page = visit("index.html", scheme="dark")
    assert brightness(page) < 150
    page.locator("button.theme-switch-button").first.click()
    page.locator("button.theme-change-button[data-mode=light]").first.click()
    assert brightness(page) > 600
    page.reload()
    assert brightness(page) > 600


def test_menu_on_a_phone(visit):
    page = visit("lessons/mnist_cnn.html", WIDTHS["phone"])
    link = page.get_by_role("link", name="Glossary").first
    assert not link.is_visible()
    page.locator("button.primary-toggle").first.click()
    page.get_by_role("link", name="Glossary").first.click()
    page.wait_for_url("**/glossary.html")


# ---- notebooks


def text_of(notebook):
    """Return all that the cells printed, without times, and what TensorFlow says without common."""
    text = "".join(
        output["text"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stdout"
    )
    text = re.sub(r"^(INFO|WARNING):tensorflow:.*\n", "", text, flags=re.MULTILINE)
    return re.sub(r"\d+m?s\b|\d[\d.]* seconds", "(time)", text)


@pytest.mark.parametrize("name", LESSONS)
def test_notebook_runs_alone(site, name, small_data, keras_datasets, environment, tmp_path):
    """In an empty folder, as on Colab: MNIST and Boston by Keras's own loader, the rest inside."""
    run_alone(site, name, tmp_path, environment, KERAS_LOADER.format(folder=str(small_data)))


@pytest.mark.parametrize("name", ["boston_housing", "mnist_dense"])
def test_notebook_reads_the_data_beside_it(site, name, small_data, environment, tmp_path):
    """And then needs no network: Keras's loader would try to download."""
    (tmp_path / "data").symlink_to(small_data)
    environment["KERAS_HOME"] = str(tmp_path / "empty")
    run_alone(site, name, tmp_path, environment)


def run_alone(site, name, folder, environment, before=""):
    """Execute a copy of a notebook; it must say what the gallery's page says."""
    built = nbformat.read(site / "notebooks" / f"{name}.ipynb", as_version=4)
    nbformat.validate(built)
    alone = nbformat.from_dict(built)
    for cell in alone.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    alone.cells.insert(0, nbformat.v4.new_code_cell(before))
    nbclient.NotebookClient(
        alone, resources={"metadata": {"path": str(folder)}}, timeout=None
    ).execute(env=environment)
    assert text_of(alone) == text_of(built)
    assert "from common" not in "".join(cell.source for cell in alone.cells)
    for notebook in (alone, built):
        shown = [
            output
            for cell in notebook.cells
            for output in cell.get("outputs", ())
            if "image/png" in output.get("data", {})
        ]
        assert len(shown) == LESSONS[name][1]
    assert all(len(output["metadata"]["image/png"]["alt"]) > 40 for output in shown)
