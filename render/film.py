"""Pictures and films on disk: PNG and GIF through Pillow, MP4 through ffmpeg, the system's or the one of the extra `view`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cyberspace.errors import InputError, problem, system_errors

MOST_FRAMES = 3000
"""Frames of one film from the window."""

Frame = NDArray[np.uint8]
"""(height, width, 3)."""


def best_kind() -> str:
    """The ending of a film that can be written here."""
    return ".mp4" if find_ffmpeg() else ".gif"


@cache
def find_ffmpeg() -> str | None:
    """The ffmpeg of the system, or the one that imageio-ffmpeg brings; None if there is neither."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError):
        return None


def free_name(folder: Path, stem: str, ending: str) -> Path:
    """A name in a folder that is not in use."""
    numbers = range(1, 100_000)
    return next(path for k in numbers if not (path := folder / f"{stem}-{k:03d}{ending}").exists())


def write_picture(path: Path, pixels: Frame) -> None:
    """One picture."""
    with system_errors(str(path), "a file that can be written", "another folder for pictures"):
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)


def write_film(path: Path, frames: Iterable[Frame], rate: int) -> int:
    """A film at `rate` frames per second, its kind told by its name; a PNG holds the last frame.  How many frames it has.

    Raises:
        InputError: If the kind is unknown, there is no ffmpeg for an MP4, or there is no frame.
    """
    writers = {".gif": _gif, ".mp4": _mp4, ".png": _png}
    if path.suffix not in writers:
        raise InputError(problem(str(path), f"a film of kind {path.suffix!r}", ", ".join(writers), f"{path.stem}.gif"))
    if path.suffix == ".mp4" and find_ffmpeg() is None:
        attempt = f"pip install 'cyberspace[view]', or --out {path.with_suffix('.gif')}"
        raise InputError(problem(str(path), "no ffmpeg on this machine", "ffmpeg for films in MP4", attempt))
    with system_errors(str(path), "a file that can be written", "another --out"):
        path.parent.mkdir(parents=True, exist_ok=True)
        _try_to_write(path)  # before the frames are drawn
        count = writers[path.suffix](path, iter(frames), rate)
    if not count:
        raise InputError(problem(str(path), "no frame", "at least one", "a run with samples in the span asked for"))
    return count


def _try_to_write(path: Path) -> None:
    new = not path.exists()
    path.open("ab").close()
    if new:
        path.unlink()


def _gif(path: Path, frames: Iterable[Frame], rate: int) -> int:
    pictures = [Image.fromarray(frame).quantize(colors=255, dither=Image.Dither.NONE) for frame in frames]
    if pictures:
        pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=max(20, 1000 // rate), loop=0)
    return len(pictures)


def _png(path: Path, frames: Iterable[Frame], rate: int) -> int:
    every = list(frames)
    if every:
        Image.fromarray(every[-1]).save(path)
    return len(every)


def _mp4(path: Path, frames: Iterable[Frame], rate: int) -> int:
    """Frames go to ffmpeg one by one; sizes are cut to even numbers, which its encoder wants."""
    count, writer = 0, None
    for frame in frames:
        even = np.ascontiguousarray(frame[: frame.shape[0] // 2 * 2, : frame.shape[1] // 2 * 2])
        if writer is None:
            size = f"{even.shape[1]}x{even.shape[0]}"
            command = [
                find_ffmpeg() or "ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size,
                "-r", str(rate), "-i", "-", "-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", str(path),
            ]  # fmt: skip
            writer = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        assert writer.stdin is not None
        try:
            writer.stdin.write(even.tobytes())
        except BrokenPipeError:
            break
        count += 1
    if writer is not None:
        _, complaint = writer.communicate()
        if writer.returncode:
            words = complaint.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
            raise InputError(problem(str(path), f"an ffmpeg that failed ({words[0]})", "a film", "a .gif instead"))
    return count
