"""What lies beside a run's checkpoints and is not the run's: it is not read, not in the way, and never taken away."""

import shutil

import pytest

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import checkpoint
from render.source import read_sources
from tests.api.worlds import POND
from tests.lives import Life, check

TICKS, EVERY, KEEP = 80, 20, 1


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    (folder / "w.toml").write_text(POND.replace("checkpoint_every = 40", "checkpoint_every = 20\nkeep = 1"))
    life = Life.of(folder / "w.toml", folder / "whole", TICKS, EVERY)
    life.begin(folder / "half", ticks=40)
    return life


@pytest.fixture
def half(life, tmp_path):
    """A run at tick 40, and its one checkpoint."""
    shutil.copytree(life.world.parent / "half", tmp_path / "run")
    return tmp_path / "run", tmp_path / "run" / "checkpoints" / checkpoint.name_of(40)


def content(path):
    return (
        {one.relative_to(path): one.read_bytes() for one in path.rglob("*") if one.is_file()}
        if path.is_dir()
        else path.read_bytes()
    )


NAMES = ("{}.bak", "{}~", "copy of {}", ".{}", "tick-40", "tick-later", "{}0000-old", ".writing-mine", ".dropped-mine", "notes")


def test_copies_and_other_names_are_left_alone(life, half):
    run, own = half
    kept = {}
    for k, name in enumerate(NAMES):
        path = own.with_name(name.format(own.name))
        if k % 3:
            shutil.copytree(own, path)
        else:
            path.write_text("mine")
        kept[path] = content(path)
    assert inspect_run(run)["tick"] == 40
    assert [source.ticks[-1] for source in read_sources(run)] == [40]
    life.go_on(run)
    check(life, run)
    assert {path: content(path) for path in kept} == kept
    assert [path.name for path in checkpoint.checkpoints(own.parent)] == [checkpoint.name_of(80)]


def test_a_copy_under_another_ticks_name(life, half):
    """It is named as what it is, read by nobody, not pruned, and put aside where the run comes to that tick."""
    run, own = half
    for tick in (20, 60, 100):
        shutil.copytree(own, own.with_name(checkpoint.name_of(tick)))
    facts = inspect_run(run)
    assert facts["tick"] == 40 and all("got a checkpoint of tick 40; expected tick" in line for line in facts["damaged"])
    told = []
    life.go_on(run, told.append)
    assert "tick-000000000100: got a checkpoint of tick 40" in told[0]
    assert inspect_run(run)["digest"] == life.facts["digest"]
    names = sorted(path.name for path in own.parent.iterdir())
    assert names == [
        checkpoint.name_of(20),
        f"{checkpoint.name_of(60)}.aside-1",
        checkpoint.name_of(80),
        checkpoint.name_of(100),
    ]


def test_a_file_and_a_link_where_a_checkpoint_is_to_be(life, half, tmp_path):
    run, own = half
    own.with_name(checkpoint.name_of(60)).write_text("mine")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(own, elsewhere)
    own.with_name(checkpoint.name_of(80)).symlink_to(elsewhere)
    before = content(elsewhere)
    life.go_on(run)
    check(life, run)
    assert own.with_name(f"{checkpoint.name_of(60)}.aside-1").read_text() == "mine"
    assert own.with_name(f"{checkpoint.name_of(80)}.aside-1").is_symlink() and content(elsewhere) == before


def test_a_checkpoint_that_was_moved_and_linked_is_read_and_not_pruned(life, half, tmp_path):
    run, own = half
    shutil.move(own, tmp_path / "moved")
    own.symlink_to(tmp_path / "moved")
    assert inspect_run(run)["tick"] == 40
    life.go_on(run)
    check(life, run)
    assert own.is_symlink() and (tmp_path / "moved" / checkpoint.MANIFEST).is_file()


def test_what_a_killed_start_leaves_is_swept(life, half):
    run, own = half
    for name in (".writing-1-000000000060", f".dropped-{own.name}"):
        shutil.copytree(own, own.with_name(name))
    life.go_on(run)
    assert [path.name for path in own.parent.iterdir()] == [checkpoint.name_of(80)]


def test_a_checkpoint_that_is_read_is_dropped_later(life, half):
    run, own = half
    with checkpoint.held(own):
        life.go_on(run, ticks=60)
        checkpoint.check(own)
    life.go_on(run)
    assert [path.name for path in own.parent.iterdir()] == [checkpoint.name_of(80)]
    with pytest.raises(checkpoint.Gone), checkpoint.held(own):
        pass
