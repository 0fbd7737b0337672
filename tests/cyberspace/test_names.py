"""Names of spaces: what may become a key, a group or a part of a file's name on any file system."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cyberspace as cs
from cyberspace.errors import legible, one_line
from cyberspace.worldfile.build import universe_from_text
from cyberspace.worldfile.names import LONGEST, good_name, wrong_names
from cyberspace.worldfile.toml_text import toml_text
from tests.conftest import WHOLE
from tests.strategies import HERE


def text_of(*names):
    space = {"kind": "gpu", "backend": "reference", "axes": {"lane": {"length": 4}}, "genesis": "empty"}
    return toml_text({"spaces": dict.fromkeys(names, space)})


BAD = ["a/b", "..", ".", "", "links", "a\nb", "a\x00b", "\x7f", "zarr.json", ".zgroup", "x" * 65, "a b", "a.b", "-x", "_", "a\\b", "s3://a",
       unicodedata.normalize("NFD", "é"), "\u200b", "a:b", "*", "~", "\u202eabc"]  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_names_that_are_none(name):
    with pytest.raises(cs.InputError) as caught:
        universe_from_text(text_of(name), "w.toml", HERE)
    (line,) = caught.value.problems
    assert WHOLE.fullmatch(f"cyberspace: {line}") and line.startswith("w.toml: spaces: got ")


@pytest.mark.parametrize("pair", [("reef", "Reef"), ("strasse", "straße"), ("ﬁn", "fin"), ("a2", "a²")])
def test_names_that_are_one_on_some_file_systems(pair):
    with pytest.raises(cs.InputError, match="no capitals"):
        universe_from_text(text_of(*pair), "w.toml", HERE)


@pytest.mark.parametrize("name", ["pond", "Küste", "池", "a-b_c9", "9", "x" * 64])
def test_names_that_are_names(name):
    assert universe_from_text(text_of(name), "w.toml", HERE)[0].spaces[0].name == name


def test_runs_of_before_keep_their_names():
    assert universe_from_text(text_of("a b", "A.B"), "w.toml", HERE, new=False)[0].spaces[0].name == "a b"


@given(st.text(max_size=80))
def test_what_is_told_to_try_is_a_name(name):
    tried = good_name(name)
    assert not list(wrong_names([tried], "spaces")) and 1 <= len(tried) <= LONGEST + 2
    assert (name == tried) == (not list(wrong_names([name], "spaces")))


@given(st.text(st.characters(exclude_categories=[])))
def test_messages_are_one_line(text):
    assert len(one_line(text).splitlines()) <= 1


@given(st.binary(max_size=40))
def test_any_path_can_be_shown(path):
    legible(path.decode("utf-8", "surrogateescape")).encode("utf-8")
