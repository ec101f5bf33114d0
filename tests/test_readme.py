"""README says what is true: its commands, its table, its links; and the headers of the lessons."""

import re
import subprocess
import sys

import pytest
from lessons import EXAMPLES, LESSONS, ROOT

sys.path.append(str(ROOT / "benchmarks"))
import publish
import runs

README = (ROOT / "README.md").read_text()
COMMANDS = [
    "pip install -r requirements.txt && python examples/mnist_cnn.py",
    "pip install -r requirements-dev.txt && python -m pytest",
]


def test_opens_with_the_two_commands():
    first_block = re.search(r"\n\n((    .*\n)+)", README)[1]
    assert [line.strip() for line in first_block.splitlines()] == COMMANDS
    assert README.index(COMMANDS[0]) < README.index("\n## ")


def test_ci_takes_the_commands_out_of_readme(tmp_path):
    """Run .ci/run with programs that only say what they were called with."""
    calls = tmp_path / "calls"
    for name in ("pip", "python", "ruff", "python3", "apt-get"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{calls}"\n')
        program.chmod(0o755)
    result = subprocess.run(
        ["bash", ROOT / ".ci" / "run"],
        env={"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    *made, called = calls.read_text().split("\n", maxsplit=3)
    called = called.splitlines()
    assert all(line.startswith("python3 -m venv ") for line in made)
    assert called[:4] == [part for command in COMMANDS for part in command.split(" && ")]
    assert "ruff check ." in called
    assert "ruff format --check ." in called
    for backend in ("jax", "torch"):
        install = called.index(f"pip install -r requirements-{backend}.txt pytest")
        assert called[install + 1] == "python -m pytest tests/backend_smoke.py"
    assert called[-2] == "python -m pytest -m site"
    assert called[-1].startswith("python -m pytest -m slow")


@pytest.mark.parametrize("failing", ["pip", "ruff", "python"])
def test_ci_fails_when_a_step_fails(failing, tmp_path):
    for name in ("pip", "python", "ruff", "python3"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {int(name == failing)}\n")
        program.chmod(0o755)
    command = ["bash", ROOT / ".ci" / "run"]
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def test_links_lead_somewhere():
    for link in re.findall(r'(?:\]\(|src=")([^)"#]+)', README):
        assert link.startswith("http") or (ROOT / link).exists(), link


def test_every_lesson_is_in_the_table():
    table = README.partition("<!-- results -->")[2].partition("<!-- end -->")[0]
    assert set(re.findall(r"examples/(\w+)\.py", table)) == set(LESSONS)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert picture.stat().st_size < 60_000
    assert {path.stem for path in (ROOT / "docs" / "pictures").iterdir()} == set(LESSONS)


def test_figures_are_the_measured_ones():
    assert publish.readme(README) == README
    text = (ROOT / "benchmarks" / "README.md").read_text()
    assert publish.benchmarks_readme(text) == text
    for lesson in LESSONS:
        text = (EXAMPLES / f"{lesson}.py").read_text()
        assert publish.header(lesson, text) == text


def test_figures_have_enough_seeds():
    for name, run in runs.RUNS.items():
        records = runs.records_of(name)
        assert len({record["seed"] for record in records}) == len(records) >= run.seeds, name
        assert len({str(record["versions"]) for record in records}) == 1, name
    for name in runs.LESSONS:
        assert runs.RUNS[name].seeds >= 5
