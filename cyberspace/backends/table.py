"""The list of backends, by the name that a world file and the command line use; each is imported when it is asked for."""

BACKENDS = {
    "reference": "cyberspace.backends.reference:Reference",
    "numba": "cyberspace.backends.cpu.region:NumbaCpu",
    "jax": "cyberspace.backends.xla.region:JaxDevice",
}
"""Others are named "FILE.py:NAME" or "PACKAGE.MODULE:NAME"."""
