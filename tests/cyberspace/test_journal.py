"""The journal of what people did: what was written is read, and nothing else is believed."""

import pytest

from cyberspace.errors import InputError
from cyberspace.record.journal import Journal


def written(path, count=3):
    journal = Journal(path)
    for k in range(count):
        (entry,) = journal.add(k, [{"kind": "fund", "tokens": k}])
        journal.tell(entry.number, {"done": True, "said": "so"})
    journal.close()
    return path


def test_a_journal_says_what_was_written(tmp_path):
    journal = Journal(written(tmp_path / "j" / "region.jsonl"))
    assert [(entry.number, entry.tick, entry.act["tokens"]) for entry in journal.entries] == [(0, 0, 0), (1, 1, 1), (2, 2, 2)]
    assert journal.happened[2] == {"done": True, "said": "so"}


def test_a_torn_last_line_is_dropped_and_the_journal_goes_on(tmp_path):
    path = written(tmp_path / "j" / "region.jsonl")
    content = path.read_bytes()
    path.write_bytes(content[:-9])
    journal = Journal(path)
    assert sorted(journal.happened) == [0, 1]
    journal.tell(2, {"done": True, "said": "so"})
    assert path.read_bytes() == content


@pytest.mark.parametrize("line", range(5))
def test_a_changed_or_lost_line_is_refused_by_number(tmp_path, line):
    path = written(tmp_path / "j" / "region.jsonl")
    lines = path.read_bytes().splitlines(keepends=True)
    changed = [*lines[:line], lines[line].replace(b"so", b"no").replace(b'"tick":', b'"tick":1'), *lines[line + 1 :]]
    for content in (changed, [*lines[:line], *lines[line + 1 :]]):
        path.write_bytes(b"".join(content))
        with pytest.raises(InputError, match=f"line {line + 1}"):
            Journal(path)
