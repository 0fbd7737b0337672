"""Colours that can be told apart by everybody (Okabe, Ito: Color universal design, 2008)."""

from __future__ import annotations

VIVID = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7")
"""Six colours for things that must be told apart."""

STACK = (*VIVID, "#F0E442", "#000000", "#8C8C8C")
"""Nine colours, in the order of a stack; neighbours differ in lightness too."""

OTHER = "#B8B8B8"
"""All that has no colour of its own."""

GROUND = "#FFFFFF"
"""Where nobody is: never the colour of somebody."""

INK = "#222222"
