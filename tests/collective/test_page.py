"""Figures are made again from a stored ledger, to the byte."""

from pathlib import Path

import pytest

from cyberspace.collective.pool.archive import read_rows
from cyberspace.collective.pool.report import page_of
from cyberspace.collective.pool.view import view_of
from cyberspace.errors import InputError
from cyberspace.page import Figure, Page, text_table

FIXTURES = Path(__file__).parent / "fixtures"
"""A pool of 18 experiments on a landscape, as `cyberspace pool export` wrote it, and the data of its figures."""


def figures():
    return page_of(view_of(read_rows(FIXTURES / "pool.zip")), "Pool").figures


def test_every_figure_is_made_again_to_the_byte():
    found = figures()
    assert len(found) == 10 and sum(len(one.rows) > 0 for one in found) >= 9
    for one in found:
        assert one.csv().encode() == (FIXTURES / f"{one.name}.csv").read_bytes(), one.name


def test_a_page_holds_all_that_it_shows(tmp_path):
    page = Page("A <b>", ["x & y"], figures())
    text = page.write(tmp_path).read_text()
    assert "A &lt;b&gt;" in text and "x &amp; y" in text and text.count("<img") == 7
    assert "http" not in text and "<script" not in text
    with pytest.raises(InputError, match="folder that can be written"):
        page.write(FIXTURES / "pool.zip" / "x")


def test_cells_of_any_kind():
    rows = [["a", 1.23456789, None, 3], ["b\x1b[2J", -0.5, "x,y", 10]]
    one = Figure("f", "F", ["n", "v", "w", "k"], rows)
    assert one.csv() == 'n,v,w,k\na,1.23457,,3\nb\x1b[2J,-0.5,"x,y",10\n'
    lines = text_table(one.head, rows)
    assert lines[1].startswith("a") and lines[1].endswith(" 3") and "\x1b" not in "".join(lines)
    assert text_table(["a"], []) == ["a"]
