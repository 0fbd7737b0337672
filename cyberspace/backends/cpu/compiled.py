"""Functions that kernels are made of and that others wrote: rules, tasks over single sites."""

from __future__ import annotations

from collections.abc import Callable

OURS = ("cyberspace", "organisms")


def is_ours(function: Callable[..., object] | None) -> bool:
    """Whether a function stands in this project, so that what was compiled of it may be kept on disk.

    numba knows a kernel that it kept by the kernel's own file alone: a user's file may have changed since.
    """
    return getattr(function, "__module__", "").partition(".")[0] in OURS
