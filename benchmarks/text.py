"""Text in a world: which bodies, niches, energies and ways of inheritance help, by a plan of arms; what is done is not done again.

python -m benchmarks.text [--arms A,B] [--runs FOLDER] [--out benchmarks/results/text.json]
python -m benchmarks.text --table
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from pydoc_data import topics
from typing import Any

from cyberspace.analysis.inspect_run import facts_of, newest_states
from cyberspace.analysis.score.score import score_run
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan

HOME = Path(__file__).parents[1] / "examples" / "8_text"
RESULTS = Path(__file__).parent / "results" / "text.json"
NICHES = "orders = [0, 1, 2, 3, 4, 5], niches = [1, 128, 216, 216, 216, 216], sites = [32, 1, 1, 1, 1, 1]"
SHARED = "orders = [0, 1, 2, 3], niches = [1, 64, 96, 80], sites = [64, 4, 4, 4]"
SCARCE = "lifespan = 10000, sunlight = 0, newborn = 1500, spore = 1500, radiation = 1.0"
WILD = "lifespan = 3000, sunlight = 0, newborn = 1500, spore = 800, radiation = 2.0"
SMALL = 'shows = "slots", loud = 119, slots = 32, pay = 64'
MANY = "orders = [0, 1, 2, 3, 4, 5], niches = [1, 512, 880, 890, 890, 890], sites = [34, 1, 1, 1, 1, 1]"
GREAT: dict[str, Any] = {
    "physics": "lifespan = 40000", "warp": 32, "sm": 4, "points": (20_000,), "read": {"count": None, "most": 12, "warm": 2**20},
}  # fmt: skip

ARMS: dict[str, dict[str, Any]] = {
    "bits": {"about": "16 channels, the default rule as a delta rule, everybody reads all", "rule": "hebbian", "ancestor": "plain",
             "options": 'shows = "bits"', "body": "senses = 24, units = 16, shift = 7"},
    "slots": {"about": "56 slots of two banks, everybody reads all", "options": 'shows = "slots", loud = 119'},
    "niches": {"about": "slots, and a niche for each site", "options": f'shows = "slots", loud = 119, {NICHES}'},
    "scarce": {"about": "niches; no sunlight, pools that hold as much as all need, spores of the rich alone", "physics": SCARCE,
               "options": f'shows = "slots", loud = 119, pay = 64, {NICHES}', "fill": 3.2},
    "scarce, still": {"about": "the same without radiation: nothing evolves", "physics": SCARCE.replace("1.0", "0.0"),
                      "options": f'shows = "slots", loud = 119, pay = 64, {NICHES}', "fill": 3.2},
    "shared": {"about": "scarce; four neighbours share a niche, orders 0 to 3", "physics": SCARCE,
               "options": f'shows = "slots", loud = 119, pay = 64, {SHARED}', "fill": 3.2},
    "heirs": {"about": "shared; what was learned is inherited", "physics": SCARCE, "ancestor": "heir",
              "options": f'shows = "slots", loud = 119, pay = 64, {SHARED}', "fill": 3.2},
    "heirs, still": {"about": "the same without radiation", "physics": SCARCE.replace("1.0", "0.0"), "ancestor": "heir",
                     "options": f'shows = "slots", loud = 119, pay = 64, {SHARED}', "fill": 3.2},
    "wild": {"about": "everybody reads all by 32 slots; an ancestor whose rates are far too high", "physics": WILD, "ancestor": "wild",
             "options": SMALL, "fill": 3.2, "body": "senses = 40, units = 16, shift = 7"},
    "wild, still": {"about": "the same without radiation", "physics": WILD.replace("2.0", "0.0"), "ancestor": "wild",
                    "options": SMALL, "fill": 3.2, "body": "senses = 40, units = 16, shift = 7"},
    "great": {"about": "niches at 4,096 sites; everything is read before it is scored", **GREAT,
              "points": (2_000, 20_000), "options": f'shows = "slots", loud = 119, {MANY}'},
    "great, source": {"about": "the same on the file of that module itself", **GREAT, "source": True,
                      "options": f'text = "source.txt", shows = "slots", loud = 119, {MANY}'},
}  # fmt: skip
"""What differs from examples/8_text/text.toml."""

POINTS = (2_000, 10_000, 40_000)
READ = {"count": 16_384, "most": 12, "warm": 16_384}
"""How much is read at each point."""


def world_of(arm: dict[str, Any], seed: int) -> str:
    """The text of an arm's world file."""
    text = (HOME / "text.toml").read_text()
    text = re.sub(r"seed = \d+", f"seed = {seed}", text)
    fill = f"\nfill = {arm['fill']}" if "fill" in arm else ""
    text = re.sub(r"(?m)^options = .*$", f"options = {{ {arm['options']} }}{fill}", text)
    text = re.sub(r"(?m)^body = .*$", f"body = {{ {arm.get('body', 'senses = 64, units = 16, shift = 7')} }}", text)
    text = re.sub(
        r"(?m)^physics = .*$", f"physics = {{ lesson = 1, spark = 0, {arm.get('physics', 'lifespan = 20000')} }}", text
    )
    text = text.replace("ancestor:text.py:reader", f"ancestor:{HOME}/text.py:{arm.get('ancestor', 'reader')}")
    text = text.replace("axes.warp = { length = 16 }", f"axes.warp = {{ length = {arm.get('warp', 16)} }}")
    text = text.replace("axes.sm = { length = 2 }", f"axes.sm = {{ length = {arm.get('sm', 2)} }}")
    return text.replace('"text.py:tuned"', json.dumps(arm.get("rule", f"{HOME}/text.py:tuned")))


def live(name: str, seed: int, runs: Path, found: dict[str, Any], save: Any) -> None:
    """Grow one arm to all points, as far as that is not done, and score it at each."""
    key = f"{name}, seed {seed}"
    points = found.setdefault(
        key,
        {"about": ARMS[name]["about"], "seed": seed, "world": world_of(ARMS[name], seed).replace(f"{HOME}/", ""), "points": {}},
    )["points"]
    path = runs / key.replace(", ", "-").replace(" ", "-")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        world = path.with_suffix(".toml")
        world.write_text(world_of(ARMS[name], seed))
        if ARMS[name].get("source"):
            (path.parent / "source.txt").write_bytes(Path(topics.__file__).read_bytes())
        runtime.begin(world, path, None, None)
    for tick in ARMS[name].get("points", POINTS):
        if str(tick) in points:
            continue
        began = time.perf_counter()
        runtime.go(open_run(path), Plan(tick, 1000, threads=1, quiet=True))
        lived, folder = time.perf_counter() - began, open_run(path)
        facts, reading = facts_of(folder, *newest_states(folder)), ARMS[name].get("read", READ)
        points[str(tick)] = here = {"seconds": round(lived, 1), "alive": facts["alive"], "births": facts["births"]}
        if facts["alive"]:
            here |= {"learned": score_run(folder, **reading), "newborn": score_run(folder, newborn=True, **reading)}
        save()
        if not facts["alive"]:
            print(key, tick, "nobody alive", flush=True)
            return
        both = [here[one]["learning"] for one in ("learned", "newborn")]
        print(
            key,
            tick,
            *(f"best {one['best']:.3f} awake {one['awake']:.3f} colony {one['colony']:.3f}" for one in both),
            flush=True,
        )


def table(found: dict[str, Any]) -> str:
    """A line for each arm and point."""
    lines = [
        "| arm | tick | best | mean awake | colony | colony, still | newborn: awake | newborn: colony |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, arm in found.items():
        for tick, point in arm["points"].items():
            if "learned" not in point:
                lines.append(f"| {name} | {int(tick):,} | nobody alive | | | | | |")
                continue
            grown, born = point["learned"], point["newborn"]["learning"]
            numbers = [
                *(grown["learning"][key] for key in ("best", "awake", "colony")),
                grown["still"]["colony"],
                born["awake"],
                born["colony"],
            ]
            lines.append(f"| {name} | {int(tick):,} | " + " | ".join(f"{one:.3f}" for one in numbers) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arms", default=";".join(ARMS), help="separated by ;")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--runs", type=Path, default=Path("runs/text"))
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--table", action="store_true")
    options = parser.parse_args()
    found: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}

    def save() -> None:
        options.out.write_text(json.dumps(found, indent=1) + "\n")

    if not options.table:
        for seed in range(1, options.seeds + 1):
            for name in options.arms.split(";"):
                live(name, seed, options.runs, found, save)
    print(table(found))


if __name__ == "__main__":
    main()
