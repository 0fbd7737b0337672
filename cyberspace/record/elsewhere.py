"""A new run, opened by another process: what hangs on the process that made it shows, before anything lives.

Sets are walked in another order there, it has another environment, another time of start and another working folder.  It takes a second,
so it is asked only where the text of a user's code has a word for one of these.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from cyberspace.errors import EXIT_INPUT, InputError

WORDS = re.compile(
    r"\b(set|frozenset|hash|id|environ|getenv|getenvb|time|datetime|random|secrets|uuid\w*|urandom|getpid|gethostname|node|uname|platform|"
    r"getuser|getlogin|getcwd|cwd|expanduser|home|listdir|scandir|glob|iterdir|rglob|walk|stat|getmtime|cpu_count|argv)\b|[{]\s*[^:{}]+,[^:{}]*[}]"
)
"""Words for what another process has otherwise, and what looks like a set."""

KEPT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME", "LD_PRELOAD")
"""What of the environment another process needs to be a Python like this one."""

SECONDS = 120.0

OPEN = """
import sys
from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
try:
    open_run(sys.argv[1])
except InputError as error:
    sys.stderr.write("\\n".join(("", *error.problems)).encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    sys.exit(2)
"""


def opens_elsewhere(run: Path, files: Iterable[Path]) -> None:
    """Open a run in another process, if its code may hang on which process it is.

    Raises:
        InputError: If it is another one there; with what that process says.
    """
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if path.suffix == ".py")
    if not any(WORDS.search(text) for text in texts):
        return
    seed = "1" if os.environ.get("PYTHONHASHSEED", "random") != "1" else "2"
    environment = {key: os.environ[key] for key in KEPT if key in os.environ}
    environment |= {"PYTHONHASHSEED": seed, "HOME": os.sep, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TZ": "XXX-11:17"}
    try:
        done = subprocess.run(
            [sys.executable, "-B", "-c", OPEN, os.path.abspath(run)],
            env=environment, cwd=os.sep, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return  # no process to be had: the next resume will tell
    if done.returncode == EXIT_INPUT:
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        raise InputError(*(f"in another process, {line}" for line in lines if ": got " in line))
