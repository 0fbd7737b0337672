"""The list of learning rules, by the name that a world file uses."""

from __future__ import annotations

from organisms.learning.delta import delta
from organisms.learning.hebbian import hebbian
from organisms.learning.oja import oja
from organisms.learning.rule import Rule
from organisms.learning.trace import trace

RULES: dict[str, Rule] = {"hebbian": hebbian, "none": Rule("none", None), "delta": delta, "oja": oja, "trace": trace}
"""none: inborn weights for life."""
