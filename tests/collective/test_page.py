"""Pages: whole in themselves, and their data the same to the byte."""

import numpy as np

from cyberspace.collective.page import Figure, Table, csv_of, write_page


def test_the_same_data_is_the_same_file():
    columns = {"x": np.array([1, 2]), "y": [0.1, float("nan")], "name": ["a, b", "c"]}
    assert csv_of(columns) == b'x,y,name\n1,0.1,"a, b"\n2,,c\n'
    assert csv_of(columns) == csv_of({name: list(column) for name, column in columns.items()})


def test_a_page_needs_nothing_beside_it(tmp_path):
    figure = Figure(
        "line", "A <line>", "What it shows.", {"x": [1, 2], "y": [3, 4]}, lambda axes, of: axes.plot(of["x"], of["y"])
    )
    page = write_page(tmp_path / "new", "T & t", "One.\n\nTwo.", [Table("Rows", ["a"], [["<b>"]]), figure])
    text = page.read_text()
    assert "T &amp; t" in text and "<td>&lt;b&gt;</td>" in text and "A &lt;line&gt;" in text
    assert 'src="data:image/png;base64,' in text and "http" not in text
    assert (tmp_path / "new/line.csv").read_text() == "x,y\n1,3\n2,4\n"
