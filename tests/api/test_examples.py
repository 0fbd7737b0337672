"""Every example runs for a few ticks, says at its head what is seen, and is found and copied by the command."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cyberspace as cs
from cyberspace.api.examples import examples, home, listed

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
WORLDS = sorted(
    path for path in EXAMPLES.glob("*/*.toml") if "\n[outcomes." not in path.read_text()
)  # others are plans of sweeps
SCRIPTS = {"soup.py": ["--ticks", "20"], "own_task.py": ["--ticks", "20"], "record.py": ["--ticks", "20"]}


def script(path, *arguments, cwd):
    """Run an example as a user does; what it says."""
    command = [sys.executable, str(path), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "SDL_VIDEODRIVER": "dummy"}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", WORLDS, ids=lambda path: path.name)
def test_worlds(path):
    one = cs.Simulation(path, backend="numba").advance(24)
    assert one.energy.balanced
    assert sum(one.space(space.name).alive.sum().item() for space in one.universe.spaces) > 0


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(name, tmp_path):
    assert script(EXAMPLES / "6_python" / name, *SCRIPTS[name], cwd=tmp_path)


def test_the_ten_lines(tmp_path):
    source = (EXAMPLES / "6_python" / "ten_lines.py").read_text()
    lines = [line for line in source.partition('"""\n\n')[2].splitlines() if line and not line.startswith("import")]
    assert len(lines) <= 10
    (tmp_path / "ten_lines.py").write_text(source.replace("20_000", "60").replace("2_000", "20"))
    told = script("ten_lines.py", cwd=tmp_path)
    assert [line.split()[0] for line in told.splitlines()[:3]] == ["20", "40", "60"]
    assert cs.open_run(tmp_path / "runs" / "first").tick == 60


def test_the_first_step_of_the_walk(tmp_path):
    script(EXAMPLES / "5_people" / "walk.py", "--out", tmp_path, "--ticks", 300, "--last", "attach", cwd=tmp_path)
    assert (tmp_path / "walk-1-attach.png").read_bytes()[:4] == b"\x89PNG"


def test_descent_and_evolution_on_one_body(tmp_path):
    told = script(
        EXAMPLES / "9_torch" / "train.py",
        "--seeds",
        1,
        "--ticks",
        16,
        "--steps",
        2,
        "--threads",
        1,
        "--out",
        tmp_path,
        cwd=tmp_path,
    )
    assert [line.split("  ")[0] for line in told.splitlines()[1:]] == [
        "descent", "evolution", "evolution of learners", "descent, then evolution",
    ]  # fmt: skip
    assert (tmp_path / "iris.png").read_bytes()[:4] == b"\x89PNG"
    rows = json.loads((tmp_path / "iris.json").read_text())["rows"]
    assert all(0 <= row["held_median"] <= 1 and row["macs"] >= 0 for row in rows)


def test_every_example_says_in_a_sentence_what_is_seen():
    found = listed(EXAMPLES)
    assert {name for name, _ in found} == {f"{path.parent.name}/{path.name}" for path in EXAMPLES.glob("*/*") if path.is_file()}
    for name, says in found:
        assert re.fullmatch(r"[A-Z].{30,}\.", says), (name, says)
    families = sorted({int(name.partition("_")[0]) for name, _ in found if not name.startswith("experiments/")})
    assert families == list(range(1, len(families) + 1))


def test_the_command_lists_and_copies_them(tmp_path):
    told = CliRunner().invoke(examples, [])
    assert told.exit_code == 0
    for name, says in listed(home()):
        assert name in told.output and says in told.output
    copied = CliRunner().invoke(examples, ["--copy", str(tmp_path / "mine")])
    assert copied.exit_code == 0, copied.output
    assert listed(tmp_path / "mine") == listed(EXAMPLES)
    with pytest.raises(cs.InputError, match=r"--copy .*in use.*; expected .*; try: "):
        CliRunner().invoke(examples, ["--copy", str(tmp_path / "mine")], catch_exceptions=False)
