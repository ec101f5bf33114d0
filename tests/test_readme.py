"""README says what is true, and a lesson needs no more than its file and its entry."""

import os
import re
import shutil
import subprocess
import sys

from lessons import LESSONS, ROOT

README = (ROOT / "README.md").read_text()
COMMANDS = [
    "pip install -r requirements.txt && python examples/mnist_cnn.py",
    "pip install -r requirements-dev.txt && python -m pytest",
]


def test_opens_with_the_two_commands():
    first_block = re.search(r"\n\n((    .*\n)+)", README)[1]
    assert [line.strip() for line in first_block.splitlines()] == COMMANDS
    assert README.index(COMMANDS[0]) < README.index("\n## ")


def test_links_lead_somewhere():
    for link in re.findall(r'(?:\]\(|src=")([^)"#]+)', README):
        assert link.startswith("http") or (ROOT / link).exists(), link


def test_a_new_lesson_is_a_file_and_an_entry(tmp_path):
    """In a copy: a row in the tests, in README, a card and a page, and nothing complains."""
    old, new = "linear_regression", "my_new_lesson"
    skipped = shutil.ignore_patterns(".git", "_build", "lessons", "output", "data", ".*_cache")
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=skipped)
    (copy / "data").symlink_to(ROOT / "data")
    text = LESSONS[old].text.replace(old, new).replace("straight line with", "new lesson with")
    (copy / "examples" / f"{new}.py").write_text(text)
    entries = (ROOT / "lessons.toml").read_text()
    entry = re.search(rf"\[lesson\.{old}\].*?(?=\n\[lesson\.(?!{old}))", entries, re.DOTALL)[0]
    (copy / "lessons.toml").write_text(f"{entries}\n{entry.replace(old, new)}\n")

    def python(*arguments):
        path = os.pathsep.join([str(copy), str(copy / "docs")])
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    tests = python("-m", "pytest", "--collect-only", "-q", "tests/test_lessons.py")
    assert f"test_runs_and_learns[{new}]" in tests
    assert "passed" in python("-m", "pytest", "-q", "tests/test_format.py", "-k", new)
    readme = python(
        "-c", "from benchmarks import publish as p; print(p.texts()[p.ROOT/'README.md'])"
    )
    assert f"[{new}.py](examples/{new}.py)" in readme
    options = ["-q", "-W", "-b", "pseudoxml", "-D", "nb_execution_mode=off"]
    options += ["-D", "suppress_warnings=myst-nb.lexer"]  # a kernel would tell
    python("-m", "sphinx", *options, "docs", "site")
    assert "new lesson with one neuron" in (copy / "site/index.pseudoxml").read_text()
    assert "new lesson with one neuron" in (copy / f"site/lessons/{new}.pseudoxml").read_text()
