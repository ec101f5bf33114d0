"""How much faster is scale_out.py with two? python benchmarks/scale_out.py [--rounds 3]; needs JAX.

One and two devices in one process, which has all cores; one and two processes with one device and
one core each. They run in turn, and a speed-up is the ratio within a round. Needs two cores, Linux.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from pathlib import Path
from subprocess import PIPE, Popen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # the repository

from benchmarks import measure, publish

CASES = [("1 device", 1, 1), ("2 devices", 1, 2), ("1 process", 1, 1), ("2 processes", 2, 1)]


def seconds(name, processes, devices, options):
    """Return the seconds of an epoch, from the end of the second; the first two compile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = measure.ENVIRONMENT | {"KERAS_BACKEND": "jax", "JAX_NUM_CPU_DEVICES": str(devices)}
    started, ends = [], []
    with tempfile.TemporaryDirectory() as folder:
        for process in range(processes):
            command = [sys.executable, publish.RUNS["scale_out"].path, *options]
            if "process" in name:
                command = ["taskset", "--cpu-list", str(process), *command]
                command += ["--processes", str(processes), "--process", str(process)]
                command += ["--coordinator", f"127.0.0.1:{port}"]
            started.append(Popen(command, cwd=folder, env=env, stdout=PIPE, text=True))
        for line in started[0].stdout:
            if measure.EPOCH.match(line):
                ends.append(time.perf_counter())
        for process in started:
            process.communicate()
            if process.returncode:
                sys.exit(f"{name}: exit status {process.returncode}")
    return (ends[-1] - ends[2]) / (len(ends) - 3)  # ends[0] is the line before the first epoch


def main():
    """Measure round by round, a line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--images", type=int, default=20000)
    args = parser.parse_args()
    options = ["--epochs", "5", "--train-limit", str(args.images)]
    with publish.file_of("scale_out devices").open("w") as file:
        for turn in range(args.rounds):
            times = {name: round(seconds(name, *case, options), 3) for name, *case in CASES}
            record = {"round": turn, "images": args.images, "seconds": times}
            record |= {"cores": os.cpu_count(), "date": time.strftime("%Y-%m-%d", time.gmtime())}
            print(record, flush=True)
            print(json.dumps(record), file=file, flush=True)


if __name__ == "__main__":
    main()
