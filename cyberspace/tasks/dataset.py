"""A dataset as the source of a task: an organism is shown the features of an item and says its label.

    from cyberspace.tasks.dataset import DatasetTask
    from torch.utils.data import TensorDataset

    class Mine(DatasetTask):
        def dataset(self):
            return TensorDataset(features, labels)       # whole numbers; or any torch.utils.data.Dataset with a length

torch itself is not needed here: whatever has a length and gives pairs (features, label) will do.
"""

from __future__ import annotations

import math
from collections.abc import Sized
from dataclasses import dataclass
from typing import ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import InputError, problem
from cyberspace.tasks.task import Hidden, Task, need_whole
from organisms.arrays import NUMPY, Array, Bools, Int8s, Int32s, Namespace, Words
from organisms.bits import threefry2x32
from organisms.body import LOUD, MAX_ANSWERS, SENSES, SIGNAL

MOST_FEATURES = 64 - len(SENSES)
"""Channels of the body with the most senses."""

MOST_NUMBERS = 2**24
"""Features of all items together, at most."""

LUCK = 1e-4
"""Who performs was right so often in a stretch that naming the most common label would come to it more rarely than this."""


@dataclass(frozen=True)
class Items:
    """Some items of a dataset.

    Attributes:
        features: int8 (features, items), -127 to 127: what the task's channels show.
        labels: int32 (items,), 0 to classes - 1.
    """

    features: Int8s
    labels: Int32s


class DatasetTask(Task):
    """Items of a dataset, one a lesson, by chance: right is who says the label louder than all other labels; answer unit k says label k.

    Subclass it and define `dataset`, which is read once, when the task is made, into tables of whole numbers.  A part is never posed.
    An organism performs if in its last whole stretch it was right more often than by luck, see `LUCK`; its measure is its share of right
    answers there.  The learning rule is told of mistakes alone: -64 for each answer unit of a label that was above 0 and should not have
    been, or was not and should have been; else 0.

    Args:
        pay: Energy claimed for a right answer.
        fine: Energy lost for a wrong one.
        held_out: Share of the items that is never posed, 0 to 0.9; those among them that equal a posed one are left out.
        stretch: Lessons over which right answers are counted.

    Attributes:
        posed: The items that are posed.
        held: Those that never are.
        classes: Labels, 2 to 8.
        guess: Share of the most common label among those posed: what an organism earns that always says the same.
        bar: Right answers in a stretch that count as performing.

    Raises:
        InputError: If the dataset can't be read or does not fit, with the item, what was got and what was expected.
    """

    goals: ClassVar[tuple[str, ...]] = ("right",)
    unit: ClassVar[str] = "% right"
    judged = 16
    memory = 3  # lessons of this stretch so far, right answers in it, 1 + right answers in the last whole one or 0

    def __init__(self, pay: int = 16, fine: int = 0, held_out: float = 0.2, stretch: int = 64):
        need_whole(pay=pay, fine=fine, stretch=stretch)
        if not isinstance(held_out, int | float) or not 0 <= held_out <= 0.9:
            raise ValueError("held_out a share from 0 to 0.9")
        if not 1 <= stretch <= 10_000:
            raise ValueError("stretch a whole number from 1 to 10000")
        self.pay, self.fine, self.stretch = pay, fine, stretch
        name = f"{type(self).__name__}.dataset"
        items = read(self.dataset(), name)
        self.classes = int(items.labels.max()) + 1
        self.posed, self.held = split(items, held_out, name)
        counts = np.bincount(self.posed.labels, minlength=self.classes)
        if counts.min() == 0:
            missing = f"no posed item with label {int(counts.argmin())}"
            raise _wrong(name, missing, f"labels 0 to {self.classes - 1}, each several times", "numbering labels without gaps")
        self.guess = float(counts.max() / counts.sum())
        self.bar = bar(stretch, self.guess)
        if self.bar > stretch:
            got = f"labels of which {self.guess:.0%} are alike"
            raise _wrong(
                name,
                got,
                f"labels that luck does not tell in {stretch} lessons",
                "a longer stretch, or fewer items of that label",
            )

    def dataset(self) -> object:
        """The dataset: it has a length and gives pairs of features, whole numbers from -127 to 127, and a label, 0 to 7."""
        raise NotImplementedError(f"{type(self).__name__} needs a method dataset(self) that returns one")

    def pose(self, xp: Namespace, bits: Words, lesson: int) -> tuple[Int8s, Hidden]:
        """Features of a random item, one channel each; hidden is its label."""
        item = bits[0] % np.uint32(len(self.posed.labels))
        shown = xp.stack([xp.asarray(row)[item] for row in self.posed.features])
        return shown, (xp.asarray(self.posed.labels)[item],)

    def judge(self, xp: Namespace, answers: Int8s, hidden: Hidden, memory: Int32s) -> tuple[Int32s, Int8s, Int32s]:
        """Pay who is right, count, and tell each answer unit whether it was wrong."""
        if len(answers) < self.classes:
            raise ValueError(f"a body with {len(answers)} answer units can't say {self.classes} labels; try body.units = 16")
        right = self.is_right(xp, answers, hidden[0])
        ends = memory[0] + 1 >= self.stretch
        now = memory[1] + right.astype(np.int32)
        after = [xp.where(ends, 0, memory[0] + 1), xp.where(ends, 0, now), xp.where(ends, now + 1, memory[2])]
        signal = [xp.where(((answers[k] > 0) == (hidden[0] == k)) | right, 0, -SIGNAL) for k in range(self.classes)]
        signal += [xp.zeros_like(hidden[0])] * (len(answers) - self.classes)
        score = xp.where(right, self.pay, -self.fine).astype(np.int32)[None]
        return score, xp.stack(signal).astype(np.int8), xp.stack(after).astype(np.int32)

    def is_right(self, xp: Namespace, answers: Int8s, labels: Int32s) -> Bools:
        """Whether the loudest answer is that of the label, bool (sites,), for answers (answers, sites); a draw is wrong."""
        said = answers[: self.classes].astype(np.int32)
        own, others = xp.zeros_like(said[0]), xp.full(said[0].shape, -LOUD - 1, dtype=np.int32)
        for k in range(self.classes):
            own = xp.where(labels == k, said[k], own)
            others = xp.maximum(others, xp.where(labels == k, -LOUD - 1, said[k]))
        right: Bools = own > others
        return right

    def performs(self, xp: Namespace, score: Int32s, memory: Int32s) -> Bools:
        """Who was right often enough in its last whole stretch."""
        does: Bools = (memory[2] > self.bar)[None]
        return does

    def measure(self, memory: Int32s) -> NDArray[np.float64]:
        """Share of right answers in the last whole stretch, %; NaN before its end."""
        return np.where(memory[2] > 0, 100 * (memory[2] - 1) / self.stretch, np.nan)

    def score(self, answers: Array, items: Items) -> float:
        """Share of right answers over some items, for answers int8 (answers, items): of one organism, to all of them in order."""
        return float(self.is_right(NUMPY, answers, items.labels).mean())


def read(source: object, name: str) -> Items:
    """All items of a dataset.

    Args:
        source: The dataset.
        name: What errors call it.

    Raises:
        InputError: If it has no length or no items, or one of them does not fit.
    """
    if not isinstance(source, Sized) or not hasattr(source, "__getitem__"):
        expected = "a torch.utils.data.Dataset with a length, or a list of pairs (features, label)"
        raise _wrong(
            name, f"a {type(source).__name__}, which has no length or no items by number", expected, "list(...) of a stream"
        )
    rows: list[Int8s] = []
    labels: list[int] = []
    for index in range(len(source)):
        try:
            features, label = cast(list[tuple[object, object]], source)[index]
            features, label = np.asarray(features).ravel(), np.asarray(label)
        except Exception as error:  # a user's code
            got = f"{type(error).__name__}: {error}"
            raise _wrong(
                f"{name}, item {index}", got, "a pair (features, label) of numbers", f"print(dataset[{index}])"
            ) from None
        _fits(features, label, len(rows[0]) if rows else 0, f"{name}, item {index}")
        rows.append(features.astype(np.int8))
        labels.append(int(label.item()))
        if len(rows) * len(features) > MOST_NUMBERS:
            raise _wrong(
                name,
                f"more than {MOST_NUMBERS:,} features in all",
                "a dataset that fits into tables",
                "torch.utils.data.Subset",
            )
    if len(set(labels)) < 2:
        raise _wrong(
            name, f"{len(rows)} items with {len(set(labels))} different labels", "items of 2 to 8 labels", f"len({name}())"
        )
    return Items(np.stack(rows, axis=1), np.array(labels, dtype=np.int32))


def _fits(features: Array, label: Array, length: int, name: str) -> None:
    """Refuse an item that does not fit, or is not as long as the first."""
    if not 1 <= len(features) <= MOST_FEATURES or (length and len(features) != length):
        expected = (
            f"{length} features, as in item 0" if length else f"1 to {MOST_FEATURES} features, one for each channel of a body"
        )
        raise _wrong(name, f"{len(features)} features", expected, "items of a fixed size; an image made smaller")
    if features.dtype.kind not in "iu":
        attempt = "(features * 127).round().astype('int8') of features from -1 to 1"
        raise _wrong(name, f"features of {features.dtype}", "whole numbers from -127 to 127", attempt)
    if features.min() < -LOUD or features.max() > LOUD:
        got = f"features from {features.min()} to {features.max()}"
        raise _wrong(name, got, f"-{LOUD} to {LOUD}", "x // 2 for bytes from 0 to 255")
    if label.shape not in ((), (1,)) or label.dtype.kind not in "iu" or not 0 <= int(label.item()) < MAX_ANSWERS:
        got = f"label {label.item()!r}" if label.size == 1 else f"a label of shape {label.shape}"
        raise _wrong(name, got, f"a whole number from 0 to {MAX_ANSWERS - 1}: an answer unit for each label", "fewer classes")


def split(items: Items, share: float, name: str) -> tuple[Items, Items]:
    """The items that are posed and those held out, by random words of their numbers, always the same ones.

    Raises:
        InputError: If too few are left on a side.
    """
    count = len(items.labels)
    zero = np.zeros(1, dtype=np.uint32)
    words, _ = threefry2x32(zero, zero, np.arange(count, dtype=np.uint32), zero)
    order = np.argsort(words, kind="stable")
    first = math.ceil(count * share)
    held, posed = np.sort(order[:first]), np.sort(order[first:])
    known = {items.features[:, k].tobytes() for k in posed}
    held = np.array([k for k in held if items.features[:, k].tobytes() not in known], dtype=np.intp)
    if share and not len(held):
        got = f"{count} items, of which none is held out that is not posed as well"
        raise _wrong(name, got, "items that differ", "more of them, or held_out = 0")
    one, other = (Items(items.features[:, which], items.labels[which]) for which in (posed, held))
    return one, other


def bar(lessons: int, chance: float) -> int:
    """The least number of right answers in so many lessons that comes about with less than `LUCK`, each being right by this chance."""
    tail, right = 0.0, lessons + 1
    while right > 0:
        k = right - 1
        logs = math.lgamma(lessons + 1) - math.lgamma(k + 1) - math.lgamma(lessons - k + 1)
        tail += math.exp(logs + k * math.log(chance) + (lessons - k) * math.log1p(-chance))
        if tail >= LUCK:
            break
        right = k
    return right


def _wrong(name: str, got: str, expected: str, attempt: str) -> InputError:
    return InputError(problem(name, got, expected, attempt))
