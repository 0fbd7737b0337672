"""Pack a colony: genomes of 4 bits a locus, what was learned, where each lives, and the mixer, under a cap."""

from __future__ import annotations

import ast
import inspect
import json
import lzma
import textwrap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.inspect_run import newest_states
from cyberspace.analysis.score.colony import best_mix, even_weights
from cyberspace.analysis.score.reading import Readers, Room, lay_out, read
from cyberspace.analysis.score.score import choose, find_text, learned_weights, readers_of
from cyberspace.collective.golf.artifact import CAPS, CODE, GENOMES, MIXER, Artifact, Manifest, stated
from cyberspace.collective.golf.templates import code_of
from cyberspace.errors import InputError, problem
from cyberspace.law.world import World
from cyberspace.record.run_folder import open_run
from cyberspace.tasks.bytes import Bytes
from cyberspace.tasks.corpus import REACH
from organisms.genome import to_nibble
from organisms.learning.rule import Rule

WARM = 2**14
"""Bytes of the training part, its last, on which the mixer is fitted."""

PER_NICHE = 1
"""Organisms of a niche that are taken along: those who do best; a second one of the same contexts adds little and costs bytes and time."""


def pack(path: Path, name: str, cap: str = "16 kB", newborn: bool = True, author: str = "nobody") -> Artifact:
    """The colony of a run as a submission: as many organisms as the cap allows, those of short contexts first and of these the best.

    Args:
        path: A run whose organisms predict text by slots.
        name: What the board calls it.
        cap: A key of `CAPS`.
        newborn: Whether they begin with the weights that they were born with, so that only genomes are packed.
        author: Whose it is.

    Raises:
        InputError: If the run holds no such task, nobody lives, or its learning rule can't be taken along.
    """
    folder = open_run(str(path))
    number, world, place = find_text(folder, None)
    task, region = place.task, newest_states(folder)[1][number].region
    assert isinstance(task, Bytes)
    if task.shows != "slots" or task.symbol != 8:
        raise InputError(
            problem(str(path), f'shows = "{task.shows}"', 'shows = "slots" with symbol 8', "examples/8_text/text.toml")
        )
    code = shortest(code_of("colony")) + rule_source(world.rule)
    if not (region.alive & place.where).any():
        raise InputError(problem(str(path), "nobody alive", "a run with organisms", "an earlier checkpoint, or another run"))
    slots, chosen = choose(task, region, place, PER_NICHE * len(task.corpus.niche_of))
    order = task.corpus.order[task.cycle[chosen % len(task.cycle)]]
    best = np.lexsort((_record(task, region.memory, chosen), order))  # who reads short contexts is awake more often
    low, high, left = 0, len(best), CAPS[cap] - len(code)
    while low < high:  # how many fit is found by halving, since they are compressed
        some = (low + high + 1) // 2
        keep = np.sort(best[:some])
        raw = genomes(world, task, readers_of(world, region, chosen[keep], newborn), _kept(slots, keep), newborn)
        low, high = (some, high) if len(raw) + 4 * (1 + 8 * len(keep)) <= left else (low, some - 1)
    if not low:
        raise InputError(
            problem(
                "--cap",
                f"{cap}, of which {max(0, left):,} bytes are left beside the code",
                "room for one organism",
                "--cap '160 kB'",
            )
        )
    keep = np.sort(best[:low])
    readers, slots = readers_of(world, region, chosen[keep], newborn), _kept(slots, keep)
    mixer = fitted(world, task, readers.copy(), slots)
    parts = {CODE: code, GENOMES: genomes(world, task, readers, slots, newborn), MIXER: mixer.tobytes()}
    return stated(Artifact(Manifest(name, author, cap), parts))


def shortest(code: bytes) -> bytes:
    """Code without comments and docstrings: every byte counts."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree).replace("    ", " ").encode() + b"\n"


def _record(task: Bytes, memory: NDArray[np.int32], chosen: NDArray[np.int32]) -> NDArray[np.float64]:
    """Bits per byte of the lives so far of some sites; those who have read nothing come last."""
    found = task.measure(memory[: task.memory])[chosen]
    return np.where(np.isnan(found), np.inf, found)


def _kept(slots: NDArray[np.int32], keep: NDArray[np.intp]) -> NDArray[np.int32]:
    """Slots of those who are kept, under their new numbers."""
    number = np.full(int(slots.max(initial=-1)) + 2, -1, dtype=np.int32)
    number[keep] = np.arange(len(keep))
    found: NDArray[np.int32] = number[slots]
    return found


def rule_source(rule: Rule) -> bytes:
    """A learning rule as the text of a function `change` that needs nothing else.

    Raises:
        InputError: If it needs more than its own lines.
    """
    if rule.change is None:
        return b""
    try:
        lines = textwrap.dedent(inspect.getsource(rule.change)).splitlines()
        first = next(k for k, line in enumerate(lines) if line.startswith("def "))
        text = "\n".join(lines[first:])
        space: dict[str, object] = {}
        exec(compile("from __future__ import annotations\n" + text, "rule", "exec"), space)
        one = np.ones((1, 1), dtype=np.int32)
        space[rule.change.__name__](one, one, one, one, [one] * 5, one)  # type: ignore[operator, attr-defined]
    except (OSError, StopIteration, NameError, SyntaxError, KeyError, AttributeError) as error:
        got = f"the learning rule {rule.name} ({error})"
        raise InputError(
            problem("rule", got, "one function that needs nothing but its lines", "the rule of examples/8_text/text.py")
        ) from None
    return shortest(_plain(text).encode()) + f"change = {rule.change.__name__}\n".encode()  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    """A function without the words of its types, which name what a submission has not."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for one in node.args.args:
                one.annotation = None
    return ast.unparse(tree)


def room_of(world: World, task: Bytes, slots: NDArray[np.int32]) -> Room:
    """What they read by."""
    return Room(world.body, world.rule, world.physics.lesson_ticks, (world.seed, int(world.region)), task, slots)


def fitted(world: World, task: Bytes, readers: Readers, slots: NDArray[np.int32]) -> NDArray[np.float32]:
    """The mixer's step and weights, float32 (1 + organisms x 8,), fitted on the end of the training part."""
    room, last = room_of(world, task, slots), task.corpus.split
    first = max(REACH, last - WARM)
    at = np.arange(first, last, dtype=np.int32)
    said, awake, told = (
        read(room, readers, first, last, True),
        room.awake(at),
        lay_out(task, at, np.zeros(1, dtype=np.int32), 0)[1],
    )
    mixed = best_mix(said, told, awake, task.scale, even_weights(len(readers.site), task.symbol, awake))
    return np.concatenate([[mixed.rate], mixed.weights.ravel()]).astype("<f4")


def genomes(world: World, task: Bytes, readers: Readers, slots: NDArray[np.int32], newborn: bool) -> bytes:
    """genomes.bin, as `templates/colony.py` reads it."""
    body, count = world.body, len(readers.site)
    niche = np.full(count, -1, dtype="<i4")
    places, _ = np.nonzero(slots >= 0)
    niche[slots[slots >= 0]] = places
    orders, niches = (list(task._options[key]) for key in ("orders", "niches"))  # type: ignore[call-overload]
    head = {
        "n": count, "units": body.units, "inputs": body.inputs, "shift": body.shift, "answers": body.answers,
        "ticks": world.physics.lesson_ticks, "seed": world.seed, "region": int(world.region), "orders": orders, "niches": niches,
        "banks": task.banks, "bank": task.bank, "loud": int(task.loud), "scale": task.scale, "learned": not newborn,
    }  # fmt: skip
    nibbles = to_nibble(readers.genome.astype(np.int32)).astype(np.uint8)
    nibbles = np.concatenate([nibbles, np.zeros((count, nibbles.shape[1] % 2), dtype=np.uint8)], axis=1)
    parts = [readers.site.astype("<u4"), niche, readers.senses[:, 1].astype("i1"), task.error.astype("i1")]
    parts.append((nibbles[:, ::2] << 4 | nibbles[:, 1::2]).T)
    if not newborn:
        parts += [learned_weights(world, readers).reshape(count, -1).T.astype("i1"), readers.activity.astype("i1")]
    raw = json.dumps(head).encode() + b"\n" + b"".join(np.ascontiguousarray(one).tobytes() for one in parts)
    return lzma.compress(raw, format=lzma.FORMAT_ALONE, preset=9 | lzma.PRESET_EXTREME)
