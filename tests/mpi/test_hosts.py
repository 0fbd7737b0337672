"""Hosts that are really apart: ranks are spread over them, a lost one is done without, and a pulled cable ends the job on both sides."""

import time

import pytest

from cyberspace.analysis.inspect_run import inspect_run
from tests.mpi.cables import hosts, unable, wait_for
from tests.mpi.jobs import alone, wait_until_saved
from tests.mpi.test_ranks import same

WHY = unable()
pytestmark = pytest.mark.skipif(WHY != "", reason=WHY)

SMALL = """
[world]
seed = 3

[spaces.reef]
kind = "gpu"
backend = "reference"
axes.lane = { length = 6 }
axes.device = { length = 4, stretch = 16 }
genesis = "ancestor:replicator"
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 100, move = 0.1 }
[[spaces.reef.tasks]]
name = "logic"

[record]
every = 50
checkpoint_every = 50
keep = 3
"""
"""Four regions of six sites."""

TICKS, DEADLINE, OUT = 300, 8, 2.5


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    with hosts(("ha", "hb", "hc"), tmp_path_factory.mktemp("hosts")) as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "w.toml").write_text(SMALL)
    alone(folder / "w.toml", "--ticks", TICKS, "--out", folder / "run")
    return folder / "run"


@pytest.fixture
def small(tmp_path):
    (tmp_path / "w.toml").write_text(SMALL)
    return tmp_path / "w.toml"


@pytest.mark.parametrize("late", [False, True])
def test_ranks_are_spread_by_slots_and_a_lost_host_is_done_without(three, small, tmp_path, undisturbed, late):
    """A host that still answers when it is asked and is gone when the job is started again is left out after that."""
    (tmp_path / "hosts").write_text("ha slots=1\nhb slots=2  # the large one\n\nhc slots=1\n")
    where = ("-n", 4, "--hostfile", tmp_path / "hosts")
    job = three.launch("ha", *where, small, "--ticks", TICKS, "--out", tmp_path / "run", "--quiet")
    wait_until_saved(tmp_path / "run", 100, job)
    three.lose("hb")
    if late:
        wait_for(lambda: "starting again on ha, hb, hc" in three.told, 30, "it does not start again")
    else:
        time.sleep(0.2)  # as a host that shuts down: the others hear that its connections are closed
    three.cut("hb")
    try:
        assert job.wait(90) == 0, three.told
    finally:
        three.mend("hb")
    spread = "placement: ha: rank 0 with region 0; hb: rank 1 with region 1, rank 2 with region 2; hc: rank 3 with region 3"
    assert spread in three.told
    assert "lost hb, or all that ran there: starting again on ha, hc from tick" in three.told, three.told
    assert "ha: rank 0 with region 0, rank 1 with region 1; hc: rank 2 with region 2, rank 3 with region 3" in three.told
    same(tmp_path / "run", undisturbed)


@pytest.mark.parametrize("cable", ["hb", "ha"])
def test_a_pulled_cable_ends_the_job_on_both_sides(three, small, tmp_path, cable):
    """Put back within the deadline, it goes on.  The launcher's host may have no rank."""
    places = "ha,hb,hc" if cable == "hb" else "hb,hc"
    job = three.launch(
        "ha", "-n", len(places.split(",")), "--host", places, small, "--ticks", 1_000_000, "--out", tmp_path / "run",
        "--quiet", "--deadline", DEADLINE,
    )  # fmt: skip
    try:
        wait_until_saved(tmp_path / "run", 50, job)
    except AssertionError as error:
        raise AssertionError(three.told) from error
    three.cut(cable)
    time.sleep(OUT)
    three.mend(cable)
    at = inspect_run(tmp_path / "run")["tick"]
    wait_until_saved(tmp_path / "run", at + 100, job)
    three.cut(cable)
    cut = time.monotonic()
    try:
        wait_for(lambda: not any(map(three.processes, three.names)), DEADLINE + 10, "somebody is left")
    finally:
        three.mend(cable)
    assert job.wait(1) == 4, three.told
    assert time.monotonic() - cut > DEADLINE - 1
    assert "try: cyberspace" in three.told and "Traceback" not in three.told
