"""An X server with a mouse and a keyboard, a viewer that is open on it, and what is seen there."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Found = TypeVar("Found")

KEYS = {"return": "Return", "backspace": "BackSpace", "escape": "Escape", "f1": "F1", "f2": "F2", ",": "comma", ".": "period",
        "[": "bracketleft", "]": "bracketright", "space": "space"}  # fmt: skip
"""What xdotool calls keys, where that is not what the viewer calls them."""

PATIENCE, REST = 90.0, 0.35
"""Seconds that something may take to come about, and between two things that a person does."""


class Failed(AssertionError):
    """What should have come about did not."""


def wait_for(what: str, holds: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """What `holds` returns when that is true at last.

    Raises:
        Failed: If it does not come true.
    """
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds:g} s")
        time.sleep(0.05)
    return found


class Screen:
    """An X server.

    Args:
        folder: Where it keeps what it shows.
        size: (width, height) in pixels.
    """

    def __init__(self, folder: Path, size: tuple[int, int]):
        folder.mkdir(parents=True, exist_ok=True)
        self.size, self._file = size, folder / "Xvfb_screen0"
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "{}x{}x24".format(*size), "-nolisten", "tcp", "-noreset",
             "-fbdir", str(folder)],
            pass_fds=(write,), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": name}
        self.environment.pop("SDL_VIDEODRIVER", None)

    def tool(self, *words: object) -> str:
        """Do something with xdotool; what it says."""
        command = ["xdotool", *map(str, words)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout

    def key(self, *names: str) -> None:
        """Press keys, by the names of the viewer's own table."""
        for name in names:
            parts = name.split("+") if len(name) > 1 else [name]
            self.tool("key", "+".join(KEYS.get(part, part) for part in parts))
            time.sleep(REST)

    def type(self, text: str) -> None:
        """Type a text."""
        self.tool("type", "--delay", 60, text)
        time.sleep(REST)

    def click(self, at: tuple[int, int], button: int = 1) -> None:
        """Click at a point: 1 is left, 3 right."""
        self.tool("mousemove", *at)
        time.sleep(REST / 2)
        self.tool("click", button)
        time.sleep(REST)

    def pixels(self) -> Pixels:
        """What is seen, (height, width, 3): the server's own memory, a file in XWD's format (X.Org's XWDFile.h)."""
        data = self._file.read_bytes()
        head = struct.unpack(">25I", data[:100])
        width, height, line, colours = head[4], head[5], head[12], head[19]
        first = head[0] + 12 * colours
        rows = np.frombuffer(data, dtype=np.uint8, count=line * height, offset=first).reshape(height, line)
        return np.ascontiguousarray(rows[:, : 4 * width].reshape(height, width, 4)[:, :, 2::-1])

    def close(self) -> None:
        """End it."""
        self._server.terminate()
        self._server.wait(20)


class Viewer:
    """`cyberspace view`, in a process of its own.

    Args:
        screen: Where it is seen.
        what: What it shows.
        home: Folder of its settings and data.
        words: More words of the command.
    """

    def __init__(self, screen: Screen, what: Path, home: Path, *words: str):
        self.screen, self.home = screen, home
        size = "{}x{}".format(*screen.size)
        command = [sys.executable, "-m", "cyberspace", "view", str(what), "--size", size, "--pictures", str(home), *words]
        settings: Mapping[str, str] = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
        self._process = subprocess.Popen(command, env={**screen.environment, **settings}, stderr=subprocess.PIPE, text=True)
        screen.tool("mousemove", 3, screen.size[1] - 3)  # where nothing is told of what is under it
        before = screen.pixels()
        wait_for("a window", lambda: self.runs() and (screen.pixels() != before).any())
        time.sleep(1.5)  # focus, the first frames

    def runs(self) -> bool:
        """True while it runs.

        Raises:
            Failed: If it has ended.
        """
        if self._process.poll() is not None:
            said = self._process.stderr.read() if self._process.stderr is not None else ""
            raise Failed(f"the viewer ended with {self._process.returncode}: {said.strip()}")
        return True

    def leave(self) -> int:
        """Quit as a person would; the exit code."""
        if self._process.poll() is None:
            self.screen.key("ctrl+q")
        return self._process.wait(60)

    def close(self) -> None:
        """End it if it still runs."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)


def keep(pixels: Pixels, path: Path) -> None:
    """Keep a screenshot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, optimize=True)


def changed(one: Pixels, other: Pixels) -> float:
    """Share of the pixels that differ by more than rendering does."""
    return float((np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=2) > 40).mean())


def unlike(one: Pixels, other: Pixels, block: int = 8) -> float:
    """Share of the blocks whose mean colours differ: letters and thin lines, rendered by two libraries, count little."""
    means = []
    for pixels in (one, other):
        height, width = (length // block * block for length in pixels.shape[:2])
        parts = pixels[:height, :width].reshape(height // block, block, width // block, block, 3)
        means.append(parts.mean(axis=(1, 3)))
    return float((np.abs(means[0] - means[1]).max(axis=2) > 24).mean())
