"""The tree of those who live is that of the full table of births, folded slowly, however it is come by; other tools read it."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cyberspace as cs
from cyberspace.analysis.lineages import key
from cyberspace.analysis.phylogeny import kept
from cyberspace.analysis.phylogeny.folding import Folding, fold
from cyberspace.analysis.phylogeny.recorded import births, newest_first
from cyberspace.cli import main
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.descended import as_found, check_tree, leaves_of, slow_tree

PAIR = """
[world]
seed = 5
far_tide = 2
[spaces.reef]
kind = "gpu"
axes.lane = { length = 6 }
axes.warp = { length = 4, curled = true }
physics = { copy = 0.002, sunlight = 20, spore = 10, spark = 30, move = 0.1, lifespan = 60 }
[spaces.shore]
kind = "cpu"
axes.lane = { length = 5 }
axes.core = { length = 2 }
pace = 0.5
physics = { copy = 0.002, sunlight = 20, spore = 10, spark = 30, move = 0.1, lifespan = 60 }
[[beaches]]
between = ["reef", "shore"]
shores = [{ warp = 0, lane = [0, 3] }, { core = 1, lane = [0, 3] }]
stretch = 16
[record]
every = 20
checkpoint_every = 50
"""
"""Two regions of two kinds and two paces, with letters between them, in which many are born and die soon."""

LAST = 160


@st.composite
def pasts(draw):
    """Who lives at some ticks, in order, each a list of (cradle, born, generation); and the births in between."""
    sites, ticks = draw(st.integers(1, 9)), draw(st.integers(1, 40))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    here = [(site, -1, 0) if chance.random() < 0.7 else None for site in range(sites)]
    rows, told = [], []
    cuts = sorted(draw(st.lists(st.integers(0, ticks), max_size=4)))
    for tick in range(ticks):
        told += [(tick, [one for one in here if one])] * (tick in cuts)
        for site in range(sites):
            what, other = chance.random(), int(chance.integers(sites))
            if what < 0.1:
                here[site] = None
            elif what < 0.15 and here[site] is None:
                here[site] = (site, tick, 0)
            elif what < 0.2 and here[site] is None and here[other] and here[other][1] < tick:
                here[site], here[other] = here[other], None  # it moved
            elif what < 0.6 and here[other] and here[other][1] < tick:
                cradle, born, generation = here[other]
                rows.append((tick, site, cradle, born, int(chance.integers(5))))
                here[site] = (site, tick, generation + 1)
    return [*told, (ticks, [one for one in here if one])], np.array(rows, dtype=np.int64).reshape(-1, 5)


@given(pasts(), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_a_fold_in_parts_and_one_out_of_an_earlier_tree_are_that_of_the_whole_table(past, part):
    told, rows = past
    leaves = leaves_of(told[-1][1])
    expected = slow_tree(leaves, rows)
    assert as_found(fold(leaves, births(rows))) == expected
    folding = Folding(leaves)
    for low in range(len(rows) // part * part, -1, -part):
        folding.take(births(rows[low : low + part]))
    assert as_found(folding.tree()) == expected
    tree, since = fold(leaves_of([])), 0
    for tick, living in told:
        new = rows[(rows[:, 0] >= since) & (rows[:, 0] < tick)]
        tree, since = fold(leaves_of(living), births(new), tree.rows), tick
    assert as_found(tree) == expected
    assert len(tree) <= 2 * max(1, len(leaves.who)), "no more is held than twice those who live"


def test_a_case_by_hand():
    """1 begins; 2 and 3 are born of it, 4 of 3, 5 of 4; 2 lives on, and so does 5; 6 began by itself."""
    rows = np.array([(0, 2, 1, -1, 3), (1, 3, 1, -1, 1), (2, 4, 3, 1, 2), (3, 5, 4, 2, 5), (3, 1, 3, 1, 9)])
    tree = fold(leaves_of([(2, 0, 1), (5, 3, 3), (6, -1, 0)]), births(rows))
    assert as_found(tree) == {(1, -1): (None, 0, 0), (2, 0): ((1, -1), 1, 3), (5, 3): ((1, -1), 3, 8), (6, -1): (None, 0, 0)}
    assert tree.common_ancestor() == -1
    pair = np.array([tree.node(int(key(np.array(2), np.array(0)))), tree.node(int(key(np.array(5), np.array(3))))])
    assert tree.cradle[tree.common_ancestor(pair)] == 1
    assert tree.generation.tolist() == [0, 0, 1, 3]
    assert tree.root_of.tolist() == [0, 1, 0, 0]


def test_a_spark_where_a_newborn_died_in_its_first_tick_begins_a_lineage():
    """Site 7 at tick 5: born over a link of (1, -1), died at once; then a spark, of the same key, whose child lives at 8."""
    rows = np.array([(5, 7, 1, -1, 4), (9, 8, 7, 5, 0)])
    tree = fold(leaves_of([(1, -1, 0), (8, 9, 1)]), births(rows))
    assert as_found(tree) == {(1, -1): (None, 0, 0), (7, 5): (None, 0, 0), (8, 9): ((7, 5), 1, 0)}


def live(path, ticks):
    runtime.go(open_run(path), Plan(ticks, 20, quiet=True))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """`PAIR`, stopped and gone on with, the second time without the file."""
    folder = tmp_path_factory.mktemp("phylogeny")
    (folder / "w.toml").write_text(PAIR)
    runtime.begin(folder / "w.toml", folder / "run", None, "reference")
    for ticks in (40, 100, LAST):
        live(folder / "run", ticks)
        check_tree(folder / "run")
        if ticks == 100:
            (folder / "run" / kept.FILE).write_bytes(b"damaged")
    return folder / "run"


def test_a_run_keeps_the_tree_of_its_whole_table(run):
    tree, rows = check_tree(run)
    assert tree.births.max() > 1, "an edge was folded"
    assert (~tree.living & (tree.children > 1)).any() or (tree.children > 1).any()
    assert len(rows) > len(tree)
    assert (tree.generation[tree.roots] == 0).all()


def test_it_is_folded_as_it_goes_on_when_there_are_many_births(run, monkeypatch):
    folder = open_run(run)
    parts = list(newest_first(folder, LAST))
    tree, rows = check_tree(run)
    assert sum(len(one.own) for one in parts) == len(rows)
    monkeypatch.setattr("cyberspace.analysis.phylogeny.recorded.PART", 7)
    small = list(newest_first(folder, LAST))
    assert len(small) > len(parts)
    assert sorted(np.concatenate([one.own for one in small])) == sorted(np.concatenate([one.own for one in parts]))
    for one, other in pairwise(small):
        assert one.own.min() >> 31 >= other.own.max() >> 31, "the newest first"
    alive = kept.tree_at(folder, LAST, tree.leaves)
    (run / kept.FILE).rename(run / "aside")
    assert as_found(kept.tree_at(folder, LAST, tree.leaves)) == as_found(alive)
    (run / "aside").rename(run / kept.FILE)


def test_who_comes_back_to_life_is_found_in_the_table(run):
    tree, _ = check_tree(run)
    folder = open_run(run)
    gone = int(np.flatnonzero(tree.living & (tree.generation > 0) & (tree.children == 0))[-1])
    rest = leaves_of(
        [one for k, one in enumerate(zip(tree.cradle, tree.born, tree.generation, strict=True)) if tree.living[k] and k != gone]
    )
    without = fold(rest, tree.rows)
    assert without.node(int(tree.who[gone])) < 0
    again = kept.Kept(folder, LAST)
    again.tree = without
    again.note(LAST + 10, [tree.leaves], [np.zeros((0, 5), dtype=np.int32)])
    again.grow()
    assert as_found(again.tree) == as_found(kept.tree_at(folder, LAST, tree.leaves))


def test_the_same_in_python_and_of_one_space(run):
    whole = cs.open_run(run).phylogeny()
    sim = cs.Simulation(PAIR, backend="reference").advance(LAST)
    assert as_found(sim.phylogeny().tree) == as_found(whole.tree)
    table = whole.table
    assert (table.parent < table.index).all()
    assert whole.lineages == (table.parent < 0).sum() == table.lineage.nunique()
    parts = [cs.open_run(run).phylogeny(space=name).tree.living.sum() for name in ("reef", "shore")]
    assert sum(parts) == whole.tree.living.sum()
    full = cs.open_run(run).phylogeny(full=True).tree
    assert full.births.sum() == len(cs.open_run(run).births)
    assert as_found(fold(full.leaves, full.rows)) == as_found(whole.tree)
    assert (full.generation[full.living] == 1 + full.generation[full.parent[full.living]])[full.parent[full.living] >= 0].all()


@pytest.fixture
def written(run, tmp_path, capsys, monkeypatch):
    files = ["--newick", str(tmp_path / "t.nwk"), "--csv", str(tmp_path / "t.csv")]
    monkeypatch.setattr("sys.argv", ["cyberspace", "phylogeny", str(run), *files])
    main()
    assert f"{cs.open_run(run).phylogeny().lineages:,} lineages" in capsys.readouterr().out
    return tmp_path, cs.open_run(run).phylogeny().tree


def test_dendropy_reads_the_newick(written):
    import dendropy

    folder, tree = written
    found = dendropy.TreeList.get(path=str(folder / "t.nwk"), schema="newick", preserve_underscores=True)
    assert len(found) == len(tree.roots)
    lengths = {}
    for one in found:
        for node in one.preorder_node_iter():
            label = node.label or node.taxon.label
            above = node.parent_node
            lengths[label] = ((above.label or above.taxon.label) if above else None, node.edge.length if above else None)
    names = [f"s{cradle}t{born}" for cradle, born in zip(tree.cradle, tree.born, strict=True)]
    expected = {
        names[k]: (names[p], float(tree.born[k] - tree.born[p])) if p >= 0 else (None, None) for k, p in enumerate(tree.parent)
    }
    assert lengths == expected


def test_tools_of_the_alife_data_standard_read_the_csv(written):
    from phyloframe import legacy
    from phylotrackpy.systematics import Systematics

    folder, tree = written
    frame = pd.read_csv(folder / "t.csv")
    assert legacy.alifestd_validate(frame)
    assert legacy.alifestd_is_topologically_sorted(frame)
    assert legacy.alifestd_is_chronologically_ordered(frame)
    assert legacy.alifestd_count_root_nodes(frame) == len(tree.roots)
    assert legacy.alifestd_count_leaf_nodes(frame) == int((tree.children == 0).sum())
    systematics = Systematics(lambda organism: organism)
    apart = {"load": systematics.load_from_file, "path": str(folder / "t.csv")}
    exec('load(path, "taxon_label", True, False)', apart)  # it imports all of NumPy into the globals of whoever calls it
    assert "sum" not in globals()
    assert systematics.get_num_taxa() == len(tree)
    assert systematics.get_num_active() == int(tree.living.sum())
    assert systematics.get_num_roots() == len(tree.roots)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--line", "999"], "site: got 999"),
        (["--who", "x"], "--who: got 'x'"),
        (["--who", "3@77"], "who: got 3@77"),
        (["--line", "3", "--who", "1@2"], "--line, --who: got both"),
        (["--full", "--line", "3"], "--full: got it with --line"),
        (["--backend", "numba"], "--backend: got it without a line"),
        (["--space", "no"], "space: got 'no'"),
        (["--at", "3"], "tick: got 3"),
        (["--newick", "/nowhere/at/all"], "/nowhere/at/all"),
    ],
)
def test_bad_input_gets_one_message(run, arguments, said, refuse):
    assert said in refuse("phylogeny", run, *arguments)


def test_a_folder_that_is_no_run(tmp_path, refuse):
    assert "a folder that is no run" in refuse("phylogeny", tmp_path)
