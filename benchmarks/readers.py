"""Readers beside a run that prunes as hard as it can: no traceback, no torn answer.

python -m benchmarks.readers [--loops 1000] [--commands 20]

The run takes a sample and a checkpoint every tick and keeps one.  Each loop asks for what `inspect` tells, for what `report` is made of,
for what xarray alone finds in the record, and for the frame that the viewer shows, and checks that each is whole: energy balances, no
sample lacks, all arrays are as long as each other.  Some loops use the commands `inspect` and `report` themselves.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.beside import READERS, running, saved


def main() -> None:
    """Read, check, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loops", type=int, default=1000)
    parser.add_argument("--commands", type=int, default=20)
    options = parser.parse_args()
    right, wrong = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as path:
        began, first = time.monotonic(), saved(path)[-1]
        for _ in range(options.loops):
            for read in READERS:
                try:
                    read(path)
                    right[read.__name__] += 1
                except Exception:
                    wrong[read.__name__] += 1
                    print(f"{read.__name__}:\n{traceback.format_exc(limit=-4)}", flush=True)
        for k in range(options.commands):
            command = ("inspect", "report")[k % 2]
            done = subprocess.run(
                [sys.executable, "-m", "cyberspace", command, path], capture_output=True, text=True, check=False
            )
            (right if done.returncode == 0 and not done.stderr else wrong)[f"cyberspace {command}"] += 1
            if done.returncode or done.stderr:
                print(done.stderr, flush=True)
        last, seconds = saved(path)[-1], time.monotonic() - began
    print(f"{last - first:,} checkpoints were written and pruned in {seconds:.0f} s")
    print("| reader | whole | wrong |\n| --- | --- | --- |")
    for reader in right | wrong:
        print(f"| {reader} | {right[reader]} | {wrong[reader]} |")


if __name__ == "__main__":
    main()
