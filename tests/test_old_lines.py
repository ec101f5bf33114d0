"""The table of old lines is true on the installed Keras: what fails, how, and what works."""

import re

import pytest
from old_lines import LINES, execute

from lessons import ROOT


@pytest.mark.parametrize("row", LINES, ids=[re.sub(r"\W+", "-", row["old"]) for row in LINES])
def test_old_line_says_this_and_new_line_works(row):
    says, proven = execute(row, row["old"], row.get("proof", "None"))
    expected = ".*".join(re.escape(part) for part in row["says"].split("..."))
    assert re.fullmatch(expected, says, re.DOTALL), says
    assert proven is True or (row["says"] and "proof" not in row)
    assert execute(row, row["new"])[0] == ""


def test_the_lines_that_people_bring_are_there():
    old = "\n".join(row["old"] for row in LINES)
    for part in [
        "lr=",
        "decay=",
        "nb_epoch=",
        "epoch=",
        "import np_utils",
        "utils.np_utils",
        "input_dim=",
        "input_shape=",
        "batch_input_shape=",
        "Convolution2D",
        "border_mode",
        "subsample",
        "ImageDataGenerator",
        "fit_generator",
        "vis_utils",
        "model_to_dot",
        '["acc"]',
        "predict_classes",
        "predict_proba",
        ".h5",
        "K.image_data_format",
        "K.mean",
        "KERAS_BACKEND",
        "CUDA_VISIBLE_DEVICES",
        "mnist.load_data(",
        "y_one_hot",
        "load_weights",
        "model.add(",
        "Adadelta()",
        "np.random.seed(",
        "optimizer.lr = ",
        'EarlyStopping(monitor="val_acc", mode="max")',
        "input_shape=(1, 28, 28)",
        "ReduceLROnPlateau(epsilon=",
        "model.layers.pop()",
        'load_model("model.h5")',
        "period=5",
        'logs.get("acc")',
        "K.function(",
        "engine.topology",
        "text import Tokenizer",
        "dropout_W",
        "tf.ConfigProto()",
        "multi_gpu_model",
        "load_boston",
    ]:
        assert part in old, part
    assert len(LINES) >= 150
    page = (ROOT / "docs" / "old_tutorials.md").read_text()
    for topic in {row["topic"] for row in LINES}:
        assert f"{{old-lines}} {topic}\n" in page
