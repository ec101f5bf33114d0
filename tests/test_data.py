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
    pictures = [*DATA.glob("own_digits/*=*"), *DATA.glob("photos/*")]
    assert listed == {*LOADERS, *(str(path.relative_to(DATA)) for path in pictures)}


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


SPREADSHEETS = {
    "byte order mark": lambda text: "\ufeff" + text,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "quotes": lambda text: re.sub("[^,\n]+", r'"\g<0>"', text),
    "tabs": lambda text: text.replace(",", "\t"),
    "decimal commas": lambda text: text.replace(",", ";").replace(".", ","),
    "decimal points between semicolons": lambda text: text.replace(",", ";"),
    "spaces": lambda text: text.replace(",", ", "),
    "a title above": lambda text: (
        "Boston 1.0; prices\n\n" + text.replace(",", ";").replace(".", ",")
    ),
    "index": lambda text: "\n".join(f"{i},{line}" for i, line in enumerate(text.splitlines())),
    "comma at the end": lambda text: text.replace("\n", ",\n"),
    "comma at the end of rows": lambda text: re.sub("(?<=\\d)\n", ",\n", text),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "empty rows": lambda text: text + 13 * "," + "\n" + 13 * " ," + "\n",
    "other order": lambda text: re.sub("(.*),(.*)", r"\2,\1", text),
}


@pytest.mark.parametrize(
    ("kind", "encoding"), [*((kind, "utf-8") for kind in SPREADSHEETS), ("tabs", "utf-16")]
)
def test_a_table_that_a_spreadsheet_saved_is_read(kind, encoding, folder):
    expected = common.load_boston_housing()[0][0]
    file = folder / "boston_housing.csv"
    file.write_text(SPREADSHEETS[kind](file.read_text()), encoding, newline="")
    np.testing.assert_array_equal(common.load_boston_housing()[0][0], expected)


TABLES = [  # a pattern, what takes its place, and what the refusal names
    ("boston_housing.csv", "(?s).*", "", "CRIM.*line 1"),
    ("boston_housing.csv", "NOX", "RM", "NOX.*line 1"),
    ("boston_housing.csv", "CRIM.*\n", "", "CRIM.*line 1"),
    ("boston_housing.csv", r"6\.43(?s:.*)", "6.43,", "line 7.*AGE"),
    ("boston_housing.csv", r"6\.43", "6.43,", "more values in line 7"),
    ("boston_housing.csv", r"6\.43", "NaN", "line 7.*RM.*NaN"),
    ("boston_housing.csv", r"6\.43", "", "line 7.*RM"),
    ("boston_housing.csv", r"6\.43", "6\u20ac", "line 7.*RM"),
    ("boston_housing.csv", r"6\.43", '"6,43"', "line 7.*RM.*6,43"),
    ("boston_housing.csv", r"(?s)CRIM(.*?)6\.43", r"Prices\n\nCRIM\1?", "line 9.*RM"),
    ("boston_housing.csv", r",[\d.]+\n", ",21.5\n", "only one value to predict"),
    ("breast_cancer.csv", r",[01]\n", ",2\n", "line 2 .*label"),
    ("breast_cancer.csv", r",[01]\n", ",1\n", "only one value to predict"),
]


@pytest.mark.parametrize(("name", "old", "new", "problem"), TABLES)
def test_a_table_that_does_not_fit_is_refused_by_its_line(name, old, new, problem, folder):
    file = folder / name
    file.write_text(re.sub(old, new, file.read_text()), encoding="utf-8")
    refusal(name, problem)


def test_a_comma_for_thousands_is_no_decimal_comma(folder):
    file = folder / "boston_housing.csv"
    file.write_text(file.read_text().replace(",", ";").replace(";6.43;", ";6,430;"))
    refusal(file.name, "line 7.*RM.*6,430")


IMAGES = [
    ("x", ARRAYS["x_train"], "x_train"),  # under another name
    ("x_train", np.zeros((3, 784), "uint8"), r"\(3, 784\)"),
    ("x_train", np.zeros((4, 28, 28), "uint8"), r"\(4, 28, 28\)"),
    ("x_train", np.zeros((3, 28, 28), "float32"), "float32"),
    ("x_train", np.array([print], dtype=object), "Object arrays cannot be loaded"),  # a pickle
    ("y_train", np.array([1, 2, 10], "uint8"), "digits"),
    ("y_train", np.array([1.0, 2.0, 3.0]), "float64"),
    ("y_train", np.array([3, 3, 3]), "only one value to predict"),
    ("y_test", np.array([0, 0]), "only one value to predict"),
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
def test_the_remedy_is_one_that_helps(file, folder, monkeypatch):
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(content[: len(content) // 2])
    refusal(file, "remove EXAMPLES_DATA")
    shutil.copy(DATA / "SHA256SUMS", folder)  # a copied folder, and then a file of one's own
    (folder / file).write_bytes(content + b"\n")
    refusal(file, f"altered.*delete {re.escape(str(folder / 'SHA256SUMS'))}")
    (folder / file).unlink()
    refusal(file, "No such file.*remove EXAMPLES_DATA")
    monkeypatch.delenv("EXAMPLES_DATA")
    monkeypatch.setattr(common.data, "SHIPPED", folder)
    assert "git" not in refusal(file, "No such file.*Take it again")
    (folder / file).write_bytes(content[:-9])
    assert "delete" not in refusal(file, "altered.*Take it again.*EXAMPLES_DATA")
