"""Weak scaling over two hosts that are really apart, by TCP, beside the same over shared memory on one host.

python -m benchmarks.hosts [--ticks 2000] [--backend numba] [--lane 256] [--late 0]      needs root and Debian's iproute2

The hosts are network namespaces of this machine (`tests.mpi.cables`), so the cable is as fast as the kernel copies; `--late` adds
milliseconds to each packet, where the kernel can (tc netem).  A region a rank: one region on one rank, then two on two ranks of one
host, then the same two on two hosts.  A rank has one core.  Speed is the ticks of the world in a second, from the first checkpoint of a
run to its last; 100 % is the speed of one region alone while another such process keeps the second core busy: so what a shared memory
bus costs is not put down to letters.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from pathlib import Path

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import checkpoint
from tests.mpi.cables import Hosts, hosts

WORLD = """
[world]
seed = 1

[spaces.reef]
kind = "gpu"
backend = "{backend}"
axes.lane = {{ length = {lane} }}
axes.warp = {{ length = 32, curled = true }}
axes.device = {{ length = {ranks}, stretch = {stretch} }}
genesis = "ancestor:replicator"
[[spaces.reef.tasks]]
name = "logic"

[record]
every = {every}
checkpoint_every = {every}
keep = 1000
"""


def timed(place: Hosts, world: Path, out: Path, ranks: int, listed: str, ticks: int) -> float:
    """Ticks in a second of a run, from its first checkpoint to its last."""
    job = start(place, "ha", world, out, ranks, listed, ticks)
    code = job.wait()
    assert code == 0, place.told
    return speed(out)


def start(place: Hosts, on: str, world: Path, out: Path, ranks: int, listed: str, ticks: int) -> subprocess.Popen[bytes]:
    return place.launch(on, "-n", ranks, "--host", listed, world, "--ticks", ticks, "--out", out, "--threads", 1, "--quiet")


def speed(out: Path) -> float:
    saved = [path for path in checkpoint.checkpoints(out / "checkpoints") if checkpoint.tick_of(path) > 0]
    first, last = ((checkpoint.tick_of(path), (path / "manifest.json").stat().st_mtime) for path in (saved[0], saved[-1]))
    return (last[0] - first[0]) / (last[1] - first[1])


def slow(place: Hosts, late: float) -> bool:
    """Make each cable slow; whether the kernel can."""
    for name in place.names:
        words = [
            "ip",
            "netns",
            "exec",
            place.space(name),
            "tc",
            "qdisc",
            "add",
            "dev",
            "cable",
            "root",
            "netem",
            "delay",
            f"{late}ms",
        ]
        if subprocess.run(words, capture_output=True).returncode:
            return False
    return True


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=2_000)
    parser.add_argument("--every", type=int, default=500)
    parser.add_argument("--backend", default="numba")
    parser.add_argument("--lane", type=int, default=256)
    parser.add_argument("--stretch", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--late", type=float, default=0.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, hosts(("ha", "hb"), name) as place:
        folder = Path(name)
        if options.late and not slow(place, options.late):
            raise SystemExit("this kernel can't make a cable slow (no tc netem)")
        shape = {key: getattr(options, key) for key in ("backend", "lane", "stretch", "every")}
        for ranks in (1, 2):
            (folder / f"{ranks}.toml").write_text(WORLD.format(ranks=ranks, **shape))
        print(
            "| round | alone, other core busy | shared memory | % | two hosts, TCP | % | digests |\n" + "| --- " * 7 + "|",
            flush=True,
        )
        found = []
        for k in range(options.rounds):
            beside = start(place, "hb", folder / "1.toml", folder / f"beside-{k}", 1, "hb", 10**9)
            alone = timed(place, folder / "1.toml", folder / f"alone-{k}", 1, "ha", options.ticks)
            beside.terminate()
            beside.wait()
            rows = [("shared", "ha:2"), ("apart", "ha,hb")]
            shared, apart = (
                timed(place, folder / "2.toml", folder / f"{what}-{k}", 2, where, options.ticks) for what, where in rows
            )
            same = len({inspect_run(folder / f"{what}-{k}")["digest"] for what, _ in rows}) == 1
            found.append((shared / alone, apart / alone))
            cells = [k + 1, f"{alone:.1f}", f"{shared:.1f}", f"{100 * shared / alone:.1f}", f"{apart:.1f}"]
            cells += [f"{100 * apart / alone:.1f}", "equal" if same else "DIFFERENT"]
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        medians = [100 * sorted(values)[len(values) // 2] for values in zip(*found, strict=True)]
        print(f"median: {medians[0]:.1f} % over shared memory, {medians[1]:.1f} % over TCP; {time.strftime('%F')}")


if __name__ == "__main__":
    main()
