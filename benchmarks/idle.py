"""What a viewer costs while nothing moves: CPU time of the process that shows a record, or a run that is paused.

    python -m benchmarks.idle [--seconds 20] [--record RUN] [--out FILE.json]

record     the window on the record of a run (a small one is made if none is named), at its newest sample, nobody touching it
paused     the window on a run that goes on, which is paused

The window is a real one on an X server of its own (Xvfb) where there is one, else one of SDL's dummy driver.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.view import COMMAND, WORLD, going_on, keep

SHOW = """
import sys
from render import cli, window
turn, count = window.turn, 0
def counted(made, app):
    global count
    count += 1
    if count % 10 == 0:
        print(count, flush=True)
    return turn(made, app)
window.turn = counted
sys.argv = ["cyberspace", "view", "--no-tour", *sys.argv[1:]]
from cyberspace.cli import main
main()
"""
SMALL = WORLD.format(lane=64, warp=64, sm=4).replace("every = 20", "every = 10")
TICK = os.sysconf("SC_CLK_TCK")


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of a process that opens a window."""
    if shutil.which("Xvfb") is None:
        yield {**os.environ, "SDL_VIDEODRIVER": "dummy"}
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as told:
        environment = {**os.environ, "DISPLAY": f":{told.readline().strip()}"}
    environment.pop("SDL_VIDEODRIVER", None)
    try:
        yield environment
    finally:
        server.terminate()
        server.wait(20)


def used(process: int) -> float:
    """Seconds of CPU of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def share(environment: dict[str, str], run: Path, seconds: float) -> float:
    """Share of a core that a viewer takes, some seconds after it has opened."""
    command = [sys.executable, "-c", SHOW, str(run)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as viewer:
        try:
            assert viewer.stdout is not None
            while int(viewer.stdout.readline()) < 60:
                pass
            time.sleep(5)
            begun, before = time.monotonic(), used(viewer.pid)
            time.sleep(seconds)
            return (used(viewer.pid) - before) / (time.monotonic() - begun)
        finally:
            viewer.kill()


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found: dict[str, float | str] = {"seconds": options.seconds}
    with screen() as environment, tempfile.TemporaryDirectory() as name:
        found["window"] = environment.get("SDL_VIDEODRIVER", "X")
        record = options.record or Path(name) / "run"
        if options.record is None:
            (Path(name) / "world.toml").write_text(SMALL)
            made = [COMMAND, "run", f"{name}/world.toml", "--quiet", "--out", str(record), "--ticks", "400"]
            subprocess.run(made, check=True)
        found["record"] = share(environment, record, options.seconds)
        with going_on(SMALL, "--threads", "1") as run:
            from cyberspace.wire.client import Client

            with Client(run / "play.json") as player:
                player.told("control", do="pause", name="benchmark")
                found["paused"] = share(environment, run, options.seconds)
    for name, value in found.items():
        if isinstance(value, float) and name != "seconds":
            found[name] = round(value, 4)
    keep(found, options.out)


if __name__ == "__main__":
    main()
