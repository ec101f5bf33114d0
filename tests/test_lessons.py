"""Every lesson runs, learns, obeys its options, stands alone, and behaves on every kind of machine."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest
from lessons import DATA, EXAMPLES, LEAVE_FILES, LESSONS, run, stand_alone

WARNINGS = [
    "-W",
    "error",
    "-W",
    "ignore:__array__ implementation:DeprecationWarning",
]  # as setup.cfg
ASCII = ("linear_regression", "watch_training")
LONG = ("data_augmentation", "overfitting")
MNIST = [name for name in LESSONS if "mnist" in (EXAMPLES / f"{name}.py").read_text()]


def weights(lesson):
    return np.concatenate([array.ravel() for array in lesson["model"].get_weights()])


def result(lesson, name):
    line = LESSONS[name][0]
    return float(lesson[line.lower().replace(" ", "_")])


def test_table_of_lessons_is_the_folder():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(LESSONS) | {"common"}


# ---- what a lesson leaves behind, and that it needs no common.py


@pytest.mark.parametrize("name", LESSONS)
def test_learns_and_stands_alone(name, small_data, keras_datasets, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    lesson = run(name)
    output = capsys.readouterr()
    assert output.err == ""
    assert learned(name, lesson)
    assert len(list((tmp_path / "plots").glob(f"{name}-*.png"))) == LESSONS[name][1]
    for variable, value in lesson.items():
        if re.fullmatch("x_(train|test|val)(_scaled)?", variable):
            assert value.dtype == np.float32, variable
    assert all(weight.dtype == "float32" for weight in lesson["model"].weights)

    # the same lesson, pasted alone into an empty folder: the same numbers, bit for bit
    source = (EXAMPLES / f"{name}.py").read_text()
    if name in LONG:  # both with fewer epochs
        lesson = run(name, "--epochs", 2)
        source = re.sub(r"(?<=flags\(epochs=)\d+", "2", source)
        capsys.readouterr()
    folder = tmp_path / "alone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / f"{name}.py").write_text(stand_alone(source))
    if name == "logistic_regression":
        shutil.copy(DATA / "breast_cancer.csv", folder)
    if name == "read_your_own_digit":
        shutil.copytree(DATA / "own_digits", folder, dirs_exist_ok=True)
    monkeypatch.setitem(sys.modules, "common", None)  # importing it would fail
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    pasted = run(name, folder=folder)
    assert np.array_equal(weights(lesson), weights(pasted))
    assert result(lesson, name) == result(pasted, name)
    assert capsys.readouterr().err == ""


def learned(name, lesson):
    """Say whether the training (MNIST: with 1,280 digits only) did what the lesson is about."""
    if name == "linear_regression":
        assert lesson["costs"][100] < 0.003  # of this step; Keras before 3.15 gave a running mean
        return abs(lesson["w"] - lesson["exact_w"]) < 1e-4 > abs(lesson["b"] - lesson["exact_b"])
    if name == "nonlinear_regression":
        return lesson["test_rmse"] < 0.2 * lesson["noise"] < 0.1 * lesson["linear_rmse"]
    if name == "logistic_regression":
        return lesson["test_accuracy"] > np.mean(lesson["y_test"] == 0) + 0.2
    if name == "boston_housing":
        errors = [np.mean((y - lesson["y_test"]) ** 2) for y in lesson["predictions"].values()]
        mean, raw, linear, five, network = errors
        assert five < np.mean([np.mean((y - lesson["y_test"]) ** 2) for y in lesson["five"]])
        return raw > 0.9 * mean and linear < 0.3 * mean and network < 0.5 * mean
    if name == "overfitting":
        by_heart, guessed = lesson["memorised"]["random"]
        return by_heart > 0.99 and guessed < 0.2 and lesson["memorised"]["real"][1] > 0.8
    if name == "read_your_own_digit":  # after ten steps
        return lesson["accuracies"]["all steps"] > lesson["accuracies"]["photo"] + 0.2
    if name == "data_augmentation":
        return lesson["few"]["with"] > lesson["few"]["without"] and lesson["test_accuracy"] > 0.85
    loss = lesson["history"].history["loss"]
    return loss[-1] < 0.3 * loss[0] and lesson["test_accuracy"] > 0.85


@pytest.mark.parametrize("name", LESSONS)
def test_options_are_obeyed(name, small_data, monkeypatch, capsys):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    calls = []
    for method in ("fit", "train_on_batch"):
        monkeypatch.setattr(keras.Model, method, counted(getattr(keras.Model, method), calls))
    # options that a lesson does not have are refused; it has those that make sense
    options = {"--epochs": 3, "--learning-rate": 0.002, "--seed": 5, "--train-limit": 80}
    if name in {"boston_housing", *MNIST}:
        options["--batch-size"] = 7
    if name == "mnist_cnn":
        options["--precision"] = "float32"
    if name in ("mnist_cnn", "mnist_dense"):
        options["--save-model"] = "folder/of_mine.keras"
    if name == "read_your_own_digit":
        options |= {"--model": "none.keras", "--image": DATA / "own_digits" / "7-pencil.png"}
    lesson = run(name, *(str(part) for option in options.items() for part in option))
    assert {f"--{option.replace('_', '-')}" for option in vars(lesson["args"])} == {
        *options,
        "--save-plots",
    }

    cut_off = len(lesson["x_val"]) if name in ("mnist_dense", "watch_training") else 0
    assert len(lesson["x_train"]) + cut_off == 80
    if "history" in lesson:
        assert lesson["history"].epoch == [0, 1, 2]
        assert lesson["model"].optimizer.iterations == 3 * np.ceil(len(lesson["x_train"]) / 7)
        if "schedule" in lesson:
            rates = [float(lesson["schedule"](step)) for step in range(lesson["steps"])]
            assert 0.0011 < max(rates) < 0.0021
        else:
            assert float(lesson["model"].optimizer.learning_rate) <= 0.0021
    else:
        optimizer = lesson["optimizer"]
        assert float(optimizer.learning_rate) == pytest.approx(0.002)
        assert optimizer.iterations == 3
    assert max(calls) <= 80
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(rf"{LESSONS[name][0]}: \d+\.\d+", last)

    if "--save-model" in options:
        saved = keras.saving.load_model("folder/of_mine.keras")
        assert np.array_equal(weights({"model": saved}), weights(lesson))

    options["--seed"] = 6
    other = run(name, *(str(part) for option in options.items() for part in option))
    assert not np.array_equal(weights(lesson), weights(other))


def counted(method, calls):
    def call(self, x, *arguments, **keywords):
        calls.append(len(x))
        return method(self, x, *arguments, **keywords)

    return call


# ---- another process: what a user sees

# The peak memory of a process counts from its parent's, and pytest is large: a small one between.
WATCH_MEMORY = """
import pathlib, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
pathlib.Path(sys.argv[1]).write_text(str(kib))
sys.exit(status)
"""


@pytest.mark.parametrize("name", LESSONS)
def test_as_a_user_runs_it(name, environment, tmp_path):
    """From another directory, on a path with spaces and Chinese letters, into a pipe, no screen."""
    project = tmp_path / "my lessons 第一课"
    shutil.copytree(EXAMPLES, project / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "data").symlink_to(DATA)
    if name in ASCII:  # a console that knows nothing else
        environment |= {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    environment["CUDA_VISIBLE_DEVICES"] = {"mnist_cnn": "7", "mnist_dense": ""}.get(name, "-1")
    command = [sys.executable, *WARNINGS, project / "examples" / f"{name}.py"]
    command += ["--save-plots", "Bilder/größer"]
    if name in {*MNIST, "boston_housing"}:
        command += ["--epochs", "15" if name == "overfitting" else "1"]
    if name == "data_augmentation":
        command += ["--train-limit", "20000"]
    process = subprocess.run(
        [sys.executable, "-c", WATCH_MEMORY, tmp_path.parent / f"{name}.kib", *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert process.stderr.decode() == ""
    assert process.returncode == 0
    text = process.stdout.decode()
    assert text.replace("größer", "").isascii()
    assert r"gr\xf6\xdfer" in text if name in ASCII else "größer" in text
    assert not re.search(r"[\b\r\x1b]", text)  # no progress bar in a pipe
    first, *_, last = text.splitlines()
    assert re.fullmatch(r"Keras \S+, tensorflow backend, CPU \(CUDA_VISIBLE_DEVICES=.*\)", first)
    assert re.fullmatch(rf"{LESSONS[name][0]}: \d+\.\d+", last)
    floor = 0 if name not in MNIST else 0.85 if name == "overfitting" else 0.95
    assert float(last.split()[-1]) > floor
    pictures = sorted(path.name for path in (tmp_path / "Bilder/größer").iterdir())
    assert pictures == [f"{name}-{number}.png" for number in range(1, LESSONS[name][1] + 1)]
    left = {"Bilder", project.name} | LEAVE_FILES & {name}
    assert {path.name for path in tmp_path.iterdir()} == left
    assert int((tmp_path.parent / f"{name}.kib").read_text()) < 1.5e6


def test_real_errors_are_seen(environment, tmp_path):
    """Only TensorFlow's notes are hidden while it loads; the last words of a crash are not."""
    (tmp_path / "keras.py").write_text(
        "import os\n"
        "os.write(2, b'I0000 00:00:1.2 3 port.cc:153] oneDNN custom operations are on. You\\n')\n"
        "os.write(2, b'F0000 no AVX on this CPU\\n')\n"
        "os.abort()\n"
    )
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path)
    command = [sys.executable, EXAMPLES / "linear_regression.py"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == -signal.SIGABRT
    assert result.stderr == "F0000 no AVX on this CPU\n"


def test_ctrl_c(environment, tmp_path):
    command = [sys.executable, "-u", EXAMPLES / "mnist_dense.py"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert any("Epoch 2/" in line for line in process.stdout)  # training is under way
        time.sleep(0.3)  # between two epochs Python may lose the signal
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 130
    assert time.monotonic() - start < 5
    assert errors == "\nInterrupted.\n"
    assert list(tmp_path.iterdir()) == []
