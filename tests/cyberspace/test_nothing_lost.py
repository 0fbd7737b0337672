"""What a run's folder lacks: it is filled again, or refused with the choice named; and nothing that holds data is taken back."""

import json
import shutil

import numpy as np
import pytest

from cyberspace.errors import InputError
from cyberspace.record import checkpoint, store
from cyberspace.record.journal import Journal
from cyberspace.record.published import Published
from cyberspace.record.reading import Tables
from tests.api.worlds import POND
from tests.conftest import WHOLE
from tests.lives import Life, check, recorded

TICKS, EVERY = 120, 20


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lost")
    (folder / "w.toml").write_text(POND.replace("checkpoint_every = 40", "checkpoint_every = 40\nkeep = 2"))
    return Life.of(folder / "w.toml", folder / "whole", TICKS, EVERY)


@pytest.fixture
def run(life, tmp_path):
    """A run at tick 120, with checkpoints at 80 and 120."""
    shutil.copytree(life.world.parent / "whole", tmp_path / "run")
    return tmp_path / "run"


def refused(life, run, *words, **more):
    """Going on is refused with one message, and changes nothing."""
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
    with pytest.raises(InputError) as caught:
        life.go_on(run, **more)
    assert len(caught.value.problems) == 1
    assert WHOLE.fullmatch(f"cyberspace: {caught.value}")
    for word in words:
        assert word in str(caught.value)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()} == before


def gone(run):
    shutil.rmtree(run / "checkpoints")


def emptied(run):
    gone(run)
    (run / "checkpoints").mkdir()


def dangling(run):
    gone(run)
    (run / "checkpoints").symlink_to("../purged")


def a_file(run):
    gone(run)
    (run / "checkpoints").write_text("")


@pytest.mark.parametrize("lose", [gone, emptied, dangling, a_file])
def test_checkpoints_that_are_gone(life, run, lose):
    """With --force the run lives again from tick 0, and on the way what is recorded stays as it is."""
    lose(run)
    refused(life, run, str(run / "checkpoints"), "--force")
    if lose in (dangling, a_file):
        refused(life, run, "--force", force=True)
        (run / "checkpoints").unlink()
    told = []
    life.go_on(run, told.append, force=True, ticks=60)
    assert "living again from tick 0" in told[0] and "tick 120" in told[0]
    found = recorded(run)
    for name, values in life.record.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    life.go_on(run)
    check(life, run)


def test_a_run_that_was_killed_before_its_first_checkpoint_lives_again_by_itself(life, run, tmp_path):
    short = tmp_path / "short"
    life.begin(short, ticks=30)
    gone(short)
    told = []
    life.go_on(short, told.append)
    assert "no checkpoint" in told[0]
    check(life, short)


def shorten(run, tick):
    """A record as a copy of before had it."""
    root, tables = run / "record.zarr", Tables(run / "record.zarr")
    shapes = {}
    for group in ("pond/fields", "pond/series", "pond/births", "links"):
        columns = tables.columns(group)
        rows = int(
            np.searchsorted(columns["tick"][...], tick, side="right" if group in ("pond/fields", "pond/series") else "left")
        )
        shapes |= {f"{group}/{name}": (rows, *column.shape[1:]) for name, column in columns.items()}
    Published(root, []).publish(shapes)


def test_a_record_that_is_behind_is_filled_from_the_checkpoint_that_it_reaches(life, run):
    shorten(run, 90)
    told = []
    life.go_on(run, told.append)
    assert "the record lacks" in told[0] and "checkpoint at tick 80" in told[0]
    check(life, run)


def test_a_record_that_no_checkpoint_reaches(life, run):
    """With --force it is put aside, whole, and another begins; from then on nothing is missed."""
    shorten(run, 50)
    held = recorded(run)
    refused(life, run, str(run / "record.zarr"), "no checkpoint that it reaches", "--force")
    told = []
    life.go_on(run, told.append, force=True, ticks=140)
    (aside,) = run.glob("record.aside-*.zarr")
    assert str(aside) in told[0]
    for name, values in held.items():
        np.testing.assert_array_equal(np.asarray(Tables(aside).column(name)[...]), values)
    told.clear()
    life.go_on(run, told.append, ticks=150)
    assert not told


def test_a_record_that_is_gone_or_of_another_world(life, run, tmp_path):
    shutil.move(run / "record.zarr", tmp_path / "kept")
    refused(life, run, "lacks everything", "--force")
    other = tmp_path / "other.toml"
    other.write_text(life.world.read_text().replace("seed = 7", "seed = 8"))
    Life(other, 40, EVERY, {}, {}).begin(tmp_path / "other")
    shutil.copytree(tmp_path / "other" / "record.zarr", run / "record.zarr")
    refused(life, run, "of world")
    shutil.rmtree(run / "record.zarr")
    life.go_on(run, force=True, ticks=140)
    assert recorded(run)["pond/series/tick"].tolist() == [140]


@pytest.mark.parametrize("force", [False, True])
def test_a_later_checkpoint_that_is_gone_takes_nothing_from_the_record(life, run, force):
    shutil.rmtree(run / "checkpoints" / checkpoint.name_of(120))
    life.go_on(run, force=force, ticks=100)
    assert recorded(run)["pond/series/tick"].tolist() == life.record["pond/series/tick"].tolist()
    life.go_on(run, ticks=120)
    check(life, run)


def test_a_record_with_a_damaged_file_is_refused_or_mended(life, run):
    record = run / "record.zarr"
    for name in ("pond/births/tick/c/0", "pond/series/alive/c/0", "zarr.json"):
        content = (record / name).read_bytes()
        for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:3])):
            damage(record / name)
            refused(life, run, name.partition("/c/")[0], "--force", ticks=140)
            (record / name).write_bytes(content)
    (record / "pond" / "series" / "tick" / "zarr.json").write_text("")  # its sizes stand at the root as well
    life.go_on(run, ticks=140)
    assert json.loads((record / "pond" / "series" / "tick" / "zarr.json").read_text())["shape"] == [8]
    (record / "zarr.json").unlink()
    life.go_on(run, force=True, ticks=160)
    assert list(run.glob("record.aside-*.zarr")) and recorded(run)["pond/series/tick"].tolist() == [160]


@pytest.mark.parametrize("content", ["[1]", "1", '{"0": "x"}', '{"0": null}', "{", '{"0": -1}', '{"0": NaN}'])
def test_costs_that_are_none_are_measured_again(life, run, content):
    (run / "costs.json").write_text(content)
    life.go_on(run)
    check(life, run)


def test_a_row_that_was_cut_short_is_written_again(life, run):
    """As a start that was killed leaves it: sizes have grown, and nothing is written there."""
    shutil.rmtree(run / "checkpoints" / checkpoint.name_of(120))
    root = store.open_whole(store.Kept(run / "record.zarr"), "r+", consolidated=True)
    for name in ("pond/series/alive", "pond/series/tick", "pond/fields/tick"):
        store.array(root, name)[5:] = 0
    life.go_on(run)
    check(life, run)


def test_a_journal_that_lost_acts_at_its_end_is_refused(tmp_path):
    path = tmp_path / "journal" / "region.jsonl"
    journal = Journal(path)
    for k in range(3):
        journal.add(k, [{"kind": "fund", "tokens": k}])
    journal.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]))
    with pytest.raises(InputError, match="got 2 acts; expected 3, as"):
        Journal(path)
    path.with_suffix(".acts").unlink()
    assert len(Journal(path).entries) == 2
