"""Fails each write, fsync and rename of a short run in turn; after each, the run must go on to the undisturbed digest and record.

python -m benchmarks.disk [--stride 1] [--first 0] [--ticks 60]

The world has 16 sites, a sample every 20 ticks and a checkpoint every 40, on the reference backend.  Operation k fails with ENOSPC if k
is even, else with EIO, and every third failure lasts: nothing can be written from then on.  Whatever the run says then, it must say as a
message; every checkpoint that it had left must be whole; and one resume must end with the facts and every row of the undisturbed run.
"""

from __future__ import annotations

import argparse
import errno
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.api.worlds import POND
from tests.disk import Disk, failing, kinds
from tests.lives import Life, check, survive

TRIED = ("write", "pwrite", "fsync", "rename", "replace", "open", "link", "unlink")


def main() -> None:
    """Fail, resume, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stride", type=int, default=1, help="try every n-th operation")
    parser.add_argument("--first", type=int, default=0, help="the first to try")
    parser.add_argument("--ticks", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "w.toml").write_text(POND)
        life = Life.of(folder / "w.toml", folder / "whole", options.ticks, 20)
        disk = Disk(folder / "counted")
        with failing(disk):
            life.begin(disk.folder)
        of = {number: kind for kind, numbers in kinds(disk).items() for number in numbers if kind[0] in TRIED}
        print(f"{len(disk.done)} operations, {len(of)} of them {', '.join(TRIED)}", flush=True)
        tried, wrong = Counter[tuple[str, str]](), 0
        began = time.monotonic()
        for at in sorted(of)[options.first :: options.stride]:
            hurt = Disk(folder / "run", at, (errno.ENOSPC, errno.EIO)[at % 2], lasts=at % 3 == 0)
            try:
                survive(life, hurt)
                check(life, hurt.folder)
            except BaseException as error:
                wrong += 1
                print(f"operation {at}, {disk.done[at]}: {type(error).__name__}: {str(error)[:300]}", flush=True)
            tried[of[at]] += 1
            shutil.rmtree(hurt.folder, ignore_errors=True)
        for (what, part), count in sorted(tried.items()):
            print(f"| {what} | {part} | {count} |")
        total = sum(tried.values())
        print(f"{total - wrong} of {total} go on to the undisturbed digest and record; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
