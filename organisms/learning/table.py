"""The list of learning rules, by the name that a world file uses."""

from __future__ import annotations

from organisms.learning.hebbian import hebbian
from organisms.learning.rule import Rule

RULES: dict[str, Rule] = {"hebbian": hebbian, "none": Rule("none", None)}
"""none: inborn weights for life."""
