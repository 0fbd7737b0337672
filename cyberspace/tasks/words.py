"""Random words that notice when a task asks for more of them than it is given: NumPy would cut a slice off without a word."""

from __future__ import annotations

from typing import Any

import numpy as np

from organisms.arrays import Words


class TooFewWords(IndexError):
    """A task asked for words that it is not given.

    Attributes:
        words: How many it would need.
    """

    def __init__(self, key: str, words: int):
        super().__init__(key)
        self.words = words


class _Counted(np.ndarray[Any, np.dtype[np.uint32]]):
    """Rows of random words; what is made of them is a plain array."""

    def __getitem__(self, key: Any) -> Any:
        row = key[0] if isinstance(key, tuple) and key else key
        if isinstance(row, slice) and row.stop is not None and row.stop > len(self):
            raise TooFewWords(f"{'' if row.start is None else row.start}:{row.stop}", row.stop)
        if isinstance(row, int) and row >= len(self):
            raise TooFewWords(str(row), row + 1)
        return np.asarray(self)[key]

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        return np.asarray(array)


def counted(bits: Words) -> Words:
    """The same words, which notice."""
    return bits.view(_Counted)
