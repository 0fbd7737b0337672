"""Who has no right to act, or asks too much, changes nothing."""

import random
import socket
import time

import zmq

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.errors import Refused
from cyberspace.record.journal import journal_path
from cyberspace.wire import protocol, serve
from cyberspace.wire.connection import read_connection
from tests.client import Client
from tests.cyberspace.serving.town import REEF, begin, live


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
        return protocol.parse(content, "play").ask != "act"
    except Refused:
        return True


def flood(path):
    """What strangers and watchers may try."""
    about = read_connection(path / "watch.json")
    host, port = about.address.removeprefix("tcp://").rsplit(":", 1)
    act = {"kind": "block", "sites": [REEF + 3], "block": "wall"}
    public, secret = (key.decode() for key in zmq.curve_keypair())
    stranger = Client(path / "play.json", keys=(public, secret))
    stranger.send("act", act=act)
    naked = zmq.Context()
    plain = naked.socket(zmq.DEALER)
    plain.setsockopt(zmq.LINGER, 0)
    plain.connect(about.address)
    plain.send(protocol.request("act", 1, act=act))
    watcher = Client(path / "watch.json")
    assert "play.json" in watcher.head("act", act=act)["reason"]
    rng = random.Random(1)
    requests = [
        protocol.request("act", 1, act=act),
        protocol.request("frame", 2, fields=["energy"]),
        protocol.request("control", 3, do="pause"),
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
