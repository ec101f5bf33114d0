"""Measure lessons and recipes, and write the published figures: README.md beside this says how.

Every run is a process of its own and a line of JSON in results/. What is there already stays
there, so you can stop the program and start it again. Needs Linux, for its clocks.
"""

import argparse
import fnmatch
import importlib.metadata
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from subprocess import PIPE, Popen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the repository

from benchmarks import publish
from lessons import EXAMPLES, LESSONS, parse_results

ENVIRONMENT = os.environ | {
    "PYTHONUNBUFFERED": "1",  # a line comes when it is printed
    "PYTHONPATH": str(EXAMPLES),  # for a lesson whose changed text runs elsewhere
    "MPLBACKEND": "agg",
    "CUDA_VISIBLE_DEVICES": "-1",  # all published times are those of a CPU
    "EXAMPLES_DATA": "",
}
# "epoch  100  loss 0.1", Keras's "Epoch 1/5", and its "469/469 - 4s - ..." after an epoch
EPOCH = re.compile(r"epoch |\d+/\d+ - \d+s", re.IGNORECASE)
# a record has the version of a package if the file imports the module
PACKAGES = {"keras": "keras", "tensorflow": "keras", "scikit-learn": "sklearn"}


def measure(run, seed):
    """Run a file in a process of its own; return the record."""
    lines, clocks = [], []  # clocks: wall and CPU seconds at each line
    with tempfile.TemporaryDirectory() as folder:
        text, path = run.text(), run.path
        if run.edit:
            path = Path(folder, path.name)
            path.write_text(text)
        command = [sys.executable, str(path), *run.options.split(), "--seed", str(seed)]
        start = time.perf_counter()
        env = ENVIRONMENT | {"KERAS_BACKEND": run.backend}
        with Popen(command, cwd=folder, env=env, stdout=PIPE, text=True) as process:
            for line in process.stdout:
                lines.append(line)
                clocks.append((time.perf_counter(), cpu_seconds(process.pid)))
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - start
        if process.returncode:
            sys.exit(f"{run.name}, seed {seed}: exit status {process.returncode}")
        if run.name in LESSONS and seed == 0:
            publish.keep_picture(run.name, folder)
    seconds = {"process_wall": wall, "process_cpu": usage.ru_utime + usage.ru_stime}
    if epochs := [i for i, line in enumerate(lines) if EPOCH.match(line)]:
        # a single epoch has only its last line: it began after the line before that
        begin, end = epochs[0] - (len(epochs) == 1), epochs[-1]
        seconds["training_wall"] = clocks[end][0] - clocks[begin][0]
        seconds["training_cpu"] = clocks[end][1] - clocks[begin][1]
    values = parse_results("".join(lines))
    modules = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    packages = ["numpy", *(package for package, module in PACKAGES.items() if module in modules)]
    packages = [run.backend if package == "tensorflow" else package for package in packages]
    print(f"{run.name}, seed {seed}, {wall:.1f} s: {values}", flush=True)
    return {
        "run": run.name,
        "seed": seed,
        "values": values,
        "seconds": {clock: round(value, 3) for clock, value in seconds.items()},
        "memory_mb": usage.ru_maxrss // 1024,
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "python": sys.version.split()[0],
        "cpu": re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1],
        "cores": os.cpu_count(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def cpu_seconds(pid):
    """Return the CPU seconds that all threads of a process have used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # user and system


def append(name, runs, seed):
    """Measure these runs with one seed, and append their records together, or none of them."""
    records = [measure(run, seed) for run in runs]
    with publish.file_of(name).open("a") as file:
        file.write("".join(json.dumps(record) + "\n" for record in records))


def main():
    """Measure and write what the command line says."""
    races = {publish.race(*pair): pair for pair in publish.RACES}
    known = [name for name, run in publish.RUNS.items() if not run.raced] + list(races)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", nargs="*", metavar="RUN", help="its name, or a pattern: 'mnist_*'")
    parser.add_argument("--seeds", type=int, help="how many, in place of the usual number")
    parser.add_argument("--write", action="store_true", help="write; without RUN measure nothing")
    args = parser.parse_args()
    names = []
    for pattern in args.runs or ([] if args.write else ["*"]):
        found = fnmatch.filter(known, pattern)
        if not found:
            parser.error(f"there is no run {pattern}; there are: {'; '.join(known)}")
        names += [name for name in found if name not in names]
    for name in names:
        if name in races:  # one round after the other; the number of a round is its seed
            runs, usual = [publish.RUNS[runner] for runner in races[name]], 3
            measured = len(publish.ratios(*races[name], "wall"))
        else:
            runs, usual = [publish.RUNS[name]], publish.RUNS[name].seeds
            measured = runs[0].measured()
        for seed in range(measured, args.seeds or usual):
            append(name, runs, seed)
    if args.write:
        for path, text in publish.texts().items():
            path.write_text(text)
        publish.draw_results()
        print("\n".join(publish.missed()) or "All goals are reached.")


if __name__ == "__main__":
    main()
