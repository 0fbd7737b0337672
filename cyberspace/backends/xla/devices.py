"""Whether JAX has a device to compute on."""

from __future__ import annotations

import os

import jax

from cyberspace.errors import InputError, problem

ASKED = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME", "CUDA_VISIBLE_DEVICES", "XLA_FLAGS")
"""Variables of the environment that tell JAX where to compute."""


def need_device() -> None:
    """Start JAX on its devices.

    Raises:
        InputError: If it can't, for instance since it was told to use a platform that is not here.
    """
    try:
        jax.devices()
    except Exception as error:  # RuntimeError, AssertionError, and what a platform's library raises
        raise InputError(problem("JAX", _got(error), "a device to compute on", attempt())) from None


def attempt() -> str:
    """What helps where JAX has no device."""
    asked = next((name for name in ASKED if os.environ.get(name)), None)
    return f"unset {asked}, or JAX_PLATFORMS=cpu, or --backend numba" if asked else "JAX_PLATFORMS=cpu, or --backend numba"


def _got(error: Exception) -> str:
    said = (str(error).strip().splitlines() or [f"no device ({type(error).__name__})"])[0].rstrip(".")
    asked = ", ".join(f"{name}={os.environ[name]}" for name in ASKED if os.environ.get(name))
    return f"{said} (with {asked})" if asked else said
