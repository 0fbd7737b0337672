"""Writes the runs of this folder, with the code of a release that is to be remembered; what a run needs lies in `docs/extend/code`.

python -m tests.corpus.make NAME  (from the root of the release; NAME-RUN.tar.gz and NAME.json are written here)
"""

import json
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import cyberspace as cs
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan

HOME = Path(__file__).parent
CODE = HOME.parents[1] / "docs" / "extend" / "code"


def go_on(path, ticks):
    """Live on to a tick; what the run holds then, as JSON would tell it."""
    folder = open_run(path)
    runtime.go(folder, Plan(ticks, folder.file.record.every, quiet=True))
    return held(path)


def held(path):
    """What a run holds."""
    return json.loads(json.dumps(inspect_run(path)))


def lived(folder, name):
    """A run at tick 80, and what it holds then and at 120."""
    path, later = folder / name, folder / "later" / name
    runtime.go(runtime.begin(folder / f"{name}.toml", path, None, None), Plan(80, 20, quiet=True))
    shutil.copytree(path, later)
    return {"80": held(path), "120": go_on(later, 120)}


def acted(folder, name):
    """A plaza at tick 40, in whose journal is an act that is due at 50; what it holds then, and at 80."""
    path, later = folder / name, folder / "later" / name
    simulation = cs.Simulation(folder / f"{name}.toml").advance(30)
    simulation.put("fund", tokens=500)
    simulation.advance(10).save(path)
    simulation.advance(10)
    alive = simulation.state.alive.values.ravel().tolist()
    simulation.put("erase", sites=[alive.index(True)])
    simulation.advance(10).save(later)
    shutil.rmtree(path / "journal")
    shutil.copytree(later / "journal", path / "journal")
    return {"40": held(path), "80": go_on(later, 80)}


def main():
    """Write all."""
    release = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (*HOME.glob("*.toml"), *CODE.glob("my_*.py")):
            shutil.copy(file, folder)
        found = {run: lived(folder, run) for run in ("pond", "beach")} | {"plaza": acted(folder, "plaza")}
        for run in found:
            with tarfile.open(HOME / f"{release}-{run}.tar.gz", "w:gz") as archive:
                archive.add(folder / run, run)
    (HOME / f"{release}.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
