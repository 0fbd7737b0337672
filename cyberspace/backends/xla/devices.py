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
    """How a region's kernels are made for a device; None where ticks are lived over whole arrays, which is said if kernels would fit."""
    if device.platform == "cpu":
        return None
    if world.plaza:
        return _plain("a plaza")
    known = _capability(device)
    if device.platform not in ("gpu", "cuda") or known < OLDEST:
        return _plain(f"{device.device_kind}, for which there are none")
    if not WHOLE:
        return _plain(f"jax {jax.__version__}, which has no Pallas for it (0.10 has)")
    reason = unfit_for_kernels(world, WIDTH)
    return _plain(reason) if reason else Frame(world, WIDTH, dp4a=True)


def _capability(device: jax.Device) -> float:
    try:
        return float(device.compute_capability)
    except (AttributeError, ValueError):  # of another maker
        return 0.0


def _plain(why: str) -> None:
    """Tell, once, that there are no kernels, and why."""
    if why not in _TOLD:
        _TOLD.add(why)
        say(
            f"jax lives without kernels, several times slower, on {why}"
            if not why.startswith(("task", "rule"))
            else _of_user(why)
        )


def _of_user(why: str) -> str:
    return f"jax lives without kernels, several times slower: {why}"
