"""How smooth the viewer is and how soon it shows something, under SDL's dummy driver.

    python -m benchmarks.view [window] [wire] [run] [record] [live]

window     turns per second of the whole window with all panels, a 1024 x 1024 world, the mouse moving over it
           the same while every turn brings a new frame of the world
wire       new frames per second that come over an encrypted connection from another process that does nothing else
run        the same from a run of 1024 x 1024 sites that goes on, and its ticks per second
record     seconds from the start of the process to the first picture on the record of a run of 131,072 sites
live       the same on the run while it goes on, nobody having watched it for some time
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from cyberspace.watch.tempo import RECENT
from render import window
from render.about import About, AxisAbout, SpaceAbout
from render.app import App
from render.events import Event
from render.frames import Frame, Organism, Query, Series
from render.freezer import Freezer
from render.model import Model
from render.spaces import space_about
from topology import SPACE_AXES

SIDE, SIZE, SECONDS = 1024, (1280, 800), 4.0
WORLD = """
[world]
seed = 1
[spaces.plain]
kind = "gpu"
axes.lane = {{ length = {lane} }}
axes.warp = {{ length = {warp} }}
axes.sm = {{ length = {sm} }}
genesis = "ancestor:replicator"
density = 0.3
[[spaces.plain.tasks]]
name = "logic"
[record]
every = 20
"""
SHOW = """
import sys
from render import cli
load = cli._check_window
def loaded():
    load()
    from render import window
    turn = window.turn
    def first(made, app):
        turn(made, app)
        if app.model.picture is not None:
            print("shown", flush=True)
            app.model.over = True
    window.turn = first
cli._check_window = loaded
sys.argv = ["cyberspace", "view", "--no-tour", sys.argv[1]]
from cyberspace.cli import main
main()
"""


class Meadow:
    """A source of made-up frames of a large world, each one new."""

    def __init__(self) -> None:
        lengths = {"warp": SIDE, "lane": SIDE}
        axes = tuple(AxisAbout(name, lengths.get(name, 1), 4, 0) for name in SPACE_AXES)
        self.about = About("meadow", 0, (SpaceAbout("plain", "gpu", axes, goals=("NOT",)),), live=True)
        random, shape = np.random.default_rng(0), self.about.spaces[0].shape
        alive = random.random(shape) < 0.9
        patches = np.kron(random.integers(1, 40, (32, 32)), np.ones((SIDE // 32, SIDE // 32), dtype=int)).reshape(shape)
        self._frames = [
            {
                "alive": alive,
                "energy": np.where(alive, random.integers(1, 2000, shape), 0).astype(np.int32),
                "founder": patches.astype(np.uint32),
            }
            for _ in range(3)
        ]
        self.tick, self.moves, self._answers = 0, True, list[Any]()
        self._last: Frame | None = None

    def ticks(self) -> Any:
        return np.zeros(0, dtype=np.int64)

    def ask_frame(self, query: Query) -> None:
        if self.moves or self._last is None:
            self.tick += 1
            arrays = self._frames[self.tick % len(self._frames)]
            self._last = Frame("plain", self.tick, {name: arrays[name] for name in query.names if name in arrays})
        self._answers.append(self._last)

    def ask_organism(self, space: str, place: Any, tick: Any) -> None:
        random = np.random.default_rng(self.tick)
        fields = {"energy": 300, "alive": 1, "founder": 5, "cradle": 1, "born": 2, "generation": 3, "payoff": 40}
        shapes = {"genome": (8, 536), "weights": (128, (16, 32)), "activity": (128, 16)}
        brain = {name: random.integers(-most, most, size).astype(np.int8) for name, (most, size) in shapes.items()}
        self._answers.append(Organism(space, place, self.tick, fields, brain))

    def ask_series(self, space: str) -> None:
        ticks = np.arange(4000, dtype=np.int64)
        wave = np.sin(ticks / 300) / 2 + 0.5
        self._answers.append(Series(space, ticks, dict.fromkeys(("alive", "heredity", "held", "pools", "goal NOT"), wave)))

    def ask_line(self, space: str, who: Any, place: Any, tick: Any, founder: Any = None) -> None:
        self.ask_organism(space, place, tick)

    def control(self, *_: Any, **__: Any) -> None:
        pass

    ask_identity = ask_tree = ask_jobs = ask_story = ask_clade = act = control

    def poll(self) -> list[Any]:
        answers, self._answers = self._answers, []
        return answers

    def close(self) -> None:
        pass


def turns(source: Any, seconds: float = SECONDS) -> tuple[float, float]:
    """(turns, new pictures) per second of a window on a source."""
    app = App(Model(source, Freezer()), SIZE, Path())
    made = window.Window(SIZE, "benchmark")
    for _ in range(20):
        window.turn(made, app)
    area = app.centre_area
    app.do("choose", app.place_at(area.x + 300, area.y + 300))
    pictures = {app.model.picture and app.model.picture.number}
    begin, count = time.monotonic(), 0
    while time.monotonic() - begin < seconds:
        app.handle(Event("move", area.x + 60 + count % 500, area.y + 60 + count % 400))
        window.turn(made, app)
        pictures.add(app.model.picture and app.model.picture.number)
        count += 1
    passed = time.monotonic() - begin
    made.close()
    return count / passed, (len(pictures) - 1) / passed


def serve(folder: str, ready: Any) -> None:
    """A process that answers frame requests of a large world at once, over the run's own door."""
    from cyberspace.record import run_folder
    from cyberspace.watch.introduction import introduce
    from cyberspace.wire import protocol
    from cyberspace.wire.serve import Server
    from cyberspace.worldfile.build import load_universe

    path = Path(folder)
    (path / "world.toml").write_text(WORLD.format(lane=SIDE, warp=16, sm=64))
    universe, file = load_universe(path / "world.toml")
    run = run_folder.create(path / "run", path / "world.toml", universe, file, "")
    about = introduce(run)
    shape = space_about(universe, universe.spaces[0], next(iter(file.spaces.values()))).shape
    random = np.random.default_rng(0)
    arrays = {
        "energy": random.integers(1, 2000, shape, dtype=np.int32),
        "founder": random.integers(1, 50, shape).astype(np.uint32),
    }
    arrays["alive"] = random.random(shape) < 0.9
    arrays["block"] = np.zeros(shape, dtype=np.uint8)
    server, tick = Server(run.path, "127.0.0.1:0", lambda _: None), 0
    pace = {"paused": False, "rate": 0, "ticks_per_second": 0}

    def answer(client: bytes, role: str, request: protocol.Request) -> list[bytes]:
        nonlocal tick
        tick += 1
        head = {"tick": tick, "pace": pace, "space": "plain"}
        if request.ask == "frame":
            return protocol.answer(request.id, {**head, "info": {}}, {name: arrays[name] for name in request.keys["fields"]})
        return (
            protocol.answer(request.id, {**head, "role": role, **about})
            if request.ask == "about"
            else protocol.refusal(request.id, "superseded")
        )

    ready.set()
    while True:
        server.attend(answer)
        server.wait(0.2)


def wire_frames() -> tuple[float, float]:
    """(turns, new pictures) per second on frames that come over the wire."""
    from render.attach import open_source

    with tempfile.TemporaryDirectory() as folder:
        context = get_context("spawn")
        ready = context.Event()
        process = context.Process(target=serve, args=(folder, ready), daemon=True)
        process.start()
        assert ready.wait(120)
        source = open_source(f"{folder}/run")
        try:
            return turns(source)
        finally:
            source.close()
            process.terminate()
            process.join()


COMMAND = str(Path(sys.executable).parent / "cyberspace")


@contextmanager
def going_on(world: str, *options: str) -> Iterator[Path]:
    """The folder of a run that serves, past its first ticks, until the context ends."""
    with tempfile.TemporaryDirectory() as name:
        folder, run = Path(name), Path(name) / "run"
        (folder / "world.toml").write_text(world)
        command = [COMMAND, "run", str(folder / "world.toml"), "--out", str(run), "--ticks", "100000000", "--serve", "--quiet"]
        process = subprocess.Popen([*command, *options], stderr=subprocess.DEVNULL)
        try:
            while not (run / "play.json").exists() or not (run / "record.zarr").exists():
                assert process.poll() is None
                time.sleep(0.2)
            time.sleep(15)  # it compiles
            yield run
        finally:
            process.terminate()
            process.wait(120)


def keep(found: dict[str, Any], out: Path | None) -> None:
    """Print what was found, and write it where that is wanted."""
    told = json.dumps(found, indent=1)
    print(told)
    if out is not None:
        out.write_text(told + "\n")


def run_frames(seconds: float = 25) -> None:
    """A window on a run that goes on: how often frames come, and how fast the run is meanwhile."""
    from render.attach import open_source

    with going_on(WORLD.format(lane=SIDE, warp=16, sm=64).replace("every = 20", "every = 1000"), "--threads", "1") as run:
        source = open_source(str(run))
        ticks: list[tuple[float, int]] = []
        take = source.poll

        def poll() -> list[Any]:
            answers = take()
            ticks.extend((time.monotonic(), answer.tick) for answer in answers if isinstance(answer, Frame))
            return answers

        source.poll = poll  # type: ignore[method-assign]
        try:
            per_second, pictures = turns(source, seconds)
        finally:
            source.close()
        (begin, first), (end, last) = ticks[0], ticks[-1]
        passed, frames = end - begin, len({tick for _, tick in ticks}) - 1
        print(
            f"run of {SIDE} x {SIDE} sites: {frames / passed:.2f} new frames/s of {(last - first) / passed:.1f} ticks/s, "
            f"{pictures:.2f} new pictures/s at {per_second:,.0f} turns/s"
        )


def starts(run: Path, times: int, rest: float) -> None:
    """Seconds from the start of the process to the first picture, several times."""
    found = []
    for _ in range(times):
        time.sleep(rest)
        begin = time.monotonic()
        with subprocess.Popen([sys.executable, "-c", SHOW, str(run)], stdout=subprocess.PIPE) as viewer:
            assert viewer.stdout is not None and viewer.stdout.readline().strip() == b"shown"
            found.append(time.monotonic() - begin)
    words = ", ".join(f"{seconds:.2f}" for seconds in found)
    what = "live" if rest else "record"
    print(f"start, {what}: median {statistics.median(found):.2f} s, worst {max(found):.2f} s (bar 2), of {words}")


def main() -> None:
    """Measure and tell."""
    parts, small = sys.argv[1:] or ["window", "wire", "run", "record", "live"], WORLD.format(lane=64, warp=64, sm=32)
    if "window" in parts:
        still = Meadow()
        still.moves = False
        print(f"window: {turns(still)[0]:,.0f} turns/s (bar 60)")
        per_second, pictures = turns(Meadow())
        print(f"frames: {pictures:,.0f} new frames/s at {per_second:,.0f} turns/s (bar 30)")
    if "wire" in parts:
        per_second, pictures = wire_frames()
        print(f"wire: {pictures:,.0f} new frames/s at {per_second:,.0f} turns/s")
    if "run" in parts:
        run_frames()
    if "record" in parts:
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "world.toml").write_text(small)
            made = [COMMAND, "run", f"{name}/world.toml", "--quiet", "--out", f"{name}/run", "--ticks", "40"]
            subprocess.run(made, check=True)
            starts(Path(name) / "run", 10, 0)
    if "live" in parts:
        with going_on(small) as run:
            starts(run, 10, RECENT + 1)


if __name__ == "__main__":
    main()
