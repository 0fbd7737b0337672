"""Every number of a world file, at all sizes and of all sorts: a message or a universe, never a traceback; and texts that are none."""

import math
import os
import resource
import typing

import numpy as np
import pytest
from annotated_types import Ge, Gt, Le
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cyberspace as cs
from cyberspace.backends.reference import Reference
from cyberspace.law.genesis import genesis
from cyberspace.law.physics import NUMBERS
from cyberspace.law.schedule import next_opening
from cyberspace.law.terms import world_at
from cyberspace.worldfile import memory
from cyberspace.worldfile.build import load_universe, universe_from_text
from cyberspace.worldfile.schema import AxisTable, BeachTable, BodyTable, RecordTable, SpaceTable, TaskTable, WorldTable
from cyberspace.worldfile.tables import ConditionTable, CourseTable, EventTable, WaveTable
from tests.conftest import WHOLE
from tests.strategies import HERE

TEXT = """
[world]
seed = 5
WORLD
[record]
every = 50
RECORD
[spaces.pond]
kind = "cpu"
backend = "reference"
genesis = "ancestor:replicator"
axes.lane = { length = 8, AXIS }
axes.core = { length = 2 }
axes.host = { length = 2 }
body = { BODY }
physics = { PHYSICS }
SPACE
[[spaces.pond.tasks]]
name = "logic"
where = { core = 0, WHERE }
TASK
[[spaces.pond.tasks]]
name = "shift"
where = { core = 1 }
options = { SHIFT }
[[spaces.pond.events]]
set = { SET }
task = "shift"
EVENT
[spaces.isle]
kind = "gpu"
backend = "reference"
body = { BODY }
axes.lane = { length = 4, AXIS }
[[beaches]]
between = ["pond", "isle"]
shores = [{ host = 0, core = 0, lane = [0, 4] }, { warp = 0, SHORE }]
stretch = 128
BEACH
"""
PARTS = ("WORLD", "RECORD", "AXIS", "BODY", "PHYSICS", "SPACE", "TASK", "WHERE", "SHIFT", "SET", "EVENT", "SHORE", "BEACH")


def keys_of(table):
    """Keys of a table that take numbers."""
    return [field.alias or name for name, field in table.model_fields.items() if {int, float} & set(kinds(field.annotation))]


def kinds(kind):
    return [kind, *(inner for part in typing.get_args(kind) for inner in kinds(part))] if typing.get_args(kind) else [kind]


KEYS = {
    "WORLD": [key for key in keys_of(WorldTable) if key != "seed"],
    "RECORD": [key for key in keys_of(RecordTable) if key != "every"],
    "AXIS": [key for key in keys_of(AxisTable) if key != "length"],
    "BODY": keys_of(BodyTable),
    "PHYSICS": [row.key for row in NUMBERS],
    "SPACE": [*keys_of(SpaceTable), "ranks"],
    "TASK": [*keys_of(TaskTable), "options.pay", "options.cycles", "options.blocks", "options.distractors"],
    "WHERE": ["lane", "thread", "host"],
    "SHIFT": ["pay", "fine"],
    "SET": [*(row.key for row in NUMBERS), "fill"],
    "EVENT": [*(key for key in keys_of(EventTable) if key != "set"), "where.host"],
    "SHORE": ["lane", "host"],
    "BEACH": [key for key in keys_of(BeachTable) if key != "stretch"],
}
PLACES = [(part, key) for part, keys in KEYS.items() for key in dict.fromkeys(keys)]
BIG = [2**k + d for k in (8, 15, 16, 20, 30, 31, 32, 62, 63, 64, 70) for d in (-1, 0, 1)]
ODD = ["inf", "-inf", "nan", "1e12", "1e308", "-1e308", "1e-320", "0.5", "0.0", "-0.0", "true", '"7"', '""', "[]", "[1]", "{}"]
VALUES = st.one_of(
    st.sampled_from([*map(str, (0, 1, -1, *BIG, *(-one for one in BIG), 10**400, 7, 8, 64)), *ODD, "[0, 4]", "1979-05-27"]),
    st.integers().map(str),
    st.floats().map(str),
)


def text_with(part, key, value):
    text = TEXT
    for one in PARTS:
        line = f"{key} = {value}" if one == part else ""
        text = text.replace(one, line or {"SET": "fill = 1"}.get(one, ""))
    return text.replace(",  }", " }").replace("{  }", "{}")


@given(st.sampled_from(PLACES), VALUES)
@example(("SPACE", "pace"), "inf")
@example(("TASK", "fill"), "1e12")
@example(("TASK", "options.pay"), "100000000000")
@example(("SPACE", "tide"), str(10**22))
@example(("AXIS", "stretch"), str(2**70))
@example(("RECORD", "keep"), "9" * 5000)
@settings(max_examples=120)
def test_a_number_gives_a_message_or_a_world_that_lives(place, value):
    text = text_with(*place, value)
    try:
        universe = universe_from_text(text, "numbers.toml", HERE)[0]
    except cs.InputError as error:
        for line in error.problems:
            assert WHOLE.fullmatch(f"cyberspace: {line}") or "Kraft" in line or "1/stretch" in line, line
        return
    with np.errstate(all="raise", under="ignore"):
        for world in universe.worlds[:1]:
            opening = next_opening(world, 0)
            engine = Reference(world, genesis(world))
            engine.adopt(world_at(world, 5, {}))
            engine.advance(min(5, opening.tick >> world.pace if opening else 5))


@pytest.mark.parametrize("part", ["length = 8", "seed = 5", "every = 50", "stretch = 128"])
@pytest.mark.parametrize("value", ["0", "-1", str(2**31), str(2**63), str(2**70), "1e308", "inf", "nan", "true", '"x"'])
def test_numbers_that_must_be_there(part, value):
    text = text_with("SPACE", "tide", 8).replace(part, f"{part.split()[0]} = {value}")
    try:
        universe_from_text(text, "numbers.toml", HERE)
    except cs.InputError as error:
        told = error.problems
    else:
        told = ()
    assert all(WHOLE.fullmatch(f"cyberspace: {line}") for line in told), told


def test_all_ranges_of_the_schema_end():
    """Whoever adds a number says how large it may be, or lives with what the test above does to it."""
    changes = ConditionTable, CourseTable, EventTable, WaveTable
    for table in (AxisTable, BodyTable, SpaceTable, TaskTable, WorldTable, RecordTable, *changes):
        fields = {field.alias or name: field for name, field in table.model_fields.items()}
        for name in keys_of(table):
            limits = repr(fields[name])
            if "allow_inf_nan" in limits and name in ("mean", "amplitude", "values", "set"):
                continue  # held to the range of the number that they are of
            assert any(word in limits for word in (Ge.__name__, Gt.__name__, "BeforeValidator", "Lt")), name
            assert any(word in limits for word in (Le.__name__, "BeforeValidator", "Lt")), name
    assert all(math.isfinite(row.low) for row in NUMBERS)


def test_the_world_itself_is_one():
    assert len(universe_from_text(text_with("SPACE", "tide", 8), "numbers.toml", HERE)[0].worlds) == 3


def test_fields_are_recorded_once():
    text = text_with("RECORD", "fields", '["energy", "energy"]')
    with pytest.raises(cs.InputError, match=r"record.fields: got .*each once"):
        universe_from_text(text, "numbers.toml", HERE)


def test_memory_is_told_before_it_is_taken(monkeypatch):
    text = text_with("SPACE", "tide", 8)
    universe = universe_from_text(text, "numbers.toml", HERE)[0]
    needed = memory.needed_bytes(universe.worlds)
    state = genesis(universe.worlds[0])
    held = sum(getattr(state.region, one.name).nbytes for one in memory.QUANTITIES)
    assert held == universe.worlds[0].sites * memory.site_bytes(universe.worlds[0])
    monkeypatch.setattr(memory, "free_bytes", lambda: needed - 1)
    with pytest.raises(cs.InputError, match=r"numbers.toml: spaces: got .* sites that take about .* GiB of memory; expected"):
        memory.check_memory(universe.worlds, "numbers.toml")
    memory.check_memory(universe.worlds, "numbers.toml", ranks=2)
    monkeypatch.setattr(memory, "free_bytes", lambda: 0)
    with pytest.raises(cs.InputError, match="3 regions that take about"):
        universe_from_text(text, "numbers.toml", HERE)


def test_what_is_free_knows_the_limits_of_this_process():
    before = resource.getrlimit(resource.RLIMIT_AS)
    assert memory.free_bytes() > 2**20
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory._own() + 2**30, before[1]))
        assert memory.free_bytes() <= 2**30
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("length", [10**8, 2**31 - 1])
def test_more_sites_than_can_be_numbered(length):
    text = text_with("SPACE", "tide", 8).replace("axes.host = { length = 2 }", f"axes.host = {{ length = {length} }}")
    with pytest.raises(cs.InputError, match=r"fewer than 2\^31 in all|regions that take about"):
        universe_from_text(text, "numbers.toml", HERE)


GOOD = text_with("SPACE", "tide", 8)
TEXTS = {
    "a mark of byte order": (b"\xef\xbb\xbf" + GOOD.encode(), None),
    "lines as on Windows": (GOOD.replace("\n", "\r\n").encode(), None),
    "UTF-16": (GOOD.encode("utf-16"), "in UTF-16"),
    "Latin-1": (GOOD.encode() + b"# caf\xe9", "unreadable"),
    "a NUL": (GOOD.encode() + b"\0", "not TOML"),
    "nothing": (b"", "spaces"),
    "brackets": (b"a = " + b"[" * 100_000, "not TOML"),
    "digits": (b"a = " + b"9" * 10_000, "not TOML"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_texts_of_world_files(tmp_path, case):
    content, told = TEXTS[case]
    (tmp_path / "w.toml").write_bytes(content)
    if told is None:
        same = universe_from_text(GOOD, "good", HERE)[0].identity
        assert load_universe(tmp_path / "w.toml")[0].identity == same
    else:
        with pytest.raises(cs.InputError, match=told):
            load_universe(tmp_path / "w.toml")


def test_a_folder_and_a_pipe(tmp_path):
    with pytest.raises(cs.InputError, match="unreadable"):
        load_universe(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, GOOD.encode())
    os.close(writer)
    assert load_universe(f"/dev/fd/{reader}")[0].identity == universe_from_text(GOOD, "good", HERE)[0].identity
    os.close(reader)
