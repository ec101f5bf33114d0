"""The data are what they claim to be, and a loader never gives a wrong result."""

import hashlib
import pickle
import shutil
import subprocess

import common
import numpy as np
import pytest
from lessons import DATA
from sklearn.datasets import load_breast_cancer

FILES = ("mnist.npz", "boston_housing.csv", "breast_cancer.csv")
LOADERS = {
    "mnist.npz": common.load_mnist,
    "boston_housing.csv": common.load_boston_housing,
    "breast_cancer.csv": common.load_breast_cancer,
}


def test_checksums():
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=DATA, check=True)
    listed = {line.split()[1] for line in (DATA / "SHA256SUMS").read_text().splitlines()}
    own_digits = {f"own_digits/{path.name}" for path in (DATA / "own_digits").glob("*-*")}
    assert len(own_digits) == 30
    assert listed == set(FILES) | own_digits
    others = {"SHA256SUMS", "README.md", "own_digits"}
    assert set(FILES) == {path.name for path in DATA.iterdir()} - others


def test_mnist_is_the_published_one():
    (x_train, y_train), (x_test, y_test) = common.load_mnist()
    assert (x_train.shape, x_test.shape) == ((60000, 28, 28), (10000, 28, 28))
    # the IDX files are a 16- or 8-byte header and then these bytes
    header = bytes.fromhex("00000803000027100000001c0000001c")
    digest = hashlib.sha256(header + x_test.tobytes()).hexdigest()
    assert digest == "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    digest = hashlib.sha256(bytes.fromhex("0000080100002710") + y_test.tobytes()).hexdigest()
    assert digest == "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    digest = hashlib.sha256(bytes.fromhex("000008010000ea60") + y_train.tobytes()).hexdigest()
    assert digest == "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"


def test_boston_has_the_split_of_keras(keras_datasets):
    ours, keras_own = common.load_boston_housing(), keras_datasets.boston_housing.load_data()
    assert ours[0][1][:6].tolist() == [15.2, 42.3, 50.0, 21.1, 17.7, 18.5]
    for our_part, keras_part in zip(ours, keras_own, strict=True):
        for our_array, keras_array in zip(our_part, keras_part, strict=True):
            np.testing.assert_array_equal(our_array, keras_array)


def test_boston_leaves_the_global_seed_alone():
    np.random.seed(1)
    expected = np.random.random()
    np.random.seed(1)
    common.load_boston_housing()
    assert np.random.random() == expected


def test_breast_cancer_is_that_of_scikit_learn():
    theirs = load_breast_cancer()
    (x_train, y_train), (x_test, y_test) = common.load_breast_cancer(seed=3)
    assert (x_train.shape, x_test.shape, x_train.dtype) == ((455, 30), (114, 30), "float32")
    ours = np.vstack([np.c_[x_train, 1 - y_train], np.c_[x_test, 1 - y_test]])
    expected = np.c_[theirs.data.astype("float32"), theirs.target]
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, expected.tolist()))


def test_breast_cancer_seed_chooses_the_split():
    first, again, other = (common.load_breast_cancer(seed=seed)[1][0] for seed in (0, 0, 1))
    assert (first == again).all()
    assert not (first == other).all()


# ---- bad files

ARRAYS = {
    "x_train": np.zeros((3, 28, 28), "uint8"),
    "y_train": np.array([1, 2, 9], "uint8"),
    "x_test": np.zeros((2, 28, 28), "uint8"),
    "y_test": np.array([0, 1], "uint8"),
}


class Bomb:
    """Leaves a trace when it is unpickled."""

    def __reduce__(self):
        return (open, ("unpickled", "w"))


def refusal(file):
    with pytest.raises(SystemExit) as refused:
        LOADERS[file]()
    message = refused.value.code
    assert isinstance(message, str)  # so Python prints it and exits with status 1
    assert message.isascii()
    assert file in message
    assert "data/README.md" in message
    assert len(message) < 600
    return message


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Own data in EXAMPLES_DATA: as shipped, without checksums, ready to be damaged."""
    monkeypatch.setenv("EXAMPLES_DATA", str(tmp_path))
    for file in FILES[1:]:
        shutil.copy(DATA / file, tmp_path)
    np.savez(tmp_path / "mnist.npz", **ARRAYS)
    return tmp_path


def test_own_data_are_used(folder):
    assert len(common.load_mnist()[0][0]) == 3
    table = (folder / "boston_housing.csv").read_text().splitlines()
    (folder / "boston_housing.csv").write_text("\n".join(table[:101]))
    assert [len(part[0]) for part in common.load_boston_housing()] == [80, 20]


@pytest.mark.parametrize("file", FILES)
def test_missing(folder, file):
    (folder / file).unlink()
    assert "No such file" in refusal(file)


@pytest.mark.parametrize("file", FILES)
def test_empty(folder, file):
    (folder / file).write_bytes(b"")
    refusal(file)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("part", [0.3, 0.9])
def test_truncated(folder, file, part):
    content = (DATA / file).read_bytes()
    (folder / file).write_bytes(content[: int(len(content) * part)])
    shutil.copy(DATA / "SHA256SUMS", folder)
    refusal(file)


@pytest.mark.parametrize("file", FILES)
def test_altered(folder, file):
    if file == "mnist.npz":
        np.savez(folder / file, **ARRAYS)
    else:
        text = (folder / file).read_text()
        (folder / file).write_text(text.replace("6.575", "6.574").replace("17.99", "17.98"))
    shutil.copy(DATA / "SHA256SUMS", folder)
    assert "SHA256SUMS" in refusal(file)


def test_a_flipped_bit_in_the_archive(folder):
    content = bytearray((DATA / "mnist.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "mnist.npz").write_bytes(content)
    assert "damaged" in refusal("mnist.npz")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("x_train", None, "x_train"),
        ("y_test", None, "y_test"),
        ("x_train", np.zeros((3, 28, 27), "uint8"), "(3, 28, 27)"),
        ("x_train", np.zeros((3, 784), "uint8"), "(3, 784)"),
        ("x_train", np.zeros((4, 28, 28), "uint8"), "4 digits"),
        ("x_train", np.zeros((3, 28, 28), "float32"), "float32"),
        ("x_test", np.zeros((0, 28, 28), "uint8"), "(0, 28, 28)"),
        ("y_train", np.array([1, 2, 10], "uint8"), "0 to 9"),
        ("y_train", np.array([-1, 2, 1], "int8"), "0 to 9"),
        ("y_train", np.array([1.0, 2.0, 3.0]), "float64"),
        ("y_test", np.array([[0], [1]], "uint8"), "(2, 1)"),
    ],
)
def test_unsuitable_arrays(folder, name, array, message):
    arrays = ARRAYS | {name: array}
    if array is None:
        arrays["renamed"] = ARRAYS[name]
        del arrays[name]
    np.savez(folder / "mnist.npz", **arrays)
    assert message in refusal("mnist.npz")


def test_never_unpickles(folder):
    np.savez(folder / "mnist.npz", **ARRAYS | {"x_train": np.array([Bomb()], dtype=object)})
    refusal("mnist.npz")
    (folder / "mnist.npz").write_bytes(pickle.dumps(Bomb()))
    refusal("mnist.npz")
    assert not (folder / "unpickled").exists()


@pytest.mark.parametrize("file", FILES[1:])
@pytest.mark.parametrize("cell", ["NaN", "inf", "", "a lot", "1,5"])
def test_bad_cell(folder, file, cell):
    lines = (folder / file).read_text().splitlines()
    cells = lines[6].split(",")
    cells[2] = cell
    lines[6] = ",".join(cells)
    (folder / file).write_text("\n".join(lines))
    message = refusal(file)
    assert "7" in message  # the line
    if cell != "1,5":
        assert lines[0].split(",")[2] in message


@pytest.mark.parametrize("file", FILES[1:])
def test_other_columns(folder, file):
    lines = (folder / file).read_text().splitlines()
    cut = [",".join(line.split(",")[1:]) for line in lines]
    (folder / file).write_text("\n".join(cut))
    assert lines[0].split(",")[0] in refusal(file)
    header = lines[0].split(",")
    header[:2] = header[1::-1]
    (folder / file).write_text("\n".join([",".join(header), *lines[1:]]))
    assert "order" in refusal(file)


@pytest.mark.parametrize("file", FILES[1:])
def test_short_rows(folder, file):
    header, *lines = (folder / file).read_text().splitlines()
    (folder / file).write_text("\n".join([header, *(line.rpartition(",")[0] for line in lines)]))
    assert "another length" in refusal(file)


@pytest.mark.parametrize("file", FILES[1:])
def test_too_few_rows(folder, file):
    header = (folder / file).read_text().splitlines()[0]
    (folder / file).write_text(header + "\n")
    assert "20 rows" in refusal(file)


def test_label_that_is_none(folder):
    text = (folder / "breast_cancer.csv").read_text()
    assert ",1\n" in text
    (folder / "breast_cancer.csv").write_text(text.replace(",1\n", ",2\n", 1))
    assert "label" in refusal("breast_cancer.csv")


def test_the_way_back_is_named(monkeypatch, folder):
    (folder / "mnist.npz").unlink()
    assert "unset EXAMPLES_DATA" in refusal("mnist.npz")
    monkeypatch.delenv("EXAMPLES_DATA")
    monkeypatch.setattr(common, "__file__", str(folder / "examples" / "common.py"))
    assert "git checkout -- data/mnist.npz" in refusal("mnist.npz")
