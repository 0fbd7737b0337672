"""A disk that fails: each write, fsync, rename and mkdir under a folder can be made to, in turn, once or from then on."""

import builtins
import errno
import io
import os
import threading
from contextlib import contextmanager
from pathlib import Path

PATHS = ("rename", "replace", "mkdir", "unlink", "rmdir", "link")
HANDLES = ("fsync", "write", "pwrite", "ftruncate")


class Disk:
    """Counts what is done to a folder and those beside it, and fails at one of them.

    Args:
        folder: What lies in it is counted.
        at: Number of the operation that fails; -1 for none.
        number: The error.
        lasts: Whether all after it fail, too.
    """

    def __init__(self, folder, at=-1, number=errno.ENOSPC, lasts=False):
        self.folder, self._at, self._number, self._lasts = folder, at, number, lasts
        self._lock = threading.Lock()
        self.done, self.struck = [], False

    def _is_here(self, path):
        try:
            return os.path.abspath(os.fspath(path)).startswith(os.fspath(self.folder))
        except TypeError:
            return False

    def strike(self, what, path):
        if not self._is_here(path):
            return
        with self._lock:
            here = len(self.done)
            self.done.append((what, os.fspath(path)))
        if here == self._at or (self._lasts and here > self._at >= 0):
            self.struck = True
            raise OSError(self._number, os.strerror(self._number), os.fspath(path))


class File:
    """An open file, of which a write that fails leaves half."""

    def __init__(self, file, path, disk):
        self._file, self._path, self._disk = file, path, disk

    def write(self, content):
        try:
            self._disk.strike("write", self._path)
        except OSError:
            self._file.write(content[: len(content) // 2])
            self._file.flush()
            raise
        return self._file.write(content)

    def __enter__(self):
        self._file.__enter__()
        return self

    def __exit__(self, *error):
        return self._file.__exit__(*error)

    def __iter__(self):
        return iter(self._file)

    def __getattr__(self, name):
        return getattr(self._file, name)


@contextmanager
def failing(disk):
    """Have all of this process use a disk."""
    real = {name: getattr(os, name) for name in (*PATHS, *HANDLES, "open")}
    opened, names = io.open, {}

    def with_path(name):
        def call(path, *rest, **options):
            disk.strike(name, path)
            return real[name](path, *rest, **options)

        return call

    def with_handle(name):
        def call(handle, *rest):
            path = names.get(handle) or os.readlink(f"/proc/self/fd/{handle}")
            try:
                disk.strike(name, path)
            except OSError:
                if name == "write":
                    real["write"](handle, rest[0][: len(rest[0]) // 2])
                raise
            return real[name](handle, *rest)

        return call

    def open_file(path, mode="r", *rest, **options):
        if not isinstance(path, int) and set(mode) & set("wax+"):
            disk.strike("open", path)
            return File(opened(path, mode, *rest, **options), path, disk)
        return opened(path, mode, *rest, **options)

    for name in PATHS:
        setattr(os, name, with_path(name))
    for name in HANDLES:
        setattr(os, name, with_handle(name))
    io.open = builtins.open = open_file
    try:
        yield disk
    finally:
        for name, function in real.items():
            setattr(os, name, function)
        io.open = builtins.open = opened


def kinds(disk):
    """Operations of a disk by what was done and in which part of the run: numbers of them."""
    found = {}
    for number, (what, path) in enumerate(disk.done):
        parts = Path(path).parts
        part = next((part for part in parts if part in ("record.zarr", "checkpoints", "journal")), "run")
        found.setdefault((what, part), []).append(number)
    return found
