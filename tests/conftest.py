"""Every test runs without a network, without a screen, and in an empty folder of its own."""

import os
import socket
import sys

os.environ["MPLBACKEND"] = "agg"
os.environ.pop("EXAMPLES_DATA", None)
os.environ.pop("CUDA_VISIBLE_DEVICES", None)

import numpy as np
import pytest
from lessons import DATA
from small_data import small_data_in

NO_NETWORK = """
import socket

def connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError(f"a lesson tried to reach the network: {address}")
    return real_connect(self, address)

real_connect = socket.socket.connect
socket.socket.connect = connect
"""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Start in an empty folder, so that a lesson can find nothing that it did not bring."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Make every connection of this process fail."""

    def connect(self, address):
        raise RuntimeError(f"a lesson tried to reach the network: {address}")

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def environment(tmp_path_factory):
    """Return the environment for another Python process, without network and screen."""
    folder = tmp_path_factory.mktemp("no_network")
    (folder / "sitecustomize.py").write_text(NO_NETWORK)
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL")
    result = {name: value for name, value in os.environ.items() if name not in unset}
    del result["MPLBACKEND"]
    return result | {"PYTHONPATH": str(folder)}


@pytest.fixture(scope="session")
def small_data(tmp_path_factory):
    """Return a folder for EXAMPLES_DATA: 1,280 and 500 digits, the other data sets whole."""
    folder = tmp_path_factory.mktemp("small_data")
    small_data_in(folder)
    return folder


@pytest.fixture(autouse=True)
def close_pictures():
    """Leave no figure and no session behind."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def keras_datasets(monkeypatch, small_data):
    """Return `keras.datasets` with its own loaders, reading our files instead of downloading."""
    import keras

    table = np.loadtxt(DATA / "boston_housing.csv", delimiter=",", skiprows=1)
    np.savez(small_data / "boston_housing.npz", x=table[:, :13], y=table[:, 13])
    for module in (keras.src.datasets.mnist, keras.src.datasets.boston_housing):
        monkeypatch.setattr(
            module, "get_file", lambda *path, fname=None, **_: small_data / (fname or path[0])
        )
    return keras.datasets
