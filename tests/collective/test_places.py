"""Places of ledgers that are damaged, something else, or gone: one clear message each, and nothing is lost."""

import os
import shutil
import subprocess
import sys
import time

import pytest

from cyberspace.collective.ledger.careful import Unreachable
from cyberspace.collective.ledger.journal import LOCK
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.collective.ledger.rows import Proposal
from cyberspace.collective.ledger.storage import open_storage
from cyberspace.collective.who import Participant
from cyberspace.errors import InputError
from tests.collective.postgresql import postgresql

ADA = Participant("ada")
GARBAGE = [b"garbage\n", b"[1]\n", b'{"op_code":4}\n', b"\xff\xfe\n", b"\0\0\0\n", b"[" * 100_000 + b"\n", b"\n", b'{"a":1}\n']


def written(path, count=3):
    ledger = Ledger.open("x", str(path))
    for k in range(count):
        ledger.enqueue(Proposal(f"e{k}"))
    return ledger


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("last", [False, True])
def test_a_line_that_no_ledger_wrote_is_told_and_nothing_is_written_behind_it(tmp_path, garbage, last):
    path = tmp_path / "x.log"
    ledger = written(path)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    lines.insert(len(lines) if last else 3, garbage)
    path.write_bytes(b"".join(lines))
    before = path.read_bytes()
    with pytest.raises(InputError, match="that no ledger wrote") as refused:
        Ledger.open("x", str(path)).rows()
    assert len(refused.value.problems) == 1 and (last or "line 4" in refused.value.problems[0])
    if last:  # under a worker that is at it
        with pytest.raises(InputError, match="that no ledger wrote"):
            ledger.enqueue(Proposal("behind"))
    assert path.read_bytes() == before
    path.write_bytes(whole)
    assert [row.candidate for row in Ledger.open("x", str(path)).rows()] == ["e0", "e1", "e2"]


def test_who_writes_as_optuna_does_is_not_waited_for_and_takes_no_lock_away(tmp_path):
    """Optuna's dashboard writes notes; the lock of a ledger must not be what it takes for its own, and removes after thirty seconds."""
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    path = tmp_path / "x.log"
    ledger = written(path)
    begin = time.monotonic()
    JournalStorage(JournalFileBackend(str(path))).set_study_system_attr(0, "dashboard:note_ver", 1)
    assert time.monotonic() - begin < 10 and (tmp_path / f"x.log{LOCK}").exists()
    ledger.enqueue(Proposal("e3"))
    assert [row.candidate for row in Ledger.open("x", str(path)).rows()] == ["e0", "e1", "e2", "e3"]


def test_lines_that_can_not_be_applied(tmp_path):
    path = tmp_path / "x.log"
    written(path)
    with open(path, "ab") as file:
        file.write(b'{"op_code":8,"worker_id":"w"}\n')
    with pytest.raises(InputError, match="that no ledger wrote"):
        Ledger.open("x", str(path))


def test_a_file_cut_at_any_byte_of_its_last_line_is_mended(tmp_path):
    path = tmp_path / "x.log"
    written(path)
    whole = path.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    for cut in (start, start + 1, start + 40, len(whole) - 1):
        path.write_bytes(whole[:cut])
        ledger = Ledger.open("x", str(path))
        ledger.enqueue(Proposal("after"))
        assert [row.candidate for row in ledger.rows()] == ["e0", "e1", "after"]
    path.write_bytes(whole + b"\0" * 5000)  # what a file system may leave after a power cut
    assert len(Ledger.open("x", str(path)).rows()) == 3


def test_places_that_are_no_file(tmp_path):
    (tmp_path / "folder.log").mkdir()
    os.mkfifo(tmp_path / "pipe.log")
    (tmp_path / "empty.log").touch()
    (tmp_path / "file").touch()
    for name, said in (("folder.log", "no file"), ("pipe.log", "no file"), ("file/x.log", "Not a directory|File exists")):
        with pytest.raises(InputError, match=said):
            Ledger.open("x", str(tmp_path / name))
    assert Ledger.open("x", str(tmp_path / "empty.log")).rows() == []
    (tmp_path / f"y.log{LOCK}").mkdir()
    with pytest.raises(InputError, match="Is a directory"):
        Ledger.open("x", str(tmp_path / "y.log"))


NOBODY = """
import os, sys
from cyberspace.collective.ledger.ledger import Ledger
from cyberspace.errors import InputError
Ledger.open("x", sys.argv[2])  # all is imported before: it may not be read then
os.setgid(65534); os.setuid(65534)
try:
    Ledger.open("x", sys.argv[1])
except InputError as error:
    print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not read")
def test_a_journal_that_may_not_be_written(tmp_path):
    path = tmp_path / "x.log"
    written(path)
    for one in (*tmp_path.parents[:2], tmp_path):
        one.chmod(0o755)
    path.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, path, tmp_path / "other.log"], capture_output=True, text=True, check=False
    )
    assert "Permission denied" in done.stdout and "Traceback" not in done.stderr and done.stdout.count("\n") == 1


def test_a_journal_that_is_taken_away_under_a_worker(tmp_path):
    ledger = written(tmp_path / "at" / "x.log")
    shutil.rmtree(tmp_path / "at")
    for call in (ledger.rows, ledger.expire, lambda: ledger.claim(ADA), lambda: ledger.enqueue(Proposal("a"))):
        with pytest.raises(Unreachable, match="No such file"):
            call()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("postgresql://ada@127.0.0.1:1/none", "Connection refused"),
        ("postgresql://ada@127.0.0.1:many/none", "an address that is none"),
        ("postgresql://ada@no.such.host.invalid/none", "could not translate host name"),
        ("postgresql://ada:s3cret@127.0.0.1:1/none?no_such_option=1", "no_such_option"),
        ("postgresql://", "PostgreSQL that answers"),
    ],
)
def test_a_postgresql_that_is_not_there(where, said):
    with pytest.raises(InputError, match=said) as refused:
        open_storage(where)
    assert len(refused.value.problems) == 1 and "s3cret" not in str(refused.value)


def test_a_postgresql_that_refuses_or_goes_away(tmp_path):
    with postgresql() as address:
        for wrong, said in (("/postgres?", '"none" does not exist'), ("ledger@", 'role "nobody" does not exist')):
            other = address.replace(wrong, "/none?" if wrong[0] == "/" else "nobody@")
            with pytest.raises(InputError, match=said):
                Ledger.open("x", other, artifacts=tmp_path)
        ledger = Ledger.open("x", address, artifacts=tmp_path)
        claim = ledger.claim(ADA, Proposal("a"))
    calls = (ledger.rows, ledger.expire, lambda: ledger.report(claim, 1, 0.5), lambda: ledger.close(claim, "kept", 1.0))
    for call in calls:
        with pytest.raises(Unreachable, match="PostgreSQL that answers"):
            call()
