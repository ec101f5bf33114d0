"""Run the lessons over seeds, record every run, and write the published figures from the records.

    python benchmarks/measure.py                        all lessons: about half an hour
    python benchmarks/measure.py mnist_cnn --seeds 3    one lesson, fewer seeds
    python benchmarks/measure.py --write                only write, from the records that are there
    python benchmarks/measure.py --pictures             draw the pictures of README's table anew

Every run is a process of its own, one at a time, and one line of JSON in benchmarks/results/.
From those lines alone come the table in README.md and the line "Expected" in each lesson's header.
"""

import argparse
import datetime
import json
import os
import platform
import re
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"

# lesson: (number of seeds, what is published, how the header and README say it)
LESSONS = {
    "linear_regression": (
        10,
        lambda lesson: max(
            abs(lesson["w"] - lesson["exact_w"]), abs(lesson["b"] - lesson["exact_b"])
        ),
        "w and b at most {largest:.0e} from least squares",
    ),
    "nonlinear_regression": (
        10,
        lambda lesson: lesson["test_rmse"] / lesson["noise"],
        "error {mean:.2f} +/- {spread:.2f} of the noise",
    ),
    "logistic_regression": (
        10,
        lambda lesson: lesson["test_accuracy"],
        "test accuracy {mean:.3f} +/- {spread:.3f}",
    ),
    "boston_housing": (
        10,
        lambda lesson: lesson["test_mae"],
        "test MAE {mean:.2f} +/- {spread:.2f} in $1000s",
    ),
    "mnist_dense": (
        5,
        lambda lesson: lesson["test_accuracy"],
        "test accuracy {mean:.4f} +/- {spread:.4f}",
    ),
    "mnist_cnn": (
        5,
        lambda lesson: lesson["test_accuracy"],
        "test accuracy {mean:.4f} +/- {spread:.4f}",
    ),
    "mnist_cnn --epochs 1": (
        5,
        lambda lesson: lesson["test_accuracy"],
        "test accuracy {mean:.4f} +/- {spread:.4f}",
    ),
}

# which of a lesson's pictures stands in README's table
PICTURES = {
    "linear_regression": 1,
    "nonlinear_regression": 1,
    "logistic_regression": 1,
    "boston_housing": 2,
    "mnist_dense": 2,
    "mnist_cnn": 2,
}


def run_here(name, seed):
    """Run a lesson in this process; print, last, the published value and the seconds as JSON."""
    lesson, *options = name.split()
    path = ROOT / "examples" / f"{lesson}.py"
    sys.path.insert(0, str(path.parent))
    start = time.perf_counter()
    import common  # noqa: F401 - quiet start-up first
    import keras

    seconds = {"import_wall": time.perf_counter() - start, "training_wall": 0, "training_cpu": 0}

    def timed(method):
        def call(*arguments, **keywords):
            wall, cpu = time.perf_counter(), time.process_time()
            result = method(*arguments, **keywords)
            seconds["training_wall"] += time.perf_counter() - wall
            seconds["training_cpu"] += time.process_time() - cpu
            return result

        return call

    for method in ("fit", "train_on_batch"):
        setattr(keras.Model, method, timed(getattr(keras.Model, method)))
    sys.argv = [str(path), *options, "--seed", str(seed)]
    variables = runpy.run_path(str(path), run_name="__main__")
    print(json.dumps({"value": float(LESSONS[name][1](variables)), **seconds}))


def run(name, seed):
    """Run a lesson in a new process; return the record of this run."""
    start = time.perf_counter()
    command = [sys.executable, __file__, "--here", name, "--first-seed", str(seed)]
    with subprocess.Popen(
        command, cwd="/tmp", env=os.environ | {"MPLBACKEND": "agg"}, stdout=subprocess.PIPE
    ) as process:
        output = process.stdout.read().decode().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name}, seed {seed}: exit status {process.returncode}")
    record = json.loads(output[-1])
    record["process_wall"] = time.perf_counter() - start
    record["process_cpu"] = usage.ru_utime + usage.ru_stime
    return {
        "lesson": name,
        "seed": seed,
        "value": record.pop("value"),
        "result": output[-2],
        **{key: round(value, 3) for key, value in record.items()},
        "memory_mb": usage.ru_maxrss // 1024,
        "software": output[0],
        "python": platform.python_version(),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def cpu_model():
    """Return the processor's name as /proc/cpuinfo has it, elsewhere Python's word for it."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text()) if info.exists() else []
    return names[0] if names else platform.processor()


def file_of(name):
    """Return the file that keeps the records of a run."""
    return RESULTS / f"{re.sub('[ -]+', '_', name)}.jsonl"


def records_of(name):
    """Return the records of a run, one dict for each seed."""
    return [json.loads(line) for line in file_of(name).read_text().splitlines()]


def summary(name):
    """Return the figures of a run over its seeds: value, seconds and where they were measured."""
    records = records_of(name)
    values = [record["value"] for record in records]
    training = statistics.mean(record["training_wall"] for record in records)
    return {
        "n": len(values),
        "mean": statistics.mean(values),
        "spread": statistics.stdev(values),
        "largest": max(values),
        "process_wall": statistics.mean(record["process_wall"] for record in records),
        "cores": records[0]["cores"],
        "training": f"{training:.1f}" if training < 10 else f"{training:.0f}",
    }


def result(name):
    """Return the published sentence of a run, for example "test accuracy 0.99 +/- 0.01"."""
    figures = summary(name)
    return f"{LESSONS[name][2]} ({{n}} seeds)".format(**figures)


def header(lesson, text):
    """Return a lesson's text with its line "Expected" taken from the records."""
    figures = summary(lesson)
    line = f"- Expected: {result(lesson)}, {{training}} s of training on {{cores}} CPU cores."
    line = line.format(**figures)
    return re.sub(r"- Expected: .*?(?=\n- )", lambda _: line, text, flags=re.DOTALL)


def readme(text):
    """Return README's text with the table between its two markers taken from the records."""
    rows = [
        "| | lesson | you will learn | result | training | whole run |",
        "|---|---|---|---|---|---|",
    ]
    for name in LESSONS:
        lesson, *options = name.split()
        learn = re.search(
            r"- You will learn: (.*?)\.\n- ",
            (ROOT / "examples" / f"{lesson}.py").read_text(),
            re.DOTALL,
        )[1].replace("\n", " ")
        picture = f'<img src="docs/pictures/{lesson}.png" width="160" alt="">'
        link = f"[{lesson}.py](examples/{lesson}.py)"
        if options:
            picture, link, learn = "", f"the same with `{' '.join(options)}`", ""
        figures = summary(name)
        seconds = "{training} s | {process_wall:.0f} s".format(**figures)
        rows.append(f"| {picture} | {link} | {learn} | {result(name)} | {seconds} |")
    records = [record for name in LESSONS for record in records_of(name)]
    where = {(record["software"], record["cpu"], record["cores"]) for record in records}
    dates = sorted(record["date"] for record in records)
    measured = "; ".join(f"{software}, {cores} cores of an {cpu}" for software, cpu, cores in where)
    rows += [
        "",
        f"Mean +/- standard deviation over seeds. {measured}; {' to '.join(sorted({dates[0], dates[-1]}))}.",
    ]
    table = "\n".join(rows)
    return re.sub(
        r"(?<=<!-- results -->\n).*(?=\n<!-- end -->)", lambda _: table, text, flags=re.DOTALL
    )


def draw_pictures():
    """Run every lesson once and keep its picture for README."""
    for lesson, number in PICTURES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = ROOT / "examples" / f"{lesson}.py"
            subprocess.run([sys.executable, path, "--save-plots", folder], check=True)
            picture = Path(folder, f"{lesson}-{number}.png")
            shutil.copy(picture, ROOT / "docs" / "pictures" / f"{lesson}.png")


def main():
    """Measure what the command line names, then write README and the headers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="RUN", help="; ".join(LESSONS))
    parser.add_argument("--seeds", type=int, help="how many (default: 5 or 10)")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="measure nothing")
    parser.add_argument("--pictures", action="store_true", help="draw README's pictures")
    parser.add_argument("--here", metavar="RUN", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if unknown := set(args.names) - set(LESSONS):
        parser.error(f"no such run: {', '.join(unknown)}")
    if args.here:
        run_here(args.here, args.first_seed)
        return
    if args.pictures:
        draw_pictures()
        return
    RESULTS.mkdir(exist_ok=True)
    for name in [] if args.write else args.names or LESSONS:
        seeds = range(args.first_seed, args.first_seed + (args.seeds or LESSONS[name][0]))
        records = []
        for seed in seeds:
            records.append(run(name, seed))
            print(f"{name}, seed {seed}: {records[-1]['result']}", flush=True)
        text = "".join(json.dumps(record) + "\n" for record in records)
        file_of(name).write_text(text)
    if missing := [name for name in LESSONS if not file_of(name).exists()]:
        sys.exit(f"not yet measured, so nothing written: {', '.join(missing)}")
    for lesson in {name.split()[0] for name in LESSONS}:
        path = ROOT / "examples" / f"{lesson}.py"
        path.write_text(header(lesson, path.read_text()))
    path = ROOT / "README.md"
    path.write_text(readme(path.read_text()))


if __name__ == "__main__":
    main()
