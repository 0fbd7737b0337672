"""Compiled kernels are used again only for the very sources that they were made of."""

from pathlib import Path

import pytest

from cyberspace.backends.cpu import kept


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A tree of sources, and a place for kernels, in a folder of their own."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(kept, "PACKAGES", tmp_path)
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "cyberspace" / "backends" / "cpu" / "kept.py"))
    monkeypatch.setattr(kept.config, "CACHE_DIR", "")
    for folder in kept.SOURCES:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "one.py").write_text("A = 1\n")
    return tmp_path


def folder_of(sources):
    kept.keep_kernels()
    return kept.config.CACHE_DIR


@pytest.mark.parametrize("folder", kept.SOURCES)
def test_a_changed_source_has_kernels_of_its_own(sources, folder):
    """A rule of the law is compiled into kernels that stand in other files, which numba does not look at."""
    before = folder_of(sources)
    assert folder_of(sources) == before
    (sources / folder / "one.py").write_text("A = 2\n")
    assert folder_of(sources) != before


def test_few_states_are_kept(sources):
    for k in range(5):
        (sources / "organisms" / "one.py").write_text(f"A = {k}\n")
        newest = folder_of(sources)
    home = sources / "cyberspace" / "backends" / "cpu" / "__pycache__"
    assert len(list(home.glob("kernels-*"))) == kept.KEPT
    assert home / newest in home.iterdir()


def test_a_folder_of_the_users_stays(sources, monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert folder_of(sources) == ""


@pytest.fixture
def in_the_way(sources):
    """Nothing can be written beside the sources."""
    (sources / "cyberspace" / "backends" / "cpu" / "__pycache__").write_text("a file in the way")
    return sources


def test_where_nothing_can_be_written_beside_the_sources_the_users_cache_has_them(in_the_way, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way / "cache"))
    assert Path(folder_of(in_the_way)).parent == in_the_way / "cache" / "cyberspace"


def test_a_folder_of_the_users_that_can_not_be_written_is_not_used(sources, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/proc/nothing")
    assert Path(folder_of(sources)).is_dir()


def test_where_nothing_at_all_can_be_written_kernels_last_as_long_as_the_process(in_the_way, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nothing")
    at_exit = []
    monkeypatch.setattr(kept.atexit, "register", lambda *what, **how: at_exit.append(what))
    folder = folder_of(in_the_way)
    assert at_exit == [(kept.shutil.rmtree, Path(folder))]
    Path(folder).rmdir()


def test_kernels_that_close_over_different_things_have_different_names():
    """numba's own number may be the same for two that were compiled by different processes, and one would be called for the other."""
    from cyberspace.backends.cpu.learn import learning
    from cyberspace.backends.cpu.tasks import judging, judging_traced, posing, posing_traced
    from cyberspace.tasks.logic import judge_sites, pose_sites, score_sites
    from organisms.learning.table import RULES

    made = [learning(one) for one in RULES.values() if one.change is not None]
    made += [posing(pose_sites), judging(judge_sites, score_sites), posing_traced(pose_sites), posing_traced(judge_sites)]
    made += [judging_traced(judge_sites), judging_traced(pose_sites)]
    assert len({kernel.py_func.__qualname__ for kernel in made}) == len(made) >= 10
