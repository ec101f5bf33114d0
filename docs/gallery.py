"""What the gallery needs beyond Sphinx and MyST-NB; the list of lessons is lessons.toml."""

import ast
import base64
import hashlib
import importlib.metadata
import io
import os
import re
import shutil
import tomllib
import zipfile
from pathlib import Path
from textwrap import indent

import jupytext
import nbformat
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from jupyter_cache import get_cache
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from lessons import DATA, EXAMPLES, LESSONS, stand_alone

DOCS = Path(__file__).resolve().parent
USED = Path(os.environ.get("EXAMPLES_DATA") or DATA)  # what the lessons read
BUTTONS = """
<div class="buttons">
<a class="sd-btn sd-btn-primary" href="../scripts/NAME.py">Script (.py)</a>
<a class="sd-btn sd-btn-primary" href="../notebooks/NAME.ipynb">Notebook (.ipynb)</a>
</div>
"""


def copy_lessons():
    """Copy the lessons here, because Sphinx reads one folder only; buttons follow the header."""
    shutil.rmtree(DOCS / "lessons", ignore_errors=True)
    (DOCS / "lessons").mkdir()
    for name, lesson in LESSONS.items():
        buttons = BUTTONS.replace("NAME", name)
        text = lesson.text.replace('"""\n\n# %%', f'{buttons}"""\n\n# %%', 1)
        (DOCS / "lessons" / f"{name}.py").write_text(text)


def cache_folder():
    """Return where the executed lessons are kept: another folder when anything but them changes."""
    files = [*(EXAMPLES / "common").glob("*.py"), *EXAMPLES.glob("*.html"), *USED.rglob("*.*")]
    packages = ("keras", "tensorflow", "numpy", "matplotlib", "pandas", "scipy")
    things = [path.read_bytes() for path in sorted(files)]
    things += [importlib.metadata.version(package).encode() for package in packages]
    things += [os.environ.get(f"KERAS_{name}", "").encode() for name in ("BACKEND", "MAX_EPOCHS")]
    return DOCS / "_build" / "executed" / hashlib.sha256(b"\n".join(things)).hexdigest()[:16]


def finish_lesson(app, doctree):
    """Give a lesson's pictures their text alternatives, and its page its links to the glossary."""
    folder, _, name = app.env.docname.rpartition("/")
    if folder == "lessons":
        for picture, alt in zip(doctree.findall(nodes.image), LESSONS[name].pictures, strict=False):
            picture["alt"] = alt
        glossary = (DOCS / "glossary.md").read_text().partition("{glossary}\n")[2]
        terms = re.findall(r"^\w.*", glossary, re.MULTILINE)
        for term in sorted(terms, key=len, reverse=True):  # "learning rate" before "learning"
            link_first_mention(app, doctree, term)


def link_first_mention(app, doctree, term):
    """Link the first mention of a term in a paragraph to the glossary."""
    for node in doctree.findall(nodes.Text):
        found = re.search(rf"\b{re.escape(term)}(s|es)?\b", node, re.IGNORECASE)
        if found and isinstance(node.parent, nodes.paragraph):
            text = nodes.inline("", found[0], classes=["xref", "std", "std-term"])
            link = addnodes.pending_xref("", text, refdomain="std", reftype="term", reftarget=term)
            before, after = nodes.Text(node[: found.start()]), nodes.Text(node[found.end() :])
            node.parent.replace(node, [before, link, after])
            return


def show_formula(writer, node):
    """Write a formula as MathML, which browsers draw themselves: no script, no fonts."""
    block = isinstance(node, nodes.math_block)
    writer.body.append(str(tex2mathml(node.astext(), as_block=block)))
    raise nodes.SkipNode


class Cards(SphinxDirective):
    """One part of the start page: a card for each of its lessons, and their place in the menu."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self):
        """Return the cards, in a grid, and the part's table of contents."""
        part = self.arguments[0]
        cards = [":::::{grid} 1 2 3 3", ":gutter: 3", ""]
        menu = ["```{toctree}", ":hidden:", f":caption: {part}", ""]
        for number, (name, lesson) in enumerate(LESSONS.items(), start=1):
            if lesson.part != part:
                continue
            menu += [f"lessons/{name}"]
            cards += [f"::::{{grid-item-card}} {number}. {lesson.title}"]
            cards += [f":link: lessons/{name}", ":link-type: doc"]
            if (DOCS / "pictures" / f"{name}.png").exists():
                cards += [f":img-top: pictures/{name}.png"]
                cards += [f":img-alt: {lesson.pictures[lesson.thumbnail - 1]}"]
            learn = lesson.line("You will learn")
            cards += ["", f"{learn[0].upper()}{learn[1:]}."]
            cards += [":::{card-footer}", f"Result: {lesson.line('Expected')}", ":::", "::::"]
        return self.parse_text_to_nodes("\n".join([*cards, ":::::", *menu, "```"]))


class OldLines(SphinxDirective):
    """The table of one topic of old_lines.toml."""

    required_arguments = 1

    def run(self):
        """Return the table."""
        lines = tomllib.loads((DOCS / "old_lines.toml").read_text())["line"]
        text = ["::::{list-table}", ":header-rows: 1", ":class: old-lines", ":widths: 50 50", ""]
        text += ["* - The old line, and what Keras 3 says", "  - Write instead"]
        for line in lines:
            if line["topic"] == self.arguments[0]:
                says = f"```text\n{line['says']}\n```" if line["says"] else "*It says nothing.*"
                old = f"```python\n{line['old']}\n```\n\n{says}"
                new = f"```python\n{line['new']}\n```\n\n{line['why']}"
                text += ["* -", indent(old, "    "), "  -", indent(new, "    ")]
        return self.parse_text_to_nodes("\n".join([*text, "::::"]))


def write_downloads(app, problem):
    """Write scripts and notebooks; a notebook has the outputs of the run that the page shows."""
    if problem or app.builder.name != "html":
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    for folder in ("scripts", "notebooks"):
        (app.outdir / folder).mkdir(exist_ok=True)
    for name, lesson in LESSONS.items():
        shutil.copy(lesson.path, app.outdir / "scripts")
        _, executed = cache.merge_match_into_notebook(jupytext.reads(lesson.text, "py:percent"))
        if name == "draw_a_digit":
            put_on_start_page(app, executed)
        notebook = notebook_alone(lesson, executed)
        nbformat.write(notebook, app.outdir / "notebooks" / f"{name}.ipynb")


def put_on_start_page(app, notebook):
    """Put the page that draw_a_digit has made, the output of a cell, in its place on index.html."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    texts = [output.get("data", {}).get("text/html", "") for output in outputs]
    (page,) = [text for text in texts if "<iframe " in text]
    place = '<div id="draw-a-digit">'
    before, _, after = (app.outdir / "index.html").read_text().partition(place)
    short = page.replace("<iframe ", '<iframe name="short" ', 1)
    (app.outdir / "index.html").write_text(before + place + short + after)


def notebook_alone(lesson, notebook):
    """Return an executed lesson as a notebook that needs no other file.

    Between the header and the rest of the page come the cells of notebook_data.py that it needs,
    and those imports of `stand_alone` that replace common.
    """
    imports = jupytext.reads(stand_alone(lesson.text), "py:percent").cells[1]
    imports.source = imports.source.strip()
    added = added_cells(lesson)
    after = [cell for cell in added if f"def {cell.metadata.title}" in cell.source]
    notebook.cells[1:2] = [*[cell for cell in added if cell not in after], imports, *after]
    alts = iter(lesson.pictures)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output.metadata["image/png"] = {"alt": next(alts)}
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return notebook


def added_cells(lesson):
    """Return the cells of notebook_data.py: the start, and those about what the lesson imports."""
    text = (DOCS / "notebook_data.py").read_text()
    if lesson.backend:  # before the first cell loads Keras
        chosen = f'os.environ.setdefault("KERAS_BACKEND", "{lesson.backend}")'
        text = text.replace("import os\n", f"import os\n\n{chosen}\n", 1)
    wanted = {"start", *lesson.common}
    cells = jupytext.reads(text, "py:percent").cells[1:]
    cells = [cell for cell in cells if wanted.intersection(cell.metadata.title.split("|"))]
    for cell in cells:
        if "PACKED" in cell.source:
            cell.source = cell.source.replace("PACKED", packed_data(lesson))
    return cells


def packed_data(lesson):
    """Return, as text, an archive of what a lesson reads and Keras does not download."""
    calls = [node for node in ast.walk(ast.parse(lesson.text)) if isinstance(node, ast.Call)]
    calls = [(ast.unparse(node.func), node.args) for node in calls]
    names = [arguments[0].value for name, arguments in calls if name == "find_data"]
    templates = [arguments[0].value for name, arguments in calls if name == "find_template"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        for name in names or ["breast_cancer.csv"]:
            pictures = sorted(USED.glob(f"{name}/*.*g"))  # .jpg and .png, if it is a folder
            for path in pictures or [USED / name]:
                archive.write(path, path.relative_to(USED))
        for name in templates:
            archive.write(EXAMPLES / name, name)
        if {"load_photos", "load_image"}.intersection(lesson.common):
            archive.write(EXAMPLES / "common" / "photos.py", "photos.py")
    return base64.b85encode(packed.getvalue()).decode()


def setup(app):
    """Register everything with Sphinx; pages can be read in parallel."""
    app.add_directive("lesson-cards", Cards)
    app.add_directive("old-lines", OldLines)
    app.connect("doctree-read", finish_lesson)
    app.connect("build-finished", write_downloads)
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True}
