"""The pool: what it finds on a landscape of known truth, what people may steer, what is replayed, exported and refused."""

import dataclasses
import io
import json
import uuid
import zipfile

import numpy as np
import pytest

from cyberspace.collective import budgets
from cyberspace.collective.budgets import Budget, measure, normalised, one_ranking, steps, wallclock
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Proposal
from cyberspace.collective.objective.landscape import Landscape
from cyberspace.collective.objective.named import objective_of
from cyberspace.collective.objective.objective import Outcome
from cyberspace.collective.pool import journey
from cyberspace.collective.pool.archive import bring, export
from cyberspace.collective.pool.pool import Pool, Settings
from cyberspace.collective.pool.replay import replay
from cyberspace.collective.pool.report import write_report
from cyberspace.collective.pool.sealed import reveal, seal, sealed_seeds
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError


def begun(objective=None, ledger=None, **settings):
    objective = objective or Landscape("blocks")
    ledger = ledger or Ledger.open(uuid.uuid4().hex, "memory", objective.space)
    made = [Pool(ledger, objective, Participant(f"w{k}", "h", "here"), Settings(seeds=(1, 2), **settings), k) for k in range(2)]
    made[0].begin()
    return made


def lived(count=40, **more):
    made = begun(**more)
    for k in range(count):
        made[k % 2].step()
    return made[0]


@pytest.fixture(scope="module")
def pool():
    return lived()


def test_a_pool_finds_more_than_its_beginning_and_says_who_did_what(pool):
    view, truth = pool.view(), pool.objective.truth
    assert truth(view.champion.params) > truth(pool.objective.start) + 0.2
    assert view.spent == 40
    assert sum(row[1] for row in journey.contributions(view)) == 40
    assert sum(row[1] for row in journey.pulls(view)) == 40
    assert journey.lineage(view)[0] == view.champion.name and any(name.startswith("baseline") for name in journey.lineage(view))
    for row in journey.migrations(view):
        assert row[3] != row[4]
    assert all(row.proposal.predicted is not None for row in view.rows[1:])


def test_equal_seeds_make_equal_pools(pool):
    def plain(rows):
        return [(row.candidate, row.state, dict(row.scores)) for row in rows]

    assert plain(lived().ledger.rows()) == plain(pool.ledger.rows())


def test_islands_do_not_see_each_other():
    view = lived(30, shared=False).view()
    assert {row.participant for row in view.rows} <= {"w0"} | {row.participant for row in view.rows if row.number == 0}
    assert not journey.migrations(view)


def test_every_verdict_and_every_score_is_replayed(pool):
    found = replay(pool.ledger, pool.objective)
    assert found.faults == () and found.rows == 41 and found.evaluated == 82


def test_a_replay_finds_a_verdict_that_does_not_follow():
    made = begun()[0]
    parent = next(iter(made.view().candidates))
    claim = made.ledger.claim(made.who, Proposal("liar", made.objective.start, (parent,), "structure"))
    for seed in (1, 2):
        made.ledger.report(claim, seed, -5.0)
    made.ledger.close(claim, "kept", 3.0)
    faults = replay(made.ledger, made.objective).faults
    assert len(faults) == 4 and "value" in faults[0] and "kept, but" in faults[1] and "again" in faults[2]


def test_a_crash_is_a_row_and_the_pool_goes_on():
    class Crashing(Landscape):
        def evaluate(self, params, bank, seed, *terms):
            if params != self.start and seed == 2:
                raise ValueError("no such world")
            return super().evaluate(params, bank, seed, *terms)

    made = begun(Crashing())[0]
    row = made.step()
    assert (row.state, row.reason, row.value) == ("crashed", "ValueError: no such world", None)
    assert made.step().state == "crashed" and made.view().spent == 2


def test_a_score_that_is_no_number_is_a_crash():
    class Strange(Landscape):
        def evaluate(self, params, bank, seed, *terms):
            return Outcome(float("nan")) if params != self.start else super().evaluate(params, bank, seed, *terms)

    assert "finite" in begun(Strange())[0].step().reason


def test_a_beginning_that_crashes_is_said_at_once():
    class Broken(Landscape):
        def evaluate(self, params, bank, seed, *terms):
            raise ValueError("no such world")

    with pytest.raises(InputError, match=r"baseline.*no such world"):
        begun(Broken())
    for seeds in ((), (1, 1), (-1,), (2**30,)):
        with pytest.raises(InputError, match="seeds"):
            Settings(seeds=seeds)


def test_people_steer_while_it_runs(pool):
    made = lived(20)
    view = made.view()
    worst = view.open[-1].name
    made.ledger.say(f"pin:{worst}", {"by": "ada"})
    parents = [made.choose_candidate(made.view()).name for _ in range(40)]
    assert parents.count(worst) >= 10
    made.ledger.say(f"pin:{worst}", None)
    made.ledger.say(f"ban:{view.champion.name}", {"by": "ada"})
    assert made.view().champion.name != view.champion.name
    made.ledger.say("ban:cross", {"by": "ada"})
    assert "cross" not in {made.choose_operator(made.view()) for _ in range(40)}
    made.ledger.say("budget", 21)
    assert made.step() is not None and made.step() is None


def test_lost_work_is_done_by_others():
    one, other = begun()
    parent = next(iter(one.view().candidates))
    made = Proposal("x-#1", one.objective.start, (parent,), "structure", config=one.objective.config)
    one.ledger.claim(one.who, made, lease=-1)
    row = other.step()
    assert row.candidate == "x-#1" and row.participant == "w1" and row.proposal.retry_of == 1 and row.scored


def test_what_people_bring_adds_up_by_crossing_alone():
    """The positive control in small: each brings one block whole, no single switch helps, and only crossing can add them up."""
    ends = {}
    for cross in (True, False):
        objective = Landscape("whole", 4, 10, 0, noise=0)
        made = begun(objective, cross=cross)
        kept = [pool.offer(objective.donor(k)) for k, pool in enumerate(made)]
        assert [row.state for row in kept] == ["kept", "kept"] and kept[0].proposal.operator == "brought"
        for k in range(16):
            made[k % 2].step()
        ends[cross] = objective.truth(made[0].view().champion.params)
    assert ends[False] == pytest.approx(0.4) and ends[True] == pytest.approx(0.6)


def test_sealed_seeds_are_fixed_before_and_used_once():
    made = begun()[0]
    secret = seal(made.ledger, 4)
    assert secret not in json.dumps(made.ledger.said())
    for _ in range(15):
        made.step()
    with pytest.raises(InputError, match="secret"):
        sealed_seeds(made.ledger, "another")
    with pytest.raises(InputError, match="sealed already"):
        seal(made.ledger)
    best = made.view().champion.name
    reveal(made, secret)
    rows = [row for row in made.ledger.rows() if row.proposal.operator == "sealed"]
    assert all(not set(row.scores) & {1, 2} and len(row.scores) == 4 for row in rows)
    assert made.view().champion.name == best and made.view().spent == 15
    reveal(made, secret)
    assert len([row for row in made.ledger.rows() if row.proposal.operator == "sealed"]) == len(rows)
    assert journey.sealed_gains(made.view())


def test_the_report_is_the_same_to_the_byte_from_the_same_rows(pool, tmp_path):
    for name in "ab":
        write_report(pool.view(), "Pool", tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {"index.html", "journey.csv", "techniques.csv", "migrations.csv"} <= set(files)
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in files)
    assert 'src="http' not in (tmp_path / "a" / "index.html").read_text()


def test_an_archive_brings_all_and_nothing_twice(pool, tmp_path):
    assert export(pool.ledger, tmp_path / "a.zip") == 41
    target = begun()[0]
    export(pool.ledger, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert bring(target.ledger, tmp_path / "a.zip") == (41, 0)
    assert bring(target.ledger, tmp_path / "a.zip") == (0, 41)
    assert target.view().champion.params == pool.view().champion.params
    export(target.ledger, tmp_path / "c.zip")
    assert bring(pool.ledger, tmp_path / "c.zip")[1] == 41
    assert replay(target.ledger).faults == ()


def changed(path, out, **members):
    """An archive with other members; None takes one away."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content |= members
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            if data is not None:
                archive.writestr(name, data)
    return out


def manifest(path, **more):
    with zipfile.ZipFile(path) as archive:
        return json.dumps(json.loads(archive.read("manifest.json")) | more).encode()


def test_archives_that_are_refused_by_name(tmp_path):
    made = lived(6)
    good = tmp_path / "good.zip"
    export(made.ledger, good)
    target = begun()[0]
    before = target.ledger.rows()
    slip, bomb = {"../../evil.py": b"x"}, {"artifacts/" + "0" * 64: b"\0" * 2**22}
    for members, said in [
        (slip, "leaves the folder"),
        ({"/etc/x": b"x"}, "leaves the folder"),
        ({"artifacts/..\\x": b"x"}, "leaves the folder"),
        ({"C:evil": b"x"}, "leaves the folder"),
        ({"run.py": b"x"}, "no part of a pool"),
        (bomb, "bomb"),
        ({"ledger.json": b"[]"}, "another hash"),
        ({"artifacts/" + "1" * 64: b"x"}, "does not list"),
        ({"manifest.json": None}, "no JSON|something else"),
        ({"manifest.json": b"{}"}, "something else"),
        ({"manifest.json": b"[" * 100_000}, "no JSON"),
        ({"manifest.json": manifest(good, format=2)}, "format 2"),
        ({"manifest.json": manifest(good, config="x")}, "another objective"),
    ]:
        with pytest.raises(InputError, match=said):
            bring(target.ledger, changed(good, tmp_path / "bad.zip", **members))
    for content in (b"", b"PK\3\4 no zip", good.read_bytes()[:-40]):
        (tmp_path / "bad.zip").write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            bring(target.ledger, tmp_path / "bad.zip")
    with pytest.raises(InputError, match="No such file"):
        bring(target.ledger, tmp_path / "none.zip")
    with pytest.raises(InputError, match="a file that is there"):
        export(made.ledger, good)
    assert target.ledger.rows() == before


def test_rows_of_an_archive_are_checked(tmp_path):
    made = lived(3)
    good = tmp_path / "good.zip"
    export(made.ledger, good)
    with zipfile.ZipFile(good) as archive:
        rows = json.loads(archive.read("ledger.json"))
    for wrong in (
        {"state": "won"}, {"value": None}, {"scores": {"1": "x"}}, {"proposal": {}}, {"outcome": {"bank": "../x"}}, {"extra": 1},
    ):  # fmt: skip
        content = json.dumps([rows[0] | wrong]).encode()
        import hashlib

        about = manifest(good, files={"ledger.json": hashlib.sha256(content).hexdigest()})
        bad = changed(good, tmp_path / "bad.zip", **{"ledger.json": content, "manifest.json": about})
        with pytest.raises(InputError, match="row 0 that is none"):
            bring(begun()[0].ledger, bad)


def test_a_member_that_holds_more_than_it_says(tmp_path):
    made = lived(1)
    export(made.ledger, tmp_path / "good.zip")
    data = bytearray((tmp_path / "good.zip").read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("ledger.json").file_size
    lie = bytes(data).replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "bad.zip").write_bytes(lie)
    with pytest.raises(InputError, match=r"bomb|damaged|hash|JSON"):
        bring(begun()[0].ledger, tmp_path / "bad.zip")


def test_budgets_are_never_mixed():
    assert one_ranking([steps(5), steps(5)]) == "steps:5"
    with pytest.raises(InputError, match="ranking"):
        one_ranking([steps(5), normalised(5)])
    with pytest.raises(InputError, match="ranking"):
        one_ranking([wallclock(5, "a"), wallclock(5, "b")])
    for wrong in (("hours", 1, ""), ("steps", 0, ""), ("steps", float("nan"), ""), ("wallclock", 1, "")):
        with pytest.raises(InputError, match="budget"):
            Budget(*wrong)


def test_seconds_are_calibrated_once_and_kept(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(budgets, "measure", lambda seconds: asked.append(seconds) or 2 * budgets.REFERENCE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert normalised(8).terms() == (2**31 - 1, 4.0) == normalised(8).terms() and asked == [10.0]
    (tmp_path / "cyberspace" / "calibration.json").write_text("[")
    assert normalised(8).seconds() == 4.0 and len(asked) == 2
    assert steps(8).terms() == (8, float("inf")) and wallclock(3).terms()[1] == 3


def test_the_world_of_calibration_lives():
    assert budgets.fixed_world() is not None and measure(0.01, "reference") > 0


def test_an_objective_is_made_again_from_what_the_ledger_says():
    for one in (Landscape("scrambled", world=3), Landscape("smooth", 1, 1, 4)):
        again = objective_of(json.loads(json.dumps(one.content())))
        assert again.config == one.config and again.evaluate(one.start, b"", 1, 1) == one.evaluate(one.start, b"", 1, 1)
    for wrong in ({}, {"objective": "landscape", "x": 1}, {"objective": "world"}):
        with pytest.raises(InputError, match="objective"):
            objective_of(wrong)


def test_settings_are_those_that_the_pool_began_with(pool):
    again = Pool(pool.ledger, pool.objective, Participant("late"))
    assert again.settings == dataclasses.replace(pool.settings)
    with pytest.raises(InputError, match="another objective"):
        Pool(pool.ledger, Landscape("blocks", world=9), Participant("late"))
    with pytest.raises(InputError, match="kl-ucb"):
        Settings(candidates="kl-uc")
    assert np.isfinite(again.predicted(again.view(), "cross"))
