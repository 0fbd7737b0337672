"""Nanopond: byte code in a pond of 800 x 600 cells, energy flowing in.

The source is one file of C in a public repository, adamierymenko/nanopond; say where its folder is with `--source`. It is compiled as
it asks to be, without SDL, for this processor, with one thread and with one a core, into a temporary folder. One update: one cell
picked and executed, as its clock counts; it picks empty cells as well, which cost little, and they are counted. Ponds live on from turn
to turn, and are stopped between. No multiply-accumulates.
"""

from __future__ import annotations

import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.turns import SECONDS, Case, serve, source, usable_cores

SETTLE = 3.0
"""Seconds that a pond lives before it is measured."""

STALE = 3
"""Reports that may have been waiting in the pipe since the last turn, and one that is cut."""


def compiled(folder: Path, threads: int, out: Path) -> int:
    """Compile it, and say how many picks of a thread it reports after."""
    text = (folder / "nanopond.c").read_text()
    text = re.sub(r"^#define USE_SDL 1", "", text, flags=re.MULTILINE)
    line = f"#define USE_PTHREADS_COUNT {threads}" if threads > 1 else ""
    text = re.sub(r"^#define USE_PTHREADS_COUNT \d+", line, text, flags=re.MULTILINE)
    out.with_suffix(".c").write_text(text)
    subprocess.run(["cc", "-Ofast", "-march=native", "-w", "-o", out, out.with_suffix(".c"), "-lpthread"], check=True)
    found = re.search(r"^#define REPORT_FREQUENCY (\d+)", text, flags=re.MULTILINE)
    return int(found[1]) if found else 200_000


def cases(folder: Path, out: Path, ponds: list[subprocess.Popen[str]]) -> Iterator[Case]:
    for threads in sorted({1, usable_cores()}):
        every = compiled(folder, threads, out / f"nanopond-{threads}")
        pond = subprocess.Popen([out / f"nanopond-{threads}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        ponds.append(pond)
        for_a_while(pond, SETTLE)

        def call(pond: subprocess.Popen[str] = pond, picks: int = every * threads) -> tuple[float, float]:
            seconds, reports = for_a_while(pond, SECONDS)
            return seconds, reports * picks

        yield Case(f"pond of 800 x 600, {threads} thread(s)", "cells", 0, None, call)


def for_a_while(pond: subprocess.Popen[str], seconds: float) -> tuple[float, int]:
    """Let it go on, and give the seconds between two reports, and how many there were."""
    assert pond.stdout
    pond.send_signal(signal.SIGCONT)
    for _ in range(STALE):
        pond.stdout.readline()
    start, reports, spent = time.perf_counter(), 0, 0.0
    while spent < seconds and pond.stdout.readline():
        reports += 1
        spent = time.perf_counter() - start
    pond.send_signal(signal.SIGSTOP)
    return spent, reports


def main() -> None:
    ponds: list[subprocess.Popen[str]] = []
    with tempfile.TemporaryDirectory() as out:
        try:
            serve(cases(Path(source()), Path(out), ponds), {})
        finally:
            for pond in ponds:
                pond.kill()
                pond.wait()


if __name__ == "__main__":
    main()
