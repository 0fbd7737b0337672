"""How far somebody has come in the guided tour, and whether it was shown before: kept in the user's folder of settings."""

from __future__ import annotations

import os
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Touring:
    """The tour as it stands; its steps are in `render.tour`.

    Attributes:
        on: Whether it is shown.
        at: Number of its step.
        done: Names of the steps that the person has done.
    """

    on: bool = False
    at: int = 0
    done: set[str] = field(default_factory=set)

    def stamp(self) -> Hashable:
        """Changes whenever it must be drawn anew."""
        return (self.at, len(self.done)) if self.on else None


class Shown:
    """A file that says that this person was shown the tour.

    Args:
        file: The file; by default `cyberspace/tour` in the user's folder of settings.
    """

    def __init__(self, file: Path | None = None):
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        self._file = file or Path(home) / "cyberspace" / "tour"

    def before(self) -> bool:
        """Whether it was."""
        with suppress(OSError):
            return self._file.exists()
        return True  # what can't be remembered would be shown again and again

    def note(self) -> bool:
        """It is shown now; whether that could be written down."""
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text("the guided tour was shown; cyberspace view --tour shows it again\n", encoding="utf-8")
            return True
        return False


def wanted(asked: bool | None, shown: Shown, display: bool) -> bool:
    """Whether the tour is shown: as asked for; else once, on a display that a person sees, where that can be remembered."""
    if asked is not None:
        return asked and (shown.note() or True)
    return display and not shown.before() and shown.note()
