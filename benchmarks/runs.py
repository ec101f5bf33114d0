"""What is measured, and the records of it. A "run" is a lesson or a recipe with its options."""

import json
import re
import statistics
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"


def accuracy(variables):
    """Return the published value of most runs, from the variables that a file leaves behind."""
    return {"test_accuracy": variables["test_accuracy"]}


def boston_errors(variables):
    """Return the errors of one network and of the mean of five, in $1000s."""
    errors = {}
    for name, kind in (("network", "test"), ("mean of 5 networks", "mean_of_5")):
        error = variables["predictions"][name] - variables["y_test"]
        errors[f"{kind}_mae"] = np.mean(np.abs(error))
        errors[f"{kind}_rmse"] = np.sqrt(np.mean(error**2))
    return errors


def given(*names):
    """Return a function that takes variables of these names as values."""
    return lambda variables: {name: variables[name] for name in names}


class Run(NamedTuple):
    """How often a file runs, what is read from it, and how that is said.

    `sentence` is filled with each value's mean, `{name}`, its standard deviation, `{name_spread}`,
    and its largest, `{name_largest}`. `edits` are changes (old, new) of the text before it runs.
    """

    seeds: int
    values: object = accuracy
    sentence: str = "test accuracy {test_accuracy:.4f} +/- {test_accuracy_spread:.4f}"
    title: str = ""
    edits: tuple = ()


LESSONS = {
    "linear_regression": Run(
        10,
        lambda lesson: {
            "distance": max(
                abs(lesson["w"] - lesson["exact_w"]), abs(lesson["b"] - lesson["exact_b"])
            )
        },
        "w and b at most {distance_largest:.0e} from least squares",
    ),
    "nonlinear_regression": Run(
        10,
        lambda lesson: {"error": lesson["test_rmse"] / lesson["noise"]},
        "error {error:.2f} +/- {error_spread:.2f} of the noise",
    ),
    "logistic_regression": Run(
        10, accuracy, "test accuracy {test_accuracy:.3f} +/- {test_accuracy_spread:.3f}"
    ),
    "boston_housing": Run(
        10,
        boston_errors,
        "test MAE {test_mae:.2f} +/- {test_mae_spread:.2f} in $1000s, mean of 5 networks"
        " {mean_of_5_mae:.2f} +/- {mean_of_5_mae_spread:.2f}",
    ),
    "mnist_dense": Run(5),
    "mnist_cnn": Run(5),
    "mnist_cnn --epochs 1": Run(10),
    "read_your_own_digit": Run(
        5,
        lambda lesson: {
            f"test_accuracy{suffix}": lesson["accuracies"][step]
            for step, suffix in (("all steps", ""), ("photo", "_photo"), ("ink", "_ink"))
        },
        "test accuracy {test_accuracy:.2f} +/- {test_accuracy_spread:.2f} of 30 samples, without the"
        " steps {test_accuracy_photo:.2f}",
    ),
    "overfitting": Run(
        5,
        lambda lesson: {
            "test_accuracy": lesson["test_accuracy"],
            "plain": lesson["accuracies"]["plain"],
            "random_training": lesson["memorised"]["random"][0],
            "random_test": lesson["memorised"]["random"][1],
        },
        "test accuracy {test_accuracy:.3f} +/- {test_accuracy_spread:.3f}, without remedies"
        " {plain:.3f}; random labels: training {random_training:.3f}, test {random_test:.3f}",
    ),
    "watch_training": Run(5),
    "save_and_resume": Run(5),
    "functional_api": Run(
        5,
        lambda lesson: {
            "test_accuracy": lesson["test_accuracy"],
            "even": np.mean(lesson["is_even"] == (lesson["y_test"] % 2 == 0)),
            "doubtful": len(lesson["doubtful"]),
            "misread": np.mean((lesson["y_pred"] != lesson["y_test"])[lesson["doubtful"]]),
        },
    ),
    "data_augmentation": Run(
        5,
        lambda lesson: {
            "test_accuracy": lesson["test_accuracy"],
            "one_look": lesson["one_look"],
            "with_few": lesson["few"]["with"],
            "without_few": lesson["few"]["without"],
        },
        "test accuracy {test_accuracy:.4f} +/- {test_accuracy_spread:.4f}; with 1,000 images"
        " {with_few:.3f}, without augmentation {without_few:.3f}",
    ),
}

BOSTON = "test MAE {test_mae:.2f} +/- {test_mae_spread:.2f}, RMSE {test_rmse:.2f}"
TEN_FOLD = "accuracy {test_accuracy:.4f}, log loss {test_log_loss:.4f}, AUC {auc:.4f}"

# What people would use instead, from benchmarks/recipes/, and what of ours is no lesson (in bold).
RECIPES = {
    "keras_io_cnn": Run(3, title="keras.io's convnet, 15 epochs"),
    "old_blog_cnn": Run(1, title="old blog's CNN, 12 epochs"),
    "classic_5x5_cnn": Run(3, title="classic 5x5 CNN, 1 epoch"),
    "pytorch_cnn": Run(1, title="pytorch/examples, 14 epochs"),
    "augmented_cnn": Run(1, title="an introduction's augmented CNN, 5 epochs"),
    "old_mlp": Run(3, title="Keras's old MLP, 20 epochs"),
    "small_mlp": Run(10, title="old tutorials' 784-32-10, 2 epochs"),
    "mnist_dense --learning-rate 0.01 --epochs 8, 784-32-10": Run(
        10,
        title="**784-32-10 out of `mnist_dense.py`**",
        edits=(
            (
                """        layers.Dense(400, activation="gelu"),
        layers.Dropout(0.25),
        layers.Dense(400, activation="gelu"),
        layers.Dropout(0.25),
""",
                """        layers.Dense(32, activation="silu"),
""",
            ),
        ),
    ),
    "book_boston": Run(10, given("test_mae", "test_rmse"), BOSTON, "the book's network, 80 epochs"),
    "scikit_boston": Run(
        10, given("test_mae", "test_rmse"), BOSTON, "scikit-learn's gradient boosting"
    ),
    "scikit_boston --ridge 1": Run(
        5, given("test_mae", "test_rmse"), BOSTON, "scikit-learn's ridge regression"
    ),
    "keras_logistic": Run(
        10,
        given("test_accuracy", "test_log_loss", "auc"),
        TEN_FOLD,
        "**`logistic_regression.py` in ten folds**",
    ),
    "scikit_logistic": Run(
        10,
        given("test_accuracy", "test_log_loss", "auc"),
        TEN_FOLD,
        "scikit-learn's logistic regression",
    ),
}

# Some of what the lessons suggest under "What to try next".
DROPOUT = "        layers.Dropout(0.25),\n"
PENALTY = "keras.regularizers.L2(0.0005)"
LOGARITHM = "np.log(1 + x_train), np.log(1 + x_test)"
TRIED = {
    "mnist_cnn --train-limit 1000": Run(5, title="a thousand images"),
    "mnist_dense, no dropout": Run(3, title="without dropout", edits=((DROPOUT, ""),)),
    "mnist_dense --train-limit 6000": Run(5, title="a tenth of the images"),
    "boston_housing, no column B": Run(
        5,
        boston_errors,
        BOSTON,
        "without column B",
        (
            (
                f"x_train_log, x_test_log = {LOGARITHM}",
                f"x_train[:, 11] = x_test[:, 11] = 0\nx_train_log, x_test_log = {LOGARITHM}",
            ),
        ),
    ),
    "boston_housing, no penalty": Run(
        5, boston_errors, BOSTON, "without the penalty", ((PENALTY, "None"),)
    ),
    "boston_housing, no logarithm": Run(
        5, boston_errors, BOSTON, "without the logarithms", ((LOGARITHM, "x_train, x_test"),)
    ),
    "boston_housing --train-limit 100": Run(5, boston_errors, BOSTON, "a hundred rows"),
    "read_your_own_digit, 28 pixels": Run(
        2, title="28 pixels in place of 20", edits=(("round(20 * side", "round(28 * side"),)
    ),
    "read_your_own_digit, in the corner": Run(
        2,
        title="not centred",
        edits=(("round(13.5 - row), round(13.5 - column)", "0, 0"),),
    ),
    "overfitting --train-limit 200": Run(2, title="200 images"),
    "overfitting --epochs 10": Run(
        2,
        lambda lesson: {"random_training": lesson["memorised"]["random"][0]},
        "training accuracy on random labels {random_training:.2f}",
        "10 epochs",
    ),
    "overfitting, large penalty": Run(2, title="L2 of 0.01", edits=(("L2(0.001)", "L2(0.01)"),)),
    "watch_training --learning-rate 0.03": Run(2, title="ten times the learning rate"),
    "watch_training, no shorter steps": Run(
        2,
        title="without ReduceLROnPlateau",
        edits=(("factor=0.3, patience=1", "factor=0.3, patience=99"),),
    ),
    "watch_training --train-limit 6000": Run(2, title="a tenth of the images"),
    "save_and_resume --epochs 10": Run(2, title="10 epochs"),
}
RUNS = LESSONS | RECIPES | TRIED

# Run in turn, ROUNDS times: for how many such runs the full recipe stands. Beyond one, a recipe
# takes more than five minutes, and its time is that of one epoch times their number.
RACE = {
    "mnist_cnn --epochs 1": 1,
    "keras_io_cnn": 1,
    "mnist_cnn": 1,
    "old_blog_cnn --epochs 1": 12,
    "classic_5x5_cnn": 1,
    "pytorch_cnn --epochs 1": 14,
    "augmented_cnn --epochs 1": 5,
    "data_augmentation --epochs 1": 20,
    "mnist_dense": 1,
    "old_mlp": 1,
}
ROUNDS = 3
RATIOS = [  # ours, the other, the goal for other / ours
    ("mnist_cnn --epochs 1", "keras_io_cnn", 25),
    ("mnist_cnn --epochs 1", "old_blog_cnn --epochs 1", 200),
    ("mnist_cnn", "keras_io_cnn", 5),
    ("data_augmentation --epochs 1", "keras_io_cnn", 1 / 3),
    ("mnist_dense", "old_mlp", 4),
]

PRECISIONS = ["mnist_cnn --epochs 1", "mnist_cnn --epochs 1 --precision mixed_bfloat16"]


def file_of(name):
    """Return the file that keeps the records of a run."""
    return RESULTS / f"{re.sub('[^a-z0-9]+', '_', name)}.jsonl"


def records_of(name):
    """Return the records of a run, one dict for each seed, those of the race first."""
    own = file_of(name)
    records = [json.loads(line) for line in own.read_text().splitlines()] if own.exists() else []
    if name in RUNS:
        records = [record for record in records_of("race") if record["run"] == name] + records
    return records


def summary(name):
    """Return the figures of a run over its seeds: values and seconds, with their spread."""
    records = records_of(name)
    figures = {"n": len(records), "cores": records[0]["cores"]}
    for part in ("values", "seconds"):
        for key in records[0][part]:
            numbers = [record[part][key] for record in records]
            figures[key] = statistics.mean(numbers)
            figures[f"{key}_spread"] = statistics.stdev(numbers) if len(numbers) > 1 else 0
            figures[f"{key}_largest"] = max(numbers)
    return figures


def race_seconds(name, clock):
    """Return the seconds ("wall" or "cpu") of the full recipe in each round of the race.

    A single epoch that stands for many counts without what `fit` does before and after it.
    """
    result = {}
    for record in records_of("race"):
        if record["run"] == name:
            seconds = record["seconds"]
            whole = seconds[f"training_{clock}"]
            epoch = seconds.get(f"epochs_{clock}", whole)
            result[record["round"]] = whole if RACE[name] == 1 else RACE[name] * epoch
    return result
