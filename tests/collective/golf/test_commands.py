"""The command: from a course to its board, and one clear message for each thing that is wrong."""

import json
from pathlib import Path

import pytest

from cyberspace.cli import main
from cyberspace.collective.golf.codes import CODES


@pytest.fixture
def golf(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["cyberspace", "golf", *map(str, arguments)])
        main()
        return capsys.readouterr().out

    return call


@pytest.fixture
def course(tmp_path, golf):
    golf("course", tmp_path / "course", "--data", "markov:1", "--bytes", 1024, "--seed", 1, "--seeds", 1)
    return tmp_path / "course"


def test_from_a_new_submission_to_the_board(tmp_path, golf, course):
    assert "bytes" in golf("new", tmp_path / "mine", "--author", "ada")
    told = golf("check", tmp_path / "mine", "--course", course, "--claim")
    assert "metamorphic" in told and "claimed" in told
    claim = json.loads((tmp_path / "mine" / "manifest.json").read_text())["claim"]
    assert claim["bytes"] == 1024
    assert "try 1 of ada" in golf("submit", tmp_path / "mine", "--course", course)
    told = golf("verify", "--course", course)
    assert "record" in told and "read back" in told
    board = golf("board", "--course", course).splitlines()
    assert [line.split()[-1] for line in board].count("baseline") == 6
    assert any(line.endswith("record") and "ada" in line for line in board)
    assert (course / "board" / "index.html").exists() and (course / "board" / "scores.csv").exists()


def test_what_is_wrong_with_a_submission_is_told(tmp_path, golf, course, refuse):
    golf("new", tmp_path / "mine")
    assert "a folder that is there" in refuse("golf", "new", tmp_path / "mine")
    assert "--template" in refuse("golf", "new", tmp_path / "other", "--template", "count")
    assert "--cap" in refuse("golf", "new", tmp_path / "other", "--cap", "16")
    assert "No such file" in refuse("golf", "check", tmp_path / "nothing")
    (tmp_path / "mine" / "notes.txt").write_text("x")
    assert "unlisted" in refuse("golf", "check", tmp_path / "mine")
    assert "unlisted" in refuse("golf", "submit", tmp_path / "mine", "--course", course)
    (tmp_path / "mine" / "notes.txt").unlink()
    (tmp_path / "mine" / "predict.py").write_text("def init(params):\n    open('x', 'w')\n\ndef step(state, byte):\n    pass\n")
    assert "writes" in refuse("golf", "check", tmp_path / "mine", "--course", course)
    (tmp_path / "mine" / "genomes.bin").write_bytes(bytes(17_000))
    assert "over-cap" in refuse("golf", "submit", tmp_path / "mine", "--course", course)
    assert "rejected(over-cap)" in golf("board", "--course", course)
    assert "an entry of the board" in refuse("golf", "verify", "0" * 12, "--course", course)
    assert "an entry of the board" in refuse("golf", "invalidate", "0" * 12, "--course", course, "--code", "overclaimed")


def test_the_page_tells_every_code():
    page = (Path(__file__).parents[3] / "docs" / "golf.md").read_text(encoding="utf-8")
    told = page.partition("## Codes")[2]
    assert [line for line in told.splitlines() if line.startswith("| `")] == [
        f"| `{code}` | {said} |" for code, said in CODES.items()
    ]
