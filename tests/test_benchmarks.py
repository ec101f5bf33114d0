"""What is published is what was measured, and measuring works as benchmarks/README.md says."""

import json

import pytest

from benchmarks import measure, publish
from lessons import published

EDITED = {run.name: run for run in publish.TRIED if run.edit}


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Put an empty folder in place of the records; return a function that writes some."""
    monkeypatch.setattr(publish, "RESULTS", tmp_path)

    def write(name, *records):
        publish.file_of(name).write_text("".join(json.dumps(record) + "\n" for record in records))

    return write


def made_up(run, seed, wall, cpu):
    seconds = {"training_wall": wall, "training_cpu": cpu}
    return {"run": run, "seed": seed, "values": {"Test accuracy": 0.98}, "seconds": seconds}


def test_published_figures_are_the_measured_ones():
    for path, text in publish.texts().items():
        assert path.read_text() == text, f"{path}: python benchmarks/measure.py --write"


def test_goals_are_reached_with_enough_seeds():
    assert publish.missed() == []


@pytest.mark.slow
def test_measuring_a_lesson(records, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["measure.py", "linear_regression", "--seeds", "1"])
    monkeypatch.setattr(publish, "ROOT", tmp_path)  # for README's picture
    (tmp_path / "docs" / "pictures").mkdir(parents=True)
    measure.main()
    assert (tmp_path / "docs" / "pictures" / "linear_regression.png").stat().st_size > 1000
    (record,) = publish.read("linear_regression")
    assert record["values"]["Distance from least squares"] < 1e-4
    seconds = record["seconds"]
    assert 0 < seconds["training_wall"] < seconds["process_wall"]
    assert 0 < seconds["training_cpu"] < seconds["process_cpu"]
    assert set(record["versions"]) == {"keras", "numpy", "tensorflow"}


def test_training_is_timed_by_the_lines_about_epochs():
    for line in ("epoch  100  loss 0.1", "Epoch 1/5", "469/469 - 4s - 9ms/step - loss: 0.1"):
        assert measure.EPOCH.match(line), line
        assert published(f"{line}\n") == {}  # a time is no result
    assert not measure.EPOCH.match("Test accuracy: 0.99")


def test_ratio_is_taken_round_by_round(records):
    ours, other = publish.RACE[1]
    race = [(ours, 0, 4, 8), (other, 0, 60, 80), (ours, 1, 5, 8), (other, 1, 50, 80)]
    records(publish.race(ours, other), *(made_up(*run) for run in race))
    records(ours, made_up(ours, 0, 99, 99))  # no part of the race
    assert publish.ratios(ours, other, "wall") == [15, 10]
    assert publish.ratios(ours, other, "cpu") == [10, 10]
    assert publish.RUNS[ours].result().endswith("(2 seeds)")  # a seed counts once


@pytest.mark.parametrize("name", EDITED)
def test_suggested_change_can_be_made(name):
    compile(EDITED[name].text(), name, "exec")
    assert EDITED[name].text() != EDITED[name].path.read_text()
