"""The reader's own table, folder of pictures, or sentence: a trained network, or one plain line."""

import codecs

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lessons import DATA, EXAMPLES, parse_results

ROWS = 120


def csv(table):
    """Return a table as the text of a CSV file."""
    return table.to_csv(index=False)


@pytest.fixture
def own_table(run, tmp_path):
    """Return the function that writes a table and runs your_own_table on it, for one epoch."""

    def train(text, target, encoding="utf-8"):
        (tmp_path / "mine.csv").write_bytes(codecs.encode(text, encoding))
        options = ("--table", "mine.csv", "--target", target, "--epochs", 1)
        return run(EXAMPLES / "your_own_table.py", *options, folder=tmp_path)

    return train


def flats(**more):
    """Return a table of flats: size, town and price, and whatever else."""
    rng = np.random.default_rng(0)
    size = rng.uniform(20, 120, ROWS).round(1)
    town = rng.choice(["K\u00f6ln", "Ulm"], ROWS)
    price = (10 * size + 200 * (town == "Ulm")).round(1)
    return pd.DataFrame({"size": size, "town": town, "price": price} | more)


@pytest.mark.slow
def test_a_table_from_a_german_spreadsheet(own_table):
    """Semicolons, decimal commas, umlauts that are not UTF-8, dates, remarks, and a gap."""
    dates = pd.date_range("2026-01-01", periods=ROWS).strftime("%d.%m.%Y")
    notes = [f"remark {row}" for row in range(ROWS)]
    table = flats(nr=range(7, ROWS + 7), date=dates, note=notes, empty="", same=1)
    table.loc[[4, 8], "price"] = np.nan
    text = table.to_csv(sep=";", decimal=",", index=False)
    ran = own_table(text, "price", "latin-1")
    variables, said = ran.variables, ran.output
    assert list(variables["features"]) == ["size", "town_K\u00f6ln", "town_Ulm"]
    assert list(variables["kinds"].values()).count("left out") == 5
    for name in ("nr", "date", "note", "empty", "same"):
        assert any(line.startswith(name) and "left out" in line for line in said.splitlines())
    assert "missing in 2 rows" in said and "not UTF-8" in said and "is read as" in said
    assert "regression" in said and "row 5: " in said and "row 9: " in said
    assert variables["y_train"].max() > 500  # euros, not text
    assert "Test MAE" in parse_results(said)


@pytest.mark.slow
@pytest.mark.parametrize("separator", ["\t", " "])
def test_classes_and_separators(separator, own_table):
    """Numbers that are classes, stray values, gaps, a rare class, and a byte-order mark."""
    kind = np.repeat([0, 1, 2, 7], [75, 25, 15, 5])
    kind[-3:] = 8  # two rows of 7 and three of 8: too rare to learn
    table = flats(kind=kind).astype({"size": str})
    table.loc[5, "size"] = "n/k"
    table.loc[[7, 8], "size"] = "?", "NA"
    table["when"] = np.where(kind == 1, "None", "soon")  # a word, and no gap
    text = table.to_csv(sep=separator, index=False).replace("?", '"? "')
    ran = own_table("\ufeff" + text, "kind")
    assert list(ran.variables["classes"]) == ["0", "1", "2"]
    assert "5 more rows are put aside" in ran.output and "'n/k' in row 6" in ran.output
    assert "2 gaps" in ran.output and "None, soon" in ran.output
    assert "classification" in ran.output
    assert list(np.bincount(ran.variables["y_train"])) == [45, 15, 9]
    for part in ("val", "test"):
        assert list(np.bincount(ran.variables[f"y_{part}"])) == [15, 5, 3]
    assert "Test accuracy" in parse_results(ran.output)


@pytest.mark.slow
def test_a_column_that_never_changes_in_training(own_table):
    """A number that is the same in all rows but one: nothing is divided by next to nothing."""
    nearly = np.full(ROWS, 0.1)
    nearly[np.random.default_rng(0).permutation(ROWS)[0]] = 0.2  # this row is for the test
    ran = own_table(csv(flats(nearly=nearly)), "price")
    assert len(np.unique(ran.variables["x_train"][:, -1])) == 1
    assert 0.05 < ran.variables["x_test"][:, -1].max() < 1


REFUSED = [  # a table, the target, and what the one line names
    ("", "price", "No columns"),
    (csv(flats()), "rent", "no column 'rent'.*size, town, price"),
    (csv(flats()[:20]), "price", "at least 30 rows"),
    (csv(flats(price="high")), "price", "nothing can be learned about price"),
    (csv(flats(price=[f"flat {row}" for row in range(ROWS)])), "price", "nothing can be learned"),
    (csv(flats()[["price"]]), "price", "no column is left"),
    ("a,b\n1,2\n1,2,3\n", "b", "line 3"),
    ("a,b\n1,2,3\n4,5,6\n", "b", "more values"),
    ("a ,a,b\n1,2,3\n", "b", "same name"),
    ("a\tb\n" + 2 * (9 * "1\t2\n" + '1\t"2\n'), "b", "no partner"),
    ("a\0b", "a", "not a CSV file"),
]


@pytest.mark.parametrize(("text", "target", "named"), REFUSED)
def test_a_table_that_cannot_be_used(text, target, named, own_table):
    with pytest.raises(SystemExit, match=f"(?s)^mine.csv.*{named}") as refused:
        own_table(text, target)
    assert refused.value.code.count("\n") == 0


def test_a_table_that_is_not_there(run):
    with pytest.raises(SystemExit, match=r"nowhere.csv cannot be read"):
        run(EXAMPLES / "your_own_table.py", "--table", "nowhere.csv")


# ---- a folder of pictures


def picture(color, mode="RGB", size=(60, 40)):
    """Return a picture of one color, with some grain."""
    grain = np.random.default_rng(0).normal(0, 20, (*size[::-1], 3))
    return Image.fromarray((np.array(color) + grain).clip(0, 255).astype("uint8")).convert(mode)


@pytest.mark.slow
def test_a_folder_of_pictures(run, tmp_path):
    """Of all kinds, with hidden files, a broken one, and more of one class than of the other."""
    formats = [("jpg", "CMYK"), ("png", "RGBA"), ("png", "L"), ("gif", "P"), ("webp", "RGB")]
    for name, color, count in [("k\u00e4fer", (200, 60, 40), 20), ("ant", (40, 60, 200), 5)]:
        (tmp_path / "mine" / name).mkdir(parents=True)
        for i in range(count):
            suffix, mode = formats[i % 5]
            file = tmp_path / "mine" / name / f"{i:03d}.{suffix}"
            picture(color, mode, (30 + 40 * i, 300)).save(file)
    whole = file.read_bytes()
    file.with_name("broken.jpg").write_bytes(whole[: len(whole) // 2])
    file.with_name(".hidden.jpg").write_bytes(b"")
    (tmp_path / "mine" / ".hidden").mkdir()
    options = ("--folder", "mine", "--epochs", 1)
    ran = run(EXAMPLES / "your_own_images.py", *options, folder=tmp_path)
    variables = ran.variables
    assert variables["classes"] == ["ant", "k\u00e4fer"]
    assert list(np.bincount(variables["labels"])) == [5, 20]
    assert (variables["x_train"].shape, len(variables["x_test"])) == ((20, 64, 64, 3), 5)
    assert variables["class_weight"][0] == 4 * variables["class_weight"][1]
    assert "broken.jpg is left out" in ran.output and "hidden" not in ran.output
    assert not (tmp_path / "output" / "your_own_images" / "tiles").exists()
    red, blue = variables["images"][variables["labels"] == 1][0].mean(axis=(0, 1))[[0, 2]]
    assert red > blue + 50  # the colours are in their places


@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ((), "0 pictures"),
        ((12,), "1 subfolders"),
        ((4, 5), "9 pictures"),
        ((12, 1), "only one picture"),
    ],
)
def test_a_folder_that_cannot_be_used(counts, named, run, tmp_path):
    (tmp_path / "mine").mkdir()
    for k in range(len(counts)):
        (tmp_path / "mine" / f"class{k}").mkdir()
        for i in range(counts[k]):
            picture((99, 99, 99)).save(tmp_path / "mine" / f"class{k}" / f"{i}.png")
    with pytest.raises(SystemExit, match=f"^mine.*{named}"):
        run(EXAMPLES / "your_own_images.py", "--folder", "mine", folder=tmp_path)


def test_tiles_are_cut_from_left_to_right(quick):
    """The training tiles come from the left half of a photo, the test tiles from the right."""
    variables = quick("your_own_images").variables
    with Image.open(DATA / "materials" / "grass.jpg") as photo:
        half = np.asarray(photo)[:, 256:]
    first = variables["x_test"][variables["y_test"] == 1][0]
    np.testing.assert_array_equal(first[..., 0], half[:32, :32])
    assert len(variables["x_test"]) == 3 * 128


# ---- a sentence


@pytest.mark.parametrize("text", ["a", "\u0130stanbul " * 40, "\u4f60\u597d", "e\u0301te\u0301 "])
def test_a_text_of_any_length_and_letters(text, quick, capsys):
    quick("which_language").variables["read_language"](text)
    said = capsys.readouterr().out
    assert "%)" in said
    assert ("new to the network" in said) == ("\u4f60" in text)


def test_a_plain_sentence(quick, capsys):
    text = "Jeder hat das Recht auf Bildung. Die Bildung ist unentgeltlich."
    quick("which_language").variables["read_language"](text)
    assert ": German" in capsys.readouterr().out


def test_a_combined_letter_is_the_letter(quick):
    to_numbers = quick("which_language").variables["to_numbers"]
    assert list(to_numbers("e\u0301")) == list(to_numbers("\u00e9")) != [0]


def test_no_text(run):
    with pytest.raises(SystemExit, match="--text is empty"):
        run(EXAMPLES / "which_language.py", "--text", " ")
