"""Several processes that train together, on JAX: how they meet, and how they part."""

import os
import sys
import threading
import zlib

import keras
import numpy as np

from .start import print_device

WAIT = 60  # seconds until all have met


def join(args):
    """Meet the processes that `--processes` and `--coordinator` name; return our number.

    Then print the device. As `keras.distribution.initialize`, but who waits in vain ends with one
    line after 60 s, and who falls silent is given up after 60 s, not 100. Without a coordinator JAX
    asks the cluster.
    """
    if keras.backend.backend() != "jax":
        _end("needs pip install -r requirements-jax.txt, then KERAS_BACKEND=jax python ...")
    if args.process >= args.processes:
        _end(f"--process {args.process} of {args.processes}: the first is 0")
    number = _meet(args) if args.processes > 1 else 0
    print_device()
    return number


def _meet(args):
    import jax
    from jax.experimental import multihost_utils

    place = args.coordinator or "the coordinator of the cluster"
    failed = f"the {args.processes} processes have not met at {place}"
    timer = threading.Timer(WAIT, _end, [f"{failed} within {WAIT} s"])  # JAX itself would crash
    timer.start()
    process = args.process if args.coordinator else None
    try:
        jax.distributed.initialize(
            args.coordinator or None, args.processes, process, heartbeat_timeout_seconds=60
        )
    except (RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        _end(f"{failed} ({reason})")
    sys.excepthook = _last_words
    own = {"process": 0, "save_plots": 0}  # what may be different
    options = repr(sorted((vars(args) | own).items())).encode()
    mine = np.array([zlib.crc32(options) // 2, jax.local_device_count()], dtype="int32")
    if (multihost_utils.process_allgather(mine) != mine).any():
        _end("the processes have different options, or not as many devices each")
    timer.cancel()
    return jax.process_index()


def share(arrays):
    """Return the arrays that process 0 has given."""
    from jax.experimental import multihost_utils

    return multihost_utils.broadcast_one_to_all(arrays)


def _last_words(kind, error, trace):
    """Say what has happened and go at once: Python's usual end would wait for the others."""
    if kind.__name__ != "JaxRuntimeError" and "Gloo" not in str(error):
        sys.__excepthook__(kind, error, trace)
    reason = str(error).partition("\n")[0] or kind.__name__
    _end(f"this process ends, and so will the others. Start all of them again ({reason})", 1)


def _end(problem, status=2):
    print(f"{os.path.basename(sys.argv[0])}: {problem}", file=sys.stderr, flush=True)
    os._exit(status)
