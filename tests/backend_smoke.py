"""Every lesson once on another backend, in an environment without TensorFlow.

KERAS_BACKEND=jax python -m pytest tests/backend_smoke.py

Not part of the quick suite, which needs TensorFlow; .ci/run calls it for JAX and for torch.
"""

import importlib.util
import os
import re

import pytest
from lessons import LESSONS, run

BACKEND = os.environ.get("KERAS_BACKEND", "")
SHORT = {
    "data_augmentation": ("--epochs", 3, "--train-limit", 500),
    "overfitting": ("--epochs", 20),
}
FLOORS = {"data_augmentation": 0.05}  # after 12 steps, when batch normalisation is not ready yet


def test_environment_is_another():
    assert BACKEND in ("jax", "torch")
    assert importlib.util.find_spec("tensorflow") is None


@pytest.mark.parametrize("name", LESSONS)
def test_lesson(name, small_data, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("EXAMPLES_DATA", str(small_data))
    lesson = run(name, *SHORT.get(name, ()))
    output, errors = capsys.readouterr()
    assert errors == ""
    first, *_, last = output.splitlines()
    assert re.fullmatch(rf"Keras \S+, {BACKEND} backend, CPU", first)
    line, pictures = LESSONS[name]
    assert re.fullmatch(rf"{line}: \d+\.\d+", last)
    assert len(list((tmp_path / "plots").iterdir())) == pictures
    if line == "Test accuracy":
        assert lesson["test_accuracy"] > FLOORS.get(name, 0.5)
    if name == "linear_regression":
        assert abs(lesson["w"] - lesson["exact_w"]) < 1e-3
    if name == "nonlinear_regression":
        assert lesson["test_rmse"] < 0.25 * lesson["noise"]
    if name == "boston_housing":
        assert lesson["test_mae"] < 3
    if name == "data_augmentation":
        losses = lesson["history"].history["loss"]
        assert losses[-1] < 0.8 * losses[0]
    if name == "watch_training":
        assert "No TensorBoard files" in output
