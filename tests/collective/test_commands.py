"""The commands `cyberspace pool ...`, from a person's side."""

import pytest
from click.testing import CliRunner

from cyberspace.collective.pool.commands import pool
from cyberspace.errors import InputError


def call(*words):
    found = CliRunner().invoke(pool, list(map(str, words)))
    if isinstance(found.exception, InputError):
        raise found.exception
    assert found.exception is None, found.output
    return found.output


def test_a_pool_from_its_beginning_to_its_report(tmp_path):
    ledger = tmp_path / "p" / "ledger.log"
    (tmp_path / "p").mkdir()
    place = ("--ledger", ledger)
    out = call("run", *place, "--objective", "blocks", "--experiments", 6, "--seeds", "1,2", "--as", "ada")
    assert (
        "secret is in" in out
        and len(out.splitlines()) == 7
        and (tmp_path / "p" / "ledger.secret").stat().st_mode & 0o777 == 0o600
    )
    assert len(call("join", *place, "--experiments", 9, "--as", "bob").splitlines()) == 3
    assert call("budget", *place, 10) == "10 experiments\n"
    assert len(call("join", *place, "--experiments", 20, "--as", "bob").splitlines()) == 1
    assert call("note", *place, "the slots are too quiet") == "noted\n"
    assert "banned" in call("ban", *place, "cross") and "no longer banned" in call("ban", *place, "cross", "--undo")
    with pytest.raises(InputError, match="try: cross"):
        call("ban", *place, "cros")
    with pytest.raises(InputError, match="name of a candidate"):
        call("pin", *place, "cross")
    told = call("report", *place, "--out", tmp_path / "page", "--reveal", tmp_path / "p" / "ledger.secret", "--again")
    assert "0 do not follow" in told and "baseline-" in told and (tmp_path / "page" / "index.html").exists()
    call("export", *place, tmp_path / "p.zip")
    other = ("--ledger", tmp_path / "other.log")
    call("run", *other, "--objective", "blocks", "--experiments", 1, "--seeds", "1,2", "--as", "cy")
    assert "rows new" in call("import", *other, tmp_path / "p.zip")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("join", "--ledger", "none.log"), "no ledger"),
        (("run", "--ledger", "x.db"), "SQLite"),
        (("run", "--ledger", "x.log", "--objective", "blok"), "try: blocks"),
        (("run", "--ledger", "x.log", "--objective", "blocks", "--seeds", "1,a"), "--seeds"),
        (("run", "--ledger", "x.log", "--objective", "blocks", "--candidates", "best"), "try: best-only"),
        (("run", "--ledger", "x.log", "--objective", "blocks", "--as", "a b"), "participant"),
    ],
)
def test_what_is_refused(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=said):
        call(*words)


def test_the_demo_ends_with_a_baseline_and_a_page(tmp_path):
    told = call("demo", "--out", tmp_path, "--objective", "blocks", "--experiments", 4, "--processes", 1)
    assert "baseline-" in told and "all follow" in told
    (page,) = tmp_path.glob("*/report/index.html")
    assert page.stat().st_size > 50_000
