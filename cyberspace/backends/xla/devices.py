"""The devices that JAX computes on: whether there are any, which of them a region lives on, and how."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from cyberspace.backends.xla.kernels.frame import WHOLE, Frame
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.cores import NARROW, XLA_FLAGS
from cyberspace.errors import InputError, problem
from cyberspace.law.world import World
from cyberspace.telling import say
from organisms.arrays import Array

WIDTH = 256
"""Sites of a block."""

OLDEST = 8.0
"""Compute capability of the oldest device of NVIDIA's that kernels are compiled for."""

ASKED = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME", "CUDA_VISIBLE_DEVICES", XLA_FLAGS)
"""Variables of the environment that tell JAX where to compute."""


def need_device() -> None:
    """Start JAX on its devices.

    Raises:
        InputError: If it can't, for instance since it was told to use a platform that is not here; or if it is wrong on this processor.
    """
    try:
        jax.devices()
    except Exception as error:  # RuntimeError, AssertionError, and what a platform's library raises
        raise InputError(problem("JAX", _got(error), "a device to compute on", attempt())) from None
    if jax.default_backend() == "cpu" and not _right():
        got = f"another result than NumPy's on this processor, by jaxlib {jax.lib.__version__}"
        raise InputError(
            problem("JAX", got, "the same bits", f"{XLA_FLAGS}={NARROW}, which is read when JAX begins; or --backend numba")
        )


@cache
def _right() -> bool:
    """Whether XLA computes on this CPU what it is known to get wrong on some, see `cyberspace.cores.keep_xla_right`."""
    sites = np.arange(64, dtype=np.uint32)
    given = sites % 3 > 0, sites * np.uint32(0x9E3779B1), sites * np.uint32(0x85EBCA6B)
    return np.array_equal(jax.jit(partial(mixed, jnp))(*given), mixed(np, *given))


def mixed(xp: Any, mask: Array, held: Array, words: Array) -> Array:
    """Whoever is meant has the first two bits of its word, all other bits are held: uint32 (sites,), the form of which `_right` asks."""
    goals = xp.arange(2, dtype=np.uint32)[:, None]
    did = ((((words >> goals) & np.uint32(1)) > 0).astype(np.uint32) << goals).sum(axis=0, dtype=np.uint32)
    found: Array = xp.where(mask, (held & ~np.uint32(3)) | did, held)
    return found


def attempt() -> str:
    """What helps where JAX has no device."""
    asked = next(iter(_asked()), None)
    return f"unset {asked}, or JAX_PLATFORMS=cpu, or --backend numba" if asked else "JAX_PLATFORMS=cpu, or --backend numba"


def _asked() -> dict[str, str]:
    """What the user says of where to compute."""
    return {name: value for name in ASKED if (value := os.environ.get(name, "")) and value != NARROW}


def _got(error: Exception) -> str:
    said = (str(error).strip().splitlines() or [f"no device ({type(error).__name__})"])[0].rstrip(".")
    asked = ", ".join(f"{name}={value}" for name, value in _asked().items())
    return f"{said} (with {asked})" if asked else said


_PLACED: list[int] = []
_TOLD: set[str] = set()


def next_device(region: int) -> jax.Device:
    """The device for a region: those of this process in turn, beginning at the number of the first region that asks."""
    devices = jax.local_devices()
    _PLACED.append(region if not _PLACED else _PLACED[-1] + 1)
    return devices[_PLACED[-1] % len(devices)]


def frame_of(world: World, device: jax.Device) -> Frame | None:
    """How a region's kernels are made for a device; None where ticks are lived over whole arrays, which is said, once, of a GPU."""
    if device.platform == "cpu":
        return None
    why = _without_kernels(world, device)
    if why and why not in _TOLD:
        _TOLD.add(why)
        say(f"jax lives without kernels, several times slower: {why}")
    return None if why else Frame(world, WIDTH, dp4a=True)


def _without_kernels(world: World, device: jax.Device) -> str:
    """Why kernels can't be had; empty if they can."""
    if device.platform not in ("gpu", "cuda") or _capability(device) < OLDEST:
        return f"{device.device_kind} is a device for which there are none"
    if not WHOLE:
        return f"jax {jax.__version__} has no Pallas for them (0.10 has)"
    if world.plaza:
        return f"space {world.space} is a plaza"
    if world.rule.trace:
        return f"rule {world.rule.name} reads traces"
    return unfit_for_kernels(world, WIDTH)


def _capability(device: jax.Device) -> float:
    try:
        return float(device.compute_capability)
    except (AttributeError, ValueError):  # of another maker
        return 0.0
