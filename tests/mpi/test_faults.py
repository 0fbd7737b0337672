"""What dies, stops, raises or is missing: the run goes on to the same digest, or ends with a message, in bounded time."""

import os
import re
import signal
import subprocess
import sys

import pytest

from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.ranks import launch
from cyberspace.ranks.startup_watch import ranks_below
from cyberspace.record import checkpoint
from cyberspace.record.run_folder import take_over
from tests.conftest import WHOLE
from tests.mpi.jobs import (
    FEW,
    alone,
    children,
    finish,
    kill,
    launched,
    placed,
    ranks_of,
    start,
    wait_until_ended,
    wait_until_saved,
)
from tests.mpi.test_ranks import same

TICKS = 800


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "w.toml").write_text(FEW)
    alone(folder / "w.toml", "--ticks", TICKS, "--out", folder / "run", "--backend", "numba")
    return folder / "run"


@pytest.fixture
def few(tmp_path):
    (tmp_path / "w.toml").write_text(FEW)
    return tmp_path / "w.toml"


@pytest.mark.parametrize(("rank", "place"), [(0, "by cost"), (2, "as the file says")])
def test_a_killed_rank_is_mended_and_nothing_is_lost(few, tmp_path, undisturbed, rank, place):
    if place == "as the file says":  # which two ranks can't do
        few.write_text(placed(FEW, "[0, 1, 2]", "[0]"))
    process = start(3, few, "--ticks", TICKS, "--out", tmp_path / "run", "--backend", "numba")
    wait_until_saved(tmp_path / "run", 300, process)
    kill(ranks_of(process)[rank], signal.SIGKILL)
    code, told = finish(process)
    assert re.search(rf"lost rank {rank} near tick [\d,]+: 2 left, going back to the last checkpoint", told), told
    assert re.search(r"going on from tick [\d,]+00, epoch 2", told), told
    assert code == 0, told
    same(tmp_path / "run", undisturbed)


@pytest.mark.parametrize("rank", [0, 1])
def test_a_rank_that_is_killed_before_the_others_have_found_it_ends_the_job(few, tmp_path, rank):
    """MPI can't mend that, and would wait for ever."""
    process = start(2, few, "--ticks", 100, "--out", tmp_path / "run", "--backend", "numba")
    while len(ranks_of(process)) < 2:
        assert process.poll() is None
    ranks = ranks_of(process)
    kill(ranks[rank], signal.SIGKILL)
    code, told = finish(process, 30)
    assert code != 0 and not (tmp_path / "run").exists()
    assert (
        "1 of the 2 ranks of this host died before all had found each other; the job is ended; try: starting it again" in told
    )
    assert "Traceback" not in told
    wait_until_ended(ranks.values())


def test_launch_starts_such_a_job_again(few, tmp_path):
    process = launched(2, few, "--ticks", 100, "--out", tmp_path / "run", "--backend", "reference")
    ranks = []
    while len(ranks) < 2:
        assert process.poll() is None
        ranks = [rank for job in children(process.pid) for rank in ranks_below(job)]
    kill(ranks[1], signal.SIGKILL)
    code, told = finish(process)
    assert code == 0, told
    assert told.count("1 of the 2 ranks of this host died") == 1
    assert inspect_run(tmp_path / "run")["tick"] == 100


def test_ranks_that_wait_for_the_others_beyond_the_deadline_end(few, tmp_path):
    process = start(2, few, "--ticks", 100, "--out", tmp_path / "run", "--backend", "numba", "--deadline", "2")
    while len(ranks_of(process)) < 2:
        assert process.poll() is None
    ranks = ranks_of(process)
    kill(ranks[1], signal.SIGSTOP)
    code, told = finish(process, 30)
    assert code != 0
    assert "rank 0 waited 2 s for the other ranks to start; the job is ended" in told
    wait_until_ended(ranks.values())


DIES = """
import os, signal
from mpi4py import MPI
from cyberspace.ranks.mpi import MpiTeam

if MPI.COMM_WORLD.rank == {rank}:
    os.kill(os.getpid(), signal.SIGKILL)
team = MpiTeam(MPI.COMM_WORLD)
print(MPI.COMM_WORLD.rank, "is", team.rank, "of", team.size, flush=True)
os._exit(0)
"""


@pytest.mark.parametrize("rank", [0, 1])
def test_a_rank_that_is_killed_as_soon_as_they_have_found_each_other(tmp_path, rank):
    (tmp_path / "dies.py").write_text(DIES.format(rank=rank))
    line, environment = launch.command(3, None, [])
    line = [*line[: line.index("-m")], str(tmp_path / "dies.py")]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=60)
    left = [number for number in range(3) if number != rank]
    assert sorted(done.stdout.splitlines()) == [f"{number} is {k} of 2" for k, number in enumerate(left)], done.stderr


def test_a_killed_launcher_is_picked_up(few, tmp_path, undisturbed):
    process = start(2, few, "--ticks", 100_000, "--out", tmp_path / "run", "--backend", "numba")
    wait_until_saved(tmp_path / "run", 300, process)
    ranks = ranks_of(process).values()
    process.kill()
    process.wait()
    process.stderr.close(), process.stdout.close()
    saved = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")[-1]
    if checkpoint.tick_of(saved) > TICKS:
        pytest.fail("killed too late")
    code, told = finish(start(2, "--resume", tmp_path / "run", "--ticks", TICKS))
    assert code == 0, told
    wait_until_ended(ranks)
    same(tmp_path / "run", undisturbed)


def test_an_orphan_of_an_earlier_start_can_not_write(few, tmp_path):
    process = start(2, few, "--ticks", 100_000, "--out", tmp_path / "run", "--backend", "numba")
    wait_until_saved(tmp_path / "run", 200, process)
    tenure = take_over(tmp_path / "run")
    saved = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
    code, told = finish(process)
    assert code == 2
    assert f"epoch {tenure.epoch}: another start has taken over" in told
    with tenure.held():
        assert checkpoint.checkpoints(tmp_path / "run" / "checkpoints")[-1].name <= f"{saved[-1].name[:-3]}999"


def test_a_checkpoint_on_sigusr1(few, tmp_path, undisturbed):
    process = start(2, few, "--ticks", 1_000_000, "--out", tmp_path / "run", "--backend", "numba")
    wait_until_saved(tmp_path / "run", 100, process)
    process.send_signal(signal.SIGUSR1)
    code, told = finish(process)
    assert code == 130, told
    tick = inspect_run(tmp_path / "run")["tick"]
    assert f"interrupted at tick {tick:,}" in told
    assert f"cyberspace run --resume {tmp_path / 'run'}" in told
    if tick <= TICKS:
        alone("--resume", tmp_path / "run", "--ticks", TICKS)
        same(tmp_path / "run", undisturbed)


def test_extinction(few, tmp_path):
    """The organisms of the lost rank are gone, the world goes on, and a resume tells the same story."""
    process = start(4, few, "--ticks", 1_000, "--out", tmp_path / "run", "--backend", "numba", "--extinction")
    wait_until_saved(tmp_path / "run", 300, process)
    kill(ranks_of(process)[3], signal.SIGKILL)
    code, told = finish(process)
    assert code == 0, told
    assert (tmp_path / "run" / "extinctions.json").exists()
    facts = inspect_run(tmp_path / "run")
    assert facts["tick"] == 1000 and facts["energy"]["balanced"]


def test_a_stopped_rank_is_named_when_the_deadline_passes(few, tmp_path):
    process = start(2, few, "--ticks", 1_000_000, "--out", tmp_path / "run", "--backend", "numba", "--deadline", "3")
    wait_until_saved(tmp_path / "run", 100, process)
    ranks = ranks_of(process)
    kill(ranks[1], signal.SIGSTOP)
    code, told = finish(process, 60)
    assert code == 4, told
    assert "nothing moved on rank 0 for 3 s" in told
    assert "(rank 1)" in told and "posted at tick" in told
    assert f"try: cyberspace run --resume {tmp_path / 'run'}, with a longer --deadline" in told
    wait_until_ended(ranks.values())


RAISES = """
import os
import numpy as np
from cyberspace.tasks.task import Task

class Own(Task):
    goals = ("own",)
    def pose(self, xp, bits, lesson):
        if lesson > 20 and os.environ.get("OMPI_COMM_WORLD_RANK") == "1":
            raise RuntimeError("a fault of the user's own")
        return xp.ones((1, bits.shape[1]), dtype=np.int8), ()
    def judge(self, xp, answers, hidden, memory):
        return xp.ones((1, answers.shape[1]), dtype=np.int32), xp.ones((1, answers.shape[1]), dtype=np.int8), memory
"""


def test_a_rank_that_raises_ends_the_job(tmp_path):
    (tmp_path / "own.py").write_text(RAISES)
    (tmp_path / "w.toml").write_text(FEW.replace('"logic"', '"own.py:Own"'))
    code, told = finish(start(2, tmp_path / "w.toml", "--ticks", 1000, "--out", tmp_path / "run", "--backend", "numba"), 60)
    assert code == 1, told
    assert "rank 1 failed, and the job with it: RuntimeError: a fault of the user's own" in told


def test_wrong_input_is_told_once(tmp_path):
    (tmp_path / "w.toml").write_text(FEW.replace("sunlight", "moonlight", 1))
    code, told = finish(start(2, tmp_path / "w.toml", "--ticks", 1000, "--out", tmp_path / "run"), 60)
    assert code == 2, told
    assert told.count("cyberspace: ") == 1 and "physics.moonlight" in told
    assert "Traceback" not in told
    assert not (tmp_path / "run").exists()


def test_more_ranks_than_regions(few, tmp_path):
    code, told = finish(start(5, few, "--ticks", 10, "--out", tmp_path / "run"), 60)
    assert code == 2, told
    assert "-n: got 5 ranks; expected at most 4, one for each region; try: -n 4" in told
    assert told.count("cyberspace: ") == 1 and "Traceback" not in told
    assert not (tmp_path / "run").exists()


def test_other_ranks_than_the_world_file_names(few, tmp_path):
    few.write_text(placed(FEW, "[0, 1, 2]", "[0]"))
    code, told = finish(start(2, few, "--ticks", 10, "--out", tmp_path / "run"), 60)
    assert code == 2, told
    assert "spaces.ranks: got ranks [0, 1, 2] in the world file, 2 ranks launched; expected each of 0 to 1; try: -n 3" in told
    assert not (tmp_path / "run").exists()


def test_processes_that_do_not_find_each_other_refuse_to_run(few, tmp_path, command, monkeypatch):
    """As under the launcher of another MPI: each process is alone, and would run a copy of the world."""
    monkeypatch.setenv("PMI_SIZE", "3")
    done = command("run", few, "--ticks", 10, "--out", tmp_path / "run")
    assert done.returncode == 2, done.stderr
    assert "3 processes, of which this one sees 1" in done.stderr and "cyberspace launch" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_missing_library_is_named(few, tmp_path):
    process = start(2, few, "--ticks", 10, "--out", tmp_path / "run", MPI4PY_LIBMPI=str(tmp_path / "libmpi.so"))
    code, told = finish(process, 60)
    assert code == 2, told
    assert "no working mpi4py" in told and "pip install 'cyberspace[mpi]'" in told
    assert all(WHOLE.fullmatch(line) for line in told.splitlines() if line.startswith("cyberspace: ")), told


def test_wrong_options_are_told_once(few, tmp_path, command):
    done = command("launch", "-n", 2, few, "--ticks", 10, "--outt", tmp_path / "run")
    assert done.returncode == 2 and done.stderr.count("No such option '--outt'") == 1, done.stderr


def test_a_missing_launcher_is_named(few, tmp_path, command, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    code = "from cyberspace.ranks import launch; import sys; sys.executable = '/nowhere/python'; launch.mpirun()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert "a launcher of MPI" in done.stderr and "pip install 'cyberspace[mpi]'" in done.stderr
