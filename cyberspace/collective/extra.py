"""What the extra `collective` brings: asked for before it is used, so that a missing one is one message."""

from __future__ import annotations

from importlib.util import find_spec

from cyberspace.errors import InputError, problem


def needed(*modules: str) -> None:
    """Check that modules are installed.

    Raises:
        InputError: If any is not.
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        got = f"no {', no '.join(missing)}"
        raise InputError(
            problem("collective", got, "what the extra `collective` brings", "pip install 'cyberspace[collective]'")
        )
