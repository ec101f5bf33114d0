"""Measure the lessons beside what people would use instead, and write the published figures.

    python benchmarks/measure.py                        everything: about two hours
    python benchmarks/measure.py --quick                everything once, cut short: some minutes
    python benchmarks/measure.py mnist_cnn --seeds 3    one run, fewer seeds
    python benchmarks/measure.py race cost              lessons and recipes in turn; cost of a step
    python benchmarks/measure.py --write                only write, from the records that are there
    python benchmarks/measure.py --pictures             draw the pictures of README's table anew

Every run is a process of its own, one at a time, and one line of JSON in benchmarks/results/. From
those lines alone come the tables in README.md and benchmarks/README.md, the pictures beside it and
the line "Expected" in each lesson's header. `--quick` writes all of this to a folder in /tmp. The
recipe in PyTorch needs `pip install torch==2.13.0` and is left out without it.
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import runpy
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cost
import publish
import runs
from runs import PRECISIONS, RACE, RECIPES, ROOT, ROUNDS, RUNS, TRIED


def run_here(name, seed):
    """Run a file in this process; print, last, its values and the seconds as JSON."""
    file, *options = name.partition(",")[0].split()
    folder = "examples" if (ROOT / "examples" / f"{file}.py").exists() else "benchmarks/recipes"
    path = ROOT / folder / f"{file}.py"
    sys.path[:0] = [str(path.parent)]
    seconds = {"training_wall": 0, "training_cpu": 0}
    if re.search("^import keras", path.read_text(), re.MULTILINE):
        start = time.perf_counter()
        if folder == "examples":
            import common  # noqa: F401 - as a lesson does: before Keras
        import keras

        seconds["import_wall"] = time.perf_counter() - start

        class Epochs(keras.callbacks.Callback):
            """Add up the seconds of the epochs, without what `fit` does before and after them."""

            def on_epoch_begin(self, epoch, logs=None):
                self.start = time.perf_counter(), time.process_time()

            def on_epoch_end(self, epoch, logs=None):
                now = time.perf_counter(), time.process_time()
                for clock, begin, end in zip(("wall", "cpu"), self.start, now, strict=True):
                    key = f"epochs_{clock}"
                    seconds[key] = seconds.get(key, 0) + end - begin

        def timed(method):
            def call(*arguments, **keywords):
                if method is fit:
                    keywords["callbacks"] = [*keywords.get("callbacks", ()), Epochs()]
                wall, cpu = time.perf_counter(), time.process_time()
                result = method(*arguments, **keywords)
                seconds["training_wall"] += time.perf_counter() - wall
                seconds["training_cpu"] += time.process_time() - cpu
                return result

            return call

        fit = keras.Model.fit
        for method in ("fit", "train_on_batch"):
            setattr(keras.Model, method, timed(getattr(keras.Model, method)))

    sys.argv = [str(path), *options, "--seed", str(seed)]
    run = RUNS.get(name) or RUNS[file]
    if run.edits:
        text = path.read_text()
        for old, new in run.edits:
            if old not in text:
                sys.exit(f"{path} has no {old!r} to change")
            text = text.replace(old, new)
        path = Path(tempfile.mkdtemp(), path.name)
        path.write_text(text)
    variables = runpy.run_path(str(path), run_name="__main__")
    seconds |= {key: variables[key] for key in seconds if key in variables}  # of a file's own clock
    values = {key: float(value) for key, value in run.values(variables).items()}
    packages = ("keras", "tensorflow", "torch", "scikit-learn", "numpy")
    versions = {
        package: importlib.metadata.version(package)
        for package in packages
        if package.replace("scikit-learn", "sklearn") in sys.modules
    }
    print(json.dumps({"values": values, "seconds": seconds, "versions": versions}))


def measure(name, seed):
    """Run a file in a new process; return the record of this run."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--here", name, "--first-seed", str(seed)]
    with subprocess.Popen(
        command,
        cwd=tempfile.mkdtemp(),
        env=os.environ | {"MPLBACKEND": "agg"},
        stdout=subprocess.PIPE,
    ) as process:
        output = process.stdout.read().decode().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name}, seed {seed}: exit status {process.returncode}")
    record = json.loads(output[-1])
    seconds = record["seconds"] | {
        "process_wall": time.perf_counter() - start,
        "process_cpu": usage.ru_utime + usage.ru_stime,
    }
    values = ", ".join(f"{key} {value:.4g}" for key, value in record["values"].items())
    print(f"{name}, seed {seed}: {values}, {seconds['training_wall']:.1f} s", flush=True)
    return {
        "run": name,
        "seed": seed,
        "values": record["values"],
        "seconds": {key: round(value, 3) for key, value in seconds.items()},
        "memory_mb": usage.ru_maxrss // 1024,
        "versions": record["versions"],
        **machine(),
    }


def machine():
    """Return what a record says about where and when it was made."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    return {
        "python": platform.python_version(),
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def in_turn(names, rounds):
    """Run A B C A B C ...; yield the records, each with its round, which is also its seed."""
    for turn in range(rounds):
        for name in names:
            yield measure(name, turn) | {"round": turn}


def start_up(rounds):
    """Yield records of `import keras` alone and of the two shortest lessons, in turn."""
    for turn in range(rounds):
        for name in ("import keras", "linear_regression", "nonlinear_regression"):
            command = [sys.executable, "-c", "import keras"]
            if name != "import keras":
                command = [sys.executable, ROOT / "examples" / f"{name}.py"]
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=tempfile.mkdtemp())
            wall = time.perf_counter() - start
            print(f"{name}: {wall:.1f} s", flush=True)
            seconds = {"process_wall": round(wall, 3)}
            yield {"run": name, "round": turn, "seconds": seconds, **machine()}


def save(name, records):
    """Replace the records of a run, one line at a time: an interruption costs only the rest."""
    with runs.file_of(name).open("w") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")
            file.flush()


def main():
    """Measure what the command line names, then write everything that is published."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    known = ["race", *RUNS, "precision", "start-up", "cost"]
    parser.add_argument("names", nargs="*", metavar="RUN", help="; ".join(known))
    parser.add_argument("--seeds", type=int, help="how many (default: 1 to 10)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="a check of everything, not a result")
    parser.add_argument("--write", action="store_true", help="measure nothing")
    parser.add_argument("--pictures", action="store_true", help="draw README's pictures")
    parser.add_argument("--here", metavar="RUN", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        run_here(args.here, args.first_seed)
        return
    if args.pictures:
        publish.draw_lessons()
        return
    if unknown := set(args.names) - set(known):
        parser.error(f"no such run: {', '.join(unknown)}")
    rounds = ROUNDS
    if args.quick:
        args.seeds, rounds = 1, 1
        # 20 steps, because `predict` is cut short as well: 10,000 images in batches of 500
        os.environ |= {"KERAS_MAX_EPOCHS": "1", "KERAS_MAX_STEPS_PER_EPOCH": "20"}
        runs.RESULTS = Path(tempfile.mkdtemp(prefix="quick-"))
    runs.RESULTS.mkdir(exist_ok=True)
    torch = importlib.util.find_spec("torch")
    for name in [] if args.write else args.names or known:
        if name == "pytorch_cnn" and not torch:
            print("pytorch_cnn is left out: pip install torch==2.13.0")
        elif name == "race":
            save("race", in_turn([run for run in RACE if torch or "torch" not in run], rounds))
        elif name == "precision":
            try:
                save("precision", list(in_turn(PRECISIONS, rounds)))
            except SystemExit as refused:
                if not str(refused).endswith("exit status 2"):
                    raise
                print("precision is left out: this processor has no bfloat16 arithmetic")
        elif name == "start-up":
            save("start-up", start_up(rounds))
        elif name == "cost":
            save("cost", [record | machine() for record in cost.measure()])
        else:
            seeds = range(args.first_seed, args.first_seed + (args.seeds or RUNS[name].seeds))
            raced = {record["seed"] for record in runs.records_of("race") if record["run"] == name}
            if wanted := [seed for seed in seeds if seed not in raced]:
                save(name, (measure(name, seed) for seed in wanted))
    missing = [name for name in known if not runs.records_of(name)]
    if needed := [name for name in missing if name not in {*RECIPES, *TRIED, "precision"}]:
        sys.exit(f"not yet measured, so nothing written: {', '.join(needed)}")
    if missing:
        print(f"not yet measured, so not in the tables: {', '.join(missing)}")
    publish.write(runs.RESULTS if args.quick else None)


if __name__ == "__main__":
    main()
