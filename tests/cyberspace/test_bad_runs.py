"""Bad input that is found in a run's folder or on its disk: refused with exit code 2, and what is whole stays whole."""

import errno
import json
import shutil
from pathlib import Path

import pytest

from cyberspace.errors import InputError
from cyberspace.record import checkpoint, store
from cyberspace.record.run_folder import epoch_of, open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.conftest import TINY, WHOLE
from tests.cyberspace.test_bad_input import GOOD_TASK, refused


def test_what_is_no_run_and_no_world(tmp_path, refuse):
    assert "none.toml: got an unreadable file" in refuse("run", tmp_path / "none.toml", "--ticks", 5, "--out", tmp_path / "run")
    assert "expected either WORLD --out RUN" in refuse("run", "--ticks", 5, whole=False)
    for arguments in (("inspect", tmp_path), ("report", tmp_path), ("run", "--resume", tmp_path, "--ticks", 5)):
        told = refuse(*arguments)
        assert (
            f"{tmp_path}: got a folder that is no run" in told and "run.json" in told and "cyberspace run WORLD --out" in told
        )
    for content in ("", "[]", "{}", '{"seed": 5'):
        (tmp_path / "run.json").write_text(content)
        (tmp_path / "world.toml").write_text(TINY)
        assert "no run" in refuse("run", "--resume", tmp_path, "--ticks", 5)


def test_a_folder_in_use_is_left_alone(tiny, tmp_path, refuse):
    assert "in use" in (told := refuse("run", tiny, "--ticks", 5, "--out", tmp_path))
    assert "try: another --out" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.toml"]


def live(source, out, ticks, backend="numba"):
    folder = runtime.begin(source, out, None, backend)
    runtime.go(folder, Plan(ticks, 50, quiet=True))
    return folder


def test_resume_with_another_world(tiny, tmp_path, refuse):
    run, other = tmp_path / "run", tmp_path / "other.toml"
    folder = live(tiny, run, 50)
    other.write_text(TINY.replace("sunlight = 12", "sunlight = 13"))
    told = refuse("run", other, "--resume", run, "--ticks", 60)
    assert f"{other}: got another world than the one of {run}" in told
    runtime.same_world(folder, tiny)
    told = refuse("run", "--resume", run, "--ticks", 10)
    assert "--ticks: got 10" in told and "from 50 on" in told
    assert f"--resume {run}" in refuse("run", tiny, "--ticks", 5, "--out", run)
    shutil.copy(other, run / "world.toml")
    told = refuse("run", "--resume", run, "--ticks", 70)
    assert f"{run / 'world.toml'}: got another world" in told and "undoing" in told
    assert [path.name for path in checkpoint.checkpoints(run / "checkpoints")] == ["tick-000000000050"]


def test_resume_with_another_file_that_the_world_names(tiny, tmp_path, refuse):
    """Of a task, or of the machine: the file is named, not the world's."""
    machine = (Path(__file__).parents[2] / "docs" / "two-cores.json").read_text()
    (tmp_path / "machine.json").write_text(machine)
    (tmp_path / "own.py").write_text(GOOD_TASK)
    tiny.write_text(TINY.replace('"logic"', '"own.py:Own"').replace("seed = 5", 'seed = 5\nmachine = "machine.json"'))
    run = tmp_path / "run"
    live(tiny, run, 20)
    for name, before, after in (("machine.json", '"name": "', '"name": "another-'), ("own.py", "np.int32)", "np.int32) * 2")):
        (held,) = (run / "files").rglob(name)
        text = held.read_text()
        assert before in text
        held.write_text(text.replace(before, after, 1))
        told = refuse("run", "--resume", run, "--ticks", 40)
        assert f"{held}: got another file than the run was started with" in told
        assert "world.toml" not in told
        held.write_text(text)
    (held,) = (run / "files").rglob("machine.json")
    held.unlink()
    assert f"{held}: got no file" in refuse("run", "--resume", run, "--ticks", 40)
    held.write_text(machine)
    assert runtime.go(open_run(run), Plan(40, 50, quiet=True)) == 40


def test_a_checkpoint_of_another_epoch(tiny, tmp_path, refuse):
    """Of a start that the run has not had: it is refused, and asking again does not make it right."""
    run = tmp_path / "run"
    live(tiny, run, 100)
    for ticks in (150, 200):
        assert runtime.go(open_run(run), Plan(ticks, 50, quiet=True)) == ticks
    assert epoch_of(run) == 3
    (run / "epoch").write_text("2")
    for _ in range(3):
        told = refuse("run", "--resume", run, "--ticks", 250)
        assert "tick-000000000200/manifest.json: got a checkpoint of epoch 3; expected at most 2" in told
    assert epoch_of(run) == 2
    (run / "epoch").write_text("two")
    assert f"{run / 'epoch'}: got no number" in refuse("run", "--resume", run, "--ticks", 250)
    (run / "epoch").write_text("3")
    assert runtime.go(open_run(run), Plan(250, 50, quiet=True)) == 250


def test_a_checkpoint_of_another_tick_or_world(tiny, tmp_path, refuse):
    run, other = tmp_path / "run", tmp_path / "other"
    live(tiny, run, 50)
    saved = run / "checkpoints" / "tick-000000000050"
    saved.rename(saved.with_name("tick-000000000070"))
    told = refuse("run", "--resume", run, "--ticks", 100)
    assert "tick-000000000070: got a checkpoint of tick 50; expected tick 70" in told and "no whole checkpoint" in told
    shutil.rmtree(saved.with_name("tick-000000000070"))
    tiny.write_text(TINY.replace("seed = 5", "seed = 6"))
    live(tiny, other, 50)
    shutil.copytree(other / "checkpoints" / saved.name, saved)
    told = refuse("run", "--resume", run, "--ticks", 100)
    assert f"{saved}: got a checkpoint of world " in told and "expected world " in told


def test_a_start_that_is_killed_leaves_no_run(tiny, tmp_path, monkeypatch):
    """Neither half of a folder that can't be resumed nor one that is in the way."""

    def killed(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "dumps", killed)
    with pytest.raises(KeyboardInterrupt):
        runtime.begin(tiny, tmp_path / "run", None, "numba")
    assert not (tmp_path / "run").exists()
    monkeypatch.undo()
    runtime.go(runtime.begin(tiny, tmp_path / "run", None, "numba"), Plan(50, 50, quiet=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "tiny.toml"]


@pytest.mark.parametrize(("number", "told"), [(errno.ENOSPC, "a full disk"), (errno.EDQUOT, "a full quota")])
@pytest.mark.parametrize("where", ["append", "write_whole"])
def test_a_full_disk(tiny, tmp_path, monkeypatch, number, told, where):
    """While recording and while saving: the run stops with a message, and what is left is whole."""
    folder = runtime.begin(tiny, tmp_path / "run", None, "numba")
    runtime.go(folder, Plan(100, 50, quiet=True))
    real, calls = getattr(store, where), []

    def full(*arguments, **options):
        calls.append(arguments)
        if len(calls) > 8:
            raise OSError(number, "no room")
        return real(*arguments, **options)

    monkeypatch.setattr(store, where, full)
    with pytest.raises(InputError) as caught:
        runtime.go(folder, Plan(250, 50, quiet=True))
    assert told in str(caught.value)
    assert WHOLE.fullmatch(f"cyberspace: {caught.value}")
    assert f"cyberspace run --resume {tmp_path / 'run'}" in str(caught.value)
    monkeypatch.undo()
    saved = checkpoint.checkpoints(tmp_path / "run" / "checkpoints")
    assert saved
    for path in saved:
        checkpoint.load(path)
    assert runtime.go(folder, Plan(250, 50, quiet=True), say=pytest.fail) == 250


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
