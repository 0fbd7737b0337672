"""The same body learns the same flowers by gradient descent and by evolution: right answers against multiply-accumulates spent.

python examples/9_torch/train.py [--seeds 5] [--ticks 40000] [--steps 600] [--out runs/iris]

It writes iris.json, iris.png and trained.npz, an organism file: genesis = "file:trained.npz" makes it the ancestor of a world.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path

import numpy as np
import torch
from iris import Iris
from torch.nn.functional import cross_entropy

import cyberspace as cs
from organisms import BodyPlan, Loci
from organisms.ancestors import replicator
from organisms.body import ANSWER, SENSES, SIGNAL
from organisms.torch import Organism, quantise

HERE = Path(__file__).parent
BODY, TASK, LESSON = BodyPlan(), Iris(), 4
ANSWERS = slice(ANSWER, ANSWER + BODY.answers)
LEARNING = 1 / LESSON
"""Multiply-accumulates for learning beside those of thinking, at most: one a weight and lesson."""

ARMS = {
    "evolution": {"genesis": "ancestor:replicator", "rule": "none"},
    "evolution of learners": {"genesis": "ancestor:learner", "rule": "hebbian", "physics": {"sunlight": 2}},
    "descent, then evolution": {"genesis": "file:{out}/trained.npz", "rule": "none"},
}
"""What differs from iris.toml."""


def shown(features: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Senses (ticks, items, senses) of two lessons, the second about the given features; all other senses are as they may be in a world."""
    count, ticks = len(features), 2 * LESSON
    senses = torch.zeros(ticks, count, BODY.senses)
    place = {name: k for k, (name, _) in enumerate(SENSES)}
    senses[..., place["bias"]] = SIGNAL
    senses[..., place["energy"]] = 8.0 * torch.randint(6, 12, (count,), generator=rng)
    senses[..., place["axis"]] = 16.0 * torch.randint(1, 5, (ticks, count), generator=rng)
    senses[..., place["somebody"]] = SIGNAL * (torch.rand(ticks, count, generator=rng) < 0.9)
    senses[..., place["payoff"]] = 40.0 * torch.randint(0, 2, (count,), generator=rng)
    senses[LESSON - 1 :: LESSON, :, place["answer_now"]] = SIGNAL
    channels = senses[..., len(SENSES) : len(SENSES) + features.shape[1]]
    channels[:LESSON], channels[LESSON:] = features[torch.randperm(count, generator=rng)], features
    return senses


def features_of(items) -> torch.Tensor:
    return torch.tensor(items.features.T, dtype=torch.float32)


def right(brains: Organism, items) -> np.ndarray:
    """Share of right answers of each organism, (organisms,), after a lesson about another flower, as in the world."""
    senses = shown(features_of(items), torch.Generator().manual_seed(1))
    count = len(brains.weights)
    with torch.no_grad():
        said = brains.live(senses[:, :, None].expand(-1, -1, count, -1))[-1].to(torch.int8).numpy()
    return np.array([TASK.score(said[:, k, ANSWERS].T, items) for k in range(count)])


def row(arm: str, seed: int, step: int, macs: float, brains: Organism, **more: float) -> dict[str, object]:
    """What is noted: the median, and the organism that is best at flowers that are posed, at flowers that it never saw."""
    posed, held = right(brains, TASK.posed), right(brains, TASK.held)
    best = int(posed.argmax())
    found = {
        "posed_median": np.median(posed),
        "posed_best": posed[best],
        "held_median": np.median(held),
        "held_best": held[best],
    }
    return {"arm": arm, "seed": seed, "step": step, "macs": macs, **{key: float(one) for key, one in (found | more).items()}}


def descend(seed: int, steps: int, batch: int = 64) -> tuple[list[dict[str, object]], Organism]:
    """Adam on the brain of the replicator, whose act and copier genes stay; weights are such as one can be born with."""
    rng = torch.Generator().manual_seed(seed)
    brain = Organism(replicator(Loci(BODY)), BODY, inborn=True)
    with torch.no_grad():
        brain.weights += 8 * torch.randn(brain.weights.shape, generator=rng)
    adam = torch.optim.Adam(brain.parameters(), lr=1.0)
    features, labels = features_of(TASK.posed), torch.tensor(TASK.posed.labels).long()
    macs, rows, noted = 0, [], {0, *(int(steps * 2.0**-k) for k in range(10))}
    for step in range(steps + 1):
        if step in noted:
            found = quantise(brain)
            rows.append(row("descent", seed, step, macs, Organism(found.genome[:, None], BODY)))
        if step == steps:
            break
        adam.param_groups[0]["lr"] = 1 - step / steps
        pick = torch.randint(0, len(labels), (batch,), generator=rng)
        said = brain.live(shown(features[pick], rng))[-1, :, ANSWERS]
        loss = cross_entropy(said[:, : TASK.classes] / 16, labels[pick])
        adam.zero_grad()
        loss.backward()
        adam.step()
        macs += 3 * batch * 2 * LESSON * BODY.synapses  # once forwards, twice backwards
    return rows, brain


def evolve(arm: str, seed: int, ticks: int, out: Path, threads: int | None, sample: int = 100) -> list[dict[str, object]]:
    """Live iris.toml, changed as `ARMS` says, and look at some of the living now and then."""
    world = tomllib.loads((HERE / "iris.toml").read_text())
    pond = world["spaces"]["pond"]
    pond |= ARMS[arm] | {"genesis": ARMS[arm]["genesis"].format(out=out.absolute())}
    pond["tasks"][0]["name"] = f"{HERE.absolute()}/iris.py:Iris"
    sim, rng, rows, macs = cs.Simulation(world, seed=seed, threads=threads), np.random.default_rng(seed), [], 0.0
    step = BODY.synapses * (1 + LEARNING * (pond["rule"] != "none"))
    for stop in sorted({max(1, int(ticks * 2.0**-k)) for k in range(10)} | {max(1, ticks * k // 8) for k in range(1, 9)}):
        while sim.tick < stop:
            lived = min(stop - sim.tick, max(1, ticks // 400))
            state = sim.advance(lived).state
            alive = np.flatnonzero(state.alive.values)
            macs += len(alive) * step * lived
        if not len(alive):
            break
        pick = rng.permutation(alive)[:sample]
        genomes = state.genome.values.reshape(-1, Loci(BODY).count)[pick].T
        weights = np.moveaxis(state.weights.values.reshape(-1, BODY.units, BODY.inputs)[pick], 0, -1)
        told = {"alive": len(alive), "performs": sim.tasks["iris"]}
        rows.append(row(arm, seed, sim.tick, macs, Organism(genomes, BODY, weights), **told))
    return rows


def draw(rows: list[dict[str, object]], path: Path) -> None:
    """Right answers at flowers never shown, of the best organism and the median, mean over seeds, against multiply-accumulates."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for colour, arm in enumerate(dict.fromkeys(one["arm"] for one in rows)):
        steps = sorted({one["step"] for one in rows if one["arm"] == arm and one["macs"]})
        groups = [[one for one in rows if one["arm"] == arm and one["step"] == step] for step in steps]
        macs = [np.mean([one["macs"] for one in group]) for group in groups]
        for key, style in (("held_best", "-"), ("held_median", ":")):
            shares = [[one[key] for one in group] for group in groups]
            label = arm if style == "-" else None
            axes.plot(macs, [np.mean(one) for one in shares], style, color=f"C{colour}", label=label)
            if style == "-":
                axes.fill_between(
                    macs, [min(one) for one in shares], [max(one) for one in shares], color=f"C{colour}", alpha=0.15
                )
    axes.axhline(1 / 3, color="grey", linewidth=0.5)
    axes.set(xscale="log", ylim=(0, 1), xlabel="multiply-accumulates", ylabel="right answers, flowers never shown")
    axes.set_title("three irises: the best organism (line, all seeds shaded) and the median (dots)")
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=120)


def table(rows: list[dict[str, object]]) -> str:
    """The last row of each arm and seed."""
    lines = ["arm                      seed    MACs  best: posed held  median: posed held"]
    for arm, seed in dict.fromkeys((one["arm"], one["seed"]) for one in rows):
        one = [row for row in rows if (row["arm"], row["seed"]) == (arm, seed)][-1]
        lines.append(
            f"{arm:24} {seed:4} {one['macs']:.1e} {one['posed_best']:12.2f} {one['held_best']:.2f}"
            f" {one['posed_median']:14.2f} {one['held_median']:.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--ticks", type=int, default=40_000)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--threads", type=int, help="of numba; as many as are free if left out")
    parser.add_argument("--out", type=Path, default=Path("runs/iris"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for seed in range(1, options.seeds + 1):
        found, brain = descend(seed, options.steps)
        quantise(brain).save(options.out / "trained.npz")
        rows += found
        for arm in ARMS:
            rows += evolve(arm, seed, options.ticks, options.out, options.threads)
        print(table([one for one in rows if one["seed"] == seed]), flush=True)
    about = {
        "command": f"python examples/9_torch/train.py --seeds {options.seeds} --ticks {options.ticks} --steps {options.steps}",
        "sites": 1024, "flowers_posed": len(TASK.posed.labels), "flowers_held_out": len(TASK.held.labels), "chance": TASK.guess,
    }  # fmt: skip
    (options.out / "iris.json").write_text(json.dumps(about | {"rows": rows}, indent=1) + "\n")
    draw(rows, options.out / "iris.png")


if __name__ == "__main__":
    main()
