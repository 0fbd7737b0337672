"""A line of descent: the run lived again has the genomes of the births, and what a mutation changed is told as it is."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.analysis.phylogeny.line import Born, Tried, effect, steps
from cyberspace.api.descent import descent_table, line_of_descent
from cyberspace.api.descent_words import told
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.worldfile.build import universe_from_text
from organisms.ancestors import replicator
from organisms.genome import hamming_distance

POND = """
[world]
seed = 7
[spaces.pond]
kind = "cpu"
backend = "reference"
genesis = "ancestor:replicator"
axes.lane = { length = 8 }
physics = { copy = 0.002, sunlight = 20, spore = 10, lifespan = 40, radiation = 2.0 }
[[spaces.pond.tasks]]
name = "logic"
[record]
every = 20
checkpoint_every = 60
keep = 1
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("descent")
    (folder / "w.toml").write_text(POND)
    made = runtime.begin(folder / "w.toml", folder / "run", None, "")
    runtime.go(made, Plan(120, 20, quiet=True))
    return cs.open_run(folder / "run")


def test_every_ancestor_is_told_with_the_genes_that_changed(run):
    _, (state,) = run.states()
    site = int(np.flatnonzero(state.region.alive)[np.argmax(state.region.generation[state.region.alive])])
    line = line_of_descent(run, site)
    assert len(line) == 1 + state.region.generation[site] > 2
    assert (line[-1].cradle, line[-1].born) == (state.region.cradle[site], state.region.born[site])
    assert line[0].effect == "first" and line[0].born == -1
    births = run.births.set_index(["site", "tick"])
    for before, step in pairwise(line):
        row = births.loc[(step.cradle, step.born)]
        assert (row.parent, row.parent_born) == (before.cradle, before.born)
        assert len(step.mutations) == step.distance == row.distance, "the genomes are those of the births"
        assert step.effect == effect(step.does, step.before)
    assert any(step.mutations for step in line)
    assert line_of_descent(run, (line[-1].cradle, line[-1].born)) == line
    assert len(descent_table(line)) == len(line)
    words = list(told(line, every=True))
    assert len(words) == len(line) + 2 and words[-1].startswith(f"{len(line) - 1:,} birth")
    genome = state.region.genome[:, site]
    first = run.simulation(0).regions[0].engine.look("genome")[:, line[0].cradle]
    changed = {one.change.locus for step in line for one in step.mutations}
    assert set(np.flatnonzero(genome != first)) <= changed


def test_what_a_mutation_gains_and_the_next_one_loses():
    universe, _ = universe_from_text(POND, "pond.toml", Path(), None)
    loci = universe.worlds[0].loci
    able = np.asarray(replicator(loci), dtype=np.int8)
    names = dict(zip([one.name for one in loci_of(universe)], range(loci.body.synapses), strict=True))
    able[names["channel_0 → answer_0"]] = 0
    solver = able.copy()
    solver[names["channel_0 → answer_0"]] = -3  # as it stood in a run: says NOT of the first input
    silent = solver.copy()
    silent[names["bias → answer_0"]], silent[names["last_move → answer_6"]] = 7, 1
    line = [
        Born(k, k - 1, int(hamming_distance(a, b)), 0, b)
        for k, (a, b) in enumerate([(able, able), (able, solver), (solver, silent)])
    ]
    first, better, worse = steps(universe, line)
    assert (first.effect, first.does.performs) == ("first", ())
    assert (better.effect, better.gains, better.loses) == ("beneficial", ("NOT",), ())
    assert [one.change.name for one in better.mutations] == ["channel_0 → answer_0"]
    assert (worse.effect, worse.loses) == ("deleterious", ("NOT",))
    assert [(one.change.name, one.effect) for one in worse.mutations] == [
        ("bias → answer_0", "deleterious"), ("last_move → answer_6", "neutral"),
    ]  # fmt: skip
    unknown = steps(universe, [replace(line[0], genome=None), line[1]])
    assert [one.effect for one in unknown] == ["first", "unknown"]
    assert effect(Tried((), 5, 80), Tried((), 5, 80)) == "neutral"


def loci_of(universe):
    from cyberspace.analysis.dissection.genes import Difference, gene_name

    loci = universe.worlds[0].loci
    return [Difference(k, *gene_name(loci, k), 0, 0) for k in range(loci.body.synapses)]


def test_a_branch_knows_what_was_before_it_by_its_record_alone(run, tmp_path):
    branch = run.fork(tmp_path / "branch", seed=3)
    runtime.go(runtime.run_folder.open_run(branch.path), Plan(180, 20, quiet=True))
    _, (state,) = branch.states()
    site = int(np.flatnonzero(state.region.alive & (state.region.born > 120))[0])
    line = line_of_descent(branch, site)
    assert line[0].born <= 120 and len(line) > 1
    assert line[-1].born > 120
    tree = branch.phylogeny().tree
    assert (tree.generation[tree.roots] > 0).any(), "their parents stand in the other run's record"
