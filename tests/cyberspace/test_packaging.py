"""The wheel, in an empty environment."""

import subprocess
import sys
import venv
from pathlib import Path

from tests.conftest import TINY

ROOT = Path(__file__).parents[2]


def test_the_wheel_runs_from_anywhere_and_holds_our_four_packages_alone(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path / "dist", ROOT], check=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    quickly = ["--quiet", "--no-compile"]  # most of what is installed is never imported here
    subprocess.run([*pip, "--python", python, "install", *quickly, "-c", ROOT / "constraints.txt", wheel], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "tiny.toml").write_text(TINY)
    command = [
        python.parent / "cyberspace",
        "run",
        "tiny.toml",
        "--ticks",
        "50",
        "--out",
        "run",
        "--quiet",
        "--backend",
        "reference",
    ]
    subprocess.run(command, check=True, cwd=elsewhere)
    listed = subprocess.run(
        [python.parent / "cyberspace", "examples", "--copy", "mine"], check=True, cwd=elsewhere, capture_output=True, text=True
    )
    assert listed.stdout.strip() == f"{len(list((ROOT / 'examples').glob('*/*.*')))} files in mine"
    again = [python, elsewhere / "mine" / "6_python" / "own_task.py", "--ticks", "8", "--backend", "reference"]
    subprocess.run(again, check=True, cwd=elsewhere, capture_output=True)
    code = (
        "import importlib.metadata as m, importlib.util as u\n"
        "files = {str(f).split('/')[0] for f in m.files('cyberspace') if '.py' in str(f) and '..' not in str(f)}\n"
        "print(sorted(files), [u.find_spec(n) is None for n in ('tests', 'examples', 'benchmarks')])\n"
        "print([u.find_spec(n).origin for n in sorted(files)])"
    )
    told = subprocess.run([python, "-c", code], check=True, cwd=elsewhere, capture_output=True, text=True).stdout
    held, origins = told.splitlines()
    assert held == "['cyberspace', 'organisms', 'render', 'topology'] [True, True, True]"
    assert origins.count(str(tmp_path / "env")) == 4
