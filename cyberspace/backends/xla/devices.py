"""The devices that JAX computes on: whether there are any, which of them a region lives on, and how."""

from __future__ import annotations

import os

import jax

from cyberspace.backends.xla.kernels.frame import WHOLE, Frame
from cyberspace.backends.xla.tasks import unfit_for_kernels
from cyberspace.errors import InputError, problem
from cyberspace.law.world import World
from cyberspace.telling import say

WIDTH = 256
"""Sites of a block."""

OLDEST = 8.0
"""Compute capability of the oldest device of NVIDIA's that kernels are compiled for."""

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
