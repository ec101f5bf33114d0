"""What is published is what was measured, and measuring works as benchmarks/README.md says."""

import json

import pytest

from benchmarks import measure, publish
from lessons import LESSONS, Lesson, parse_results

EDITED = {run.name: run for run in publish.TRIED if run.edit}


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Put an empty folder in place of the records; return a function that writes some."""
    monkeypatch.setattr(publish, "RESULTS", tmp_path)

    def write(name, *records):
        publish.file_of(name).write_text("".join(json.dumps(record) + "\n" for record in records))

    return write


def made_up(run, seed, wall=4, cpu=8):
    """Return a record in the form of measure.py."""
    clocks = ("process_wall", "process_cpu", "training_wall", "training_cpu")
    values = {"Test accuracy": 0.98, "Test MSE": 0.0025, "Distance from least squares": 2e-7}
    return {
        "run": run,
        "seed": seed,
        "values": values | {"Distance from the truth": 0.02},
        "seconds": dict(zip(clocks, (wall, cpu, wall, cpu), strict=True)),
        "memory_mb": 900,
        "versions": {"keras": "3.15.1"},
        "python": "3.11.7",
        "cpu": "a processor",
        "cores": 2,
        "date": "2026-11-28",
    }


def test_published_figures_are_the_measured_ones():
    for path, text in publish.texts().items():
        assert path.read_text() == text, f"{path}: python benchmarks/measure.py --write"


def test_every_goal_is_reached():
    assert [line for line in publish.missed() if " times, not " not in line] == []


def test_what_has_no_records_is_called_not_measured_yet(records, monkeypatch, tmp_path):
    """And is filled in when it has some; then taking them away leads back to the same texts."""
    empty = publish.texts()
    for path, text in empty.items():
        assert "not measured yet" in text, path
        assert "(5 seeds)" not in text, path
    records("linear_regression", *(made_up("linear_regression", seed) for seed in range(10)))
    runs = [made_up("linear_regression_train-limit-10", seed) for seed in range(5)]
    records("linear_regression_train-limit-10", *runs)
    full = publish.lesson_text(LESSONS["linear_regression"])
    assert "least squares; takes about 4 s on 2 CPU cores." in " ".join(full.split())
    assert "to within 2e-07 (10 seeds)" in publish.texts()[publish.HERE / "README.md"]
    assert "miss the truth by 0.020 (5 seeds)." in full
    path = tmp_path / "linear_regression.py"
    path.write_text(full)
    for file in tmp_path.glob("*.jsonl"):
        file.unlink()
    monkeypatch.setattr(Lesson, "path", path)
    assert publish.lesson_text(LESSONS["linear_regression"]) == empty[publish.EXAMPLES / path.name]


def test_figures_of_a_table_are_written_too(records):
    """The rows of train_fast's table are code."""
    name = "train_fast_no-warm-up"
    assert '    "without warm-up": np.nan,  # not measured yet\n' in publish.lesson_text(
        LESSONS["train_fast"]
    )
    records(name, *(made_up(name, seed) for seed in range(5)))
    assert '    "without warm-up": 0.9800,  # (5 seeds)\n' in publish.lesson_text(
        LESSONS["train_fast"]
    )


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"threads": 1}, "threads"),
        ({"date": None}, "date"),  # missing
        ({"seconds": {"process_wall": 1}}, "process_cpu"),
        ({"seed": 3}, "seeds"),  # the first is 0
        ({"run": "mnist_cnn"}, "mnist_cnn"),  # borrowed from another run
    ],
)
def test_a_record_that_measure_did_not_write_is_refused(change, wrong, records):
    record = made_up("linear_regression", 0) | change
    records("linear_regression", {key: value for key, value in record.items() if value is not None})
    with pytest.raises(ValueError, match=wrong):
        publish.texts()


def test_measuring_goes_on_where_it_was_stopped(records, monkeypatch):
    def measure_or_stop(run, seed):
        if len(measured) == 4:
            raise KeyboardInterrupt
        measured.append((run.name, seed))
        return made_up(run.name, seed)

    monkeypatch.setattr(measure, "measure", measure_or_stop)
    name = publish.race(*publish.RACES[0])
    monkeypatch.setattr("sys.argv", ["measure.py", "linear_regression", name, "--seeds", "3"])
    ours, other = publish.RACES[0]
    measured = []
    with pytest.raises(KeyboardInterrupt):
        measure.main()
    assert len(publish.ratios(ours, other, "wall")) == 0  # half a round is none
    measured = []
    with pytest.raises(KeyboardInterrupt):
        measure.main()
    assert measured == [(ours, 0), (other, 0), (ours, 1), (other, 1)]
    measured = []
    measure.main()
    assert measured == [(ours, 2), (other, 2)]
    assert len(publish.RUNS["linear_regression"].records()) == 3


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
        assert parse_results(f"{line}\n") == {}  # a time is no result
    assert not measure.EPOCH.match("Test accuracy: 0.99")


def test_a_race_is_a_ratio_and_nothing_else(records):
    ours, other = publish.RACES[1]
    race = [(ours, 0, 4, 8), (other, 0, 60, 80), (ours, 1, 5, 8), (other, 1, 50, 80)]
    records(publish.race(ours, other), *(made_up(*run) for run in race))
    assert publish.ratios(ours, other, "wall") == [15, 10]
    assert publish.ratios(ours, other, "cpu") == [10, 10]
    assert publish.RUNS[ours].result() == "not measured yet"


@pytest.mark.parametrize("name", EDITED)
def test_suggested_change_can_be_made(name):
    compile(EDITED[name].text(), name, "exec")
    assert EDITED[name].text() != EDITED[name].path.read_text()
