"""doctor: what is installed, which launcher and devices there are, and what to mend."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata, util

from cyberspace.cores import allowed_cores
from cyberspace.errors import InputError
from cyberspace.ranks.carry import surroundings
from cyberspace.ranks.launch import ALONE, ONE_HOST, mpirun

CORE = ("numpy", "numba", "jax", "zarr", "click", "pydantic", "matplotlib")
EXTRAS = {"mpi4py": "mpi", "pygame": "view", "pyhwloc": "machine", "pynvml": "machine", "torch": "torch"}


def examine() -> tuple[list[str], list[str]]:
    """Lines that tell what there is, and lines that tell what to mend."""
    cores = f"{os.cpu_count()} cores, of which this process may use {allowed_cores()}"
    found = [f"python {platform.python_version()} on {platform.system()} {platform.machine()}, {cores}"]
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


def _look(code: str, seconds: int = 60) -> tuple[int, str, str]:
    """What a process of its own finds, since some libraries start only once, and some end the process; its exit code, and what it told.

    An exit code of -1 stands for one that took too long.
    """
    environment = {**ALONE, **ONE_HOST, **os.environ, **surroundings(os.environ)}
    try:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=seconds, env=environment)
    except subprocess.TimeoutExpired:
        return -1, "", ""
    reason = (done.stderr.strip().splitlines() or [f"no reason given, exit code {done.returncode}"])[-1]
    return done.returncode, done.stdout.strip(), reason


def _mpi() -> tuple[list[str], list[str]]:
    """Which MPI library and launcher `cyberspace launch` would use."""
    if util.find_spec("mpi4py") is None:
        return [], []
    code, told, reason = _look("from cyberspace.ranks.mpi import describe; print(describe())")
    if code == -1:
        return [], ["MPI does not start within 60 s: a library of another machine? set MPI4PY_LIBMPI to this machine's libmpi"]
    if code:
        return [], [f"mpi4py finds no working MPI library ({reason}): pip install 'cyberspace[mpi]', or set MPI4PY_LIBMPI"]
    try:
        launcher = mpirun()
        environment = {**os.environ, **surroundings(os.environ)}
        version = subprocess.run([launcher, "--version"], capture_output=True, text=True, env=environment).stdout
    except InputError:
        return [f"MPI: {told}"], ["there is no mpirun: pip install 'cyberspace[mpi]'"]
    except OSError as error:
        return [f"MPI: {told}"], [f"{launcher} does not start ({error.strerror}): pip install 'cyberspace[mpi]'"]
    found = [f"MPI: {told}", f"launcher: {launcher} ({version.splitlines()[0] if version.strip() else 'unknown'})"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        names = [name for name in ALONE if name.startswith("OMPI_ALLOW") and name not in os.environ]
        if names:
            found.append(
                f"a plain mpirun refuses to start as root unless {' '.join(f'{name}=1' for name in names)} is set; launch sets it"
            )
    same = ("Open MPI" in told) == ("Open MPI" in version or "prte" in version.lower())
    return found, [] if same else ["library and launcher belong to different MPIs: each process would be alone"]


DEVICES = "import jax; print(*(f'{device.platform} {device.device_kind}' for device in jax.devices()), sep='\\n')"


def _devices() -> tuple[list[str], list[str]]:
    """What JAX computes on."""
    if util.find_spec("jax") is None:
        return [], []
    code, told, reason = _look(DEVICES, 120)
    if code:
        why = "it does not start within 120 s" if code == -1 else reason
        asked = [
            f"{name}={os.environ[name]}"
            for name in ("JAX_PLATFORMS", "XLA_FLAGS", "CUDA_VISIBLE_DEVICES")
            if os.environ.get(name)
        ]
        attempt = f"unset {asked[0].partition('=')[0]}" if asked else "pip install --force-reinstall jax jaxlib"
        return [], [f"jax has no device to compute on ({'; '.join([why, *asked])}): {attempt}; numba works without it"]
    devices = [f"jax device: {line}" for line in told.splitlines()]
    has_card = shutil.which("nvidia-smi") is not None
    if has_card and all(line.startswith("cpu ") for line in told.splitlines()):
        return devices, ["an NVIDIA card is here, but jax does not see it: pip install 'cyberspace[cuda]'"]
    return devices, []
