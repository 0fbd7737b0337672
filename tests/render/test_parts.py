"""The viewer's smaller parts: kinship, tree, words, films."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cyberspace.errors import InputError
from organisms.ancestors import learner, replicator
from organisms.body import BodyPlan
from organisms.copier import copy
from organisms.genome import Loci, inborn_weights
from organisms.words import copier_words, learning_words, sense_names, unit_names
from render import film, palette
from render.about import AxisAbout, Genes, genes_of
from render.canvas import Rect
from render.frames import Branch, Organism, Series
from render.kinship import Births
from render.panels.brain import nodes
from render.panels.plot import LINE, Curve, Plot, compact, draw_plot, places_of, thinned
from render.panels.timelines import plots_of
from render.panels.tree import fold, rows
from render.score import Score
from render.words import energy_lines, performed_names, synapses
from tests.render.recording import Recording
from tests.render.still_life import space
from topology import SPACE_AXES
from topology.meeting import pair

LOCI = Loci(BodyPlan())
GENES = genes_of(LOCI)
KEY = (np.array([1], dtype=np.uint32), np.array([2], dtype=np.uint32))


@st.composite
def families(draw):
    """Births in order of time: each newborn's parent lives somewhere before it."""
    founders, rows_, people = draw(st.integers(1, 4)), [], []
    people = [(site, -1) for site in range(founders)]
    for tick in range(draw(st.integers(0, 25))):
        cradle, born = draw(st.sampled_from(people))
        site = draw(st.integers(0, 30))
        rows_.append((tick, site, cradle, born, draw(st.integers(0, 30))))
        people.append((site, tick))
    return np.array(rows_, dtype=np.int64).reshape(-1, 5), people


@given(families(), st.randoms(use_true_random=False))
def test_kin_are_those_that_the_rows_tell(family, random):
    table, people = family
    births = Births(table)
    for cradle, born in people:
        line = births.ancestors(cradle, born, 1000)
        here = (cradle, born)
        for kin in line:
            (row,) = [r for r in table.tolist() if (r[1], r[0]) == here]
            assert (kin.cradle, kin.born, kin.distance) == (row[2], row[3], row[4])
            here = (kin.cradle, kin.born)
        assert here[1] == -1
        children = [(r[1], r[0]) for r in table.tolist() if (r[2], r[3]) == (cradle, born)]
        assert [(kin.cradle, kin.born) for kin in births.children(cradle, born)] == children


@given(families(), st.data())
def test_a_tree_keeps_whom_it_is_asked_for_and_how_far_they_are_apart(family, data):
    table, people = family
    chosen = data.draw(st.lists(st.sampled_from(people), min_size=1, max_size=8, unique=True))
    births = Births(table)
    tree = births.tree(*(np.array(column) for column in zip(*chosen, strict=True)))
    assert set(chosen) <= {(node.cradle, node.born) for node in tree}
    for number, node in enumerate(tree):
        assert node.parent < number
    assert sum(node.living for node in tree if node.parent < 0) == len(chosen)
    for cradle, born in chosen:
        number = next(k for k, node in enumerate(tree) if (node.cradle, node.born) == (cradle, born))
        apart = 0
        while number >= 0:
            apart += tree[number].distance
            number = tree[number].parent
        assert apart == sum(kin.distance for kin in births.ancestors(cradle, born, 1000))


@given(families(), st.integers(0, 60))
def test_folding_joins_close_relatives_and_loses_nobody(family, threshold):
    table, people = family
    tree = Births(table).tree(*(np.array(column) for column in zip(*people, strict=True)))
    twigs = fold(tree, threshold)
    assert sum(twig.folded for twig in twigs) == len(tree)
    places = rows(twigs)
    assert set(places) == set(range(len(twigs)))
    leaves = [k for k in range(len(twigs)) if all(twig.parent != k for twig in twigs)]
    assert sorted(places[k] for k in leaves) == list(range(len(leaves)))
    if threshold == 0:
        assert len(twigs) == len(tree)


def test_far_relatives_are_not_folded():
    line = tuple(Branch(k, k, k - 1, 5 if k else 0, 1) for k in range(6))
    assert [twig.folded for twig in fold(line, 11)] == [3, 3]
    assert [twig.folded for twig in fold(line, 5)] == [1] * 6


@given(st.integers(1, 9), st.booleans())
def test_partners_are_those_of_the_brickwork(length, curled):
    axis = AxisAbout("a", length, 2, 0, curled)
    for here in range(length):
        for parity in (0, 1):
            met = pair(length, parity, curled)[here]
            expected = None if met < 0 or met == here else met
            assert axis.partners(here)[parity] == expected


@given(st.integers(-8, 7), st.integers(-8, 7), st.integers(-8, 7), st.integers(-8, 7))
def test_the_copier_is_told_as_it_works(a, b, m, n):
    genome = replicator(LOCI)
    genome[LOCI.copier] = (a, b, m, n)
    words = copier_words(GENES, genome)
    columns = genome[:, None]
    child = copy(np, LOCI, columns, inborn_weights(LOCI, columns), columns, KEY, np.array([0]))
    if words == ["copies itself exactly"]:
        np.testing.assert_array_equal(child, columns)
    assert any("resident" in text for text in words) == (abs(m) > 1)
    assert any("learned" in text for text in words) == (abs(b) > 1)
    assert any("noise" in text for text in words) == (abs(n) > 1)


def test_words_of_known_ancestors():
    assert copier_words(GENES, replicator(LOCI)) == ["copies itself exactly"]
    genome = replicator(LOCI)
    genome[LOCI.copier] = (3, 2, 0, 0)
    assert copier_words(GENES, genome) == ["hands on its alleles times 0.75", "inherits 50 % of what it learned"]
    genome[LOCI.copier] = (7, 0, 0, 0)
    assert copier_words(GENES, genome) == [
        "hands on its alleles times 1.75", "clips: its alleles stand at the ends of their range",
    ]  # fmt: skip
    assert learning_words(GENES, replicator(LOCI)) == "does not learn"
    assert learning_words(GENES, learner(LOCI)).startswith("learns with 8 of 16 units (A 4")


def test_genes_are_found_where_they_stand_and_not_by_counting_from_the_end():
    genome = np.concatenate([[7, 7], learner(LOCI), [1, 2, 3]]).astype(np.int8)
    moved = Genes(*(slice(one.start + 2, one.stop + 2) for one in (LOCI.rates, LOCI.rule, LOCI.copier)))
    assert copier_words(moved, genome) == copier_words(GENES, learner(LOCI))
    assert learning_words(moved, genome) == learning_words(GENES, learner(LOCI))


def test_names_and_nodes_of_any_body():
    for units, senses in ((8, 8), (16, 16), (64, 32)):
        body = BodyPlan(units, senses)
        assert len(unit_names(body)) == units and len(sense_names(body)) == senses
        places = nodes(senses, units, Rect(0, 0, 320, 300))
        assert len(places) == units + senses == len(set(places.values()))


def test_the_strongest_synapses_are_drawn_last():
    weights = np.zeros((8, 16), dtype=np.int8)
    weights[1, 2], weights[3, 9] = -128, 64
    found = synapses(weights, np.full(16, 127.0))
    assert [(one.target, one.source, one.weight) for one in found] == [(3, 9, 64), (1, 2, -128)]
    assert found[1].flow == -1.0
    assert np.isnan(synapses(weights, np.full(16, np.nan))[0].flow)


ACCOUNT = {
    "energy": 100, "sunlight": 4, "soil": 0, "upkeep": 4, "copy": 12, "move": 3, "spore_above": 120, "cap": 3000, "payoff": -24,
    "reproduces": True, "moves": False,
}  # fmt: skip


def test_the_account_is_told_as_it_comes():
    fields = {"energy": 100, "payoff": -24, "performed": 0b101}
    one = Organism("pond", (0,) * 7, 5, fields, account=ACCOUNT)
    lines = {line.name: line.value for line in energy_lines(one, space("pond", {"lane": 8}))}
    assert lines == {
        "holds": "100 of at most 3,000 energy", "comes in a tick": "+4 of sunlight", "upkeep a tick": "-4",
        "tries this tick": "-12 to copy itself", "last lesson paid": "a fine of 4 to 7 energy", "for a spore": "21 energy more",
    }  # fmt: skip
    assert performed_names(one, ("NOT", "AND", "XOR")) == ["NOT", "XOR"]


def test_nothing_is_made_up_where_the_account_is_not_known():
    lines = {
        line.name: line.value for line in energy_lines(Organism("pond", (0,) * 7, 5, {"energy": 7}), space("pond", {"lane": 8}))
    }
    assert "upkeep a tick" not in lines and lines["comes and goes"] == "not known of this tick"


FRAMES = [np.full((21, 33, 3), 40 * k, dtype=np.uint8) for k in range(5)]


@pytest.mark.parametrize("ending", [".gif", ".png", ".mp4"])
def test_films_are_written(tmp_path, ending):
    path = tmp_path / "deep" / f"film{ending}"
    assert film.write_film(path, FRAMES, 10) == 5
    if ending == ".gif":
        with Image.open(path) as picture:
            assert picture.n_frames == 5 and picture.size == (33, 21)
    elif ending == ".png":
        np.testing.assert_array_equal(np.asarray(Image.open(path)), FRAMES[-1])
    else:
        assert path.read_bytes()[4:8] == b"ftyp"


def test_films_that_cant_be_written_say_why(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="kind"):
        film.write_film(tmp_path / "film.avi", FRAMES, 10)
    with pytest.raises(InputError, match="no frame"):
        film.write_film(tmp_path / "film.gif", [], 10)
    monkeypatch.setattr(film, "find_ffmpeg", lambda: None)
    assert film.best_kind() == ".gif"
    with pytest.raises(InputError, match=r"cyberspace\[view\]', or --out .*film\.gif"):
        film.write_film(tmp_path / "film.mp4", FRAMES, 10)


@pytest.mark.parametrize("ending", [".gif", ".png", ".mp4"])
def test_films_go_where_files_can_be_made(tmp_path, ending):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"a file that can be written; try: another --out"):
        film.write_film(tmp_path / "file" / f"film{ending}", FRAMES, 10)
    with pytest.raises(InputError, match="no frame"):
        film.write_film(tmp_path / f"none{ending}", [], 10)
    assert not (tmp_path / f"none{ending}").exists()


class TestFilmCommand:
    @pytest.mark.parametrize("view", ["lineage", "energy", "task", "window", "plaza"])
    def test_every_view_is_a_picture_without_a_window(self, command, finished, tmp_path, view):
        done = command("film", finished, "--view", view, "--out", tmp_path / "a.png", "--size", "800x600")
        assert done.returncode == 0, done.stderr
        pixels = np.asarray(Image.open(tmp_path / "a.png"))
        assert pixels.shape == (600, 800, 3)
        assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20

    def test_a_film_shows_the_samples_asked_for(self, command, finished, tmp_path):
        arguments = ("--from", "50", "--to", "200", "--hide", "core=1", "--size", "640x480")
        done = command("film", finished, "--out", tmp_path / "a.gif", *arguments)
        assert done.returncode == 0, done.stderr
        with Image.open(tmp_path / "a.gif") as picture:
            assert picture.n_frames == 4

    @pytest.mark.parametrize(("arguments", "words"), [
        (("--view", "smell"), "one of lineage"),
        (("--hide", "rack=0"), "one of the axes"),
        (("--hide", "core=2"), "a place from 0 to 1"),
        (("--space", "moon"), "one of pond"),
        (("--size", "4x4"), "WIDTHxHEIGHT"),
        (("--from", "900"), "samples in the span"),
    ])  # fmt: skip
    def test_wrong_wishes_are_refused(self, command, finished, tmp_path, arguments, words):
        done = command("film", finished, "--out", tmp_path / "a.gif", *arguments)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (8192, "8.19k"), (2.5e6, "2.5M"), (3e9, "3G")])
def test_numbers_in_few_characters(number, text):
    assert compact(number) == text


@given(st.integers(0, 3000), st.integers(1, 400))
def test_thinned_curves_keep_their_last_point(count, most):
    ticks, values = np.arange(count), np.arange(count).astype(float)
    few, points = thinned(ticks, values, most)
    assert len(few) <= most + 1
    assert (few == points).all()
    assert not count or few[-1] == count - 1


def test_shores_and_the_clock_of_a_universe_are_known():
    from pathlib import Path

    from cyberspace.worldfile.build import load_universe
    from render.spaces import space_about

    universe, file = load_universe(Path(__file__).parents[2] / "examples" / "4_habitats" / "shore.toml")
    for space_, about in ((s, space_about(universe, s, file.spaces[s.name])) for s in universe.spaces):
        assert about.shape == space_.lattice.shape
        physics = universe.worlds[space_.first_region].physics
        assert (about.number("cap"), about.number("sunlight")) == (physics.cap, physics.sunlight)
        assert about.place(about.site((0,) * 7)) == (0,) * 7
        sites = 0
        for name, low, high in about.marks:
            assert name.startswith("beach:")
            assert all(0 <= first < last <= length for first, last, length in zip(low, high, about.shape, strict=True))
            sites += int(np.prod([last - first for first, last in zip(low, high, strict=True)]))
        ends = [end for region in space_.regions for end in universe.worlds[region].ends]
        beaches = [end for end in ends if universe.clock.axes[end.axis].name.startswith("beach:")]
        assert beaches and sites == sum(len(end.sites) for end in beaches)
        for tick in range(256):
            axis = about.opens(tick)
            if axis is not None:
                opened = universe.clock.axes[universe.clock.opening(tick)[0]].name if about.kind == "gpu" else None
                assert opened in (None, SPACE_AXES[axis])


def test_numbers_beside_plots_are_those_of_the_tick_that_is_shown():
    ticks = np.arange(0, 100, 10)
    curves = (Curve("XOR", 2.0 * ticks, palette.CATEGORIES[0], 6.25), Curve("NOT", 0.0 * ticks, palette.CATEGORIES[1]))
    paper = Recording(400, 120)
    paper.fill(paper.rect, palette.PANEL)
    draw_plot(paper, paper.rect, Plot("tasks", curves), ticks, 45)
    assert {"XOR 80 (6.25)", "NOT 0", "axis 0 to 200"} <= set(paper.words)
    paper.check_legible()
    alone = Recording(400, 120)
    draw_plot(alone, alone.rect, Plot("population", curves[:1]), ticks, None)
    assert "XOR 180 (6.25)" in alone.words


def test_a_score_is_drawn_with_its_bands_and_unit():
    spread = np.linspace(1, 6, 6) + np.zeros((10, 1))
    spread[0] = np.nan
    series = Series("pond", np.arange(10), {"goal NOT": np.zeros(10)}, (Score("bytes", "bits per byte", "lower", spread),))
    *_, plot = plots_of(series, SimpleNamespace(space=space("pond", {"lane": 4})))
    assert plot.title == "bytes, bits per byte" and plot.range == (0.0, 7.0)
    paper = Recording(400, 120)
    paper.fill(paper.rect, palette.PANEL)
    draw_plot(paper, paper.rect, plot, series.ticks, None)
    assert {"best 6", "median 3"} <= set(paper.words)
    assert tuple(int(palette.EDGE[k : k + 2], 16) for k in (1, 3, 5)) in set(map(tuple, paper.pixels.reshape(-1, 3).tolist()))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=7))
def test_names_beside_a_plot_do_not_overlap(ends):
    places = list(places_of(ends, 16, 100).values())
    assert all(16 <= y <= 100 for y in places)
    assert (np.diff(sorted(places)) >= LINE).all()
