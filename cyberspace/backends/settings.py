"""What the environment tells numba: checked before numba reads it, since it fails of it later, or ends the process."""

from __future__ import annotations

import os

from cyberspace.errors import InputError, problem

MOST_THREADS = 1024
LAYERS = ("default", "tbb", "omp", "workqueue", "safe", "threadsafe", "forksafe")


def check_numba() -> None:
    """Check the variables that numba would stumble over.

    Raises:
        InputError: If one of them is wrong.
    """
    threads = os.environ.get("NUMBA_NUM_THREADS")
    if threads == "":
        del os.environ["NUMBA_NUM_THREADS"]  # numba would warn of it at length
    elif threads is not None and not (threads.isascii() and threads.isdigit() and 0 < int(threads) <= MOST_THREADS):
        raise InputError(problem("NUMBA_NUM_THREADS", repr(threads), f"1 to {MOST_THREADS}", "unset NUMBA_NUM_THREADS"))
    layer = os.environ.get("NUMBA_THREADING_LAYER")
    if layer is not None and layer.lower() not in LAYERS:
        expected = f"one of {', '.join(LAYERS)}"
        raise InputError(problem("NUMBA_THREADING_LAYER", repr(layer), expected, "unset NUMBA_THREADING_LAYER"))
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("0", ""):
        got, attempt = "numba told not to compile", "unset NUMBA_DISABLE_JIT, or --backend reference"
        raise InputError(problem("NUMBA_DISABLE_JIT", got, "kernels that are compiled", attempt))
