"""doctor: what is installed, which launcher and devices there are, and what to mend."""

from __future__ import annotations

import os
import platform
import shutil
from importlib import metadata, util

CORE = ("numpy", "numba", "jax", "zarr", "click", "pydantic", "matplotlib")
EXTRAS = {"mpi4py": "mpi", "pygame": "view", "pyhwloc": "machine", "pynvml": "machine", "torch": "torch"}


def examine() -> tuple[list[str], list[str]]:
    """Lines that tell what there is, and lines that tell what to mend."""
    found = [f"python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores"]
    mend = []
    for name in CORE:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            mend.append(f"{name} is missing: pip install cyberspace")
    for name, extra in EXTRAS.items():
        state = "installed" if util.find_spec(name) else f"not installed (extra: pip install 'cyberspace[{extra}]')"
        found.append(f"{name}: {state}")
    launchers = [name for name in ("mpirun", "mpiexec", "srun") if shutil.which(name)]
    found.append(f"launchers: {', '.join(launchers) or 'none'}")
    devices, trouble = _devices()
    return found + devices, mend + trouble


def _devices() -> tuple[list[str], list[str]]:
    if util.find_spec("jax") is None:
        return [], []
    import jax

    devices = [f"jax device: {device.platform} {device.device_kind}" for device in jax.devices()]
    has_card = shutil.which("nvidia-smi") is not None
    if has_card and all(device.platform == "cpu" for device in jax.devices()):
        return devices, ["an NVIDIA card is here, but jax does not see it: pip install 'cyberspace[cuda]'"]
    return devices, []
