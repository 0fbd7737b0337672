"""Compiled kernels are used again only for the very sources that they were made of."""

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


def test_a_folder_of_the_users_stays(sources, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/elsewhere")
    assert folder_of(sources) == ""


def test_where_nothing_can_be_written_numba_has_its_way(sources):
    (sources / "cyberspace" / "backends" / "cpu" / "__pycache__").write_text("a file in the way")
    assert folder_of(sources) == ""
