"""The nine two-input functions of which some alone pay; all of them are watched."""

from __future__ import annotations

import numpy as np

from cyberspace.tasks.logic import FUNCTIONS, Logic


class Paying(Logic):
    """`Logic`, with pay for some of its functions alone.

    Args:
        functions: Names of those that pay, as much as ever; the others pay nothing.
    """

    def __init__(self, functions: list[str], pay: int = 120):
        super().__init__(pay)
        unknown = set(functions) - set(FUNCTIONS)
        if unknown:
            raise ValueError(f"functions of {', '.join(FUNCTIONS)}")
        self.worth = self.worth * np.array([name in functions for name in FUNCTIONS], dtype=np.int32)
