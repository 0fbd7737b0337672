"""A run with people at its door: what they see, what they may, and that the run pays nothing for it."""

import contextlib
import json
import os
import random
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import zmq
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import InputError, Refused
from cyberspace.record import checkpoint
from cyberspace.record.journal import Journal, journal_path
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.watch import allowance, pacing
from cyberspace.watch.people import People
from cyberspace.watch.views import keep_classes
from cyberspace.wire import protocol as wire
from cyberspace.wire import serve
from tests.client import Client, raw
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


@pytest.fixture
def town(tmp_path):
    """World file of a reef and a plaza."""
    path = tmp_path / "town.toml"
    path.write_text(TOWN)
    return path


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """A look at those who ask after every tick or two, no budget for it and no limit of their rate, so that the tests are quick."""
    monkeypatch.setattr(pacing, "WATCHED", 0.002)
    monkeypatch.setattr(allowance, "SHARE", 1.0)
    monkeypatch.setattr(serve, "RATE", 1e6)
    yield
    for client in list(Client.opened):
        client.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Digest of the town at tick 300, which nobody watched."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "town.toml").write_text(TOWN)
    return digest_of(folder / "town.toml", folder / "run")


def quiet(line):
    """Where lines go that a test does not look at."""


def plan(folder, ticks, backend="reference"):
    return Plan(ticks, folder.file.record.every, backend, quiet=True)


def live(folder, ticks, script=None, say=quiet, backend="reference"):
    """Live to a tick; meanwhile `script` runs with the folder, and what it returns is returned."""
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
    with People(folder, "127.0.0.1:0", say) as people:
        thread.start()
        runtime.go(folder, plan(folder, ticks), say=say, people=Patient(people, thread, ticks - 20))
    thread.join()
    if errors:
        raise errors[0]
    return found[0]


class Patient:
    """Keeps the run at its first tick until a script has asked something, and from its last until the script has ended."""

    def __init__(self, people, thread, last):
        self.people, self.thread, self.last, self.asked = people, thread, last, False
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
        return until

    def _waits(self, tick):
        return tick >= self.last or not self.asked


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


def test_what_is_seen_is_what_is_there(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = held(path)
        about = player.head("about")
        _, whole = player.ask("frame", space="reef", fields=["energy", "alive", "born", "activity.5"])
        _, some = player.ask(
            "frame", space="reef", fields=["energy"], at={"device": 1, "warp": "max", "lane": "all"}, stride={"lane": 3}
        )
        head, mean = player.ask(
            "frame",
            space="reef",
            fields=["energy", "age", "lineage", "task", "heredity", "learned", "answers"],
            at={"lane": "mean"},
        )
        site, brain = player.ask("site", site=REEF + 7)
        series = player.ask("series", space="reef")
        player.head("control", do="resume")
        return about, whole, some, head, mean, site, brain, series

    about, whole, some, head, mean, site, brain, (_, series) = live(folder, 60, script)
    reef = about["spaces"]["reef"]
    assert [axis["name"] for axis in reef["axes"]] == ["device", "warp", "lane"]
    assert [axis["name"] for axis in about["spaces"]["town"]["axes"]] == ["thread", "lane"]
    assert (reef["first_site"], about["spaces"]["town"]["first_site"]) == (0, REEF)
    assert all(field["unit"] and field["meaning"] for field in reef["fields"])
    energy = whole["energy"]
    assert energy.shape == (2, 4, 8)
    assert ((energy > 0) == whole["alive"]).all()
    np.testing.assert_array_equal(some["energy"], energy[1, :, ::3].max(axis=0))
    np.testing.assert_allclose(mean["energy"], energy.mean(axis=-1), rtol=1e-6)
    age = np.where(whole["alive"], head["tick"] - whole["born"], -1)
    np.testing.assert_allclose(mean["age"], age.mean(axis=-1), rtol=1e-5)
    assert head["info"]["lineage"]["founders"]
    assert site["organism"]["site"] == REEF + 7
    assert site["organism"]["at"] == [0, 0, 0, 0, 0, 0, 7]
    np.testing.assert_array_equal(brain["inborn"].ravel(), 16 * brain["genome"][: brain["inborn"].size].astype(int))
    assert series["population"][-1] > 0
    assert (np.diff(series["tick"]) > 0).all()


def test_the_player_holds_steps_and_paces(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = held(path)
        first = player.head("frame", fields=["alive"])["tick"]
        player.head("control", do="step", ticks=7)
        stepped = first
        while stepped < first + 7:
            stepped = player.head("frame", fields=["alive"], after=stepped)["tick"]
        waits = player.head("frame", fields=["alive"], after=stepped)
        begun, paced = time.monotonic(), []
        player.head("control", do="pace", rate=50)
        player.head("control", do="resume")
        while not paced or paced[-1][1] < 25:
            tick = player.head("frame", fields=["alive"])["tick"]
            paced.append((time.monotonic() - begun, tick - stepped))
        player.head("control", do="pace", rate=0)
        return stepped - first, waits, paced

    stepped, waits, paced = live(folder, 100, script)
    assert stepped == 7
    assert waits["same"]
    assert all(ticks <= 50 * seconds for seconds, ticks in paced), paced


def test_a_run_that_waits_for_people_has_time_for_them(town, tmp_path, monkeypatch):
    monkeypatch.setattr(allowance, "SHARE", 0.0)
    monkeypatch.setattr(allowance, "CREDIT", 0.0)
    folder = begin(town, tmp_path / "run")

    def script(path):
        player = Client(path / "play.json")
        player.head("control", do="pace", rate=50)
        ticks = [0]
        while ticks[-1] < 20:
            ticks.append(player.head("frame", fields=["alive"], after=ticks[-1])["tick"])
        return ticks

    ticks = live(folder, 100, script)
    assert len(ticks) > 5 and ticks == sorted(ticks)


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


def test_a_run_with_people_is_repeated_by_a_resume(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]
    done = live(folder, 500, play(world, 1, 25))
    entries = Journal(journal_path(folder.path, 2)).entries
    assert len(entries) == 500
    assert done >= 200
    assert len({entry.tick for entry in entries}) > 20
    kinds = {entry.act["kind"] for entry in entries}
    assert kinds >= {"block", "move", "transplant", "pay", "undo", "post"}
    told = inspect_run(folder.path)
    assert told["energy"]["balanced"]
    for backend, stops in (("reference", (500,)), ("numba", (3, 130, 280, 500)), ("jax", (500,))):
        again = begin(town, tmp_path / backend)
        path = journal_path(again.path, 2)
        path.parent.mkdir()
        path.write_bytes(journal_path(folder.path, 2).read_bytes())
        before = path.read_bytes()
        for stop in stops:
            live(open_run(again.path), stop, backend=backend)
        assert inspect_run(again.path) == told
        assert path.read_bytes() == before


def test_acts_may_go_on_after_a_resume(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]
    live(folder, 300, play(world, 2, 3))
    live(open_run(folder.path), 600, play(world, 3, 3))
    entries = Journal(journal_path(folder.path, 2)).entries
    assert [entry.number for entry in entries] == list(range(120))
    assert [entry.tick for entry in entries] == sorted(entry.tick for entry in entries)
    assert inspect_run(folder.path)["energy"]["balanced"]


def test_two_watch_while_one_plays(town, tmp_path):
    folder = begin(town, tmp_path / "run")
    world = folder.universe.worlds[2]

    def script(path):
        frames, stop = [0, 0], threading.Event()

        def watch(k):
            with Client(path / "watch.json") as watcher:
                while not stop.is_set():
                    watcher.ask("frame", space="town", fields=["energy", "lineage"])
                    frames[k] += 1

        watchers = [threading.Thread(target=watch, args=(k,)) for k in range(2)]
        for one in watchers:
            one.start()
        done = play(world, 7, 2)(path)
        deadline = time.monotonic() + 120
        while min(frames) <= 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        stop.set()
        for one in watchers:
            one.join()
        return done, frames

    done, frames = live(folder, 300, script)
    assert done > 10
    assert min(frames) > 3


def digest_of(source, out, script=None):
    folder = begin(source, out)
    live(folder, 300, script)
    return inspect_run(out)["digest"]


def test_watching_changes_nothing_nor_does_a_viewer_that_stalls(town, tmp_path, undisturbed):
    def watch(path):
        stalled = Client(path / "watch.json")
        for _ in range(100):
            stalled.send("frame", fields=["energy"])
        with Client(path / "watch.json") as watcher:
            for _ in range(20):
                watcher.ask("frame", fields=["energy", "learned", "lineage"])
        stalled.close()

    assert digest_of(town, tmp_path / "watched", watch) == undisturbed


def mutated(message, rng):
    """A message with some bytes changed, cut, doubled or inserted."""
    content = bytearray(message)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(content) + 1)
        what = rng.randrange(4)
        if what == 0 and at < len(content):
            content[at] = rng.randrange(256)
        elif what == 1:
            del content[at : at + rng.randint(1, 9)]
        elif what == 2:
            content[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 9)))
        else:
            content += content[at:]
        content = content or bytearray(b"x")
    return bytes(content[:4096])


def harmless(content):
    """Whether a mutated message is no request that may act."""
    try:
        return wire.parse(content, "play").ask != "act"
    except Refused:
        return True


def flood(path):
    """What strangers and watchers may try."""
    about = wire.read_connection(path / "watch.json")
    host, port = about.address.removeprefix("tcp://").rsplit(":", 1)
    act = {"kind": "block", "sites": [REEF + 3], "block": "wall"}
    public, secret = (key.decode() for key in zmq.curve_keypair())
    stranger = Client(path / "play.json", keys=(public, secret))
    stranger.send("act", act=act)
    naked = zmq.Context()
    plain = naked.socket(zmq.DEALER)
    plain.setsockopt(zmq.LINGER, 0)
    plain.connect(about.address)
    plain.send(wire.request("act", 1, act=act))
    watcher = Client(path / "watch.json")
    assert "play.json" in watcher.head("act", act=act)["reason"]
    rng = random.Random(1)
    requests = [
        wire.request("act", 1, act=act),
        wire.request("frame", 2, fields=["energy"]),
        wire.request("control", 3, do="pause"),
    ]
    player = Client(path / "play.json")
    for k in range(10_000):
        message = mutated(requests[k % 3 if k % 2 else 1], rng)
        if k % 2:
            watcher.socket.send(message)
        elif harmless(message):
            player.socket.send(message)
    for _ in range(1000):
        with socket.socket() as quick:
            quick.connect((host, int(port)))
            quick.send(b"GET / HTTP/1.0\r\n\r\n")
    assert stranger.receive(0.5) is None
    player.close()
    with Client(path / "play.json") as last:
        last.head("control", do="resume")
        last.head("control", do="pace", rate=0)
    for one in (watcher, stranger):
        one.close()
    naked.destroy(linger=0)


def test_who_has_no_right_to_act_does_nothing_but_cost_one_line(town, tmp_path, undisturbed):
    lines = []
    folder = begin(town, tmp_path / "run")
    live(folder, 300, flood, lines.append)
    assert not journal_path(folder.path, 2).exists()
    assert len([line for line in lines if "refused" in line]) == 1
    assert inspect_run(folder.path)["digest"] == undisturbed


def test_requests_beyond_the_rate_are_not_answered(town, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "RATE", 1.0)
    monkeypatch.setattr(serve, "BURST", 5.0)
    lines = []
    folder = begin(town, tmp_path / "run")

    def script(path):
        with Client(path / "watch.json") as watcher:
            begun = time.monotonic()
            for _ in range(50):
                watcher.send("about")
            answers = 0
            while watcher.receive(1.0 if answers >= 5 else 120.0):
                answers += 1
            return answers, time.monotonic() - begun

    answers, seconds = live(folder, 60, script, lines.append)
    assert 5 <= answers <= 5 + seconds
    assert sum("beyond the rate" in line for line in lines) == 1


ASKED = wire.request("frame", 5, fields=["energy"], at={"lane": 3})
BAD = [
    b"",
    b"\xff",
    b"[]",
    b"nothing",
    b"[" * 100_000,
    raw({"v": 1, "id": "x", "ask": "about"}),
    raw({"v": 2, "id": 1, "ask": "about"}),
    raw({"v": 1, "id": 1, "ask": "nothing"}),
    raw({"v": 1, "id": 1, "ask": "frame"}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": []}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"] * 9}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "at": {"lane": -1}}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "at": {"lane": True}}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "stride": {"lane": 0}}),
    raw({"v": 1, "id": 1, "ask": "site", "site": 1.5}),
    raw({"v": 1, "id": 1, "ask": "site", "site": 5, "more": 1}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "rule the world"}}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "block", "sites": [1], "block": "gold"}}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "fund", "tokens": 2**31}}),
    b'{"v": 1, "id": 1, "ask": "site", "site": NaN}',
    b'{"v": 1, "id": 1, "ask": "site", "site": ' + b"9" * 5000 + b"}",
    b" " * (wire.MAX_REQUEST + 1),
]


@pytest.mark.parametrize("frame", BAD, ids=range(len(BAD)))
def test_wrong_requests_are_refused(frame):
    with pytest.raises(Refused):
        wire.parse(frame, "play")


def test_a_right_request_is_read():
    request = wire.parse(ASKED, "watch")
    assert (request.id, request.ask, request.keys["at"], request.keys["after"]) == (5, "frame", {"lane": 3}, None)


@given(st.binary(max_size=200) | st.builds(lambda cut, more: ASKED[:cut] + more, st.integers(0, 80), st.binary(max_size=20)))
def test_reading_a_request_raises_nothing_else(frame):
    with contextlib.suppress(Refused):
        wire.parse(frame, "watch")


@pytest.mark.parametrize("dtype", wire.DTYPES)
def test_arrays_survive_the_wire(dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    head, arrays = wire.read_answer(wire.answer(3, {"tick": 9}, {"a": array, "b": array[..., ::2]}))
    assert (head["id"], head["tick"], head["ok"]) == (3, 9, True)
    np.testing.assert_array_equal(arrays["a"], array)
    np.testing.assert_array_equal(arrays["b"], array[..., ::2])
    assert arrays["a"].dtype == dtype


@pytest.mark.parametrize(
    "frames",
    [[], [b"x"], [b"{}"], [raw({"v": 9, "arrays": []})], [raw({"v": 1, "arrays": []}), b"more"]]
    + [[raw({"v": 1, "arrays": [about]}), b"12"] for about in ({"name": "a"}, {"name": "a", "dtype": "object", "shape": [1]},
       {"name": "a", "dtype": "int32", "shape": [1]})],
)  # fmt: skip
def test_wrong_answers_are_refused(frames):
    with pytest.raises(Refused):
        wire.read_answer(frames)


def test_wire_imports_nothing_heavy():
    heavy = "{'jax', 'numba', 'zarr', 'zmq', 'pydantic', 'mpi4py', 'matplotlib'}"
    code = f"import sys, cyberspace.wire.protocol; assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_connection_files_are_private_and_go_with_the_run(town, tmp_path):
    folder = begin(town, tmp_path / "run")

    def script(path):
        return [
            (stat.S_IMODE((path / name).stat().st_mode), wire.read_connection(path / name))
            for name in ("watch.json", "play.json")
        ]

    (mode, watch), (_, play) = live(folder, 30, script)
    assert mode == 0o600
    assert watch.address.startswith("tcp://127.0.0.1:")
    assert (watch.role, play.role, watch.pid) == ("watch", "play", os.getpid())
    assert watch.public_key != play.public_key
    assert not (folder.path / "watch.json").exists()
    assert not (folder.path / "play.json").exists()


def connection(path, **changes):
    found = wire.Connection(1, "tcp://127.0.0.1:1", "a", "b", "c", "watch", os.getpid(), socket.gethostname(), 0.0)
    path.write_text(json.dumps(vars(replace(found, **changes))))
    return path


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"pid": 2**22 + 1}, "stale"), ({"version": 7}, "a run that speaks version 7")],
)
def test_connection_files_that_lead_nowhere(tmp_path, changes, told):
    with pytest.raises(InputError, match=told):
        wire.read_connection(connection(tmp_path / "watch.json", **changes))


def test_connection_files_that_are_none(tmp_path):
    assert wire.read_connection(connection(tmp_path / "watch.json")).role == "watch"
    (tmp_path / "watch.json").write_text("{}")
    for name in ("watch.json", "play.json"):
        with pytest.raises(InputError, match="no connection file"):
            wire.read_connection(tmp_path / name)


@pytest.mark.parametrize("address", ["nothing", "127.0.0.1:99999", "no.such.host.invalid:1"])
def test_wrong_addresses_are_told_of(tmp_path, address):
    with pytest.raises(InputError, match="--serve"):
        serve.Server(tmp_path, address, quiet)


def test_a_taken_address_is_told_of(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="another port"):
            serve.Server(tmp_path, f"127.0.0.1:{other.getsockname()[1]}", quiet)


def test_without_pyzmq_one_message_says_what_to_install(town, tmp_path):
    code = "import sys; sys.modules['zmq'] = None; from cyberspace.cli import main; main()"
    command = [sys.executable, "-c", code, "run", str(town), "--ticks", "10", "--out", str(tmp_path / "run"), "--serve"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cyberspace[view]" in done.stderr


def test_a_killed_run_repeats_what_was_done(town, tmp_path):
    code = "from cyberspace import allowance, cli, serve; allowance.SHARE, serve.RATE = 1.0, 1e6; cli.main()"
    command = [sys.executable, "-c", code, "run", str(town), "--out", str(tmp_path / "run")]
    command += ["--ticks", "1000000", "--backend", "reference", "--serve", "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        world = runtime.load_universe(town)[0].worlds[2]
        play(world, 5, 2)(tmp_path / "run")
        deadline = time.monotonic() + 100
        while not checkpoint.checkpoints(tmp_path / "run" / "checkpoints") and time.monotonic() < deadline:
            time.sleep(0.01)
        play(world, 6, 2)(tmp_path / "run")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    with pytest.raises(InputError, match="stale"):
        wire.read_connection(tmp_path / "run" / "play.json")
    journal = journal_path(tmp_path / "run", 2).read_bytes()
    last = Journal(journal_path(tmp_path / "run", 2)).entries[-1].tick + 50
    live(open_run(tmp_path / "run"), last)
    again = begin(town, tmp_path / "again")
    journal_path(again.path, 2).parent.mkdir()
    journal_path(again.path, 2).write_bytes(journal)
    live(again, last)
    assert inspect_run(again.path)["digest"] == inspect_run(tmp_path / "run")["digest"]


def written(path, count=3):
    journal = Journal(path)
    for k in range(count):
        (entry,) = journal.add(k, [{"kind": "fund", "tokens": k}])
        journal.tell(entry.number, {"done": True, "said": "so"})
    journal.close()
    return path


def test_a_journal_says_what_was_written(tmp_path):
    journal = Journal(written(tmp_path / "j" / "region.jsonl"))
    assert [(entry.number, entry.tick, entry.act["tokens"]) for entry in journal.entries] == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]
    assert journal.happened[2] == {"done": True, "said": "so"}


def test_a_torn_last_line_is_dropped_and_the_journal_goes_on(tmp_path):
    path = written(tmp_path / "j" / "region.jsonl")
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    journal = Journal(path)
    assert sorted(journal.happened) == [0, 1]
    journal.tell(2, {"done": True, "said": "so"})
    assert path.read_bytes() == content


@pytest.mark.parametrize("line", range(5))
def test_a_changed_or_lost_line_is_refused_by_number(tmp_path, line):
    path = written(tmp_path / "j" / "region.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    changed = [*lines[:line], lines[line].replace(b"so", b"no").replace(b'"tick":', b'"tick":1'), *lines[line + 1 :]]
    for content in (changed, [*lines[:line], *lines[line + 1 :]]):
        path.write_bytes(b"".join(content))
        with pytest.raises(InputError, match=f"line {line + 1}"):
            Journal(path)


def test_lineages_keep_their_classes():
    assert keep_classes((), [5, 6, 7]) == (5, 6, 7)
    assert keep_classes((5, 6, 7), [7, 8, 5]) == (5, 8, 7)
    assert keep_classes((5, 6), [6]) == (6,)
