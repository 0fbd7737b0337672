"""cubff: a soup of 2^17 programs of byte code that meet in pairs, its native build on all cores (OpenMP).

The sources are a public repository, paradigms-of-intelligence/cubff; say where they are with `--source`, built there with `make CUDA=0`
(which needs libbrotli). One update: one program has met another for one epoch. A turn is the first `EPOCHS` epochs of `bff_noheads`, in
a soup that is still random and runs some 60 instructions a program: the fastest time of its life. The time is that of the epochs alone,
without the compression that cubff measures soups by: the instructions between its first report and its last one, by the instructions a
second that it reports. No multiply-accumulates.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from benchmarks.peers.turns import Case, serve, source

PROGRAMS, EPOCHS = 2**17, 16
REPORT = re.compile(r"ops: +(\d+) +MOps/s: +([\d.]+) Epochs: +(\d+)")


def epochs(binary: Path) -> tuple[float, float]:
    """Seconds and updates of the epochs between the first report and the second."""
    every = [f"--{name}_interval={EPOCHS}" for name in ("print", "save", "clear")]
    words = [word for one in every for word in one.split("=")]
    command = [binary, "--lang", "bff_noheads", "--num", str(PROGRAMS), "--max_epochs", str(EPOCHS - 1), *words]
    text = subprocess.run(command, capture_output=True, text=True, errors="replace", check=True).stdout
    (before, _, start), (after, millions, end) = ([float(word) for word in report] for report in REPORT.findall(text)[:2])
    return (after - before) / (1e6 * millions), PROGRAMS * (end - start)


def case(folder: Path) -> Case:
    binary = folder / "bin" / "main"
    if not binary.exists():
        raise SystemExit(f"{binary} is missing: make CUDA=0 there first")
    return Case(f"bff_noheads, {PROGRAMS} programs", "programs", 0, None, lambda: epochs(binary))


if __name__ == "__main__":
    serve((case(Path(folder)) for folder in [source()]), {})
