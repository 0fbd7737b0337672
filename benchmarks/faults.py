"""Kills ranks and launchers at random moments of a run's whole life; every run must end with the digest of an undisturbed one.

python -m benchmarks.faults [--ranks 20] [--launchers 10] [--ticks 1500] [--seed 1]

Four regions of two kinds and two paces on three ranks, a checkpoint every 100 ticks.  A run's life goes from the moment at which its
ranks are there to the one at which the last checkpoint is; it is cut into as many parts as there are kills, and each kill falls
uniformly into its part, the parts in random order.  Up to the first checkpoint a moment is counted in seconds, then in checkpoints and
seconds after one, so that a busy machine moves no kill.  Counted is a kill that hit a rank, or a launcher, before the last checkpoint
was there; one that came too late is drawn again in the same part, and told apart.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import checkpoint, store
from cyberspace.record.run_folder import ABOUT, epoch_of
from tests.mpi.jobs import FEW, alone, children, finish, kill, launched, ranks_under

RANKS, EVERY = 3, 100
HEAD = (
    "| k | killed | moment | tick | while | then | epoch | ticks repeated | seconds to the end | digest |\n"
    + "| --- " * 10
    + "|"
)


@dataclass(frozen=True)
class Life:
    """How long an undisturbed run takes.

    Attributes:
        begins: Seconds from its ranks to its first checkpoint.
        interval: Seconds from one checkpoint to the next.
        ticks: That it lives.
        digest: That it ends with.
    """

    begins: float
    interval: float
    ticks: int
    digest: str

    @property
    def seconds(self) -> float:
        """From its ranks to its last checkpoint."""
        return self.begins + self.interval * (self.ticks / EVERY - 1)


class Job:
    """A job of three ranks, and what is seen of it from outside."""

    def __init__(self, out: Path, *arguments: Any):
        self.out, self.began = out, time.monotonic()
        self.process = launched(RANKS, *arguments, "--backend", "numba")
        self.launcher, self.ranks = 0, {}
        while len(self.ranks) < RANKS and self.going:
            self.launcher = next(iter(children(self.process.pid)), 0)
            self.ranks = ranks_under(self.launcher) if self.launcher else {}

    @property
    def going(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    @property
    def saved(self) -> int:
        """Tick of its newest checkpoint; -1 if there is none."""
        return max((checkpoint.tick_of(path) for path in checkpoint.checkpoints(self.out / "checkpoints")), default=-1)

    def wait(self, tick: int) -> bool:
        """Wait for a checkpoint; whether it came."""
        while self.saved < tick and self.going:
            time.sleep(0.002)
        return self.saved >= tick

    def phase(self) -> str:
        """What it does now."""
        if not (self.out / ABOUT).exists():
            return "starting"
        if self.saved < 0 and not (self.out / "record.zarr" / "links").exists():
            return "mustering"
        return "saving" if any((self.out / "checkpoints").glob(f"{checkpoint.TEMPORARY}*")) else "living"


def recorded(out: Path) -> int:
    """Tick of the newest sample in a run's record; 0 if there is none."""
    try:
        ticks = store.read(store.open_group(out / "record.zarr", "r"), "reef/series/tick")
    except (FileNotFoundError, KeyError, ValueError):
        return 0
    return int(ticks.max(initial=0))


def undisturbed(folder: Path, ticks: int) -> Life:
    """An undisturbed run on as many ranks, timed, and its digest, which is that of one process."""
    world = folder / "w.toml"
    alone(world, "--ticks", ticks, "--out", folder / "alone", "--backend", "numba")
    job = Job(folder / "undisturbed", world, "--ticks", ticks, "--out", folder / "undisturbed")
    there = time.monotonic()
    assert job.wait(EVERY)
    first = time.monotonic()
    assert job.wait(ticks)
    last = time.monotonic()
    code, told = finish(job.process)
    digest = inspect_run(folder / "undisturbed")["digest"]
    assert code == 0 and digest == inspect_run(folder / "alone")["digest"], told
    return Life(first - there, (last - first) / (ticks / EVERY - 1), ticks, digest)


def await_moment(job: Job, life: Life, moment: float) -> None:
    """Wait until a job has lived a share of its life."""
    seconds = moment * life.seconds - life.begins
    if seconds < 0:
        time.sleep(max(0.0, moment * life.seconds))
    else:
        intervals = int(seconds / life.interval)
        job.wait(EVERY * (1 + intervals))
        time.sleep(seconds - intervals * life.interval)


def kill_rank(world: Path, out: Path, life: Life, moment: float, rank: int) -> dict[str, Any] | None:
    """Kill a rank at a moment, and wait for the end of the job; None if the kill came too late."""
    job = Job(out, world, "--ticks", life.ticks, "--out", out)
    await_moment(job, life, moment)
    during, late = job.phase(), not job.going or job.saved >= life.ticks
    if not late:
        kill(job.ranks[rank], signal.SIGKILL)
    killed = time.monotonic()
    code, told = finish(job.process)
    if late:
        return None
    mended = re.search(rf"lost rank {rank} (?:near tick ([\d,]+)|while it began)", told)
    back = re.search(r"going on from tick ([\d,]+)", told)
    at, to = number(mended and mended[1]), number(back and back[1])
    words = {"mended": bool(mended), "mended at the start": "at the start" in told, "started again": "died before all" in told}
    then = ", ".join([*(word for word, so in words.items() if so), f"exit code {code}"])
    facts = {"killed": f"rank {rank}", "tick": at, "while": during, "then": then, "repeated": at - to}
    return facts | {"seconds": time.monotonic() - killed}


def kill_launcher(world: Path, out: Path, life: Life, moment: float, rank: int) -> dict[str, Any] | None:
    """Kill the launcher at a moment, and resume; None if the kill came too late."""
    job = Job(out, world, "--ticks", life.ticks, "--out", out)
    await_moment(job, life, moment)
    during, late = job.phase(), not job.going or job.saved >= life.ticks
    if job.launcher and job.going:
        kill(job.launcher, signal.SIGKILL)
    killed = time.monotonic()
    job.process.communicate()
    if late:
        return None
    at, to = max(recorded(out), job.saved, 0), max(job.saved, 0)
    begun = (out / ABOUT).exists()
    again = ("--resume", out) if begun else (world, "--out", out)
    code, _ = finish(launched(RANKS, *again, "--ticks", life.ticks, "--backend", "numba"))
    then = f"{'resumed' if begun else 'started again'}, exit code {code}"
    facts = {"killed": "launcher", "tick": at, "while": during, "then": then, "repeated": at - to}
    return facts | {"seconds": time.monotonic() - killed}


def number(text: str | None) -> int:
    """A whole number with commas; 0 for none."""
    return int(text.replace(",", "")) if text else 0


def series(folder: Path, life: Life, what: Any, count: int, draw: random.Random) -> tuple[int, int, int]:
    """Kill so many times; how many ended with the digest, how many were mended, how many kills came too late."""
    parts, equal, mended, late = draw.sample(range(count), count), 0, 0, 0
    ranks = draw.sample([k % RANKS for k in range(count)], count)
    for k, (part, rank) in enumerate(zip(parts, ranks, strict=True)):
        facts: dict[str, Any] | None = None
        while facts is None:
            moment = (part + draw.random()) / count
            out = folder / f"{what.__name__}-{k}-{late}"
            facts = what(folder / "w.toml", out, life, moment, rank)
            late += facts is None
        same = inspect_run(out)["digest"] == life.digest
        equal += same
        mended += facts["then"].startswith(("mended", "resumed")) and facts["then"].endswith("exit code 0")
        cells = [k + 1, facts["killed"], f"{moment:.2f}", facts["tick"], facts["while"], facts["then"], epoch_of(out)]
        cells += [facts["repeated"], f"{facts['seconds']:.1f}", "equal" if same else "DIFFERENT"]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return equal, mended, late


def main() -> None:
    """Kill, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", type=int, default=20)
    parser.add_argument("--launchers", type=int, default=10)
    parser.add_argument("--ticks", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "w.toml").write_text(FEW.replace("every = 100", "every = 20", 1))
        life = undisturbed(folder, options.ticks)
        print(
            f"an undisturbed run: {life.begins:.1f} s to its first checkpoint, {life.seconds:.1f} s to its last, tick {life.ticks}"
        )
        print(HEAD)
        for what, count in ((kill_rank, options.ranks), (kill_launcher, options.launchers)):
            equal, mended, late = series(folder, life, what, count, draw)
            print(
                f"\n**{what.__name__}: {equal} of {count} runs end with the digest of the undisturbed run; {mended} went on from where"
            )
            print(f"they were, {count - mended} began anew; {late} more kills came too late and were drawn again**\n")


if __name__ == "__main__":
    main()
