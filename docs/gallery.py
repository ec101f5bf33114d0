"""What the gallery needs beyond Sphinx and MyST-NB; the lessons are read from examples/ alone.

Lesson pages with their result and buttons, the cards of the start page, the table of old lines,
links to the glossary, formulas without a script, and a notebook of each lesson that runs alone.
"""

import base64
import copy
import functools
import hashlib
import importlib.metadata
import lzma
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import jupytext
import nbformat
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from jupyter_cache import get_cache
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
LESSONS = DOCS / "lessons"  # copies of examples/, because Sphinx reads one folder only
sys.path += [str(ROOT / "tests"), str(ROOT / "benchmarks")]
from lessons import stand_alone
from publish import rows_of_readme as all_rows


def alternatives():
    """Return what each picture of each lesson shows, in words."""
    return tomllib.loads((DOCS / "alt.toml").read_text())


@functools.cache
def rows_of_readme():
    """Return README's rows, one for each lesson."""
    return [row for row in all_rows() if not row.options]


def copy_lessons():
    """Bring the copies of the lessons up to date, and let the kernels find common.py."""
    LESSONS.mkdir(exist_ok=True)
    names = [f"{row.lesson}.py" for row in rows_of_readme()]
    for old in {path.name for path in LESSONS.glob("*.py")} - set(names):
        (LESSONS / old).unlink()
    for name in names:
        text = (ROOT / "examples" / name).read_text()
        if not (LESSONS / name).exists() or (LESSONS / name).read_text() != text:
            (LESSONS / name).write_text(text)
    os.environ["PYTHONPATH"] = str(ROOT / "examples")
    os.environ.pop("MPLBACKEND", None)  # the pictures belong on the page


def cache_folder():
    """Return where the executed lessons are kept: another folder when anything but them changes."""
    digest = hashlib.sha256((ROOT / "examples" / "common.py").read_bytes())
    for path in sorted(Path(os.environ.get("EXAMPLES_DATA", ROOT / "data")).rglob("*.*")):
        digest.update(path.read_bytes())
    for package in ("keras", "tensorflow", "numpy", "matplotlib"):
        digest.update(importlib.metadata.version(package).encode())
    digest.update(os.environ.get("KERAS_BACKEND", "").encode())
    return DOCS / "_build" / "executed" / digest.hexdigest()[:16]


def note_sources(env):
    """Let Sphinx make the current page anew when one of the files behind it changes."""
    for file in ("docs/alt.toml", "docs/glossary.md", "docs/gallery.py", "README.md"):
        env.note_dependency(str(ROOT / file))


# ---- a lesson's page


def read_lesson(text):
    """Return a lesson as a notebook: its cells, then its result and buttons under the title."""
    notebook = jupytext.reads(text, "py:percent")
    rows = rows_of_readme()
    name = re.search(r"python examples/(\w+)\.py", text)[1]
    place = [row.lesson for row in rows].index(name)
    row = rows[place]
    buttons = [
        button("link", f"../scripts/{name}.py", "Script (.py)"),
        button("link", f"../notebooks/{name}.ipynb", "Notebook (.ipynb)"),
    ]
    if place + 1 < len(rows):
        buttons.append(button("ref", rows[place + 1].lesson, "Next lesson"))
    facts = "| result | training | whole run |\n|---|---|---|\n"
    facts += f"| {row.result} | {row.training} | {row.process} |"
    under_title = f":::{{div}} facts\n{facts}\n:::\n\n::::{{div}} buttons\n{''.join(buttons)}::::"
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(under_title))
    return notebook


def button(kind, target, label):
    """Return the MyST text of a button."""
    options = ":ref-type: doc\n:outline:\n" if kind == "ref" else ""
    return f":::{{button-{kind}}} {target}\n:color: primary\n{options}{label}\n:::\n"


# ---- the start page and the table of old lines


class Cards(SphinxDirective):
    """A card for each lesson that the content names."""

    has_content = True

    def run(self):
        """Return the cards, in a grid."""
        note_sources(self.env)
        rows = {row.lesson: row for row in rows_of_readme()}
        order = list(rows)
        text = [":::::{grid} 1 2 3 3", ":gutter: 3", ""]
        for name in self.content:
            row = rows[name]
            title = re.search(
                r"^# (?!%%)(.*)", (ROOT / "examples" / f"{name}.py").read_text(), re.MULTILINE
            )[1]
            text += [
                f"::::{{grid-item-card}} {order.index(name) + 1}. {title}",
                f":link: lessons/{name}",
                ":link-type: doc",
                f":img-top: pictures/{name}.png",
                f":img-alt: {alternatives()[name][row.picture - 1]}",
                "",
                row.learn[0].upper() + row.learn[1:] + ".",
                ":::{card-footer}",
                f"Result: {row.result}",
                "",
                f"**{row.training}** of training".replace(" s*", "\u00a0s*"),
                ":::",
                "::::",
            ]
        return self.parse_text_to_nodes("\n".join([*text, ":::::"]))


class OldLines(SphinxDirective):
    """The table of one topic of old_lines.toml."""

    required_arguments = 1

    def run(self):
        """Return the table."""
        self.env.note_dependency(str(DOCS / "old_lines.toml"))
        lines = tomllib.loads((DOCS / "old_lines.toml").read_text())["line"]
        text = ["::::{list-table}", ":header-rows: 1", ":class: old-lines", ":widths: 50 50", ""]
        text += ["* - The old line, and what Keras 3 says", "  - Write instead"]
        for line in lines:
            if line["topic"] == self.arguments[0]:
                says = code(line["says"], "text") if line["says"] else ["*It says nothing.*"]
                cells = [[*code(line["old"], "python"), "", *says]]
                cells.append([*code(line["new"], "python"), "", line["why"]])
                for mark, cell in zip(("* - ", "  - "), cells, strict=True):
                    text += [mark + cell[0], *(f"    {part}" for part in cell[1:])]
        return self.parse_text_to_nodes("\n".join([*text, "::::"]))


def code(text, language):
    """Return lines of MyST that show a text as code."""
    return [f"```{language}", *text.rstrip().split("\n"), "```"]


# ---- links to the glossary


def finish_lesson(app, doctree):
    """Give a lesson's pictures their text alternatives, and its page its links to the glossary."""
    folder, _, name = app.env.docname.rpartition("/")
    if folder != "lessons":
        return
    note_sources(app.env)
    for picture, alt in zip(doctree.findall(nodes.image), alternatives()[name], strict=True):
        picture["alt"] = alt
    link_terms(app, doctree)


def link_terms(app, doctree):
    """Link the first mention of each term of the glossary."""
    block = re.search(r"\{glossary\}\n(.*?)\n:::", (DOCS / "glossary.md").read_text(), re.DOTALL)[1]
    terms = sorted(re.findall(r"^(\S.*)$", block, re.MULTILINE), key=len, reverse=True)
    missing = {term.lower(): term for term in terms}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, terms))})(s|es)?\b", re.IGNORECASE)
    for node in list(doctree.findall(nodes.Text)):
        around = set(map(type, parents(node)))
        if nodes.paragraph not in around or around & {nodes.literal, nodes.reference, nodes.table}:
            continue
        text, parts, end = str(node), [], 0
        for found in pattern.finditer(text):
            if term := missing.pop(found[1].lower(), None):
                link = addnodes.pending_xref(
                    "",
                    nodes.inline("", found[0], classes=["xref", "std", "std-term"]),
                    refdomain="std",
                    reftype="term",
                    reftarget=term,
                    refexplicit=True,
                    refwarn=True,
                    refdoc=app.env.docname,
                )
                parts += [nodes.Text(text[end : found.start()]), link]
                end = found.end()
        if parts:
            node.parent.replace(node, [*parts, nodes.Text(text[end:])])


def parents(node):
    """Yield a node's parent, its parent, and so on."""
    while node := node.parent:
        yield node


# ---- formulas


def show_formula(writer, node):
    """Write a formula as MathML, which browsers draw themselves: no script, no fonts."""
    block = isinstance(node, nodes.math_block)
    writer.body.append(str(tex2mathml(node.astext(), as_block=block)))
    raise nodes.SkipNode


# ---- notebooks and scripts for download


def write_downloads(app, problem):
    """Write scripts and notebooks; a notebook has the outputs of the run that the page shows."""
    if problem or app.builder.name != "html":
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    data = data_cells()
    for folder in ("scripts", "notebooks"):
        (app.outdir / folder).mkdir(exist_ok=True)
    for row in rows_of_readme():
        source = ROOT / "examples" / f"{row.lesson}.py"
        shutil.copy(source, app.outdir / "scripts")
        _, executed = cache.merge_match_into_notebook(read_lesson(source.read_text()))
        pictures = iter(alternatives()[row.lesson])
        notebook = notebook_alone(source.read_text(), executed, pictures, data)
        nbformat.write(notebook, app.outdir / "notebooks" / f"{row.lesson}.ipynb")


def data_cells():
    """Return the cells of notebook_data.py with what they bring along, by the name in common."""
    packed = base64.b85encode(lzma.compress((ROOT / "data/breast_cancer.csv").read_bytes()))
    program = (ROOT / "data/own_digits/draw.py").read_text()
    hidden = {"jupyter": {"source_hidden": True}, "cellView": "form"}
    cells = {}
    for cell in jupytext.read(DOCS / "notebook_data.py", fmt="py:percent").cells:
        text = cell.source.replace("PACKED", packed.decode())
        text = text.replace('"PROGRAM"', f"r'''{program}'''")
        cells[cell.metadata.get("title")] = nbformat.v4.new_code_cell(text, metadata=hidden)
    return cells


def notebook_alone(source, executed, pictures, data):
    """Return a lesson as a notebook that needs no other file, with the outputs of its run.

    What comes from common is replaced as the lesson itself says (`stand_alone`, which the tests of
    the lessons use too); one more cell finds or makes the data (`data_cells`). `pictures` is an
    iterator over the text alternatives.
    """
    notebook = jupytext.reads(stand_alone(source), "py:percent")
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    ran = [cell for cell in executed.cells if cell.cell_type == "code"]
    for i, (cell, other) in enumerate(zip(cells, ran, strict=True)):
        if i and cell.source != other.source:
            raise ExtensionError(f"the executed lesson has another cell:\n{other.source}")
        if i:  # the first one only prints the device, by common
            cell.outputs = other.outputs
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.metadata = {"image/png": {"alt": next(pictures)}}
    cells[0].source = cells[0].source.strip()  # of the line that the import from common leaves
    place = notebook.cells.index(cells[0]) + 1
    names = re.search(r"^from common import (.*?)  #", source, re.MULTILINE)[1].split(", ")
    for name in names:
        if name in data:
            notebook.cells.insert(place, copy.deepcopy(data[name]))
    ran = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(ran, start=1):
        cell.execution_count = number
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    return notebook


def setup(app):
    """Register everything with Sphinx."""
    app.add_directive("lesson-cards", Cards)
    app.add_directive("old-lines", OldLines)
    app.connect("doctree-read", finish_lesson)
    app.connect("build-finished", write_downloads)
    app.add_html_math_renderer("mathml", (show_formula, None), (show_formula, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": False}
