"""Over the wire: who was seen in a frame, who stands for one that has died, and what is remembered of before a resume."""

import numpy as np
import pytest

from cyberspace import open_run
from cyberspace.watch import remembered
from cyberspace.wire.lines import RULES
from tests.client import Client
from tests.cyberspace.serving.town import REEF, begin, held, live

MANY = 30
"""Ticks between a frame and a click on it."""


def follow(player, **keys):
    head, arrays = player.told("line", **keys)
    assert head["rule"] in RULES
    return head, arrays


def step(player, ticks):
    """Let the held run live some ticks, and wait until it has."""
    tick = player.head("about")["tick"]
    player.told("control", do="step", ticks=ticks)
    while player.head("about")["tick"] < tick + ticks:
        pass


def test_a_click_finds_who_was_seen_however_old_the_frame_is(town, tmp_path, monkeypatch):
    """Those at the sites of a frame are found by where they were in it; who lives is told to live, wherever it is."""

    def script(path):
        player = held(path)
        names = ["alive", "cradle", "born", "founder"]
        frame, seen = player.ask("frame", space="reef", fields=names)
        step(player, MANY)
        _, now = player.ask("frame", space="reef", fields=names)
        living = {(c, b) for c, b, a in zip(now["cradle"].ravel(), now["born"].ravel(), now["alive"].ravel(), strict=True) if a}
        alive, cradle, born, founder = (seen[name].ravel() for name in names)
        rules = []
        for site in range(REEF):
            head, arrays = follow(player, site=site, tick=frame["tick"], founder=int(founder[site]))
            rules.append(head["rule"])
            if not alive[site]:
                assert head["rule"] == "nobody" and head["organism"] is None
                continue
            who = (int(cradle[site]), int(born[site]))
            assert tuple(head["who"]) == who
            if who in living:
                assert head["rule"] == "itself"
                assert (head["organism"]["cradle"], head["organism"]["born"]) == who and arrays["genome"].ndim == 1
            elif head["rule"] != "extinct":
                found = head["organism"]
                assert found["alive"] and head["rule"] in ("descendant", "relative", "lineage")
                assert head["rule"] == "lineage" or found["founder"] == founder[site] or head["space"] == "town"
        again, _ = follow(player, site=int(np.flatnonzero(now["alive"].ravel())[0]))
        assert again["rule"] == "itself", "without a tick the site is meant as it is now"
        player.head("control", do="resume")
        return rules

    rules = live(begin(town, tmp_path / "run"), None, script)
    assert {"itself", "nobody"} <= set(rules)


def test_what_cant_be_followed_is_told(town, tmp_path):
    def script(path):
        with Client(path / "watch.json") as watcher:
            watcher.ask("about")
            none = watcher.head("line", who=[5, 10**6])
            return none["rule"], watcher.head("line")["reason"], watcher.head("line", site=10**6)["reason"]

    rule, nothing, nowhere = live(begin(town, tmp_path / "run"), 24, script)
    assert rule == "extinct" and "who, site" in nothing and "below" in nowhere


@pytest.mark.parametrize("fits", [True, False])
def test_looking_at_frames_changes_nothing_whether_they_are_remembered(fits, monkeypatch):
    monkeypatch.setattr(remembered, "BYTES", 100 if fits else 1)
    memory = remembered.Remembered()
    arrays = {"alive": np.ones(4, bool)} | {name: np.arange(4, dtype=np.int32) for name in ("cradle", "born", "founder")}
    memory.keep(0, 3, lambda name, sites=None: arrays[name], None)
    arrays["cradle"][:] = 9
    assert memory.who(0, 2, 3) == ((True, ((2, 2), 2)) if fits else (False, None)), (
        "what was seen is kept, not what is there now"
    )


def test_a_resumed_run_shows_what_was_before(tmp_path, town):
    town.write_text(
        town.read_text().replace("every = 100", "every = 10").replace("checkpoint_every = 200", "checkpoint_every = 20")
    )
    folder = begin(town, tmp_path / "run")
    live(folder, 20)

    table = open_run(folder.path).births
    children = [(int(site), int(tick)) for tick, site in zip(table["tick"], table["site"], strict=True)][:4]
    parents = [[int(parent), int(born)] for parent, born in zip(table["parent"], table["parent_born"], strict=True)][:4]

    def script(path):
        with Client(path / "watch.json") as watcher:
            known = [watcher.ask("series", space=name)[1] for name in ("reef", "town")]
            return known, [watcher.head("find", what="identity", who=list(child))["ancestors"] for child in children]

    series, found = live(folder, 42, script)
    for one in series:
        assert {10, 20} <= set(one["tick"].tolist()) and (np.diff(one["tick"]) > 0).all()
        assert len(one["shares"]) == len(one["tick"]) and one["population"][0] > 0
    assert children and [ancestors[0] for ancestors in found] == parents, "births of before the resume are known"
