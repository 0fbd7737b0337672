"""The machine file that a world may name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cyberspace.errors import InputError, problem
from topology.machine import Machine
from topology.machine_file import MachineError, machine_from_text, machine_to_text


def machine_identity(path: str | Path) -> str:
    """Digest of a machine file, 32 hex digits: part of a run's identity.  Layout of the text does not count, content does.

    Raises:
        InputError: If the file is missing, of another version or malformed.
    """
    return hashlib.blake2b(machine_to_text(read_machine(path)).encode(), digest_size=16).hexdigest()


def read_machine(path: str | Path) -> Machine:
    """The machine of a file.

    Raises:
        InputError: As `machine_identity`.
    """
    try:
        return machine_from_text(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        got = f"an unreadable file ({error})"
        raise InputError(
            problem(str(path), got, "the machine file that the world names", "cyberspace measure --out DIR")
        ) from None
    except MachineError as error:
        raise InputError(problem(f"{path}: {error.place}", error.got, error.expected, "cyberspace measure --out DIR")) from None
