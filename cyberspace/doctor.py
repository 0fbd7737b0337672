"""doctor: what is installed, which launcher and devices there are, and what to mend."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata, util

from cyberspace.errors import InputError
from cyberspace.ranks.launch import ALONE, ONE_HOST, mpirun

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
    found.append(f"launchers on the path: {', '.join(launchers) or 'none'}")
    for part, trouble in (_mpi(), _devices()):
        found += part
        mend += trouble
    return found, mend


def _mpi() -> tuple[list[str], list[str]]:
    """Which MPI library and launcher `cyberspace launch` would use; looked at by a process of its own, since MPI starts only once."""
    if util.find_spec("mpi4py") is None:
        return [], []
    code = "from cyberspace.ranks.mpi import describe; print(describe())"
    environment = {**ALONE, **ONE_HOST, **os.environ}
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=environment)
    except subprocess.TimeoutExpired:
        return [], ["MPI does not start within 60 s: a library of another machine? set MPI4PY_LIBMPI to this machine's libmpi"]
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        return [], [f"mpi4py finds no working MPI library ({reason}): pip install 'cyberspace[mpi]', or set MPI4PY_LIBMPI"]
    try:
        launcher = mpirun()
    except InputError:
        return [f"MPI: {done.stdout.strip()}"], ["there is no mpirun: pip install 'cyberspace[mpi]'"]
    version = subprocess.run([launcher, "--version"], capture_output=True, text=True, env=environment).stdout
    found = [f"MPI: {done.stdout.strip()}", f"launcher: {launcher} ({version.splitlines()[0] if version else 'unknown'})"]
    same = ("Open MPI" in done.stdout) == ("Open MPI" in version or "prte" in version.lower())
    return found, [] if same else ["library and launcher belong to different MPIs: each process would be alone"]


def _devices() -> tuple[list[str], list[str]]:
    if util.find_spec("jax") is None:
        return [], []
    import jax

    devices = [f"jax device: {device.platform} {device.device_kind}" for device in jax.devices()]
    has_card = shutil.which("nvidia-smi") is not None
    if has_card and all(device.platform == "cpu" for device in jax.devices()):
        return devices, ["an NVIDIA card is here, but jax does not see it: pip install 'cyberspace[cuda]'"]
    return devices, []
