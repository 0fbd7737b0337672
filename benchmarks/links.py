"""What links cost: weak scaling over two ranks, efficiency over stretch and delay, and traffic.

python -m benchmarks.links [--repeats 15] [--ticks 2048] [--delays 0 3 10] [--stretches 8 16 32 64]

Regions of 8,192 sites, one a rank, each rank on one thread.  *Alone*: one region without links on one rank and one core.
*Efficiency*: seconds a tick alone, by seconds a tick on two ranks.  Delay is added to every letter and every message between ranks by
holding them back where they arrive.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.trace import FIRST, WORLD
from cyberspace.law.genesis import genesis
from cyberspace.law.letters import block_bytes, read_stamp
from cyberspace.law.world import World
from cyberspace.ranks.launch import command
from cyberspace.ranks.team import Single
from cyberspace.run.local import LocalRegion
from cyberspace.worldfile.build import universe_from_text


def seconds_a_tick(ranks: int, stretch: int, delay: float, ticks: int, core: int | None = None) -> float:
    """Live `ticks` ticks on some ranks; seconds of wall clock a tick, from the first measured tick to the last region's end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "world.toml").write_text(WORLD.format(ranks=ranks, stretch=stretch))
        inside = [sys.executable, "-m", "benchmarks.trace", "--inside", name, str(FIRST + ticks)]
        environment = {**os.environ, "CYBERSPACE_DELAY": str(delay), "NUMBA_NUM_THREADS": "1"}
        if ranks > 1:
            line, settings = command(ranks, None, [])
            inside, environment = [*line[: line.index(sys.executable)], *inside], {**settings, **environment}
        elif core is not None:
            inside = ["taskset", "-c", str(core), *inside]
        subprocess.run(inside, env=environment, check=True, capture_output=True)
        starts, ends = [], []
        for path in folder.glob("region-*.json"):
            rows, lived = json.loads(path.read_text()), 0
            for count, start, _, _ in rows:
                if lived >= FIRST:
                    starts.append((start, lived))
                    break
                lived += count
            ends.append(rows[-1][2])
        begin, first = min(starts)
        return (max(ends) - begin) / (FIRST + ticks - first)


WEAK = (16, 32)
"""Start value of the stretch of `device`, and the least one that the rule of thumb gives for 10 ms of delay at 0.7 ms a tick."""


def weak_scaling(repeats: int, ticks: int) -> None:
    """One rank with one region on one core, then two ranks at each stretch, in turn."""
    print(f"| run | alone, ms a tick | {' | '.join(f'two ranks, stretch {stretch} | efficiency' for stretch in WEAK)} |")
    print("| --- " * (2 + 2 * len(WEAK)) + "|")
    found: dict[int, list[float]] = {stretch: [] for stretch in WEAK}
    for k in range(repeats):
        alone = seconds_a_tick(1, 16, 0, ticks, k % 2)
        cells = [f"{1e3 * alone:.3f}"]
        for stretch, own in found.items():
            both = seconds_a_tick(2, stretch, 0, ticks)
            own.append(alone / both)
            cells += [f"{1e3 * both:.3f}", f"{own[-1]:.1%}"]
        print(f"| {k + 1} | {' | '.join(cells)} |", flush=True)
    print()
    for stretch, own in found.items():
        low, middle, high = np.percentile(own, [25, 50, 75])
        print(f"**weak scaling on two ranks, stretch {stretch}: median {middle:.1%}, quartiles {low:.1%} and {high:.1%}**\n")


def delays(repeats: int, ticks: int, stretches: list[int], milliseconds: list[float]) -> None:
    """Efficiency over stretch and delay, beside the rule of thumb stretch >= delay / tick + 3: medians of runs in turn."""
    print("bold where stretch >= delay / tick + 3\n")
    print("| stretch | " + " | ".join(f"{late:g} ms" for late in milliseconds) + " |")
    print("| --- |" + " --- |" * len(milliseconds))
    for stretch in stretches:
        found: list[list[float]] = [[] for _ in milliseconds]
        for k in range(repeats):
            alone = seconds_a_tick(1, 16, 0, ticks, k % 2)
            for own, late in zip(found, milliseconds, strict=True):
                own.append(alone / seconds_a_tick(2, stretch, late / 1e3, ticks))
        texts = [f"{median(own):.1%}" for own in found]
        kept = [stretch >= late / 1e3 / alone + 3 for late in milliseconds]
        cells = [f"**{text}**" if keeps else text for text, keeps in zip(texts, kept, strict=True)]
        print(f"| {stretch} | " + " | ".join(cells) + " |", flush=True)
    print()


FAR = """
[spaces.w]
kind = "gpu"
axes.lane = { length = 32 }
axes.warp = { length = 32 }
axes.sm = { length = 8 }
axes.device = { length = 2 }
axes.host = { length = 2 }
axes.rack = { length = 2 }
axes.row = { length = 2 }
"""


def traffic(ticks: int = 256) -> None:
    """Bytes that went over each axis, counted as they were posted, beside a halo exchange at every tick."""
    from cyberspace.backends.backend import make_backend

    universe = universe_from_text(FAR, "traffic", Path())[0]
    sent: Counter[int] = Counter()

    class Counting(Single):
        def post(self, block: bytes) -> None:
            sent[read_stamp(block).axis] += len(block)
            super().post(block)

    team = Counting()
    regions = [
        LocalRegion(universe, int(world.region), make_backend("numba", world, state, threads=1), state, team, 1)
        for world in universe.worlds
        for state in [genesis(world)]
    ]
    while sum(region.push(ticks) for region in regions):
        pass
    print("| axis | stretch | bytes a site and tick | exchange at every tick | ratio |\n| --- | --- | --- | --- | --- |")
    ours = every = 0.0
    for axis, opens in enumerate(universe.clock.axes):
        if sent[axis]:
            own = sent[axis] / universe.sites / ticks
            size = letter_bytes(universe.worlds[0], axis) / universe.worlds[0].sites
            ours, every = ours + own, every + size
            print(f"| {opens.name} | {opens.stretch} | {own:.3f} | {size:.2f} | {size / own:.0f} |")
    print(f"| all | | {ours:.3f} | {every:.2f} | {every / ours:.0f} |\n")


def letter_bytes(world: World, axis: int) -> int:
    """Bytes of a letter over an axis."""
    return block_bytes(world, next(end for end in world.ends if end.axis == axis))


def main() -> None:
    """All three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15, help="of the weak scaling; of the table a third as many")
    parser.add_argument("--ticks", type=int, default=2048)
    parser.add_argument("--delays", type=float, nargs="*", default=[0, 3, 10])
    parser.add_argument("--stretches", type=int, nargs="*", default=[8, 16, 32, 64])
    options = parser.parse_args()
    traffic()
    weak_scaling(options.repeats, options.ticks)
    delays(max(1, options.repeats // 3), options.ticks, options.stretches, options.delays)


if __name__ == "__main__":
    main()
