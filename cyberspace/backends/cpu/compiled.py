"""How kernels are compiled, and what of them may be kept: rules and tasks over single sites are written by others.

What a kernel is compiled with decides how long a first start takes: each wrapper is one more copy of it to compile, and counting owners
is as much text as what a kernel does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypedDict

from numba.extending import register_jitable


class Options(TypedDict, total=False):
    """What numba is told."""

    nogil: bool
    error_model: str
    _nrt: bool
    no_cfunc_wrapper: bool
    no_cpython_wrapper: bool


KERNEL: Final[Options] = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
"""For what Python calls: it makes no arrays but by `cyberspace.backends.cpu.scratch`, and divides by no 0."""

PART: Final[Options] = {**KERNEL, "no_cpython_wrapper": True}
"""For what only kernels call."""

scalar = register_jitable(**PART)
"""Lets kernels call a rule of scalars that stands elsewhere, and what it calls if that is let as well."""

theirs = register_jitable(_nrt=True, no_cfunc_wrapper=True)
"""The same for what may be a user's: it may make arrays, and is told of a division by 0."""

OURS = ("cyberspace", "organisms")


def is_ours(function: Callable[..., object] | None) -> bool:
    """Whether a function stands in this project, so that what was compiled of it may be kept on disk.

    numba knows a kernel that it kept by the kernel's own file alone: a user's file may have changed since.
    """
    return getattr(function, "__module__", "").partition(".")[0] in OURS
