"""What a run tells of its spaces is what the viewer knows of them at rest."""

import json
from pathlib import Path

from cyberspace.watch.introduction import introduce_space
from cyberspace.worldfile.build import universe_from_text
from render.heads import space_of
from render.spaces import space_about

CODE = Path(__file__).parents[2] / "docs" / "extend" / "code"
TEXT = """
[spaces.pond]
kind = "my_kind.py:NPU"
axes.lane = { length = 16 }
axes.rack = { length = 2 }
physics = { cap = 500 }
"""


def test_a_kind_of_ones_own_is_told_alike():
    universe, file = universe_from_text(TEXT, "TEXT", CODE)
    (space,), table = universe.spaces, file.spaces["pond"]
    told = json.loads(json.dumps(introduce_space(space, universe.worlds[0], table)))
    live, rest = space_of("pond", told, 0), space_about(universe, space, table)
    assert live == rest
    assert [axis.name for axis in live.axes[-3:]] == ["die", "tile", "lane"]
    assert (live.number("cap"), live.number("sunlight")) == (500, 5), "the file's number, and the kind's own start value"
