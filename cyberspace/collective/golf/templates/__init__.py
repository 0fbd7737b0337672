"""Submissions to start from: each file is the code of one, as it is, and imports NumPy alone."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = ("blend", "colony", "counts", "uniform")
"""Their names."""


def code_of(name: str) -> bytes:
    """The code of a template."""
    return Path(__file__).with_name(f"{name}.py").read_bytes()
