"""Swarms: workers that agree with their ledger, whatever they say to each other; and what is counted of them."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Experiment, Proposal
from cyberspace.collective.ledger.space import choice, real, whole
from cyberspace.collective.swarm.commands import swarm as command
from cyberspace.collective.swarm.contributions import contributions, line_of, techniques
from cyberspace.collective.swarm.landscape import Landscape
from cyberspace.collective.swarm.likeness import RADIUS, TRIES, dead_ends, point, refusal, setting
from cyberspace.collective.swarm.memory import TALKS, champion_of, confirmed, standings
from cyberspace.collective.swarm.phases import cuts, phases
from cyberspace.collective.swarm.plan import Plan
from cyberspace.collective.swarm.proposers.table import PROPOSERS, proposer
from cyberspace.collective.swarm.report import page
from cyberspace.collective.swarm.simulate import simulate
from cyberspace.collective.swarm.worker import Rules
from cyberspace.errors import InputError

HARD = Landscape(5, numbers=3, flags=1, noise=0.1)


def row(
    number,
    params,
    state="discarded",
    gain=-1.0,
    worker="w0",
    parents=(),
    found=None,
    value=None,
    operator="evolve",
    predicted=None,
):
    proposal = Proposal(f"c{number}", params, parents, operator, predicted, techniques=(operator,))
    return Experiment(number, proposal, state, worker, gain=gain, found=found or {}, value=value)


@pytest.mark.parametrize("talk", TALKS)
def test_a_swarm_gets_better_and_the_same_swarm_is_the_same_again(talk):
    found, again = (simulate(HARD, ["evolve"] * 3, 36, Rules(talk), 1) for _ in range(2))
    assert [(one.candidate, one.value, one.state) for one in found.rows] == [
        (one.candidate, one.value, one.state) for one in again.rows
    ]
    assert found.clean > HARD.truth(HARD.start) + 0.1
    assert len(found.rows) == 36 and found.rounds == 12
    for one in found.rows:
        assert (one.state == "kept") == (
            confirmed(one) is not None and (not one.parent or one.found["confirmed"] > -9)
        ) or one.state != "kept"
        assert not one.parent or any(other.candidate == one.parent and other.number < one.number for other in found.rows)


def test_without_talk_nobody_uses_what_another_found():
    found = simulate(HARD, ["evolve"] * 3, 36, Rules("none"), 1).rows
    by_name = {one.candidate: one for one in found}
    assert all(by_name[one.parent].participant == one.participant for one in found if one.parent)
    told = simulate(HARD, ["evolve"] * 3, 36, Rules("packets"), 1).rows
    assert any(one.proposal.packet for one in told) and not any(one.proposal.packet for one in found)
    full = simulate(HARD, ["evolve"] * 3, 36, Rules("full"), 1).rows
    by_name = {one.candidate: one for one in full}
    assert any(by_name[one.parent].participant != one.participant for one in full if one.parent)


@pytest.mark.parametrize("name", PROPOSERS)
def test_every_proposer_proposes_settings_of_the_space(name):
    rows = simulate(HARD, [name], 14, Rules("none"), 1).rows
    assert not [one for one in rows if one.state == "crashed"]
    assert len({tuple(one.proposal.params.items()) for one in rows}) > 10


def test_any_program_can_propose(tmp_path):
    program = tmp_path / "mine.py"
    program.write_text(
        "import json, sys\ntold = json.load(sys.stdin)\n"
        "print(json.dumps({'params': {'n0': (told['seed'] % 100) / 100}, 'predicted': 0.5, 'technique': 'mine'}))\n"
    )
    rows = simulate(HARD, [f"cmd:{sys.executable} {program}"], 3, Rules("none"), 1).rows
    assert [one.proposal.operator for one in rows] == ["start", "mine", "mine"] and rows[1].proposal.predicted == 0.5
    assert rows[1].proposal.params["n1"] == HARD.start["n1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print('hello')", "JSON such as"),
        ("raise SystemExit('no idea')", "no idea"),
        ('print(\'{"params": {"n9": 1}}\')', "n9"),
    ],
    ids=["no JSON", "fails", "another space"],
)
def test_a_program_that_answers_something_else_is_told_by_name(tmp_path, text, said):
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(InputError, match=said):
        simulate(HARD, [f"cmd:{sys.executable} {tmp_path / 'mine.py'}"], 3, Rules("none"), 1)


def test_points_are_settings_and_back():
    space = {"a": real(1e-3, 1e3, log=True), "b": whole(2, 9), "c": choice("x", "y", "z"), "d": real(-1, 1)}
    draws = np.random.default_rng(1)
    for at in draws.random((50, 4)):
        params = setting(space, at)
        again = setting(space, point(space, params))
        assert again["b"] == params["b"] and again["c"] == params["c"] and again["a"] == pytest.approx(params["a"])
    assert setting(space, np.array([-1.0, 2.0, 0.5, 0.0])) == {"a": pytest.approx(1e-3), "b": 9, "c": "y", "d": -1.0}


def test_where_nothing_was_found_nobody_goes_again():
    space, draws = {"x": real(0, 1), "y": real(0, 1)}, np.random.default_rng(2)
    bad = [
        row(k, {"x": 0.2 + 0.02 * one, "y": 0.2 + 0.02 * two}, gain=-1 - 0.1 * k)
        for k, (one, two) in enumerate(draws.normal(size=(TRIES, 2)))
    ]
    mixed = [row(10 + k, {"x": 0.8, "y": 0.8}, gain=(-1.0) ** k) for k in range(6)]
    rows = bad + mixed
    points = np.stack([point(space, one.proposal.params) for one in rows])
    (end,) = dead_ends(points, rows)
    assert end.tries == TRIES and end.most < 0 and np.abs(end.at - 0.2).max() < 0.1
    assert dead_ends(points[:4], rows[:4]) == []
    assert "in dead end 0" in refusal(end.at + RADIUS / 2, points[:0], [], [end])
    assert "like experiment 10" in refusal(np.array([0.8, 0.81]), points, rows, [])
    assert refusal(np.array([0.5, 0.5]), points, rows, [end]) == ""


def test_one_that_was_lucky_does_not_stay_champion():
    lucky = row(0, {}, "kept", None, found={"confirmed": 3.0}, value=3.0)
    steady = row(1, {}, "kept", 0.1, found={"confirmed": 2.0}, value=2.0)
    assert champion_of([lucky, steady]) == lucky
    children = [row(2 + k, {}, parents=("c0",), found={"confirmed": 1.0, "parent": 1.0}) for k in range(3)]
    assert standings([lucky, steady, *children])["c0"] == (pytest.approx(1.5), 4)
    assert champion_of([lucky, steady, *children]) == steady


def test_contributions_by_hand():
    rows = [
        row(0, {}, "kept", None, "ada", found={"confirmed": 0.0}, value=0.5),
        row(1, {}, "kept", 1.0, "ada", ("c0",), {"confirmed": 1.0}, 1.5),
        row(2, {}, "kept", 2.0, "bob", ("c1",), {"confirmed": 4.0}, 4.0, operator="packet"),
        row(3, {}, "crashed", None, "bob", ("c2",)),
        row(4, {}, "discarded", 0.5, "cem", ("c2",), {"confirmed": 1.0, "parent": 4.0}, 4.5),
    ]
    assert [one.candidate for one in line_of(rows)] == ["c0", "c1", "c2"]
    bob, ada, cem = contributions(rows)
    assert (bob.worker, bob.credit, bob.crashes, bob.kept) == ("bob", 0.75, 1, 1)
    assert (ada.credit, ada.overclaim, ada.kept) == (0.25, 0.5, 1)
    assert (cem.credit, cem.promising, cem.kept) == (0.0, 1, 0)
    evolve, packet = techniques(rows)
    assert packet.without == 1.0 and packet.kept == 1 and np.isnan(evolve.without)


def test_phases_are_where_the_share_of_what_is_kept_changes():
    draws = np.random.default_rng(3)
    series = np.concatenate([draws.random(40) < 0.8, draws.random(60) < 0.05]).astype(float)
    assert len(found := cuts(series)) == 1 and abs(found[0] - 40) < 6
    assert cuts(np.tile([0.0, 1.0], 40)) == []
    rows = [
        row(k, {}, "kept" if one else "discarded", found={"confirmed": float(k)} if one else None)
        for k, one in enumerate(series)
    ]
    assert next(one.name for one in phases(rows)) == "climbing" and phases([]) == []


def test_the_page_is_made_of_the_ledger_alone():
    rows = simulate(HARD, ["evolve", "tpe"], 24, Rules("full"), 1).rows
    one, other = (page(HARD, rows, "A swarm") for _ in range(2))
    assert [figure.csv() for figure in one.figures] == [figure.csv() for figure in other.figures]
    assert "Champion: w" in one.html() and one.figures[0].csv().count("\n") == 25


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "landscape:SEED"),
        (["landscape:1", "--agents", "0"], "agents: got 0"),
        (["landscape:1", "--budget", "3"], "an experiment a worker"),
        (["landscape:1", "--proposer", "tpi"], "try: tpe"),
        (["landscape:1", "--talk", "loud"], "talk: got 'loud'"),
    ],
)
def test_what_is_wrong_is_said_at_once(tmp_path, words, said):
    result = CliRunner().invoke(command, ["run", *words, "--out", str(tmp_path / "new")])
    assert said in str(result.exception) and not (tmp_path / "new").exists()


def test_another_plan_is_not_mixed_in(tmp_path):
    Plan("landscape:1", 2, 10, ("evolve",)).write(tmp_path)
    Plan("landscape:1", 2, 10, ("evolve",)).write(tmp_path)
    with pytest.raises(InputError, match="another plan"):
        Plan("landscape:2", 2, 10, ("evolve",)).write(tmp_path)
    (tmp_path / "swarm.json").write_text('{"version": 1}')
    with pytest.raises(InputError, match=r"swarm\.json"):
        Plan.read(tmp_path)


def test_processes_share_a_ledger_and_one_that_is_killed_is_begun_again(tmp_path):
    words = ["run", "landscape:1", "--out", str(tmp_path), "--agents", "2", "--budget", "16"]
    code = f"from cyberspace.collective.swarm.commands import swarm; swarm({words!r})"
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    log, killed = tmp_path / "ledger.log", False
    while running.poll() is None and not killed:
        time.sleep(0.05)
        if log.exists() and log.read_bytes().count(b"\n") > 20:
            found = [int(one) for one in os.listdir("/proc") if one.isdigit() and _is_worker(one, tmp_path)]
            if found:
                os.kill(found[0], signal.SIGKILL)
                killed = True
    output, errors = running.communicate(timeout=120)
    assert running.returncode == 0, errors
    rows = Ledger.open("swarm", str(log), Landscape(1).space).rows()
    assert killed and len(rows) == 16 and {one.participant for one in rows} == {"worker-0", "worker-1"}
    assert not [one for one in rows if one.state in ("queued", "claimed")]
    assert output.strip().endswith("index.html") and (tmp_path / "time-line.csv").exists()


def _is_worker(number, folder):
    try:
        with open(f"/proc/{number}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
    except OSError:
        return False
    return b"cyberspace.collective.swarm.process" in words and str(folder).encode() in words


def test_a_proposer_that_fails_in_a_process_ends_the_swarm_with_its_message(tmp_path):
    result = CliRunner().invoke(
        command,
        ["run", "landscape:1", "--out", str(tmp_path), "--agents", "1", "--budget", "3", "--proposer", "cmd:/no/program"],
    )
    assert "worker-0" in str(result.exception) and "/no/program" in str(result.exception)


def test_names_of_proposers():
    with pytest.raises(InputError, match="try: random"):
        proposer("randum")
    with pytest.raises(InputError, match="cmd: without a program"):
        proposer("cmd:")
