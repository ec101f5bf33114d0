"""README says what is true, and a lesson needs no more than its file and its entry."""

import os
import re
import shutil
import subprocess
import sys

from lessons import LESSONS, ROOT

PROGRAM = """
import pytest
from benchmarks import publish
assert pytest.main(["-q", "tests/test_format.py"]) == 0
assert pytest.main(["-q", "--collect-only", "tests/test_lessons.py"]) == 0
print(publish.texts()[publish.ROOT / "README.md"])
"""


def test_links_lead_somewhere():
    for link in re.findall(r'(?:\]\(|src=")([^)"#]+)', (ROOT / "README.md").read_text()):
        assert link.startswith("http") or (ROOT / link).exists(), link


def test_a_new_lesson_is_a_file_and_an_entry(tmp_path):
    """In a copy: a row in the tests, in README, a card and a page, and nothing complains."""
    old, new = "linear_regression", "my_new_lesson"
    skipped = shutil.ignore_patterns(".git", "_build", "lessons", "output", "data", ".*_cache")
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=skipped)
    (copy / "data").symlink_to(ROOT / "data")
    text = LESSONS[old].text.replace(old, new).replace(LESSONS[old].title, "My new title")
    (copy / "examples" / f"{new}.py").write_text(text)
    entries = (ROOT / "lessons.toml").read_text()
    entry = re.search(rf"\[lesson\.{old}\].*?(?=\n\[lesson\.(?!{old}))", entries, re.DOTALL)[0]
    (copy / "lessons.toml").write_text(f"{entries}\n{entry.replace(old, new)}\n")

    def python(*arguments):
        result = subprocess.run(
            [sys.executable, *arguments],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": f"{copy}{os.pathsep}{copy / 'docs'}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    said = python("-c", PROGRAM)
    assert f"test_runs_and_learns[{new}]" in said
    assert f"[{new}.py](examples/{new}.py)" in said
    options = ["-q", "-W", "-b", "pseudoxml", "-D", "nb_execution_mode=off"]
    options += ["-D", "suppress_warnings=myst-nb.lexer"]  # a kernel would tell
    python("-m", "sphinx", *options, "docs", "site")
    for page in ("index", f"lessons/{new}"):
        assert "My new title" in (copy / f"site/{page}.pseudoxml").read_text()
