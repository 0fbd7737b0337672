"""Cuts every file of a run at many lengths and flips many of its bits; whoever reads or resumes it gives a message or a whole answer.

python -m benchmarks.damage [--points 6] [--first 0] [--stride 1] [--resume 4]

The run has two spaces, a beach, a plaza, acts in its journal, a record of two fields and two checkpoints.  Each file is cut at as many
lengths as there are points, and as many bytes of it get a bit flipped (all of them in a file that is shorter).  Then `inspect`, the
reading side of `report`, and every frame that `film` and `view` show are asked; one in `--resume` goes on as well, and must end with the
digest and the record of the run that nothing happened to.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests import damage


def places(size: int, points: int) -> list[int]:
    """Where a file of so many bytes is hurt: both ends, and as evenly between as can be."""
    return sorted({k * max(0, size - 1) // max(1, points - 1) for k in range(points)}) if size else [0]


def main() -> None:
    """Hurt, read, resume, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=6)
    parser.add_argument("--first", type=int, default=0, help="the first file")
    parser.add_argument("--stride", type=int, default=1, help="every n-th file")
    parser.add_argument("--resume", type=int, default=4, help="resume one in so many")
    options = parser.parse_args()
    count, began = Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = damage.Expected(damage.make(folder), folder / "later")
        print(f"{len(expected.files)} files", flush=True)
        for file in expected.files[options.first :: options.stride]:
            size = (expected.path / file).stat().st_size
            for at in places(size, options.points):
                for how in ("cut", "flip") if size else ("cut",):
                    path = folder / "hurt"
                    shutil.copytree(expected.path, path)
                    if how == "cut":
                        damage.cut(path / file, at)
                    else:
                        damage.flip(path / file, at, at % 8)
                    try:
                        count[f"{how}: {'whole' if damage.read(path, expected, damage.is_exact(file)) else 'told'}"] += 1
                        if sum(count.values()) % options.resume == 0:
                            went_on = damage.resume(path, expected, damage.is_exact(file))
                            count[f"resume after {how}: {'undisturbed digest' if went_on else 'told'}"] += 1
                    except BaseException:
                        count["WRONG"] += 1
                        print(f"{how} {file} at {at} of {size}:\n{traceback.format_exc(limit=-3)}", flush=True)
                    shutil.rmtree(path)
        for words, number in sorted(count.items()):
            print(f"| {words} | {number} |")
        print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
