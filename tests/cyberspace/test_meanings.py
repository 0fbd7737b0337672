"""What anything means is said where it is declared."""

import ast
import inspect

from cyberspace.law.state import COUNTS, MEANINGS, TALLY
from cyberspace.record import store
from cyberspace.record.record import Record
from cyberspace.worldfile import schema, tables
from cyberspace.worldfile.build import universe_from_text
from organisms import bits
from tests.conftest import TINY


def test_every_key_of_a_world_file_has_a_docstring():
    """Those of the physics are declared in `cyberspace.law.physics`."""
    missing = []
    for table in [*ast.parse(inspect.getsource(schema)).body, *ast.parse(inspect.getsource(tables)).body]:
        if not isinstance(table, ast.ClassDef) or table.name == "PhysicsTable":
            continue
        for one, after in zip(table.body, [*table.body[1:], None], strict=True):
            told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if isinstance(one, ast.AnnAssign) and not told:
                missing.append(f"{table.name}.{ast.unparse(one.target)}")
    assert not missing


def test_every_stream_and_every_sum_has_a_meaning(tmp_path):
    numbers = {name: getattr(bits, name) for name in bits.STREAMS}
    assert len(set(numbers.values())) == len(numbers) and max(numbers, key=numbers.get) == "TASK"
    assert tuple(MEANINGS) == TALLY
    universe, file = universe_from_text(TINY, "TINY", tmp_path)
    Record(tmp_path / "record.zarr", universe, file.record.fields, None)
    series = store.open_group(tmp_path / "record.zarr", "r")["pond/series"]
    for name in TALLY:
        told = dict(series[name].attrs)
        assert told["unit"] == ("1" if name in COUNTS and name != "paid" else "energy")
        assert name == "alive" or told["meaning"] == f"{MEANINGS[name]}; sum since tick 0"
