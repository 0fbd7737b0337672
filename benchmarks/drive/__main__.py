"""Drive the real window: `python -m benchmarks.drive [--out FOLDER] [--only SCENE ...]`.  Needs Xvfb and xdotool.

Each scene opens `cyberspace view` on an X server of its own, does with mouse and keys what a person would, and asks what must have come
of it: of the run over the wire, of its journal, of what is seen.  Screenshots are kept in the folder, with drive.json; a scene that
fails ends the command with 1.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.drive import live, record
from benchmarks.drive.screen import Failed, wait_for
from benchmarks.drive.stage import Stage

RECORD = """
[world]
seed = 2
[spaces.pond]
kind = "gpu"
axes.lane = { length = 16 }
axes.warp = { length = 16 }
axes.sm = { length = 4 }
genesis = "ancestor:replicator"
density = 0.5
[[spaces.pond.tasks]]
name = "logic"
[record]
every = 200
checkpoint_every = 2000
keep = 20
fields = ["energy", "founder", "performed", "kin", "cradle", "born"]
"""
LIVE = """
[world]
seed = 7
[spaces.reef]
kind = "gpu"
axes.lane = { length = 16 }
axes.warp = { length = 16 }
genesis = "ancestor:replicator"
density = 0.5
[[spaces.reef.tasks]]
name = "logic"
"""
PLAZA = """
[spaces.{name}]
kind = "gpu"
plaza = true
tokens = 10000
{axes}
genesis = "ancestor:learner"
density = 0.3
[[spaces.{name}.tasks]]
name = "human"
"""
AXES = {"strip": {"lane": 24}, "square": {"lane": 12, "warp": 8}, "cube": {"lane": 6, "warp": 6, "sm": 3}}
TICKS, ENDS = 20_000, 300
"""Ticks of the record, and seconds that the run may take to end."""

COMMAND = [sys.executable, "-m", "cyberspace", "run"]


def worlds(folder: Path) -> tuple[Path, subprocess.Popen[bytes], Path]:
    """A record, a run that goes on, and its folder."""
    (folder / "pond.toml").write_text(RECORD)
    plazas = [
        PLAZA.format(name=name, axes="\n".join(f"axes.{axis} = {{ length = {length} }}" for axis, length in axes.items()))
        for name, axes in AXES.items()
    ]
    (folder / "town.toml").write_text(LIVE + "".join(plazas))
    pond, town = folder / "pond", folder / "town"
    subprocess.run([*COMMAND, str(folder / "pond.toml"), "--ticks", str(TICKS), "--out", str(pond), "--quiet"], check=True)
    process = subprocess.Popen(
        [*COMMAND, str(folder / "town.toml"), "--ticks", "100000000", "--out", str(town), "--serve", "--quiet"]
    )
    wait_for("a run that serves", lambda: (town / "play.json").exists(), 300)
    return pond, process, town


def play(scene: Callable[[Stage, Path], str], run: Path, out: Path, scratch: Path) -> dict[str, object]:
    """Play a scene; what came of it."""
    stage, begun = Stage(out, scratch), time.monotonic()
    came: dict[str, object] = {"scene": scene.__name__, "must": scene.__doc__}
    try:
        came |= {"passed": True, "came": scene(stage, run)}
    except (Failed, AssertionError) as failed:
        came |= {"passed": False, "came": str(failed)}
    finally:
        stage.close()
    came |= {"screenshots": stage.taken, "seconds": round(time.monotonic() - begun, 1)}
    print(f"{came['scene']}: {'passed' if came['passed'] else 'FAILED'}: {came['came']}")
    return came


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a run to end, which leaves a checkpoint; on a busy machine that takes more than a minute."""
    process.terminate()
    try:
        process.wait(ENDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main() -> None:
    """Play all scenes."""
    scenes = [(scene, True) for scene in record.SCENES] + [(scene, False) for scene in live.SCENES]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/drive"), help="folder of the screenshots")
    parser.add_argument("--only", nargs="*", choices=[scene.__name__ for scene, _ in scenes], help="these scenes alone")
    asked = parser.parse_args()
    missing = [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"drive: {' and '.join(missing)} not found; expected them on the PATH; try: apt-get install xvfb xdotool")
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        pond, process, town = worlds(Path(name))
        scratch = Path(name) / "scratch"
        scratch.mkdir()
        try:
            some = [
                (scene, pond if still else town) for scene, still in scenes if not asked.only or scene.__name__ in asked.only
            ]
            came = [play(scene, run, asked.out, scratch) for scene, run in some]
            (asked.out / "drive.json").write_text(json.dumps(came, indent=1) + "\n", encoding="utf-8")
        finally:
            end(process)
    sys.exit(not all(one["passed"] for one in came))


if __name__ == "__main__":
    main()
