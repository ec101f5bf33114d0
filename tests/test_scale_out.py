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
CHANGES = {  # with SGD rounding stays small; one process may end in its second epoch
    "import keras\n": "import keras\nimport common.several\ncommon.several.WAIT = SECONDS\n",
    "keras.optimizers.Adam(schedule)": "keras.optimizers.SGD(0.01)",
    "    for step in range(steps):\n": """    for step in range(steps):
        if process == VICTIM and epoch == 1 and step == 2 and not os.path.exists("hit"):
            open("hit", "w").close()
            os.kill(os.getpid(), SIGNAL)
""",
}
DUMP = """
seen = np.concatenate([x for x, y in batches(1)])
np.savez(f"process-{process}.npz", *model.get_weights(), seen=seen, x_train=x_train)
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
def port():
    """Return a port that nobody else can get: it stays bound, and JAX may share it."""
    with socket.socket(socket.AF_INET6) as reserved:
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind(("::", 0))
        yield reserved.getsockname()[1]


@pytest.fixture(scope="module")
def start(small_data, port, tmp_path_factory):
    """Return a function that starts one process for each list of options, in one folder."""
    seconds = ("call_terminate_timeout", "call_warn_stuck_timeout", "timeout")
    settings = os.environ | {
        "PYTHONPATH": str(EXAMPLES),
        "EXAMPLES_DATA": str(small_data),
        "XLA_FLAGS": " ".join(f"--xla_cpu_collective_{s}_seconds={PATIENCE}" for s in seconds),
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("compiled")),  # once for all
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }
    started = []

    def start_all(folder, *options, victim=None, sent=9, wait=PATIENCE, **more):
        text = LESSONS["scale_out"].text
        for old, new in CHANGES.items():
            assert text.count(old) == 1
            for word, value in (("VICTIM", victim), ("SIGNAL", sent), ("SECONDS", wait)):
                new = new.replace(word, str(value))
            text = text.replace(old, new)
        (folder / "scale_out.py").write_text(text + DUMP)
        for given in options:
            command = [sys.executable, "scale_out.py", *given.replace("PORT", str(port)).split()]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            started.append(subprocess.Popen(command, cwd=folder, env=settings | more, **pipes))
        return started[-len(options) :]

    yield start_all
    for process in started:
        process.kill()
        process.communicate()


def finish(processes):
    """Wait for processes; return status, output and errors of each."""
    results = []
    for process in processes:
        output, errors = process.communicate(timeout=PATIENCE)
        results.append((process.returncode, output, errors))
    return results


def two(coordinator="127.0.0.1:PORT"):
    """Return the options of two processes."""
    common = f"{SMALL} --processes 2 --coordinator {coordinator}"
    return [f"{common} --process {rank}" for rank in (0, 1)]


def trained(start, folder, *options, **more):
    """Train; return what each process has dumped."""
    results = finish(start(folder, *options, **more))
    assert [status for status, _, _ in results] == [0] * len(options), results
    return [np.load(folder / f"process-{rank}.npz") for rank in range(len(options))]


@pytest.fixture(scope="module")
def one(start, tmp_path_factory):
    """Train on one device; return what it has dumped."""
    return trained(start, tmp_path_factory.mktemp("one"), SMALL)[0]


def assert_same_weights(first, second, rtol):
    names = [name for name in first.files if name.startswith("arr")]
    assert len(names) == 8
    for name in names:
        np.testing.assert_allclose(first[name], second[name], rtol=rtol, atol=rtol / 10)


# ---- what is learnt


@on_jax
def test_each_image_comes_once_an_epoch(one):
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
@pytest.mark.parametrize(("victim", "sent"), [(0, 9), (1, 9), (1, 19)])  # SIGKILL, SIGSTOP
def test_one_is_killed_or_falls_silent_all_end_and_go_on(victim, sent, one, start, tmp_path):
    processes = start(tmp_path, *two(), victim=victim, sent=sent)
    ((status, _, errors),) = finish([processes[1 - victim]])
    assert time.time() - (tmp_path / "hit").stat().st_mtime < 90
    assert status != 0
    if (victim, sent) == (1, 9):  # else it is JAX itself that ends
        assert errors.rstrip().splitlines()[-1].startswith("scale_out.py: this process ends")
    if sent == 19:
        processes[victim].kill()
    assert finish([processes[victim]])[0][0] == -9
    again = two() if victim == 1 else [SMALL]  # another number of processes goes on as well
    for status, output, errors in finish(start(tmp_path, *again, victim=victim, sent=sent)):
        assert status == 0, errors
        assert "Epoch 2 is next" in output
        assert len(re.findall(rf"^{STEPS}/{STEPS} - ", output, re.MULTILINE)) == EPOCHS - 1
    assert_same_weights(np.load(tmp_path / "process-0.npz"), one, rtol=1e-5)
    assert not list((tmp_path / "output" / "scale_out").glob("*.npz"))  # the training is complete


# ---- wrong use


@on_jax
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--processes 2 --process 2"], "--process 2 of 2"),
        ([two()[0], f"{two()[1]} --seed 7"], "different options"),
        ([two("127.0.0.1:1")[1]], "127.0.0.1:1 within 60 s"),  # where nobody answers
    ],
)
def test_wrong_use_is_told_in_one_line(options, problem, start, tmp_path):
    wait = 60 if "within" in problem else PATIENCE
    for status, _, errors in finish(start(tmp_path, *options, wait=wait)):
        (line,) = [line for line in errors.splitlines() if "[Gloo]" not in line]
        assert status == 2
        assert problem in line


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
