"""Events that can't be: exit code 2, one line for each, nothing left behind."""

import pytest

from cyberspace.errors import InputError
from cyberspace.worldfile.build import universe_from_text
from tests.conftest import SHORT
from tests.strategies import HERE

E = "[[spaces.pond.events]]\n"
T = '[[spaces.pond.tasks]]\nname = "shift"\n'
CASES = {
    "no such number": (E + "set = { sunshine = 2 }", ["events[0].set.sunshine", "sunlight, soil", "try: sunlight"]),
    "a number that can't change": (E + "set = { lesson = 2 }", ["events[0].set.lesson", "fill"]),
    "below its range": (E + "set = { sunlight = -2 }", ["set.sunlight", "got -2", "from 0 to 1,048,576", "try: 0"]),
    "no whole number": (E + "set = { sunlight = 2.5 }", ["set.sunlight", "got 2.5", "a whole number"]),
    "nothing to set": (E + "set = {}", ["events[0].set", "an empty table", "sunlight = 2"]),
    "nothing at all": (E + "at = 5", ["events[0]: got none", "set, wave, table, kill"]),
    "two things": (E + "set = { upkeep = 2 }\nkill = 0.5", ["got set and kill"]),
    "more than all": (E + "kill = 1.5", ["events[0].kill", "got 1.5", "try: 1"]),
    "a long blow": (E + "kill = 0.5\nfor = 4", ["events[0].for", "one blow"]),
    "an axis of the other kind": (E + "kill = 0.5\nwhere = { warp = 1 }", ["where.warp", "core, thread, lane"]),
    "beyond the axis": (E + "kill = 0.5\nwhere = { core = [0, 9] }", ["where.core", "[0, 9]", "core = [0, 2]"]),
    "physics of a part": (E + "set = { upkeep = 2 }\nwhere = { core = 1 }", ["where.core", "one physics"]),
    "over before it begins": (E + "at = 9\nuntil = 4\nset = { upkeep = 2 }", ["events[0].until", "a tick after at = 9"]),
    "again without an end": (E + "every = 9\nset = { upkeep = 2 }", ["events[0].every", "for as well", "for = 4"]),
    "longer than its time": (E + "every = 9\nfor = 9\nset = { upkeep = 2 }", ["events[0].for", "fewer ticks than every = 9"]),
    "twice at a tick": (
        f"{E}at = 5\nevery = 7\nfor = 2\nset = {{ upkeep = 2 }}\n{E}at = 3\nevery = 5\nfor = 2\nset = {{ upkeep = 3 }}",
        ["events[1]", "upkeep from tick 33 on, as events[0] has it", "another at"],
    ),
    "a wave below the range": (
        E + 'wave = { key = "sunlight", mean = 4, amplitude = 6, period = 100, step = 10 }',
        ["events[0].wave: got -2", "from 0 to"],
    ),
    "a step beyond the period": (
        E + 'wave = { key = "sunlight", mean = 4, amplitude = 2, period = 100, step = 200 }',
        ["wave.step", "got 200", "1 to 100 ticks"],
    ),
    "a table out of order": (
        E + 'table = { key = "upkeep", at = [0, 9, 5], values = [1, 2, 3] }',
        ["table.at", "ticks in order"],
    ),
    "a table too short": (E + 'table = { key = "upkeep", at = [0, 9], values = [1] }', ["table.values", "2, one for each"]),
    "a table beyond its turn": (
        E + 'every = 8\ntable = { key = "upkeep", at = [0, 9], values = [1, 2] }',
        ["table.at", "below every = 8", "try: [0]"],
    ),
    "no such task": (E + 'set = { fill = 3 }\ntask = "shift"', ["events[0].task", "'shift'", "a task of the space: logic"]),
    "a task for nothing": (E + 'set = { upkeep = 3 }\ntask = "logic"', ["events[0].task", "where fill changes"]),
    "which task": (E + "set = { fill = 1 }\n" + T + "from = 3\nuntil = 4", ["events[0].task", "got nothing", "logic, shift"]),
    "too much for a pool": (E + "set = { fill = 1e7 }", ["set.fill", "1e+07"]),
    "after the last tick": (E + "at = 99999999999\nkill = 0.5", ["events[0].at", "2147483647"]),
    "no time": (E + 'at = "now"\nkill = 0.5', ["events[0].at", "'now'"]),
    "tasks in each other's place": (T, ["tasks[1].where", "another task has then"]),
    "a task that ends before it begins": (T + "from = 10\nuntil = 5", ["tasks[1].until", "a tick after from = 10"]),
    "a task that comes again and never ends": (T + "every = 5", ["tasks[1].every", "for = 2"]),
    "more than all of them": (T + 'after = { goal = "NOT", share = 2.0 }', ["after.share", "got 2.0"]),
    "of nothing": (T + "after = { share = 0.2 }", ["after.goal", "got nothing"]),
    "of a table": ("[[spaces.pond.events.wave]]", ["events"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told(name):
    more, words = CASES[name]
    with pytest.raises(InputError) as caught:
        universe_from_text(SHORT + more + "\n", "w.toml", HERE)
    told = "\n".join(caught.value.problems)
    assert all(line.startswith("w.toml: spaces.pond.") for line in caught.value.problems), told
    assert all(word in told for word in words), told


APART = SHORT.replace('name = "logic"', 'name = "logic"\nwhere = { core = 0 }\nMORE') + T + "where = { core = 1 }\n"


@pytest.mark.parametrize(
    ("logic", "shift", "words"),
    [
        ("", 'after = { goal = "EQQ", share = 0.1 }', ["tasks[1].after.goal", "'EQQ'", "try: EQU"]),
        ("", 'after = { goal = "shift", share = 0.1 }', ["tasks[1].after.goal", "another task"]),
        (
            'after = { goal = "shift", share = 0.1 }',
            'after = { goal = "NOT", share = 0.1 }',
            ["tasks[0].after.goal", "tasks[1].after.goal", "a task that waits as well"],
        ),
    ],
)
def test_conditions_that_never_come_true(logic, shift, words):
    with pytest.raises(InputError) as caught:
        universe_from_text(APART.replace("MORE", logic) + shift + "\n", "w.toml", HERE)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_all_at_once():
    with pytest.raises(InputError) as caught:
        universe_from_text(
            SHORT + T + "until = 0\n" + E + "set = { sunshine = 1 }\n" + E + "kill = 0.1\nfor = 3\n", "w.toml", HERE
        )
    assert len(caught.value.problems) == 3, str(caught.value)


def test_events_are_part_of_the_identity_and_nothing_else_is():
    def identity(more):
        return universe_from_text(SHORT + more, "w.toml", HERE)[0].identity

    kinds = ["", E + "kill = 0.5\n", E + "kill = 0.6\n", E + "at = 3\nkill = 0.5\n", T + "from = 9\nuntil = 12\n"]
    assert len({identity(more) for more in kinds[:4]}) == 4
    until = SHORT.replace('name = "logic"', 'name = "logic"\nuntil = 9')
    assert len({universe_from_text(text, "w.toml", HERE)[0].identity for text in (SHORT, until, until + T + "from = 9\n")}) == 3
    same = SHORT.replace('name = "logic"', 'name = "logic"\nfrom = 0')
    assert universe_from_text(same, "w.toml", HERE)[0].identity == identity("")
