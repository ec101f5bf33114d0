"""The recipes run, say where they come from, and the published ratios are what they say."""

import json
import re
import subprocess
import sys

import pytest
from lessons import EXAMPLES, LESSONS, ROOT

sys.path.append(str(ROOT / "benchmarks"))
import cost
import publish
import runs

RECIPES = {path.stem for path in (ROOT / "benchmarks" / "recipes").glob("*.py")} - {"inputs"}


def test_every_file_is_measured():
    assert {name.split()[0] for name in runs.LESSONS} == set(LESSONS) == set(publish.PICTURES)
    assert set(cost.STEPS) < set(LESSONS)  # those whose steps differ
    assert {name.split()[0] for name in runs.RECIPES} - set(LESSONS) == RECIPES
    for name in [*runs.RACE, *(name for ours, other, _ in runs.RATIOS for name in (ours, other))]:
        assert name in runs.RUNS or name.removesuffix(" --epochs 1") in runs.RUNS


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_recipe_says_where_it_is_from(name):
    text = (ROOT / "benchmarks" / "recipes" / f"{name}.py").read_text()
    description = text.split('"""')[1]
    assert re.search(r"https://|not reachable|Ours, not|examples/", description)
    assert "test_accuracy" in text or "test_mae" in text
    if not re.search("Ours, not|examples/", description):
        assert "common" not in text  # as its users run it


def test_ten_folds_use_the_lesson_s_settings():
    lesson = (EXAMPLES / "logistic_regression.py").read_text()
    folds = (ROOT / "benchmarks" / "recipes" / "keras_logistic.py").read_text()
    for setting in ("L2(0.002)", "momentum=0.95, nesterov=True", "epochs=400"):
        assert setting in lesson, setting
        assert setting in folds, setting
    assert "learning_rate=0.3" in lesson
    assert "SGD(0.3" in folds


def test_changed_lessons_can_still_be_changed():
    for name, run in runs.RUNS.items():
        lesson = re.split("[ ,]", name)[0]
        text = (EXAMPLES / f"{lesson}.py").read_text() if run.edits else ""
        for old, _ in run.edits:
            assert old in text, name


@pytest.fixture
def records(tmp_path, monkeypatch):
    """Write made-up records of a race; return the function that writes more."""
    monkeypatch.setattr(runs, "RESULTS", tmp_path)

    def write(name, *records):
        runs.file_of(name).write_text("".join(json.dumps(record) + "\n" for record in records))

    made_up = [
        ("mnist_cnn --epochs 1", 0, 4, 8),
        ("old_blog_cnn --epochs 1", 0, 60, 100),
        ("mnist_cnn --epochs 1", 1, 5, 8),
        ("old_blog_cnn --epochs 1", 1, 50, 100),
    ]
    write(
        "race",
        *(
            {
                "run": name,
                "seed": turn,
                "round": turn,
                "values": {"test_accuracy": 0.98 + turn / 100},
                "seconds": {"training_wall": wall, "training_cpu": cpu},
                "cores": 2,
            }
            for name, turn, wall, cpu in made_up
        ),
    )
    return write


def test_ratio_is_taken_round_by_round(records):
    wall = publish.ratio("mnist_cnn --epochs 1", "old_blog_cnn --epochs 1", "wall")
    assert wall == [12 * 60 / 4, 12 * 50 / 5]  # one epoch stands for twelve
    cpu = publish.ratio("mnist_cnn --epochs 1", "old_blog_cnn --epochs 1", "cpu")
    assert cpu == [150, 150]


def test_pause_after_an_epoch_is_not_multiplied(records):
    race = runs.records_of("race")
    race[1]["seconds"] |= {"epochs_wall": 55, "epochs_cpu": 99}
    records("race", *race)
    assert publish.ratio("mnist_cnn --epochs 1", "old_blog_cnn --epochs 1", "wall")[0] == 165


def test_summary_counts_the_race_and_the_runs_of_its_own(records):
    record = runs.records_of("race")[0] | {"seed": 2, "values": {"test_accuracy": 0.985}}
    records("mnist_cnn --epochs 1", record)
    figures = runs.summary("mnist_cnn --epochs 1")
    assert figures["n"] == 3
    assert figures["test_accuracy"] == pytest.approx(0.985)
    assert figures["test_accuracy_spread"] == pytest.approx(0.005)
    assert publish.result("mnist_cnn --epochs 1") == "test accuracy 0.9850 +/- 0.0050 (3 seeds)"


def test_long_recipe_takes_its_time_from_single_epochs(records):
    assert publish.training_seconds("old_blog_cnn") == [12 * 55, 1200]


def test_measuring_leaves_a_lesson_its_callbacks(small_data, environment, tmp_path):
    command = [sys.executable, ROOT / "benchmarks" / "measure.py", "--here", "watch_training"]
    environment |= {"EXAMPLES_DATA": str(small_data), "KERAS_MAX_EPOCHS": "2", "MPLBACKEND": "agg"}
    output = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert output.returncode == 0, output.stderr
    record = json.loads(output.stdout.splitlines()[-1])
    assert 0 < record["values"]["test_accuracy"] <= 1
    seconds = record["seconds"]
    assert 0 < seconds["epochs_wall"] < seconds["training_wall"]
    assert len((tmp_path / "watch_training" / "log.csv").read_text().splitlines()) == 3


def test_operations_of_a_step():
    import keras
    from keras import layers

    dense = keras.Sequential([keras.Input((5,)), layers.Dense(7), layers.Dense(3)])
    assert cost.operations(dense) == 2 * (2 * 5 * 7) + 3 * (2 * 7 * 3)
    images = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Conv2D(2, 3)])
    first, second = 6 * 6 * 9 * 1 * 4, 4 * 4 * 9 * 4 * 2
    assert cost.operations(images) == 2 * (2 * first) + 3 * (2 * second)
