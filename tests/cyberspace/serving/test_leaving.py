"""Whoever holds a run back and goes, however, holds it no longer; and it is told who does, from when to when, and why."""

import io
import os
import signal
import subprocess
import sys
import time

import pytest

from cyberspace.law.universe import Universe
from cyberspace.run.progress import Progress
from cyberspace.watch import reins
from cyberspace.watch.reins import Reins
from cyberspace.watch.tempo import Tempo
from tests.client import Client
from tests.cyberspace.serving.town import begin, live

SOON = 5.0
"""Seconds after which a run whose last player has gone is at its own pace."""

PLAYER = """
import sys, time
from pathlib import Path
from cyberspace.wire.client import Client
player = Client(Path(sys.argv[1]))
player.told("control", name="anna", **dict(part.split("=") for part in sys.argv[2:]))
time.sleep(0.8)  # time for a heartbeat
print("held", flush=True)
time.sleep(600)
"""


def released(watcher, seconds=SOON):
    """Seconds until nobody holds the run any more."""
    begun = time.monotonic()
    while (pace := watcher.head("about")["pace"])["held"]:
        assert time.monotonic() - begun < seconds, pace
        time.sleep(0.02)
    assert not pace["paused"] and pace["rate"] == 0
    return time.monotonic() - begun


@pytest.mark.parametrize("orders", [({"do": "pause"},), ({"do": "pace", "rate": 2},)])
def test_each_that_quits_lets_the_run_go_on(town, tmp_path, orders):
    lines = []

    def script(path):
        with Client(path / "watch.json") as watcher:
            for name in ("anna", "bob"):
                with Client(path / "play.json") as player:
                    for order in orders:
                        player.told("control", name=name, **order)
                    held = watcher.head("about")["pace"]["held"]
                    assert name in held and ("paused" in held or "slowed to 2 ticks/s" in held)
                released(watcher)
                tick, deadline = watcher.head("about")["tick"], time.monotonic() + 60
                while watcher.head("about")["tick"] < tick + 3:
                    assert time.monotonic() < deadline

    live(begin(town, tmp_path / "run"), None, script, lines.append)
    told = [line for line in lines if "near tick" in line]
    for name in ("anna", "bob"):
        assert any(line.partition(": ")[2].endswith(f"by {name}") for line in told), told
        assert any(f"({name} has gone); the run goes on at its own pace" in line for line in told), told


def test_of_those_who_stay_the_newest_pace_holds(town, tmp_path):
    def script(path):
        with Client(path / "watch.json") as watcher:
            players = {name: Client(path / "play.json") for name in ("anna", "bob", "cleo")}
            for rate, (name, player) in enumerate(players.items(), start=50):
                player.told("control", do="pace", rate=rate, name=name)
            found = []
            for name in ("cleo", "anna", "bob"):
                found.append(watcher.head("about")["pace"]["held"])
                players[name].close()
                deadline = time.monotonic() + SOON
                while watcher.head("about")["pace"]["held"] == found[-1] and name != "anna":
                    assert time.monotonic() < deadline
                    time.sleep(0.02)
            return found

    by_bob = "slowed to 51 ticks/s by bob"
    assert live(begin(town, tmp_path / "run"), 24, script) == ["slowed to 52 ticks/s by cleo", by_bob, by_bob]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_process_that_is_killed_or_whose_line_is_dead_lets_it_go_on(town, tmp_path, how):
    """One that is stopped sends no heartbeats, as one whose line is dead; its connection stays open as far as the system knows."""
    lines = []

    def script(path):
        with Client(path / "watch.json") as watcher:
            command = [sys.executable, "-c", PLAYER, str(path / "play.json"), "do=pause"]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                try:
                    assert process.stdout.readline() == "held\n"
                    assert watcher.head("about")["pace"]["held"] == "paused by anna"
                    os.kill(process.pid, how)
                    return released(watcher)
                finally:
                    process.kill()

    assert live(begin(town, tmp_path / "run"), 24, script, lines.append) < SOON
    assert any("no longer paused by anna" in line and "(anna has gone)" in line for line in lines), lines


def test_a_player_who_says_nothing_for_long_but_is_there_holds_it(town, tmp_path):
    def script(path):
        with Client(path / "watch.json") as watcher, Client(path / "play.json") as player:
            player.told("control", do="pause", name="anna")
            Client(path / "watch.json").close()  # somebody else goes
            begun = time.monotonic()
            while time.monotonic() - begun < 3.5:  # longer than a client without heartbeats lasts
                assert watcher.head("about")["pace"]["held"] == "paused by anna"
                time.sleep(0.2)
            return player.told("control", do="resume", name="anna")[0]["pace"]["held"]

    assert live(begin(town, tmp_path / "run"), 24, script) == ""


class Told:
    """Reins, and what they told."""

    def __init__(self):
        self.lines = []
        self.reins = Reins(self.lines.append)

    def order(self, player, do, rate=0, ticks=1):
        self.reins.control(player.encode(), player, do, ticks, rate)
        if self.reins.must_meet:
            self.reins.meet(100)


def test_anybody_may_let_it_go_on_and_nobody_is_stopped_anew_by_one_who_leaves():
    told = Told()
    told.order("anna", "pause")
    told.order("bob", "resume")
    told.reins.leave(b"bob")
    assert told.reins.tempo == Tempo(None, 0, 0) and not told.reins.holders
    assert [line.partition(": ")[2] for line in told.lines] == [
        "paused by anna",
        "no longer paused by anna, after 0.0 s (bob wants it so); the run goes on at its own pace",
    ]


def test_a_pause_and_a_pace_of_two_players_end_each_for_itself():
    told = Told()
    told.order("anna", "pace", rate=20)
    told.order("bob", "pause")
    told.order("bob", "step", ticks=5)
    assert told.reins.held == "paused by bob, slowed to 20 ticks/s by anna"
    assert told.reins.tempo == Tempo(105, 20, 100)
    told.reins.leave(b"bob")
    assert told.reins.must_meet, "ticks are counted from where it goes on"
    told.reins.meet(105)
    assert told.reins.tempo == Tempo(None, 20, 105) and told.reins.told()["held"] == "slowed to 20 ticks/s by anna"
    told.reins.leave(b"anna")
    assert told.reins.tempo == Tempo() and told.lines[-1].endswith("(anna has gone); the run goes on at its own pace")
    told.reins.leave(b"nobody")
    assert len(told.lines) == 4


def test_names_cant_break_a_line_and_many_changes_are_one():
    told = Told()
    for _ in range(100):
        told.order("an\nna", "pause")
        told.order("an\nna", "resume")
    assert len(told.lines) == reins.LINES
    assert not any("\n" in line for line in told.lines)
    assert Reins().held == ""
    nameless = Reins()
    nameless.control(b"x", "", "pause", 1, 0)
    assert nameless.held == "paused by a player"


def test_the_progress_line_says_who(town):
    from cyberspace.worldfile.build import load_universe

    universe: Universe = load_universe(town)[0]
    stream = io.StringIO()
    progress = Progress(universe, 0, 100, stream=stream)
    progress.held = "paused by anna"
    progress.tell()
    assert "0 ticks/s, paused by anna  population" in stream.getvalue()
