"""The list of lessons for tests, benchmarks and docs: what lessons.toml and the headers say."""

import ast
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
EXAMPLES = ROOT / "examples"
DATA = ROOT / "data"


@dataclass
class Lesson:
    """A lesson; lessons.toml explains the fields. A missing or unknown one is an error."""

    name: str
    part: str
    goal: dict
    quick: dict
    pictures: list
    plain: str
    result: str = "Test accuracy"
    sentence: str = "test accuracy {Test accuracy.mean:.4f} +/- {Test accuracy.spread:.4f}"
    seeds: int = 5
    thumbnail: int = 1
    backend: str = ""
    on_mnist: bool = False
    ascii: bool = True
    float32: bool = True
    train_limit: bool = True
    fresh: dict = field(default_factory=dict)
    files: list = field(default_factory=list)
    also: list = field(default_factory=list)
    tried: list = field(default_factory=list)

    @property
    def path(self):
        """The lesson's file."""
        return EXAMPLES / f"{self.name}.py"

    @property
    def text(self):
        """The lesson's text."""
        return self.path.read_text()

    @property
    def title(self):
        """The title in its header."""
        return re.search(r"^# (?!%%)(.*)", self.text, re.MULTILINE)[1]

    def line(self, name):
        """Return a line of its header, "You will learn" or "Expected", without the name."""
        found = re.search(rf"\n- {name}: (.*?)\.?(?=\n- |\n\n|\Z)", self.header, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    @property
    def common(self):
        """The names that it imports from common, in the order of its lines."""
        imports = imports_of_common(self.text)
        return [alias.name for statement in imports for alias in statement.names]

    @property
    def header(self):
        """Its docstring: title, paragraph, "You will learn", "Expected", "Run"."""
        return ast.get_docstring(ast.parse(self.text))


def read_list(root=ROOT):
    """Return the parts of the start page, and the lessons by name in the order of learning."""
    content = tomllib.loads((root / "lessons.toml").read_text())
    lessons = {}
    for name, entry in content["lesson"].items():
        try:
            lessons[name] = Lesson(name=name, **entry)
        except TypeError as error:
            raise ValueError(f"lessons.toml, {name}: {error}") from None
        if unknown := {*entry["quick"], *entry.get("fresh", {})} - {"options", "goal"}:
            raise ValueError(f"lessons.toml, {name}: unknown in quick or fresh: {unknown}")
        if entry["part"] not in content["parts"]:
            raise ValueError(f"lessons.toml, {name}: there is no part {entry['part']!r}")
    files = {path.stem for path in (root / "examples").glob("*.py")}
    if files != set(lessons):
        raise ValueError(f"in lessons.toml or in examples/, not in both: {files ^ set(lessons)}")
    return content["parts"], lessons


PARTS, LESSONS = read_list()


def parse_results(output):
    """Return what a lesson has printed as `Name: number`, a dict of floats."""
    lines = re.findall(r"^([A-Z0-9][^:/\n]*): (-?\d[\d.]*(?:e[-+]\d+)?)$", output, re.MULTILINE)
    return {name: float(number) for name, number in lines}


def imports_of_common(text):
    """Return the statements `from common... import ...` of a lesson, nodes of its syntax tree."""
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return [node for node in imports if (node.module or "").partition(".")[0] == "common"]


def stand_alone(text):
    """Return a lesson's text after the edits that its own comment asks for: without common.

    The comment ends with "uncomment:", and below it, up to an empty line, is what is wanted then.
    """
    lines = text.splitlines()
    end_of_comment = next(i for i, line in enumerate(lines) if re.fullmatch("#.*uncomment:", line))
    end = lines.index("", end_of_comment)
    begin = end_of_comment
    while lines[begin - 1].startswith("#"):
        begin -= 1
    lines[begin:end] = [line.removeprefix("# ") for line in lines[end_of_comment + 1 : end]]
    for node in sorted(imports_of_common(text), key=lambda node: -node.lineno):
        del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines) + "\n"
