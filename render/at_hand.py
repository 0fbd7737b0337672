"""The record of a live run, where its folder is at hand: for what is told from records alone."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from threading import Thread

from render.frames import Answer, Frames, Told


class AtHand:
    """Answers from the record.

    Args:
        folder: The run's folder, if it is at hand.
    """

    def __init__(self, folder: Path | None):
        self.folder = folder
        self._record: Frames | None = None
        self._loading: Thread | None = None
        self._told_missing = False
        self._answers: list[Answer] = []

    def record(self, what: str) -> Frames | None:
        """The run's record; where it is not at hand, that is told."""
        if self._record is None and self.folder is not None:
            from render.replay import Replay  # heavy, and only now

            self._record = Replay(self.folder)
        if self._record is None:
            self._answers.append(Told(f"{what} is read from the run's folder, which is not at hand here", wrong=True))
        return self._record

    def ask_story(self) -> None:
        """What happened, once what reads it is loaded beside; where it is not at hand, that is told once."""
        if self._loading is None:
            name = "render.replay" if self.folder else "render.frames"
            self._loading = Thread(target=import_module, args=(name,), daemon=True)
            self._loading.start()
            self._told_missing = self.folder is None and self.record("what happened") is None
        elif not self._loading.is_alive() and not self._told_missing and (record := self.record("what happened")) is not None:
            record.ask_story()

    def poll(self) -> list[Answer]:
        """Answers that came since."""
        if self._record is not None:
            self._answers += self._record.poll()
        answers, self._answers = self._answers, []
        return answers
