"""The list of learning rules, by the name that a world file uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from organisms.learning import hebbian

RULES: dict[str, Callable[..., Any] | None] = {
    "hebbian": hebbian.learn,
    "none": None,
}
"""None: inborn weights for life."""
