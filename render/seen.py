"""What a person has seen of which run, kept on the viewer's side."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from cyberspace.whole import whole

MOST = 1000
"""Runs that are remembered: those that were looked at last."""


class Seen:
    """A file that says up to which tick each run was looked at.

    Args:
        file: The file; by default `cyberspace/seen.json` in the user's data folder.
    """

    def __init__(self, file: Path | None = None):
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        self._file = file or Path(home) / "cyberspace" / "seen.json"

    def before(self, run: str) -> int | None:
        """The tick up to which a run was looked at; None if it never was, or that can't be read."""
        return self._read().get(run)

    def note(self, run: str, tick: int) -> None:
        """A run is looked at up to a tick; nothing happens where that can't be written."""
        known = self._read()
        known.pop(run, None)
        known[run] = tick
        kept = dict(list(known.items())[-MOST:])
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with whole(self._file) as begun:
                begun.write_text(json.dumps(kept), encoding="utf-8")

    def _read(self) -> dict[str, int]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(run): int(tick) for run, tick in found.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
