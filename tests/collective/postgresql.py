"""A PostgreSQL of the system's package, in a temporary folder, on a Unix socket, for as long as a test needs it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path:
    """The folder with initdb and pg_ctl, of the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("pg_ctl")
    assert found or beside, "PostgreSQL is not installed: apt-get install postgresql (as .ci/run does)"
    return found[-1].parent if found else Path(str(beside)).resolve().parent


@contextmanager
def postgresql() -> Iterator[str]:
    """Its address, as a ledger takes it; root can't start it, so then the user `postgres` does."""
    root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = pwd.getpwnam("postgres") if root else pwd.getpwuid(os.geteuid())
    if root:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def call(*words: str) -> None:
        extra = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if root else {}
        done = subprocess.run(
            words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **extra
        )
        assert done.returncode == 0, done.stderr

    bin_, data = programs(), folder / "data"
    call(str(bin_ / "initdb"), "-D", str(data), "-A", "trust", "-U", "ledger", "-E", "UTF8", "--no-sync", "--locale=C")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=80"
    call(str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://ledger@/postgres?host={folder}"
    finally:
        call(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
