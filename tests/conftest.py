"""Every test runs without a network, without a screen, and in an empty folder of its own."""

import contextlib
import functools
import io
import os
import runpy
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

os.environ["MPLBACKEND"] = "agg"
os.environ.pop("EXAMPLES_DATA", None)
os.environ.pop("CUDA_VISIBLE_DEVICES", None)

import numpy as np
import pytest

import lessons

SITE = lessons.ROOT / "docs" / "_build" / "small"  # the gallery on a small MNIST


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Start in an empty folder, so that a lesson can find nothing that it did not bring."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def small_data(tmp_path_factory):
    """Return a folder for EXAMPLES_DATA: 1,280 and 256 digits, some photos, the tables whole."""
    folder = tmp_path_factory.mktemp("data") / "small"
    left_out = shutil.ignore_patterns("SHA256SUMS", "*=[02468].*")  # five of ten digits stay
    shutil.copytree(lessons.DATA, folder, ignore=left_out)
    with np.load(folder / "mnist.npz") as file:
        sizes = {"train": 1280, "test": 256}
        small = {name: file[name][: sizes[name[2:]]] for name in file.files}
    np.savez(folder / "mnist.npz", **small)
    return folder


class Run(NamedTuple):
    """What a lesson left behind: its variables, what it printed, and its folder."""

    variables: dict
    output: str
    errors: str
    folder: Path


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Return the function that runs a lesson here as `python lesson.py options` would."""

    def run_file(path, *options, folder=None, **environment):
        backend = getattr(lessons.LESSONS.get(Path(path).stem), "backend", "")
        if backend and backend != os.environ.get("KERAS_BACKEND"):
            pytest.skip(f"needs KERAS_BACKEND={backend}")
        folder = folder or tmp_path_factory.mktemp(Path(path).stem)
        output, errors = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.chdir(folder),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(errors),
        ):
            patch.setattr(sys, "argv", [str(path), *map(str, options)])
            for name, value in environment.items():
                patch.setenv(name, str(value))
            variables = runpy.run_path(str(path), run_name="__main__")
            import keras  # which takes a while, and most tests do without

            keras.distribution.set_distribution(None)  # the next lesson wants none
        return Run(variables, output.getvalue(), errors.getvalue(), folder)

    return run_file


@pytest.fixture(scope="session")
def quick(run, small_data):
    """Return the function that runs a lesson with its quick options: once, every test reads it."""

    @functools.cache
    def run_once(name):
        lesson = lessons.LESSONS[name]
        return run(lesson.path, *lesson.quick["options"].split(), EXAMPLES_DATA=small_data)

    return run_once


@pytest.fixture(scope="session")
def whole(run):
    """Return the function that runs a lesson whole, with a seed that was not measured: once."""

    @functools.cache
    def run_once(name):
        lesson = lessons.LESSONS[name]
        options = lesson.fresh.get("options", "").split()
        return run(lesson.path, *options, "--seed", lesson.seeds)  # those measured are below

    return run_once


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Make pytest-playwright use the system's chromium."""
    return {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def base_url():
    """Return where the gallery is; pytest-playwright puts it before a page's path."""
    return f"{SITE.as_uri()}/"


@pytest.fixture
def open_page(new_context):
    """Return a function that opens a page as a file, offline, and hears whether it complains."""

    def open_file(path, width=1280, scheme="light", **settings):
        size = {"width": width, "height": 900}
        settings |= {"viewport": size, "color_scheme": scheme, "reduced_motion": "reduce"}
        page = new_context(offline=True, **settings).new_page()
        page.complaints = []

        def hear(message):
            if message.type in ("error", "warning"):
                page.complaints.append(message.text)

        page.on("console", hear)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("requestfailed", lambda request: page.complaints.append(f"lacks {request.url}"))
        page.goto(path, wait_until="networkidle")
        return page

    return open_file


@pytest.fixture
def environment():
    """Return the environment of another Python process, as a user without a screen has it."""
    ours = ("DISPLAY", "WAYLAND_DISPLAY", "KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL", "MPLBACKEND")
    return {name: value for name, value in os.environ.items() if name not in ours}
