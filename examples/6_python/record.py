"""A run is read with xarray and pandas: how energy flows, when heredity came, where the living are, and which lineages hold the world.

python examples/6_python/record.py [RUN]      # makes a run of 1_soup/demo.toml if none is named
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import cyberspace as cs

WORLD = Path(__file__).parents[1] / "1_soup" / "demo.toml"


def read(path: Path) -> None:
    """Tell what a run of one space holds."""
    run = cs.open_run(path)
    print(run, {name: run.facts[name] for name in ("alive", "births", "digest")})
    series = run.series
    flows = series[["sunlight", "fill", "upkeep", "overflow", "death"]].diff("tick") / series.tick.diff("tick")
    print("energy per tick\n", flows.to_pandas().tail(5).round(1))
    print("heredity\n", series.heredity.to_pandas().tail(5).round(3))
    print("shares\n", series.shares.to_pandas().tail(3).round(3))
    last = run.fields.isel(tick=-1)
    print("most energy in a warp:", last.energy.sum("lane").max().item())
    births = run.births
    print("births of the most fertile cradles\n", births.groupby("parent").size().nlargest(3))
    print("lineages\n", run.lineages.nlargest(5, "living"))
    state = run.state()
    print("weights from bias, mean over the living:", state.weights.where(state.alive).sel(input="bias").mean().round(2).item())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", nargs="?", type=Path, help="folder of a run of one space")
    parser.add_argument("--ticks", type=int, default=5000, help="of the run that is made if none is named")
    options = parser.parse_args()
    if options.run is not None:
        read(options.run)
        return
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "run"
        command = [sys.executable, "-m", "cyberspace", "run", str(WORLD), "--ticks", str(options.ticks), "--out", str(out)]
        subprocess.run([*command, "--record-every", str(max(1, options.ticks // 10))], check=True)
        read(out)


if __name__ == "__main__":
    main()
