"""Where the time of a training step goes, and how training time grows with data and batch size.

Called by measure.py; `python benchmarks/cost.py` prints the records. TensorFlow backend only.
"""

import contextlib
import io
import json
import os
import runpy
import statistics
import sys
import tempfile
import time

from runs import ROOT

# lesson: what its model trains on, and with which method
STEPS = {
    "linear_regression": ("x_train", "y_train", "train_on_batch"),
    "nonlinear_regression": ("x_scaled", "y_scaled", "train_on_batch"),
    "logistic_regression": ("x_train", "y_train", "train_on_batch"),
    "boston_housing": ("x_train_log", "y_train_scaled", "fit"),
    "mnist_dense": ("x_train", "y_train", "fit"),
    "mnist_cnn": ("x_train", "y_train", "fit"),
}
GROWING = ("mnist_dense", "mnist_cnn")
IMAGES = (1000, 2000, 5000, 10000, 20000, 50000, 60000)
BATCH_SIZES = (16, 32, 64, 128, 256, 512, 1024)


def seconds_per_call(function, calls):
    """Return the median, over five rounds, of the mean seconds of a call, after one for warming."""
    function()
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(calls):
            function()
        rounds.append((time.perf_counter() - start) / calls)
    return statistics.median(rounds)


def weighted_layers(model):
    """Return the dense and convolutional layers of a model and of the models inside it."""
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from weighted_layers(layer)
        elif hasattr(layer, "kernel"):
            yield layer


def operations(model):
    """Return the multiplications and additions of a training step for one example.

    Only products with weights count. Going backward costs a layer twice its way forward, but a
    layer right behind the input only once: nobody needs the gradient of the images.
    """
    total = 0
    for layer in weighted_layers(model):
        forward = 2 * layer.kernel.shape[-2] * layer.kernel.shape[-1]
        if len(layer.kernel.shape) == 4:  # a convolution: height, width, channels, filters
            height, width = layer.output.shape[1:3]
            forward *= layer.kernel.shape[0] * layer.kernel.shape[1] * height * width
        is_first = layer.input.shape[1:] == model.inputs[0].shape[1:]
        total += forward * (2 if is_first else 3)
    return total


def run_lesson(name):
    """Run one epoch of a lesson, without its output; return its variables."""
    arguments, folder = sys.argv, os.getcwd()
    sys.argv = [name, "--epochs", "1"]
    try:
        os.chdir(tempfile.mkdtemp())  # for its pictures
        with contextlib.redirect_stdout(io.StringIO()):
            return runpy.run_path(str(ROOT / "examples" / f"{name}.py"), run_name="__main__")
    finally:
        sys.argv = arguments
        os.chdir(folder)


def peak():
    """Return what a product of two float32 matrices reaches here, in operations per second."""
    import tensorflow as tf

    size = 3000
    matrix = tf.random.normal((size, size))
    return 2 * size**3 / seconds_per_call(lambda: tf.matmul(matrix, matrix).numpy(), 3)


def split_of_a_step(lesson, x, y, method):
    """Return the milliseconds of a training step and of its parts.

    The passes forward and backward, and the optimizer's update, are timed as compiled functions of
    their own, less a function that does nothing. Python is what 16 steps in one call
    (`steps_per_execution`) save a step; input is what remains. For `train_on_batch`, input is the
    conversion of the arrays, and Python is what remains.
    """
    import tensorflow as tf

    model, size = lesson["model"], len(x)
    if method == "fit":
        size = lesson["args"].batch_size
    x_batch, y_batch = (
        tf.constant(x[:size]),
        tf.nest.map_structure(lambda a: tf.constant(a[:size]), y),
    )
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function
    def nothing(x_batch, y_batch):
        return x_batch[0]

    @tf.function
    def gradients(x_batch, y_batch):
        with tf.GradientTape() as tape:
            loss = model.compute_loss(x_batch, y_batch, model(x_batch, training=True))
        return tape.gradient(loss, variables)

    @tf.function
    def update(slopes):
        model.optimizer.apply(slopes, model.trainable_variables)

    calls = 20 if len(x) > 1000 else 200
    slopes = gradients(x_batch, y_batch)
    empty = seconds_per_call(lambda: nothing(x_batch, y_batch), 200)
    passes = seconds_per_call(lambda: gradients(x_batch, y_batch), calls) - empty
    optimizer = seconds_per_call(lambda: update(slopes), calls) - empty
    if method == "fit":
        steps = min(len(x) // size, 200)
        rows = slice(0, steps * size)
        part = tf.nest.map_structure(lambda a: a[rows], y)

        def epoch():
            model.fit(x[rows], part, batch_size=size, verbose=0)

        total = seconds_per_call(epoch, 1) / steps
        model.steps_per_execution, model.train_function = 16, None
        quicker = seconds_per_call(epoch, 1) / steps
        python = max(total - quicker, 0)
        data = max(total - python - passes - optimizer, 0)
    else:
        total = seconds_per_call(lambda: float(model.train_on_batch(x, y)), 200)
        data = seconds_per_call(lambda: (tf.constant(x), tf.constant(y)), 200)
        python = max(total - data - passes - optimizer, 0)
    milliseconds = {"total": total, "input": data, "passes": passes}
    milliseconds |= {"optimizer": optimizer, "python": python}
    return size, {key: round(1000 * value, 3) for key, value in milliseconds.items()}


def growth(name, lesson):
    """Yield records of one epoch of a lesson on fewer images, and of other batch sizes."""
    model, x, y = lesson["model"], lesson["x_train"], lesson["y_train"]
    usual = lesson["args"].batch_size
    for images in IMAGES:
        yield epoch_record(name, model, x[:images], y[:images], usual)
    for batch_size in BATCH_SIZES:
        yield epoch_record(name, model, x[:10240], y[:10240], batch_size)


def epoch_record(name, model, x, y, batch_size):
    """Return the record of the quicker of two epochs, after one step for warming up."""
    model.fit(x[:batch_size], y[:batch_size], batch_size=batch_size, verbose=0)
    seconds = []
    for _ in range(2):
        start = time.perf_counter(), time.process_time()
        model.fit(x, y, batch_size=batch_size, verbose=0)
        seconds.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    wall, cpu = map(min, zip(*seconds, strict=True))
    return {
        "kind": "epoch",
        "lesson": name,
        "images": len(x),
        "batch_size": batch_size,
        "wall": round(wall, 3),
        "cpu": round(cpu, 3),
    }


def measure():
    """Return all records of this file, as dicts."""
    sys.path.insert(0, str(ROOT / "examples"))
    records = []
    for name, (x_name, y_name, method) in STEPS.items():
        lesson = run_lesson(name)
        x, y = lesson[x_name], lesson[y_name]
        if len(lesson["model"].outputs) > 1:  # networks side by side
            y = [y] * len(lesson["model"].outputs)
        if name in GROWING:
            records += growth(name, lesson)
        here = peak()
        size, milliseconds = split_of_a_step(lesson, x, y, method)
        work = operations(lesson["model"]) * size
        records.append(
            {
                "kind": "step",
                "lesson": name,
                "method": method,
                "batch_size": size,
                "milliseconds": milliseconds,
                "megaflop": round(work / 1e6, 3),
                "peak_gigaflops": round(here / 1e9, 1),
                "share_of_peak": round(work / (milliseconds["total"] / 1000) / here, 5),
            }
        )
        print(f"cost of a step of {name}: {milliseconds}", file=sys.stderr, flush=True)
    return records


if __name__ == "__main__":
    for line in measure():
        print(json.dumps(line))
