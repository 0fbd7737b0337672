"""Bad input: exit code 2, one clear message, no traceback, nothing half-written left behind that looks whole."""

import pytest

from cyberspace.errors import InputError
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.worldfile.build import load_universe
from tests.conftest import TINY
from tests.mpi.jobs import FEW

GOOD_TASK = """
import numpy as np
from cyberspace.tasks.task import Task

class Own(Task):
    goals = ("own",)
    def pose(self, xp, bits, lesson):
        return xp.ones((1, bits.shape[1]), dtype=np.int8), ()
    def judge(self, xp, answers, hidden, memory):
        return xp.ones((1, answers.shape[1]), dtype=np.int32), xp.ones((1, answers.shape[1]), dtype=np.int8), memory
"""

AXES = "axes.lane = { length = 16 }\naxes.thread = { length = 6, curled = true }\naxes.core = { length = 2 }"
CASES = {
    "unknown key": ("spark = 100", "sparkle = 100", ["physics.sparkle", "unknown key", "spark"]),
    "wrong type": ("seed = 5", 'seed = "five"', ["world.seed", "'five'", "valid integer"]),
    "float for an integer": ("sunlight = 12", "sunlight = 12.5", ["physics.sunlight", "12.5", "valid integer"]),
    "axis of length 0": ("length = 16", "length = 0", ["axes.lane.length", "got 0", "greater than or equal to 1"]),
    "no power of two": ("length = 16", "length = 16, stretch = 3", ["axes.lane", "stretch 3", "power of two"]),
    "unknown axis": ("axes.core", "axes.cores", ["cores"]),
    "an axis of the other kind": ("axes.core", "axes.sm", ["axes.sm", "'sm'", "core, thread, lane"]),
    "Kraft": ("length = 2", "length = 2, stretch = 1", ["sum of 1/stretch", "7/4", "try: give"]),
    "unknown task": ('"logic"', '"logics"', ["tasks[0].name", "'logics'", "recall, refine, relay, shift, stream"]),
    "missing task file": ('"logic"', '"gone.py:Own"', ["gone.py", "no file"]),
    "task file without the class": ('"logic"', '"own.py:Other"', ["own.py:Other", "subclass"]),
    "unknown module": ('"logic"', '"no_such_package.tasks:Own"', ["no_such_package", "ModuleNotFoundError"]),
    "unknown option": ('"logic"', '"logic"\noptions = { prize = 3 }', ["options", "prize", "pay"]),
    "impossible option": ('"logic"', '"logic"\noptions = { cycles = 9 }', ["options", "cycles 1 to 8"]),
    "place outside": ('"logic"', '"logic"\nwhere = { lane = [0, 17] }', ["where.lane", "[0, 17]", "[0, 16]"]),
    "no range": ('"logic"', '"logic"\nwhere = { lane = [1, 2, 3] }', ["where.lane", "[1, 2, 3]", "half-open range"]),
    "unknown genesis": ("[spaces.pond]", '[spaces.pond]\ngenesis = "eden"', ["genesis", "'eden'", "soup"]),
    "unknown rule": ("[spaces.pond]", '[spaces.pond]\nrule = "magic"', ["rule", "'magic'", "hebbian, none"]),
    "unknown field": ('"activity"]', '"colour"]', ["record.fields", "colour", "energy"]),
    "not TOML": ("[world]", "[world", ["not TOML", "line 2"]),
    "no space": ("[spaces.pond]", "[places.pond]", ["places", "unknown key"]),
    "no whole truth": ("curled = true", "curled = 1", ["axes.thread.curled", "got 1", "true or false"]),
    "no text": ('name = "logic"', "name = 3", ["tasks[0].name", "got 3", "a text"]),
    "no table": ("[world]\nseed = 5", "world = 3", ["world: got 3", "a table"]),
    "no axes": (AXES, "axes = {}", ["spaces.pond.axes", "an empty table", "at least 1"]),
    "no such pace": ("[spaces.pond]", "[spaces.pond]\npace = 0.3", ["spaces.pond.pace", "got 0.3", "power of two"]),
    "a kind that is none": (
        'kind = "cpu"',
        'kind = "cpus"',
        ["spaces.pond.kind", "'cpus'", "gpu, cpu, or FILE.py:NAME", "try: cpu"],
    ),
}

SHORE = "core = 1, lane = [0, 3]"
BEACHES = {
    "shores of unequal size": (SHORE, "core = 1, lane = [0, 2]", ["beaches[0].shores", "3 sites in reef and 2 sites in shore"]),
    "a region that does not exist": ("device = 1,", "device = 3,", ["beaches[0].shores", "reef.device", "[3, 4]", "[0, 3]"]),
    "a space that does not exist": ('"shore"]', '"shores"]', ["beaches[0].between", "'shores'", "reef, shore", "try: shore"]),
    "a place outside": (SHORE, "core = 1, lane = [4, 7]", ["beaches[0].shores", "shore.lane", "[4, 7]", "[0, 5]"]),
    "no near axis": (SHORE, "cores = 1", ["beaches[0].shores", "cores"]),
    "more regions on one side": ("device = 1,", "device = [0, 2],", ["beaches[0].shores", "2 and 1 regions"]),
    "itself": ('["reef", "shore"]', '["reef", "reef"]', ["beaches[0]"]),
    "stretch": ("stretch = 32", "stretch = 33", ["beaches[0].stretch", "got 33", "power of two", "try: 64"]),
    "two stretches for one axis": (
        "length = 5 }",
        "length = 5, stretch = 4 }",
        ["spaces.shore.axes.lane.stretch", "one clock"],
    ),
    "ranks": ("pace = 0.5", "pace = 0.5\nranks = [-1]", ["spaces.shore.ranks[0]", "got -1"]),
    "two bodies": ("pace = 0.5", "pace = 0.5\nbody = { units = 32 }", ["spaces", "different bodies"]),
    "Kraft with a beach": ("stretch = 32", "stretch = 1", ["axes and beaches", "sum of 1/stretch", "try: give"]),
}


def names_all(told, path, parts):
    """Every line of what was told names the file, and all the parts are told."""
    assert all(line.startswith(f"cyberspace: {path}: ") for line in told.splitlines()), told
    for part in parts:
        assert part in told


@pytest.mark.parametrize("case", CASES | BEACHES)
def test_world_files(tiny, tmp_path, refuse, case):
    before, after, expected = (CASES | BEACHES)[case]
    text = FEW if case in BEACHES else TINY
    assert before in text
    tiny.write_text(text.replace(before, after, 1))
    (tmp_path / "own.py").write_text(GOOD_TASK)
    there = set(tmp_path.iterdir())
    told = refuse("run", tiny, "--ticks", 5, "--out", tmp_path / "run")
    names_all(told, tiny, expected)
    assert set(tmp_path.iterdir()) - there <= {tmp_path / "__pycache__"}, "something is left behind"


BROKEN_TASKS = {
    "wrong shape": (
        "xp.ones((1, answers.shape[1]), dtype=np.int32)",
        "xp.ones(answers.shape[1], dtype=np.int32)",
        "score is int32 of shape (7,)",
    ),
    "a float": ("dtype=np.int32)", "dtype=np.float32)", "score is float32"),
    "channels in the wrong type": ("xp.ones((1, bits.shape[1]), dtype=np.int8)", "xp.ones((1, bits.shape[1]))", "channels is float64"),
    "an error inside": ("return xp.ones((1, bits", "return nothing((1, bits", "pose raised NameError"),
    "no goals": ('goals = ("own",)', "goals = ()", "goals = ()"),
    "a file that can't be imported": ("import numpy as np", "import numpie as np", "No module named 'numpie'"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_TASKS)
def test_a_users_task_is_checked_before_anything_runs(tiny, tmp_path, refuse, case):
    before, after, expected = BROKEN_TASKS[case]
    tiny.write_text(TINY.replace('"logic"', '"own.py:Own"'))
    (tiny.parent / "own.py").write_text(GOOD_TASK)
    load_universe(tiny)
    assert before in GOOD_TASK
    (tiny.parent / "own.py").write_text(GOOD_TASK.replace(before, after, 1))
    told = refuse("run", tiny, "--ticks", 5, "--out", tmp_path / "run")
    names_all(told, tiny, [expected, "tasks[0].name", "own.py:Own", "own.py"])
    assert not (tmp_path / "run").exists()


def test_a_task_that_jax_can_not_trace_is_refused_there(tiny, tmp_path, refuse, capsys):
    tiny.write_text(TINY.replace('"logic"', '"own.py:Own"'))
    numpy_only = GOOD_TASK.replace("xp.ones((1, bits", "np.asarray(bits[:1] > 0).astype(np.int8) * xp.ones((1, bits", 1)
    (tiny.parent / "own.py").write_text(numpy_only)
    folder = runtime.begin(tiny, tmp_path / "numba", None, None)
    assert runtime.go(folder, Plan(5, 50, quiet=True)) == 5
    assert "own.py:Own is judged by NumPy between spans" in capsys.readouterr().err
    told = refuse("run", tiny, "--ticks", 5, "--quiet", "--out", tmp_path / "jax", "--backend", "jax")
    assert "task Own in JAX: got " in told and "namespace xp" in told and "try: --backend numba" in told


def test_all_problems_are_told_at_once(tiny):
    tiny.write_text(TINY.replace("seed = 5", "seed = -1").replace("length = 16", "length = 0").replace("keep = 3", "keeps = 3"))
    with pytest.raises(InputError) as caught:
        load_universe(tiny)
    assert len(caught.value.problems) == 3


def refused(done, *parts):
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr


def test_the_command_line_says_it_with_exit_code_2(tiny, tmp_path, command):
    """The installed command itself; all else here runs it in this process."""
    tiny.write_text(TINY.replace("sunlight", "moonlight"))
    refused(command("run", tiny, "--ticks", 5, "--out", tmp_path / "run"), "physics.moonlight", "try: sunlight")
    assert not (tmp_path / "run").exists()
