"""A viewer over a slow line: what it shows, and how long a click and an act take while frames come.

    python -m benchmarks.slow_line [--rate 100] [--delay 200] [--seconds 40] [--worlds town large] [--out FILE.json]

Between the viewer and a run on this machine stands a line, a process of its own: so many kB/s each way, every byte so many milliseconds
on its way, and 64 kB that may wait in it.  The viewer is the real one without its window; the run is `examples/5_people/town.toml`, or a
space of 1024 x 1024 sites.  Told are the seconds from connecting to the first picture, pictures a second, and the seconds from a click
to the inspected organism and from an act (soil in the plaza) to its answer, while frames come.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.view import SIDE, WORLD, going_on, keep
from cyberspace.wire.client import Client
from cyberspace.wire.connection import read_connection
from render.context import alive
from render.fields import BY_NAME
from render.frames import Acted, Frame, Organism
from render.freezer import Freezer
from render.live import Live
from render.model import Model

PIECE, HELD = 2048, 65_536
"""Bytes that are sent on at once, and that may wait in the line each way."""

REST = 1.0
"""Seconds between an answer and the next click or act."""

WORLDS = {
    "town": Path("examples/5_people/town.toml").read_text(),
    "large": WORLD.format(lane=SIDE, warp=16, sm=64).replace("every = 20", "every = 1000"),
}


async def carry(come: asyncio.StreamReader, go: asyncio.StreamWriter, rate: float, delay: float, count: list[int]) -> None:
    """Carry bytes one way: so many a second, each so late."""
    free, held = 0.0, asyncio.Semaphore(HELD // PIECE)
    loop = asyncio.get_running_loop()

    def give(piece: bytes) -> None:
        held.release()
        if not go.is_closing():
            go.write(piece)

    while piece := await come.read(PIECE):
        await held.acquire()
        free = max(free, time.monotonic()) + len(piece) / rate
        count[0] += len(piece)
        loop.call_later(free + delay - time.monotonic(), give, piece)
    await asyncio.sleep(delay)
    go.close()


def line(port: int, rate: float, delay: float, told: Pipe) -> None:
    """The process of the line; tells its own port."""

    async def joined(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        run_come, run_go = await asyncio.open_connection("127.0.0.1", port, limit=PIECE)
        counts = [0], [0]
        await asyncio.gather(carry(come, run_go, rate, delay, counts[0]), carry(run_come, go, rate, delay, counts[1]))

    async def serve() -> None:
        server = await asyncio.start_server(joined, "127.0.0.1", 0, limit=PIECE)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


class Watcher:
    """A viewer that clicks and acts in turn."""

    def __init__(self, source: Live, folder: Path, kind: str, acts: bool):
        self.model, self.acts = Model(source, Freezer(folder)), acts
        self.model.show(kind=BY_NAME[kind])
        self.found: dict[str, list[float]] = {"click": [], "act": []}
        self.frames = Counter[str]()
        self.lines = Counter[str]()
        self._pending, self._since, self._due = "", 0.0, 0.0
        self._random = np.random.default_rng(0)
        take = self.model._take

        def note(answer: Any) -> None:
            if isinstance(answer, Frame):
                self.frames["shown"] += self.model.frame is None or answer.tick != self.model.frame.tick
            done = {"click": Organism, "act": Acted}.get(self._pending)
            if done is not None and isinstance(answer, done):
                self.found[self._pending].append(time.monotonic() - self._since)
                self._pending, self._due = "", time.monotonic() + REST
                self.model.choose(None)  # so that no answer to an older question is taken for one to the next
                return
            take(answer)

        self.model._take = note  # type: ignore[method-assign]

    def turn(self) -> None:
        """One turn."""
        now = time.monotonic()
        self.model.update(now)
        self.lines[self.model.source.about.line] += 1
        if self._pending or now < self._due or self.model.frame is None:
            return
        places = np.argwhere(alive(self.model.frame.arrays))
        if not len(places):
            return
        self._since = now
        if self.acts and len(self.found["act"]) < len(self.found["click"]):
            self._pending = "act"
            space = self.model.source.about.spaces[-1]
            site = int(space.first_site + self._random.integers(space.sites))
            self.model.source.act("block", space=space.name, sites=[site], block="soil")
        else:
            self._pending = "click"
            self.model.choose(tuple(places[self._random.integers(len(places))].tolist()))


def watch(run: Path, rate: float, delay: float, seconds: float, kind: str, acts: bool) -> dict[str, Any]:
    """Watch a run over a line."""
    connection = read_connection(run / "play.json")
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(
        target=line, args=(int(connection.address.rpartition(":")[2]), rate, delay, there), daemon=True
    )
    process.start()
    port = here.recv()
    begun = time.monotonic()
    source = Live(connection, "line", address=f"tcp://127.0.0.1:{port}")
    connected = time.monotonic() - begun
    watcher = Watcher(source, run, kind, acts)
    while watcher.model.picture is None and time.monotonic() - begun < 60:
        watcher.turn()
        time.sleep(1 / 60)
    first, after = time.monotonic() - begun, watcher.frames["shown"]
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        watcher.turn()
        time.sleep(1 / 60)
    source.close()
    process.terminate()
    told = {
        what: {"median": round(statistics.median(found), 2), "longest": round(max(found), 2), "times": len(found)}
        for what, found in watcher.found.items()
        if found
    }
    return {
        "colour": kind,
        "seconds_to_connect": round(connected, 2),
        "seconds_to_first_picture": round(first, 2) if watcher.model.picture else None,
        "pictures_per_second": round((watcher.frames["shown"] - after) / seconds, 2),
        "seconds": told,
        "said": [words for words, _ in watcher.lines.most_common(2)],
    }


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100, help="kB/s")
    parser.add_argument("--delay", type=float, default=200, help="ms each way")
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--worlds", nargs="+", choices=list(WORLDS), default=list(WORLDS))
    parser.add_argument("--kinds", nargs="+", choices=list(BY_NAME), default=["lineage", "kinship"])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found: dict[str, Any] = {"kB_per_second": options.rate, "ms_each_way": options.delay}
    for world in options.worlds:
        with going_on(WORLDS[world], "--threads", "1") as run:
            with Client(run / "watch.json", timeout=600) as client:  # it compiles
                client.head("about")
            for kind in options.kinds:
                how = 1000 * options.rate, options.delay / 1000, options.seconds, kind, world == "town"
                found[f"{world}, {kind}"] = watch(run, *how)
    keep(found, options.out)


if __name__ == "__main__":
    main()
