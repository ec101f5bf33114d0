"""Several devices or processes learn what one learns, on JAX.

    KERAS_BACKEND=jax python -m pytest tests/test_scale_out.py

Each test starts Python processes of its own. tests/test_start.py sees what happens without JAX.
"""

import os
import re
import socket
import subprocess
import sys

import numpy as np
import pytest

from lessons import EXAMPLES, LESSONS, ROOT

BACKEND = os.environ.get("KERAS_BACKEND", "tensorflow")
on_jax = pytest.mark.skipif(BACKEND != "jax", reason="needs JAX")
EPOCHS, STEPS, BATCH = 3, 5, 64
OPTIONS = f"--epochs {EPOCHS} --batch-size {BATCH} --train-limit {STEPS * BATCH}".split()
PATIENCE = 300  # seconds: for a start on a busy machine, and for the end after another one's death
KILL = """    for step in range(steps):
        if process == VICTIM and epoch == 1 and step == 2 and not os.path.exists("hit"):
            open("hit", "w").close()
            os.kill(os.getpid(), 9)
"""
DUMP = """
seen = np.concatenate([x for x, y in batches(1)])
moments = [variable.numpy() for variable in adam.variables]
np.savez(f"process-{process}.npz", *model.get_weights(), *moments, seen=seen, x_train=x_train)
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
    """Return a function that starts the lesson in one folder, as one process or as two."""
    seconds = ("call_terminate_timeout", "call_warn_stuck_timeout", "timeout")
    settings = os.environ | {
        "PYTHONPATH": str(EXAMPLES),
        "EXAMPLES_DATA": str(small_data),
        "XLA_FLAGS": " ".join(f"--xla_cpu_collective_{s}_seconds={PATIENCE}" for s in seconds),
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("compiled")),  # once for all
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    }
    started = []

    def start_all(folder, processes=1, victim=None, **more):
        text, loop = LESSONS["scale_out"].text, "    for step in range(steps):\n"
        assert text.count(loop) == 1
        text = text.replace(loop, KILL.replace("VICTIM", str(victim)))
        (folder / "scale_out.py").write_text(text + DUMP)
        for number in range(processes):
            environment = settings | more
            if processes > 1:
                environment |= {
                    "KERAS_DISTRIBUTION_JOB_ADDRESSES": f"127.0.0.1:{port}",
                    "KERAS_DISTRIBUTION_NUM_PROCESSES": str(processes),
                    "KERAS_DISTRIBUTION_PROCESS_ID": str(number),
                }
            command = [sys.executable, "scale_out.py", *OPTIONS]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
            started.append(subprocess.Popen(command, cwd=folder, env=environment, **pipes))
        return started[-processes:]

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


def trained(start, folder, processes=1, **more):
    """Train; return what each process has dumped."""
    results = finish(start(folder, processes, **more))
    assert [status for status, _, _ in results] == [0] * processes, results
    return [np.load(folder / f"process-{number}.npz") for number in range(processes)]


@pytest.fixture(scope="module")
def one(start, tmp_path_factory):
    """Train on one device; return what it has dumped."""
    return trained(start, tmp_path_factory.mktemp("one"))[0]


def assert_same_state(first, second, atol):
    """Compare the weights and what Adam remembers."""
    names = [name for name in first.files if name.startswith("arr")]
    assert len(names) > 3 * 8  # each of the eight weights has two moments
    for name in names:
        np.testing.assert_allclose(first[name], second[name], rtol=1e-4 if atol else 0, atol=atol)


@on_jax
def test_each_image_comes_once_an_epoch(one):
    ink = one["seen"].sum(axis=(1, 2, 3))  # which a shift does not change
    expected = one["x_train"].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(np.sort(ink), np.sort(expected), rtol=1e-5)
    assert not np.allclose(ink, expected)


@on_jax
def test_two_devices_learn_what_one_learns(one, start, tmp_path):
    (both,) = trained(start, tmp_path, JAX_NUM_CPU_DEVICES="2")
    np.testing.assert_array_equal(both["seen"], one["seen"])
    assert_same_state(both, one, atol=1e-4)


@on_jax
def test_two_processes_learn_what_one_learns(one, start, tmp_path):
    parts = trained(start, tmp_path, processes=2)
    seen = [part["seen"].reshape(STEPS, BATCH // 2, -1) for part in parts]
    seen = np.concatenate(seen, axis=1).reshape(one["seen"].shape)
    np.testing.assert_array_equal(seen, one["seen"])
    assert_same_state(parts[0], parts[1], atol=0)
    assert_same_state(parts[0], one, atol=1e-4)


@on_jax
@pytest.mark.parametrize("victim", [0, 1])
def test_one_is_killed_the_other_ends_and_both_go_on(victim, one, start, tmp_path):
    processes = start(tmp_path, processes=2, victim=victim)
    ((status, _, _),) = finish([processes[1 - victim]])
    assert status != 0
    assert finish([processes[victim]])[0][0] == -9
    (checkpoint,) = (tmp_path / "output" / "scale_out").glob("*.npz")
    content = checkpoint.read_bytes()
    if victim == 0:  # and once more with half a file
        checkpoint.write_bytes(content[: len(content) // 2])
        ((status, _, errors),) = finish(start(tmp_path, victim=victim))
        assert status == 1
        assert f"{checkpoint.name} is damaged" in errors
        checkpoint.write_bytes(content)
    again = 2 if victim == 1 else 1  # another number of processes goes on as well
    for status, output, errors in finish(start(tmp_path, again, victim=victim)):
        assert status == 0, errors
        assert "Epoch 2 is next" in output
        assert len(re.findall(rf"^{STEPS}/{STEPS} - ", output, re.MULTILINE)) == EPOCHS - 1
    assert_same_state(np.load(tmp_path / "process-0.npz"), one, atol=1e-4)
    assert not list((tmp_path / "output" / "scale_out").glob("*.npz"))  # the training is complete


@on_jax
def test_slurm_tells_the_processes_of_each_other(start, port, tmp_path):
    """These are the variables that `srun` sets; the lesson needs no others."""
    slurm = {"SLURM_JOB_ID": "1", "SLURM_STEP_NODELIST": "localhost", "SLURM_NTASKS": "1"}
    slurm |= {"SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_STEP_NUM_NODES": "1"}
    slurm["JAX_COORDINATOR_PORT"] = str(port)
    ((status, output, errors),) = finish(start(tmp_path, **slurm))
    assert status == 0, errors
    assert "Process 0 of 1" in output


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
