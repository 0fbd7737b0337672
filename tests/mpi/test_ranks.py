"""One law for all layouts: the digest does not depend on ranks, placement or backend."""

import json

import numpy as np
import pytest
from hypothesis import given, seed, settings

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record import store
from tests.conftest import SOON
from tests.descended import as_found, check_tree
from tests.laws.test_parity import PLAIN
from tests.mpi.jobs import FEW, alone, finish, placed, start
from tests.strategies import universe_texts

SELDOM = FEW.replace("checkpoint_every = 100", "checkpoint_every = 300")
"""Saved less often: a checkpoint of a world as small as this takes longer than 100 ticks of it."""


def tables(run):
    root = store.open_group(run / "record.zarr", "r")
    found = {}
    for name, group in root.groups():
        parts = group.groups() if name != "links" else [("", group)]
        found |= {f"{name}/{part}/{key}": np.asarray(array[...]) for part, arrays in parts for key, array in arrays.arrays()}
    return found


def same(one, two):
    (mine, _), (other, _) = check_tree(one), check_tree(two)
    assert as_found(mine) == as_found(other)
    assert inspect_run(one) == inspect_run(two)
    first, second = tables(one), tables(two)
    assert first.keys() == second.keys()
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name], err_msg=name)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    (folder / "w.toml").write_text(SELDOM)
    alone(folder / "w.toml", "--ticks", 600, "--out", folder / "run", "--backend", "numba")
    assert inspect_run(folder / "run")["energy"]["letters"] > 0
    return folder / "run"


PLACES = {"by cost": SELDOM, "as the file says": placed(SELDOM, "[1, 0, 1]", "[0]")}


@pytest.mark.parametrize(("ranks", "place"), [(2, "by cost"), (4, "by cost"), (2, "as the file says")])
def test_ranks_and_placement_do_not_matter(tmp_path, expected, ranks, place):
    (tmp_path / "w.toml").write_text(PLACES[place])
    code, told = finish(start(ranks, tmp_path / "w.toml", "--ticks", 600, "--out", tmp_path / "run", "--backend", "numba"))
    assert code == 0, told
    same(tmp_path / "run", expected)


EVENTS = """
[[spaces.reef.events]]
at = 40
every = 90
kill = 0.5
[[spaces.shore.events]]
wave = { key = "sunlight", mean = 9, amplitude = 4, period = 100, step = 10 }
"""


def test_ranks_do_not_matter_where_the_world_changes(tmp_path):
    (tmp_path / "w.toml").write_text(SELDOM + EVENTS)
    alone(tmp_path / "w.toml", "--ticks", 130, "--out", tmp_path / "one", "--backend", "numba")
    code, told = finish(start(2, tmp_path / "w.toml", "--ticks", 130, "--out", tmp_path / "two", "--backend", "numba"))
    assert code == 0, told
    same(tmp_path / "one", tmp_path / "two")
    assert [one["what"] for one in inspect_run(tmp_path / "two")["events"]["happened"]].count("catastrophe: 50 % die") == 1


def test_jax_on_one_rank_and_numba_on_the_other(tmp_path, expected):
    text = placed(SELDOM, "[0]", "[1]").replace('kind = "gpu"', 'kind = "gpu"\nbackend = "jax"')
    (tmp_path / "w.toml").write_text(text)
    code, told = finish(start(2, tmp_path / "w.toml", "--ticks", 600, "--out", tmp_path / "run", **SOON))
    assert code == 0, told
    same(tmp_path / "run", expected)


def test_resume_on_another_number_of_ranks(tmp_path, expected):
    (tmp_path / "w.toml").write_text(SELDOM)
    code, told = finish(start(3, tmp_path / "w.toml", "--ticks", 237, "--out", tmp_path / "run", "--backend", "numba"))
    assert code == 0, told
    alone("--resume", tmp_path / "run", "--ticks", 411)
    code, told = finish(start(2, "--resume", tmp_path / "run", "--ticks", 600))
    assert code == 0, told
    assert len(json.loads((tmp_path / "run" / "costs.json").read_text())) == 4
    same(tmp_path / "run", expected)


def test_random_universes_on_2_and_4_ranks(tmp_path):
    numbers = iter(range(100))

    @seed(1)
    @settings(PLAIN, max_examples=3)
    @given(universe_texts())
    def check(text):
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        (folder / "w.toml").write_text(text)
        alone(folder / "w.toml", "--ticks", 250, "--out", folder / "one")
        regions = inspect_run(folder / "one")["regions"]
        for ranks in (2, min(4, regions)):
            out = folder / f"on-{ranks}"
            if not out.exists():
                code, told = finish(start(ranks, folder / "w.toml", "--ticks", 250, "--out", out))
                assert code == 0, told + text
                same(out, folder / "one")

    check()
