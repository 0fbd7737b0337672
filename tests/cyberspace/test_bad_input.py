"""Bad input: exit code 2, one clear message, no traceback, nothing half-written left behind that looks whole."""

import errno
import shutil

import pytest

from cyberspace import checkpoint, runtime, store
from cyberspace.build import load_universe
from cyberspace.crew import Plan
from cyberspace.errors import InputError
from tests.conftest import TINY

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

CASES = {
    "unknown key": ("spark = 100", "sparkle = 100", ["physics.sparkle", "unknown key", "spark"]),
    "wrong type": ("seed = 5", 'seed = "five"', ["world.seed", "'five'", "valid integer"]),
    "float for an integer": ("sunlight = 12", "sunlight = 12.5", ["physics.sunlight", "12.5", "valid integer"]),
    "axis of length 0": ("length = 16", "length = 0", ["axes.lane.length", "got 0", "greater than or equal to 1"]),
    "no power of two": ("length = 16", "length = 16, stretch = 3", ["axes.lane", "stretch 3", "power of two"]),
    "unknown axis": ("axes.core", "axes.cores", ["cores"]),
    "an axis of the other kind": ("axes.core", "axes.sm", ["axes.sm", "'sm'", "core, thread, lane"]),
    "Kraft": ("length = 2", "length = 2, stretch = 1", ["sum of 1/stretch", "7/4", "try: give"]),
    "unknown task": ('"logic"', '"logics"', ["tasks[0].name", "'logics'", "logic, shift"]),
    "missing task file": ('"logic"', '"gone.py:Own"', ["gone.py", "no file"]),
    "task file without the class": ('"logic"', '"own.py:Other"', ["own.py:Other", "subclass"]),
    "unknown module": ('"logic"', '"no_such_package.tasks:Own"', ["no_such_package", "ModuleNotFoundError"]),
    "unknown option": ('"logic"', '"logic"\noptions = { prize = 3 }', ["options", "prize", "pay"]),
    "impossible option": ('"logic"', '"logic"\noptions = { cycles = 9 }', ["options", "cycles 1 to 8"]),
    "place outside": ('"logic"', '"logic"\nwhere = { lane = [0, 17] }', ["where.lane", "[0, 17]", "[0, 16]"]),
    "no range": ('"logic"', '"logic"\nwhere = { lane = [1, 2, 3] }', ["where.lane", "[1, 2, 3]", "half-open range"]),
    "unknown genesis": ("[[spaces.pond.tasks]]", 'genesis = "eden"\n[[spaces.pond.tasks]]', ["genesis", "'eden'", "soup"]),
    "unknown rule": ("[spaces.pond]", '[spaces.pond]\nrule = "magic"', ["rule", "'magic'", "hebbian, none"]),
    "unknown field": ('"activity"]', '"colour"]', ["record.fields", "colour", "energy"]),
    "not TOML": ("[world]", "[world", ["not TOML", "line 2"]),
    "no space": ("[spaces.pond]", "[places.pond]", ["places", "unknown key"]),
}


@pytest.mark.parametrize("case", CASES)
def test_world_files(tiny, case):
    before, after, expected = CASES[case]
    assert before in TINY
    text = TINY.replace("genesis", "").replace(before, after, 1) if case != "unknown genesis" else TINY
    if case == "unknown genesis":
        text = TINY.replace("[spaces.pond]", '[spaces.pond]\ngenesis = "eden"')
    tiny.write_text(text)
    (tiny.parent / "own.py").write_text(GOOD_TASK)
    with pytest.raises(InputError) as caught:
        load_universe(tiny)
    message = str(caught.value)
    assert str(tiny) in message
    for part in expected:
        assert part in message, message


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
def test_a_users_task_is_checked_before_anything_runs(tiny, case):
    before, after, expected = BROKEN_TASKS[case]
    tiny.write_text(TINY.replace('"logic"', '"own.py:Own"'))
    (tiny.parent / "own.py").write_text(GOOD_TASK)
    load_universe(tiny)
    assert before in GOOD_TASK
    (tiny.parent / "own.py").write_text(GOOD_TASK.replace(before, after, 1))
    with pytest.raises(InputError) as caught:
        load_universe(tiny)
    assert expected in str(caught.value)
    assert "own.py:Own" in str(caught.value)


def test_a_task_that_jax_can_not_trace_is_refused_there(tiny, tmp_path, command):
    tiny.write_text(TINY.replace('"logic"', '"own.py:Own"'))
    numpy_only = GOOD_TASK.replace("xp.ones((1, bits", "np.asarray(bits[:1] > 0).astype(np.int8) * xp.ones((1, bits", 1)
    (tiny.parent / "own.py").write_text(numpy_only)
    arguments = ("run", tiny, "--ticks", 5, "--quiet", "--out")
    assert command(*arguments, tmp_path / "numba").returncode == 0
    refused(command(*arguments, tmp_path / "jax", "--backend", "jax"), "task Own in JAX", "namespace xp", "--backend numba")


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
    tiny.write_text(TINY.replace("sunlight", "moonlight"))
    refused(command("run", tiny, "--ticks", 5, "--out", tmp_path / "run"), "physics.moonlight", "try: sunlight")
    assert not (tmp_path / "run").exists()
    refused(command("run", tmp_path / "none.toml", "--ticks", 5, "--out", tmp_path / "run"), "none.toml", "unreadable")
    refused(command("run", "--ticks", 5), "expected either WORLD --out RUN")
    refused(command("inspect", tmp_path), "no run", "run.json")
    refused(command("report", tmp_path), "no run")
    refused(command("run", "--resume", tmp_path, "--ticks", 5), "no run")


def test_a_folder_in_use_is_left_alone(tiny, tmp_path, command):
    refused(command("run", tiny, "--ticks", 5, "--out", tmp_path), "in use", f"--resume {tmp_path}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.toml"]


def test_resume_with_another_world(tiny, tmp_path, command):
    assert command("run", tiny, "--ticks", 50, "--out", tmp_path / "run", "--quiet").returncode == 0
    other = tmp_path / "other.toml"
    other.write_text(TINY.replace("sunlight = 12", "sunlight = 13"))
    refused(command("run", other, "--resume", tmp_path / "run", "--ticks", 60), "another world", "other.toml")
    assert command("run", tiny, "--resume", tmp_path / "run", "--ticks", 60, "--quiet").returncode == 0
    refused(command("run", "--resume", tmp_path / "run", "--ticks", 10), "--ticks", "got 10", "from 60 on")
    shutil.copy(other, tmp_path / "run" / "world.toml")
    refused(command("run", "--resume", tmp_path / "run", "--ticks", 70), "world.toml", "another world", "undoing")


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "a full disk"), (errno.EDQUOT, "a full quota")])
@pytest.mark.parametrize("where", ["append", "write_whole"])
def test_a_full_disk(tiny, tmp_path, monkeypatch, number, told, where):
    """While recording and while saving: the run stops with a message, and what is left is whole."""
    folder = runtime.begin(tiny, tmp_path / "run", None, "reference")
    runtime.go(folder, Plan(100, 50, quiet=True))
    real, calls = getattr(store, where), []

    def full(*arguments, **options):
        calls.append(arguments)
        if len(calls) > 8:
            raise OSError(number, "no room")
        return real(*arguments, **options)

    monkeypatch.setattr(store, where, full)
    with pytest.raises(InputError) as caught:
        runtime.go(folder, Plan(400, 50, quiet=True))
    assert told in str(caught.value)
    assert f"cyberspace run --resume {tmp_path / 'run'}" in str(caught.value)
    monkeypatch.undo()
    saved = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
    assert saved
    for path in saved:
        checkpoint.load(path)
    assert runtime.go(folder, Plan(400, 50, quiet=True), say=pytest.fail) == 400


def test_a_real_limit_on_file_sizes(tiny, tmp_path, command):
    """The kernel itself refuses to write."""
    import resource

    tiny.write_text(TINY.replace("length = 16", "length = 512"))
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # noqa: E731
    done = command(
        "run", tiny, "--ticks", 200, "--out", tmp_path / "run", "--backend", "reference", "--quiet", preexec_fn=limit
    )
    refused(done, "a limit on file sizes", str(tmp_path / "run"), "try: making room")
    assert not checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
