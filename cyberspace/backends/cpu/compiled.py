"""How kernels are compiled, and what of them may be kept: rules and tasks over single sites are written by others.

What a kernel is compiled with decides how long a first start takes: each wrapper is one more copy of it to compile, and counting owners
is as much text as what a kernel does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, TypedDict, TypeVar

Kernel = TypeVar("Kernel", bound=Callable[..., object])


class Options(TypedDict, total=False):
    """What numba is told."""

    nogil: bool
    error_model: str
    _nrt: bool
    no_cfunc_wrapper: bool


KERNEL: Final[Options] = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
"""For what Python calls: it makes no arrays but by `cyberspace.backends.cpu.scratch`, and divides by no 0."""

OURS = ("cyberspace", "organisms")


def is_ours(function: Callable[..., object] | None) -> bool:
    """Whether a function stands in this project, so that what was compiled of it may be kept on disk.

    numba knows a kernel that it kept by the kernel's own file alone: a user's file may have changed since.
    """
    return getattr(function, "__module__", "").partition(".")[0] in OURS


def told_apart(*over: Callable[..., object]) -> Callable[[Kernel], Kernel]:
    """Name a kernel by what it closes over.

    numba tells kernels of one text apart by a number that it counts anew in each process: two that were kept by different processes may
    have the same, and then one of them is called in place of the other.
    """
    names = " ".join(f"{one.__module__}.{one.__qualname__}" for one in over)
    digest = hashlib.blake2b(names.encode(), digest_size=8).hexdigest()

    def name(kernel: Kernel) -> Kernel:
        kernel.__qualname__ += f"_{digest}"
        return kernel

    return name
