"""The data are what they claim to be, and a loader never gives a wrong result."""

import re
import shutil
import subprocess

import common
import numpy as np
import pytest

from lessons import DATA

LOADERS = {
    "mnist.npz": common.load_mnist,
    "boston_housing.csv": common.load_boston_housing,
    "breast_cancer.csv": common.load_breast_cancer,
}
ARRAYS = {
    "x_train": np.zeros((3, 28, 28), "uint8"),
    "y_train": np.array([1, 2, 9], "uint8"),
    "x_test": np.zeros((2, 28, 28), "uint8"),
    "y_test": np.array([0, 1], "uint8"),
}


def test_shipped_files_are_those_of_the_list():
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=DATA, check=True)
    listed = {line.split()[1] for line in (DATA / "SHA256SUMS").read_text().splitlines()}
    files = [*DATA.glob("*.csv"), *DATA.glob("*.npz"), *DATA.glob("own_digits/*=*")]
    files += [*DATA.glob("*.json"), *DATA.glob("photos/*"), *DATA.glob("materials/*")]
    assert listed == {str(path.relative_to(DATA)) for path in files}


def test_boston_has_the_split_of_keras(monkeypatch, tmp_path):
    import keras

    table = np.loadtxt(DATA / "boston_housing.csv", delimiter=",", skiprows=1)
    np.savez(tmp_path / "boston.npz", x=table[:, :13], y=table[:, 13])
    module = keras.src.datasets.boston_housing
    monkeypatch.setattr(module, "get_file", lambda *_, **__: tmp_path / "boston.npz")
    np.testing.assert_equal(common.load_boston_housing(), module.load_data())


def test_the_seed_splits_breast_cancer():
    table = np.loadtxt(DATA / "breast_cancer.csv", delimiter=",", skiprows=1, dtype="float32")
    (x_train, y_train), (x_test, y_test) = common.load_breast_cancer(seed=3)
    assert (x_train.shape, x_test.shape, x_train.dtype) == ((455, 30), (114, 30), "float32")
    rows = np.vstack([np.c_[x_train, y_train], np.c_[x_test, y_test]])
    assert sorted(rows.tolist()) == sorted(table.tolist())
    assert (x_test == common.load_breast_cancer(seed=3)[1][0]).all()
    assert not (x_test == common.load_breast_cancer(seed=4)[1][0]).all()


# ---- own data


def test_own_digits_that_are_sorted_are_shuffled_and_pictures_are_the_lessons(
    monkeypatch, tmp_path, capsys
):
    labels = np.repeat(np.arange(10, dtype="uint8"), 30)
    images = np.full((28, 28, 300), labels).T
    np.savez(tmp_path / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    monkeypatch.setenv("EXAMPLES_DATA", str(tmp_path))
    (x_train, y_train), _ = common.load_mnist()
    assert len(np.unique(y_train[:60])) == 10
    assert (x_train[:, 0, 0] == y_train).all()
    assert common.find_data("photos") == DATA / "photos"
    assert str(tmp_path / "photos") in capsys.readouterr().out


def refusal(file, problem):
    with pytest.raises(SystemExit, match=f"{file}.*{problem}.*data/README.md") as refused:
        LOADERS[file]()
    message = refused.value.code  # Python prints it and exits with status 1
    assert message.isascii()
    assert message.isprintable()  # one line
    return message


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Own data in EXAMPLES_DATA: as shipped, without checksums, ready to be damaged."""
    monkeypatch.setenv("EXAMPLES_DATA", str(tmp_path))
    for file in DATA.glob("*.csv"):
        shutil.copy(file, tmp_path)
    np.savez(tmp_path / "mnist.npz", **ARRAYS)
    return tmp_path


def test_own_data_are_used(folder):
    assert len(common.load_mnist()[0][0]) == 3
    table = (folder / "boston_housing.csv").read_text().splitlines()
    (folder / "boston_housing.csv").write_text("\n".join(table[:101]))
    assert [len(part[0]) for part in common.load_boston_housing()] == [80, 20]


@pytest.mark.parametrize("change", ["\ufeff{}", "{}\n"])  # as Excel and as editors save it
def test_a_table_in_the_form_of_the_shipped_one_is_read(change, folder):
    expected = common.load_boston_housing()[0][0]
    file = folder / "boston_housing.csv"
    text = change.format(file.read_text()).replace("\n", "\r\n")
    file.write_text(text, encoding="utf-8", newline="")
    np.testing.assert_array_equal(common.load_boston_housing()[0][0], expected)


TABLES = [  # a pattern, what takes its place, and what the refusal names
    ("boston_housing.csv", "(?s).*", "", "columns"),
    ("boston_housing.csv", "NOX,RM", "RM,NOX", "columns"),
    ("boston_housing.csv", "CRIM.*\n", "", "columns"),
    ("boston_housing.csv", ",", ";", "columns"),
    ("boston_housing.csv", r"\n(?s:.*)", "\n", "no rows"),  # no rows
    ("boston_housing.csv", r"(?<=,)6\.43(?=,)", "6.43,1", "numbers"),
    ("boston_housing.csv", r"(?<=,)6\.43(?=,)", "6\u20ac", "numbers"),
    ("boston_housing.csv", r"(?<=,)6\.43(?=,)", "", "numbers"),
    ("boston_housing.csv", r"(?<=,)6\.43(?=,)", "nan", "missing value"),
    ("boston_housing.csv", r"(?<=,)6\.43(?=,)", "1e999", "infinite"),
    ("boston_housing.csv", r",[\d.]+\n", ",21.5\n", "same value"),
    ("breast_cancer.csv", r",1\n", ",2\n", "0 and 1"),
    ("breast_cancer.csv", r",[01]\n", ",1\n", "same value"),
]


@pytest.mark.parametrize(("name", "old", "new", "problem"), TABLES)
def test_a_table_that_does_not_fit_is_refused(name, old, new, problem, folder):
    file = folder / name
    file.write_text(re.sub(old, new, file.read_text()), encoding="utf-8")
    refusal(name, problem)


IMAGES = [
    ("x", ARRAYS["x_train"], "x_train"),  # under another name
    ("x_train", np.zeros((3, 784), "uint8"), r"\(3, 784\)"),
    ("x_train", np.zeros((4, 28, 28), "uint8"), r"\(4, 28, 28\)"),
    ("x_train", np.zeros((3, 28, 28), "float32"), "float32"),
    ("x_train", np.array([print], dtype=object), "Object arrays cannot be loaded"),  # a pickle
    ("y_train", np.array([1, 2, 10], "uint8"), "digits"),
    ("y_train", np.array([1.0, 2.0, 3.0]), "float64"),
    ("y_train", np.array([3, 3, 3]), "same value"),
    ("y_test", np.array([0, 0]), "same value"),
    ("y_test", np.array([[0], [1]], "uint8"), r"\(2, 1\)"),
]


@pytest.mark.parametrize(("name", "array", "problem"), IMAGES)
def test_arrays_that_do_not_fit(name, array, problem, folder):
    arrays = ARRAYS | {name: array}
    if name == "x":
        del arrays["x_train"]
    np.savez(folder / "mnist.npz", **arrays)
    refusal("mnist.npz", problem)


@pytest.mark.parametrize("file", ["mnist.npz", "boston_housing.csv"])
def test_a_file_that_is_missing_or_damaged(file, folder, monkeypatch):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) // 2])
    refusal(file, "unset EXAMPLES_DATA")
    (folder / file).unlink()
    refusal(file, "No such file.*unset EXAMPLES_DATA")
    shutil.copy(DATA / "SHA256SUMS", folder)  # as if the folder were the shipped one
    monkeypatch.delenv("EXAMPLES_DATA")
    monkeypatch.setattr(common.data, "SHIPPED", folder)
    refusal(file, "No such file.*Get the file again")
    (folder / file).write_bytes(content[:-9])
    refusal(file, "damaged.*Get the file again")


def test_a_lesson_finds_a_whole_file_or_is_refused(folder, monkeypatch, capsys):
    (folder / "sunspots.csv").write_text("month,sunspots\n1,2\n")
    assert common.find_data("sunspots.csv") == folder / "sunspots.csv"
    (folder / "sunspots.csv").write_text("month;sunspots\n1;2\n")
    with pytest.raises(SystemExit, match=r"sunspots.csv begins with.*unset EXAMPLES_DATA"):
        common.find_data("sunspots.csv")
    (folder / "sunspots.csv").unlink()  # mine are digits: all else is the lessons'
    assert common.find_data("sunspots.csv") == DATA / "sunspots.csv"
    assert str(folder / "sunspots.csv") in capsys.readouterr().out
    shutil.copy(DATA / "SHA256SUMS", folder)  # as if the folder were the shipped one
    monkeypatch.delenv("EXAMPLES_DATA")
    monkeypatch.setattr(common.data, "SHIPPED", folder)
    with pytest.raises(SystemExit, match=r"sunspots.csv is missing.*Get the file again"):
        common.find_data("sunspots.csv")
    (folder / "sunspots.csv").write_text("month,sunspots")
    with pytest.raises(SystemExit, match=r"sunspots.csv is damaged.*Get the file again"):
        common.find_data("sunspots.csv")
