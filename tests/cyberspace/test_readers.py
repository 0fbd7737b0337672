"""Whoever reads beside a run that prunes gets a whole answer, of a run that goes on; `benchmarks.readers` does it a thousand times."""

import time

from tests.beside import READERS, running, saved

LOOPS, LONG = 4, 120
"""Reads by each reader, at least; seconds for the run to go on, however busy the machine is."""


def test_readers_beside_a_run_that_prunes(tmp_path):
    with running(tmp_path) as path:
        first, found, loops, until = saved(path)[-1], {}, 0, time.monotonic() + LONG
        while loops < LOOPS or (min(found.values()) <= first and time.monotonic() < until):
            loops += 1
            for read in READERS:
                tick = read(path)
                assert tick >= found.get(read, 0)
                found[read] = tick
    assert min(found.values()) > first, "the run stood still"
    assert len(saved(path)) <= 2
