"""A run of a reef and a plaza that serves, in this process, and scripts of people in it."""

import contextlib
import signal
import threading
import time

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.watch.people import People
from tests.client import Client
from tests.crowd import Crowd

TOWN = """
[world]
seed = 4

[spaces.reef]
kind = "gpu"
axes.lane = { length = 8 }
axes.warp = { length = 4, curled = true }
axes.device = { length = 2, stretch = 16 }
physics = { spark = 100, sunlight = 12 }

[spaces.town]
kind = "cpu"
plaza = true
tokens = 20000
axes.lane = { length = 10 }
axes.thread = { length = 6 }
physics = { spark = 100, copy = 0.01, sunlight = 12, upkeep = 4 }

[[spaces.town.tasks]]
name = "logic"

[[beaches]]
between = ["reef", "town"]
shores = [{ lane = 0, device = 1 }, { lane = 0, thread = [1, 5] }]
stretch = 32

[record]
every = 100
checkpoint_every = 200
"""


REEF = 64

FOR_EVER = 10**9


def quiet(line):
    """Where lines go that a test does not look at."""


def plan(folder, ticks, backend="reference"):
    return Plan(ticks, folder.file.record.every, backend, quiet=True)


def live(folder, ticks, script=None, say=quiet, backend="reference"):
    """Live to a tick; meanwhile `script` runs with the folder, and what it returns is returned.

    With ticks `None` the run goes on for as long as the script does, and is stopped then: for scripts that wait for ticks to pass,
    which a run that is near its last tick would keep waiting for ever.
    """
    if script is None:
        return runtime.go(folder, plan(folder, ticks, backend))
    found, errors = [], []

    def run_script():
        try:
            found.append(script(folder.path))
        except BaseException as error:
            errors.append(error)
            with Client(folder.path / "play.json") as player:
                player.head("control", do="resume")

    thread = threading.Thread(target=run_script)
    stopped = contextlib.suppress(runtime.Interrupted) if ticks is None else contextlib.nullcontext()
    with People(folder, "127.0.0.1:0", say) as people, stopped:
        thread.start()
        runtime.go(folder, plan(folder, ticks or FOR_EVER), say=say, people=Patient(people, thread, ticks))
    thread.join()
    if errors:
        raise errors[0]
    return found[0]


class Patient:
    """Keeps the run at its first tick until a script has asked something, and from its last until the script has ended.

    Where there is no last tick, it stops the run when the script has ended.
    """

    def __init__(self, people, thread, ticks):
        self.people, self.thread, self.last = people, thread, ticks and ticks - 20
        self.asked, self.stops = False, ticks is None
        self.join, self.hear, self.answer = people.join, people.hear, people._answer
        people._answer = self.note

    def note(self, *request):
        self.asked = True
        return self.answer(*request)

    def attend(self, regions, leaving):
        until = self.people.attend(regions, leaving)
        while self.thread.is_alive() and not leaving and self._waits(max(region.tick for region in regions)):
            until = self.people.attend(regions, leaving)
            time.sleep(0.001)
        if self.stops and not self.thread.is_alive():
            self.stops = False  # once: a second signal would end the process
            signal.raise_signal(signal.SIGUSR1)
        return until

    def _waits(self, tick):
        return not self.asked or (self.last is not None and tick >= self.last)


def begin(source, out):
    return runtime.begin(source, out, None, "reference")


def held(path):
    """A player who has stopped the run."""
    player = Client(path / "play.json")
    player.head("control", do="pause")
    deadline = time.monotonic() + 120
    while len({player.head("frame", space=name, fields=["alive"])["tick"] for name in ("reef", "town")}) > 1:
        assert time.monotonic() < deadline
    return player


class Remote:
    """The ground of a region as a client sees it, for a crowd."""

    def __init__(self, client, world):
        self.client, self.world = client, world

    def look(self, name, sites=None):
        if name in ("genome", "weights"):
            _, brain = self.client.ask("site", site=int(sites[0] + self.world.first_site))
            return brain[name][..., None]
        values = self.client.ask("frame", space=self.world.space, fields=[name])[1][name].ravel()
        return values if sites is None else values[sites]


def play(world, seed, rounds=20, each=20):
    """A script: acts at random in a region while the run goes on."""

    def script(path):
        with Client(path / "play.json") as player:
            crowd, done = Crowd(world, seed), 0
            for _ in range(rounds):
                for _ in range(each):
                    act = crowd.act(Remote(player, world))
                    said = player.act(**{key: value for key, value in act.items() if key not in ("act", "happened")})
                    assert said["ok"], said
                    crowd.remember(said["n"], act, said)
                    done += said["done"]
            return done

    return script


def digest_of(source, out, script=None):
    folder = begin(source, out)
    live(folder, 300, script)
    return inspect_run(out)["digest"]
