"""Tiny plans for the tests of sweeps."""

WORLD = """
[world]
seed = 1

[spaces.soup]
kind = "gpu"
backend = "reference"
axes.lane = { length = 8 }
axes.warp = { length = 4 }
physics = { copy = 0.002, sunlight = 12, spore = 20, spark = 40 }

[[spaces.soup.tasks]]
name = "logic"
"""

PLAN = """
question = "Does pay matter in a world too small for anything?"
base = "w.toml"
ticks = 80
seeds = 2
every = 40
look = 40

[arms.rich]
spaces.soup.tasks.0.options.pay = 120

[arms.poor]
spaces.soup.tasks.0.options.pay = 10

[outcomes.alive]
kind = "count"
of = "alive"

[outcomes.not]
kind = "function_time"
goal = "NOT"

[outcomes.many]
kind = "diversity"
of = "genomes"
above = 30

[[compare]]
outcome = "alive"
factor = "arm"
test = "difference"

[[compare]]
outcome = "many"
factor = "arm"
test = "fisher"
"""


def write(folder, plan=PLAN, world=WORLD):
    """A plan and its world in a folder; the plan's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "w.toml").write_text(world)
    path = folder / "plan.toml"
    path.write_text(plan)
    return path


def told(folder):
    """All that a sweep tells at its end, by file name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".html", ".png")}


def results(folder):
    """What tells one file of a finished run from another that was written later, by name."""
    return {path.name: (path.stat().st_ino, path.read_bytes()) for path in (folder / "cells").glob("[0-9]*.json")}
