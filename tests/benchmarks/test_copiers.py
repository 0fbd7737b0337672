"""Copying makes copiers: what the page about them says of random genomes, in small."""

import numpy as np

from benchmarks.copiers import COPIERS, contest, converged, drawn, genome_of, world_of
from cyberspace.analysis.dissection.copying import faithful_share


def test_lines_become_copiers_that_clip():
    world = world_of(1, 0.0)
    shares = converged(world, "empty ground", 400)
    one = drawn(world, 400, 1)
    assert (
        shares[0]["faithful"] <= faithful_share(world.loci, one, one.astype(np.int32)).mean()
    )  # some of these are nearly empty
    assert shares[0]["faithful"] < 0.06 and shares[-1]["faithful"] > 0.4 and shares[-1]["clip"] > 10 * shares[-1]["exact"]
    assert all(row["exact"] + row["clip"] <= row["faithful"] for row in shares)


def test_kinds_in_a_contest_differ_in_their_copier_alone():
    world = world_of(1, 0.0)
    genomes = [genome_of(world.loci, copier) for copier in COPIERS.values()]
    assert [int((one != genomes[0]).sum()) for one in genomes] == [0, 1, 2, 4]
    left = contest("clips", "exact", 0.0, 1, 64)
    assert min(left) > 256 and left == contest("votes", "exact", 0.0, 1, 64)  # what nothing hits needs no mending
