"""Every lesson runs, learns, obeys its options, stands alone, and leaves what it says."""

import ast
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest

from lessons import DATA, EXAMPLES, LESSONS, imports_of_common, parse_results, stand_alone


def outside(goal, values):
    """Return the published values that a goal of lessons.toml does not allow."""
    return {
        name: values.get(name)
        for name, (least, most) in goal.items()
        if not least <= values.get(name, np.nan) <= most
    }


@pytest.mark.parametrize("name", LESSONS)
def test_runs_and_learns(name, quick):
    lesson, ran = LESSONS[name], quick(name)
    assert ran.errors == ""
    first, *_, last = ran.output.splitlines()
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    assert re.fullmatch(rf"Keras \S+, {backend} backend, CPU", first)
    assert re.fullmatch(rf"{lesson.result}: \d+\.\d+", last)
    assert outside(lesson.quick["goal"], parse_results(ran.output)) == {}
    if lesson.ascii:
        assert re.sub("[\u2500-\u259f\u2026]", "", ran.output).isascii()  # but for a summary
    assert not re.search(r"[\b\r\x1b]", ran.output)  # no progress bar, as in a pipe


@pytest.mark.parametrize("name", LESSONS)
def test_options_are_obeyed(name, quick):
    lesson, variables = LESSONS[name], quick(name).variables
    text = lesson.quick["options"]
    given = dict(re.findall(r"--([\w-]+) (\S+)", text))
    (call,) = (
        node
        for node in ast.walk(ast.parse(lesson.text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "flags"
    )
    for keyword in call.keywords:
        # each is given to the quick run, another value than the default
        if isinstance(getattr(keyword.value, "value", None), int | float):
            assert float(given[keyword.arg.replace("_", "-")]) != keyword.value.value, keyword.arg
        assert re.search(rf"\bargs\.{keyword.arg}\b", lesson.text), f"{keyword.arg} is not used"
    args = variables["args"]
    if lesson.train_limit:
        rows = len(variables["x_train"])
        assert 0.9 * args.train_limit <= rows <= args.train_limit  # a part may be for validation
        if "history" in variables:
            history, steps = variables["history"], -(-rows // args.batch_size)
            assert history.params["epochs"] == args.epochs
            assert variables["model"].optimizer.iterations == len(history.epoch) * steps


@pytest.mark.parametrize("name", LESSONS)
def test_leaves_pictures_files_and_float32(name, quick):
    lesson, (variables, output, _, folder) = LESSONS[name], quick(name)
    pictures = [f"output/{name}/{name}-{i + 1}.png" for i in range(len(lesson.pictures))]
    assert [line[9:] for line in output.splitlines() if line.startswith("Picture: ")] == pictures
    left = {path.name for path in (folder / "output" / name).iterdir()}
    assert left >= {*lesson.files, *(picture.rpartition("/")[2] for picture in pictures)}
    assert [path.name for path in folder.iterdir()] == ["output"]
    if lesson.float32:
        for variable, value in variables.items():
            if re.fullmatch("x_(train|test|val)(_scaled)?", variable):
                assert value.dtype == np.float32, variable
        assert {weight.dtype for weight in variables["model"].weights} == {"float32"}


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_reaches_its_goal_with_a_seed_that_was_not_measured(name, whole):
    lesson = LESSONS[name]
    goal = lesson.fresh.get("goal", lesson.goal)
    assert outside(goal, parse_results(whole(name).output)) == {}


# ---- pasted somewhere else


def test_stand_alone_versions_miss_nothing(tmp_path):
    for lesson in LESSONS.values():
        text = stand_alone(lesson.text)
        assert imports_of_common(text) == [], lesson.name
        (tmp_path / f"{lesson.name}.py").write_text(text)
    rules = ["--isolated", "--select=F", "--ignore=F811"]  # read_a_number improves a function
    command = [sys.executable, "-m", "ruff", "check", *rules, tmp_path]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("name", ["logistic_regression", "mnist_dense"])
def test_pasted_alone_it_gives_the_same_numbers(
    name, quick, run, small_data, monkeypatch, tmp_path
):
    ran = quick(name)
    text = stand_alone(LESSONS[name].text)
    for option, value in vars(ran.variables["args"]).items():
        text = re.sub(rf"(?<=[( ]{option}=)[\d.]+", str(value), text, count=1)
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.setitem(sys.modules, "common", None)  # importing it would fail
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    monkeypatch.setattr(
        "keras.src.datasets.mnist.get_file", lambda *_, **__: small_data / "mnist.npz"
    )
    shutil.copy(DATA / "breast_cancer.csv", tmp_path)
    pasted = run(tmp_path / f"{name}.py", folder=tmp_path)
    assert parse_results(pasted.output) == parse_results(ran.output)


# ---- another process: what a user sees


def test_as_a_user_runs_it(environment, small_data, tmp_path):
    """From another folder, on a Chinese path, into a pipe of ASCII, after old Keras settings."""
    name = "mnist_cnn"
    project = tmp_path / "my lessons 第一课"
    shutil.copytree(EXAMPLES, project / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "data").symlink_to(small_data)
    (tmp_path / "keras.json").write_text(
        '{"image_data_format": "channels_first", "floatx": "float64", "backend": "theano"}'
    )
    environment |= {"KERAS_HOME": str(tmp_path), "CUDA_VISIBLE_DEVICES": "7"}
    environment |= {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-W", "error::UserWarning", project / "examples" / f"{name}.py"]
    command += ["--epochs", "1", "--train-limit", "200", "--save-plots", "Bilder/größer"]
    process = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert (process.stderr.decode(), process.returncode) == ("", 0)
    text = process.stdout.decode()
    assert r"gr\xf6\xdfer" in text  # what the console cannot show
    assert "tensorflow backend, CPU (CUDA_VISIBLE_DEVICES=7 grants no GPU)" in text
    assert LESSONS[name].result in parse_results(text)
    pictures = {f"{name}-{i + 1}.png" for i in range(len(LESSONS[name].pictures))}
    assert {path.name for path in (tmp_path / "Bilder/größer").iterdir()} == pictures
    assert {path.name for path in tmp_path.iterdir()} == {"Bilder", project.name, "keras.json"}
