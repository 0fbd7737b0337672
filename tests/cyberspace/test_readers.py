"""Whoever reads beside a run that prunes gets a whole answer, of a run that goes on; `benchmarks.readers` does it a thousand times."""

from tests.beside import READERS, running, saved

LOOPS = 4


def test_readers_beside_a_run_that_prunes(tmp_path):
    with running(tmp_path) as path:
        first, found = saved(path)[-1], {}
        for _ in range(LOOPS):
            for read in READERS:
                tick = read(path)
                assert tick >= found.get(read, 0)
                found[read] = tick
    assert min(found.values()) > first, "the run stood still"
    assert len(saved(path)) <= 2
