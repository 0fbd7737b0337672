"""The shim that makes a network slow: a letter is under way for so long from when it is posted, whenever its receiver looks."""

import json
import os
import subprocess
import sys

import pytest

from cyberspace.ranks.launch import command

JOB = """
import json, sys, time
from pathlib import Path
from mpi4py import MPI
from benchmarks.trace import WORLD
from cyberspace.worldfile.build import universe_from_text
from cyberspace.law.letters import Stamp, blank_block, body_of, seal
from cyberspace.ranks.mpi import MpiTeam

late, looks = float(sys.argv[1]), float(sys.argv[2])
universe = universe_from_text(WORLD.replace("length = 256", "length = 2").format(ranks=2, stretch=16), "test", Path())[0]
team = MpiTeam(MPI.COMM_WORLD, late)
team.join(universe, (0, 1), 7)
world = universe.worlds[team.rank]
end = world.ends[0]
block = blank_block(world, end)
MPI.COMM_WORLD.Barrier()
start = time.monotonic()
MPI.COMM_WORLD.Barrier()  # nobody posts before both clocks run
team.post(seal(Stamp(7, team.rank, 1 - team.rank, end.axis, 0, 3), block))
time.sleep(looks)
while (come := team.collect(world.region, end.axis, 0)) is None:
    time.sleep(1e-3)
assert come == body_of(block)
print(json.dumps(time.monotonic() - start), flush=True)
team.leave(0)
"""


@pytest.mark.parametrize(
    ("late", "looks", "least", "most"), [(2.0, 0.0, 2.0, 60.0), (2.0, 2.5, 2.5, 4.5), (0.0, 0.0, 0.0, 60.0)]
)
def test_a_letter_is_under_way_from_when_it_is_posted(tmp_path, late, looks, least, most):
    """Counted from when it is seen, the second would take 4.5 s; else the bounds are wide, since the machine may do much else."""
    (tmp_path / "job.py").write_text(JOB)
    line, environment = command(2, None, [])
    job = [*line[: line.index(sys.executable)], sys.executable, "-m", "mpi4py", str(tmp_path / "job.py"), str(late), str(looks)]
    variables = {**os.environ, **environment, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(job, env=variables, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    taken = [json.loads(said) for said in done.stdout.splitlines()]
    assert len(taken) == 2 and all(least <= seconds < most for seconds in taken), taken
