"""Any file of a run, cut or with a bit flipped: a message or a whole answer, never a wrong one; `benchmarks.damage` tries many."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import damage


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage")
    return damage.Expected(damage.make(folder), folder / "later")


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_file_that_was_cut_or_changed(expected, tmp_path_factory, data):
    name = data.draw(st.sampled_from(expected.files), label="file")
    path = tmp_path_factory.mktemp("hurt") / "run"
    shutil.copytree(expected.path, path)
    size = (path / name).stat().st_size
    at = data.draw(st.integers(0, max(0, size - 1)), label="at")
    if data.draw(st.booleans(), label="cut") or not size:
        damage.cut(path / name, at)
    else:
        damage.flip(path / name, at, data.draw(st.integers(0, 7), label="bit"))
    damage.read(path, expected, damage.is_exact(name))
    damage.resume(path, expected, damage.is_exact(name))
    shutil.rmtree(path)
