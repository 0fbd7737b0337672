"""Colours of kinship: near in genome is near in colour, and populations that differ by 5 % are told apart, by everybody."""

import numpy as np
import pytest

from organisms.kin import NUMBERS, points, sketch
from render import oklab, palette, populations
from render.frames import Branch
from render.kin_tree import tree_colours
from render.populations import NONE, find, painted
from tests.organisms.test_kin import mutated, random_genomes
from tests.render.vision import DEFICIENCIES, ciede2000, lab

MEMBERS, OWN, FIVE, ONE = 150, 8, 27, 5
"""Members of a population, loci that each of them has alone (1.5 %), loci of 5 % and of 1 % of a genome."""


def pair(seed, many):
    """Sketches of two populations that differ at so many loci: the members of one, then those of the other."""
    first = random_genomes(seed)
    other = mutated(first, many, seed + 1)
    both = [mutated(np.repeat(one, MEMBERS, axis=1), OWN, seed + 2 + k) for k, one in enumerate((first, other))]
    return sketch(np.concatenate(both, axis=1))


def colours(sketches, deficiency="normal"):
    """L*a*b* of each."""
    found = find(sketches)
    table = np.array([*found.colours, palette.rgb(palette.OTHERS)], dtype=np.uint8)
    return lab(table[found.members(sketches)], deficiency)


def test_populations_that_differ_by_5_percent_are_told_apart_and_relatives_are_not():
    """On random genomes; what it is on a soup is measured by `benchmarks.kinship`."""
    distances, within, blind = [], [], []
    for seed in range(0, 400, 10):
        sketches = pair(seed, FIVE)
        seen = {kind: colours(sketches, kind) for kind in DEFICIENCIES}
        between = {kind: np.median(ciede2000(one[:MEMBERS], one[MEMBERS:])) for kind, one in seen.items()}
        distances.append(between["normal"])
        blind.append(min(between[kind] for kind in ("protan", "deutan", "tritan")))
        within += ciede2000(seen["normal"][:MEMBERS:2], seen["normal"][1:MEMBERS:2]).tolist()  # of 3 % at most
    assert np.mean(np.array(distances) >= 15) >= 0.9
    assert np.mean(np.array(within) <= 5) >= 0.95
    assert np.mean(np.array(blind) >= 15) >= 0.75


def test_who_differs_by_1_percent_is_of_one_colour():
    assert all(np.ptp(colours(pair(seed, ONE)), axis=0).max() == 0 for seed in range(0, 100, 10))


def test_colours_depend_on_nothing_but_who_lives():
    sketches = pair(3, FIVE)
    found = find(sketches)
    assert found.colours == find(sketches.copy()).colours and 2 <= len(found.colours) < 10
    assert found.shares.sum() == pytest.approx(1) and (np.diff(found.shares) <= 0).all()
    assert found.members(sketches.reshape(2, 3, 50, 1)).shape == (2, 3, 50, 1)
    alone = find(sketches[:MEMBERS])
    known = np.array(found.colours)[np.bincount(found.members(sketches[:MEMBERS])).argmax()]
    assert ciede2000(lab(known[None]), lab(np.array(alone.colours)[:1])) < 5  # its colour without the other


def test_who_stands_between_two_populations_is_placed_with_its_relatives():
    sketches = pair(20, FIVE)
    found = find(sketches)
    places = points(sketches)
    own, doubt = populations._nearest(places, found.centres)
    at = int(np.flatnonzero(doubt)[0]) if doubt.any() else 0
    voters, other = np.repeat(places[at : at + 1], 3, axis=0), int(own[at] == 0)
    asked = populations._voted(places[at : at + 1], own[at : at + 1], np.array([True]), voters, np.full(3, other))
    assert asked.tolist() == [other]
    alone = populations._voted(places[at : at + 1], own[at : at + 1], np.array([False]), voters, np.full(3, other))
    assert alone.tolist() == [own[at]]


def test_little_changes_where_few_die():
    sketches = pair(20, FIVE)
    drawn = populations._drawn(np.tile(sketches, 20))
    assert len(drawn) == populations.COUNTED
    fewer = populations._drawn(np.tile(sketches, 20)[: -len(sketches)])
    assert len(np.intersect1d(drawn, fewer)) >= 0.95 * len(np.unique(drawn))
    clone = populations._drawn(np.concatenate([np.full(3000, 7), np.arange(3000)]))
    assert 0.4 < (clone == 7).mean() < 0.6


def test_the_map_to_colours_is_fixed_closed_and_steady():
    random = np.random.default_rng(0)
    angles = random.uniform(-np.pi, np.pi, (500, NUMBERS))
    circles = np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(500, -1).astype(np.float32)
    shown = populations.colours_of(circles)
    assert np.max(ciede2000(lab(populations.colours_of(3 * circles)), lab(shown))) < 0.6  # only the angles count
    turned = angles + random.normal(0, 0.01, angles.shape)
    near = np.stack([np.cos(turned), np.sin(turned)], axis=-1).reshape(500, -1).astype(np.float32)
    assert np.quantile(ciede2000(lab(shown), lab(populations.colours_of(near))), 0.99) < 5
    assert np.min(ciede2000(lab(shown), lab(np.array([palette.rgb(palette.SPACE)])))) > 10
    assert len(np.unique(shown, axis=0)) > 400 and np.ptp(lab(shown)[:, 0]) > 40
    np.testing.assert_array_equal(populations.colours_of(np.ones((1, 2 * NUMBERS), np.float32)), GOLDEN)


GOLDEN = [[65, 98, 111]]


def test_strangers_and_nobody_have_no_colour_of_their_own():
    strangers = sketch(random_genomes(4, 400))
    found = find(strangers)
    assert (found.members(strangers) == len(found.colours)).mean() > 0.8
    assert find(np.zeros(0, np.int64)) is NONE and NONE.members(strangers).tolist() == [0] * 400
    picture = painted(strangers.reshape(20, 20), np.zeros((20, 20), bool), palette.GROUND)
    assert picture.shape == (20, 20, 3) and (picture == 255).all()


def test_a_tree_has_the_colours_of_those_who_live():
    sketches = pair(3, FIVE)
    cradle, born, alive = np.arange(2 * MEMBERS), np.full(2 * MEMBERS, 7), np.ones(2 * MEMBERS, bool)
    leaves = [Branch(site, 7, 1 if site < MEMBERS else 2, 0, 1) for site in (0, 1, 2, MEMBERS, MEMBERS + 1)]
    nodes = (Branch(900, 0, -1, 0, 5), Branch(901, 1, 0, 3, 3), Branch(902, 1, 0, 3, 2), *leaves)
    shown = tree_colours(nodes, cradle, born, alive, sketches)
    assert shown[1] == shown[0] == shown[3] and shown[2] == shown[-1] != shown[1]


def test_oklab_is_that_of_its_author():
    """Pairs of https://bottosson.github.io/posts/oklab: white, and the primaries of sRGB."""
    given = np.array([[1, 0, 0], [0.62796, 0.22486, 0.12585], [0.86644, -0.23389, 0.17950], [0.45201, -0.03246, -0.31153]])
    assert oklab.pixels(given).tolist() == [[255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]
    hue = np.linspace(0, 6, 50)
    most = oklab.most_chroma(np.full(50, 0.7), hue)
    for share, inside in ((0.99, True), (1.05, False)):
        part = oklab.linear(oklab.polar(np.full(50, 0.7), share * most, hue))
        assert (((part >= -1e-6) & (part <= 1 + 1e-6)).all(axis=1) == inside).all()


def test_points_of_sketches_lie_on_circles():
    assert np.allclose(np.linalg.norm(points(sketch(random_genomes(0, 5))).reshape(5, NUMBERS, 2), axis=-1), 16 / (2 * np.pi))
