"""Several devices or processes learn what one learns: KERAS_BACKEND=jax pytest tests/test_scale_out.py.

Each test starts Python processes of its own. tests/test_start.py sees what happens without JAX.
"""

import os
import re
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from lessons import EXAMPLES, LESSONS, ROOT

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
on_jax = pytest.mark.skipif(BACKEND != "jax", reason="needs JAX")
EPOCHS, STEPS, BATCH = 3, 5, 64
SMALL = f"--epochs {EPOCHS} --batch-size {BATCH} --train-limit {STEPS * BATCH}"
PATIENCE = 300  # seconds for a start, on a busy machine
DUMP = """
seen = np.concatenate([x for x, y in batches(1)])
np.savez(f"process-{process}.npz", *model.get_weights(), seen=seen, x_train=x_train)
"""
KILL = """
        if process == VICTIM and epoch == 1 and step == 2 and not os.path.exists("killed"):
            open("killed", "w").close()
            os.kill(os.getpid(), 9)
"""
DEVICES = (ROOT / "docs" / "devices.md").read_text()
MIRRORED = """
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
CODE
model.compile("sgd", "sparse_categorical_crossentropy")
one = keras.models.clone_model(model)
one.set_weights(model.get_weights())
one.compile("sgd", "sparse_categorical_crossentropy")
x, y = np.random.default_rng(0).random((64, 4), dtype="float32"), np.arange(64) % 3
for each in (model, one):
    each.fit(x, y, batch_size=16, shuffle=False, verbose=0)
np.testing.assert_allclose(model.get_weights()[0], one.get_weights()[0], rtol=1e-5, atol=1e-6)
print("the same")
"""


@pytest.fixture(scope="module")
def settings(small_data, tmp_path_factory):
    """Return the environment: compiled once for all, and patient with a busy machine."""
    flags = [f"--xla_cpu_collective_{name}_seconds={PATIENCE}" for name in (
        "call_terminate_timeout", "call_warn_stuck_timeout", "timeout")]  # fmt: skip
    return os.environ | {
        "PYTHONPATH": str(EXAMPLES),
        "EXAMPLES_DATA": str(small_data),
        "XLA_FLAGS": " ".join(flags),
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("compiled")),
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }


@pytest.fixture(scope="module")
def ports():
    """Return two ports that nobody else can get: they stay bound, and JAX may share them."""
    with socket.socket(socket.AF_INET6) as first, socket.socket(socket.AF_INET6) as second:
        for reserved in (first, second):
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            reserved.bind(("::", 0))
        yield first.getsockname()[1], second.getsockname()[1]


@pytest.fixture(scope="module")
def start(settings, ports):
    """Return a function that starts one process for each list of options, in one folder."""
    started = []

    def start_all(folder, *options, text=None, **more):
        path = LESSONS["scale_out"].path
        if text:
            path = folder / path.name
            path.write_text(text)
        for given in options:
            command = [sys.executable, path, *given.replace("PORT", str(ports[0])).split()]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            env = settings | more
            started.append(subprocess.Popen(command, cwd=folder, env=env, **pipes))
        return started[-len(options) :]

    yield start_all
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def lonely(start, ports, tmp_path_factory):
    """Start a process that nobody answers; as it waits for a minute, it does so from the beginning."""
    options = two()[1].replace("PORT", str(ports[1]))
    return start(tmp_path_factory.mktemp("lonely"), options)[0]


def finish(processes):
    """Wait for processes; return status, output and errors of each."""
    results = []
    for process in processes:
        output, errors = process.communicate(timeout=PATIENCE)
        results.append((process.returncode, output, errors))
    return results


def two(options=SMALL):
    """Return the options of two processes."""
    common = f"{options} --processes 2 --coordinator 127.0.0.1:PORT"
    return [f"{common} --process {rank}" for rank in (0, 1)]


def text(victim=None):
    """Return the lesson with SGD, whose rounding stays small; a process may end in epoch 2."""
    new = LESSONS["scale_out"].text
    for old, ours in (
        (
            "import keras\n",
            f"import keras\nimport common.several\ncommon.several.WAIT = {PATIENCE}\n",
        ),
        ("keras.optimizers.Adam(schedule)", "keras.optimizers.SGD(0.01)"),
    ):
        assert new.count(old) == 1
        new = new.replace(old, ours)
    if victim is not None:
        loop = "    for step in range(steps):\n"
        assert loop in new
        new = new.replace(loop, loop + KILL[1:].replace("VICTIM", str(victim)))
    return new + DUMP


@pytest.fixture(scope="module")
def one(start, tmp_path_factory):
    """Train on one device; return what it has dumped."""
    return trained(start, tmp_path_factory.mktemp("one"), SMALL)[0]


def trained(start, folder, *options, **more):
    """Train; return what each process has dumped."""
    results = finish(start(folder, *options, text=text(), **more))
    assert [status for status, _, _ in results] == [0] * len(options), results
    return [np.load(folder / f"process-{rank}.npz") for rank in range(len(options))]


def assert_same_weights(first, second, rtol):
    names = [name for name in first.files if name.startswith("arr")]
    assert len(names) == 8
    for name in names:
        np.testing.assert_allclose(first[name], second[name], rtol=rtol, atol=rtol / 10)


# ---- what is learnt


@on_jax
def test_each_image_comes_once_an_epoch(one, lonely):
    ink = one["seen"].sum(axis=(1, 2, 3))  # which a shift does not change
    expected = one["x_train"].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(np.sort(ink), np.sort(expected), rtol=1e-5)
    assert not np.allclose(ink, expected)


@on_jax
def test_two_devices_learn_what_one_learns(one, start, tmp_path):
    (both,) = trained(start, tmp_path, SMALL, JAX_NUM_CPU_DEVICES="2")
    np.testing.assert_array_equal(both["seen"], one["seen"])
    assert_same_weights(both, one, rtol=1e-5)


@on_jax
def test_two_processes_learn_what_one_learns(one, start, tmp_path):
    parts = trained(start, tmp_path, *two())
    seen = [part["seen"].reshape(STEPS, BATCH // 2, -1) for part in parts]
    seen = np.concatenate(seen, axis=1).reshape(one["seen"].shape)
    np.testing.assert_array_equal(seen, one["seen"])
    assert_same_weights(parts[0], parts[1], rtol=0)
    assert_same_weights(parts[0], one, rtol=1e-5)


@on_jax
@pytest.mark.parametrize("victim", [0, 1])
def test_one_is_killed_both_end_and_go_on(victim, one, start, tmp_path):
    processes = start(tmp_path, *two(), text=text(victim))
    processes[victim].wait(timeout=PATIENCE)
    killed = time.monotonic()
    results = finish(processes)
    assert time.monotonic() - killed < 90
    assert results[victim][0] == -9
    assert results[1 - victim][0] not in (0, None)
    if victim == 1:  # JAX itself ends who has lost process 0
        assert results[0][2].rstrip().splitlines()[-1].startswith("scale_out.py: this process ends")
    again = two() if victim == 1 else [SMALL]  # another number of processes goes on as well
    results = finish(start(tmp_path, *again, text=text(victim)))
    for status, output, errors in results:
        assert status == 0, errors
        assert "Epoch 2 is next" in output
        assert len(re.findall(rf"^{STEPS}/{STEPS} - ", output, re.MULTILINE)) == EPOCHS - 1
    assert_same_weights(np.load(tmp_path / "process-0.npz"), one, rtol=1e-5)
    assert not list((tmp_path / "output" / "scale_out").glob("*.npz"))  # the training is complete


# ---- wrong use


def assert_one_line(result, *words):
    status, _, errors = result
    assert status == 2, errors
    lines = [line for line in errors.splitlines() if "[Gloo]" not in line]
    assert len(lines) == 1, errors
    for word in words:
        assert word in errors


@on_jax
def test_no_such_process(start, tmp_path):
    (result,) = finish(start(tmp_path, "--processes 2 --process 2"))
    assert_one_line(result, "--process 2 of 2")


@on_jax
def test_different_settings(start, tmp_path):
    first, second = two()
    for result in finish(start(tmp_path, first, f"{second} --seed 7", text=text())):
        assert_one_line(result, "different options")


@on_jax
def test_nobody_answers(lonely):
    (result,) = finish([lonely])
    assert_one_line(result, "127.0.0.1", "within 60 s")


# ---- the others


@pytest.mark.slow
@pytest.mark.skipif(BACKEND != "tensorflow", reason="needs TensorFlow")
def test_mirrored_strategy_of_devices_md(environment, tmp_path):
    """On two devices made of the CPU it learns what one learns."""
    blocks = re.findall(r"```python\n(.*?)```", DEVICES, re.DOTALL)
    (code,) = [block for block in blocks if "MirroredStrategy" in block]
    code = code.replace("MirroredStrategy()", 'MirroredStrategy(["CPU:0", "CPU:1"])')
    (tmp_path / "program.py").write_text(MIRRORED.replace("CODE", code))
    result = subprocess.run(
        [sys.executable, "program.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert result.stdout == "2 devices\nthe same\n", result.stderr
