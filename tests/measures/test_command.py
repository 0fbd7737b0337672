"""`cyberspace statistics` and `open_run(...).statistics()`: what they give, and what they refuse."""

import csv
import io
import json
import math
import shutil
import tarfile

import numpy as np
import pytest
from click.testing import CliRunner

import cyberspace as cs
from cyberspace.analysis.measuring.kept import FILE
from cyberspace.analysis.measuring.statistics import MEASURES
from cyberspace.api.measuring import statistics
from cyberspace.errors import InputError
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from tests.api.worlds import POND
from tests.strategies import HERE

LASTING = ("activity", "diversity", "selection", "energy", "lineages")
"""Measures of which a sample tells the same, however long the run goes on."""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A run of 80 ticks, and the same gone on with to 160."""
    path = tmp_path_factory.mktemp("pond")
    (path / "pond.toml").write_text(POND)
    runtime.go(runtime.begin(path / "pond.toml", path / "short", None, ""), Plan(80, 20, quiet=True))
    shutil.copytree(path / "short", path / "long")
    runtime.go(open_run(path / "long"), Plan(160, 20, quiet=True))
    return path


def run(*arguments):
    return CliRunner().invoke(statistics, list(map(str, arguments)), catch_exceptions=True)


def refused(*arguments):
    found = run(*arguments)
    assert isinstance(found.exception, InputError), found.output
    return str(found.exception)


def test_the_table_tells_every_measure(home):
    found = run(home / "short")
    assert found.exit_code == 0, found.exception
    told = {line.split()[0] for line in found.stdout.splitlines()}
    assert set(MEASURES) - {"modes", "selection"} <= told  # nobody has come so far, and nobody performs anything
    assert "nobody of a sample has come to 20 generations" in run(home / "short", "--measure", "modes").output


def test_numbers_are_written_and_read_back(home, tmp_path):
    assert "numbers in" in run(home / "short", "--csv", tmp_path / "x.csv").output
    frame = cs.open_run(home / "short").statistics()
    with open(tmp_path / "x.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(frame.columns) and len(rows) == len(frame)
    values = np.array([float(row["value"] or "nan") for row in rows])
    np.testing.assert_array_equal(values, frame.value.to_numpy())
    assert list(csv.DictReader(io.StringIO(run(home / "short", "--csv", "-").stdout))) == rows
    alive = frame[(frame.measure == "diversity") & (frame.of == "genotypes") & (frame.quantity == "distinct")]
    assert alive.tick.tolist() == [0, 20, 40, 60, 80] and set(alive.unit) == {"1"}
    assert "a file that is there" in refused(home / "short", "--csv", tmp_path / "x.csv")
    assert run(home / "short", "--csv", tmp_path / "x.csv", "--force").exit_code == 0


def test_what_is_kept_is_told_until_the_record_grows(home, tmp_path):
    path = tmp_path / "run"
    shutil.copytree(home / "short", path)
    (path / FILE).unlink(missing_ok=True)
    first = cs.open_run(path).statistics()
    kept = json.loads((path / FILE).read_text(encoding="utf-8"))
    kept["rows"] = kept["rows"][:3]
    (path / FILE).write_text(json.dumps(kept), encoding="utf-8")
    assert len(cs.open_run(path).statistics()) == 3
    (path / FILE).write_text("{", encoding="utf-8")  # cut short
    assert cs.open_run(path).statistics().equals(first)
    runtime.go(open_run(path), Plan(100, 20, quiet=True))
    assert cs.open_run(path).statistics().tick.max() > 100  # of the checkpoint, lived on


def test_a_sample_tells_the_same_however_long_the_run_goes_on(home):
    short, long = (cs.open_run(home / name).statistics(*LASTING) for name in ("short", "long"))
    same = long[long.tick <= 80].reset_index(drop=True)
    columns = ["tick", "space", "measure", "quantity", "of", "value", "low", "high"]
    key = columns[:5]
    assert short[columns].sort_values(key).reset_index(drop=True).equals(same[columns].sort_values(key).reset_index(drop=True))


def test_selection_and_energy_agree_with_the_series(home):
    run_of, frame = cs.open_run(home / "long"), cs.open_run(home / "long").statistics("energy", "diversity")
    light = frame[(frame.quantity == "income") & (frame.of == "light")]
    series = run_of.series
    living = np.maximum(1, (series.alive.values[1:] + series.alive.values[:-1]) / 2)
    np.testing.assert_allclose(light.value, np.diff(series.sunlight.values) / 20 / living)
    lineages = frame[(frame.quantity == "distinct") & (frame.of == "lineages")]
    fields = run_of.fields
    marks = [len(np.unique(f[e > 0])) for f, e in zip(fields.founder.values, fields.energy.values, strict=True)]
    assert lineages.value.tolist() == marks


def test_a_run_of_several_spaces_and_of_an_older_version(tmp_path):
    with tarfile.open(HERE / "golden" / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    frame = cs.open_run(tmp_path / "run").statistics("diversity", "lineages", "activity", "energy", "selection")
    assert set(frame.space) == {"", "reef", "shore", "plaza"}
    assert not frame[frame.measure == "diversity"].value.isna().any()


@pytest.mark.parametrize(
    ("ticks", "every", "got"), [(10, 20, "1 sample"), (0, 20, "1 sample")], ids=["before the second sample", "at tick 0"]
)
def test_a_run_of_one_sample_is_refused(tmp_path, ticks, every, got):
    (tmp_path / "pond.toml").write_text(POND)
    runtime.go(runtime.begin(tmp_path / "pond.toml", tmp_path / "run", None, ""), Plan(ticks, every, quiet=True))
    told = refused(tmp_path / "run")
    assert "two samples or more" in told and "cyberspace run --resume" in told and "got" in told


def test_what_is_no_run_no_record_no_measure_and_a_newer_version(home, tmp_path):
    assert "no run" in refused(tmp_path)
    told = refused(home / "short", "--measure", "diversty", "--measure", "size")
    assert "diversty" in told and "try: diversity" in told and "'size'" in told
    with pytest.raises(InputError, match="1 or more"):
        cs.open_run(home / "short").statistics(generations=0)
    shutil.copytree(home / "short", tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "record.zarr")
    assert "no record" in refused(tmp_path / "run")
    about = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    (tmp_path / "run" / "run.json").write_text(json.dumps({**about, "format": 99}), encoding="utf-8")
    assert "99" in refused(tmp_path / "run")


def test_a_damaged_record_is_named(home, tmp_path):
    shutil.copytree(home / "short", tmp_path / "run")
    (tmp_path / "run" / FILE).unlink(missing_ok=True)
    chunk = next(
        path for path in (tmp_path / "run" / "record.zarr" / "pond" / "fields" / "founder" / "c").rglob("*") if path.is_file()
    )
    chunk.write_bytes(chunk.read_bytes()[:5])
    assert "founder" in refused(tmp_path / "run")


EMPTY = POND.replace('backend = "reference"', 'backend = "reference"\ngenesis = "empty"').replace("spark = 20", "spark = 0")
BLIND = POND + 'fields = ["performed"]\n'
FEW = POND + 'fields = ["energy"]\n'


@pytest.mark.parametrize(
    ("world", "note"),
    [(EMPTY, "nobody was ever born"), (BLIND, "who lives where was not recorded"), (FEW, "founder was not recorded")],
    ids=["nobody", "not who lives where", "energy alone"],
)
def test_what_a_record_lacks_is_said_and_the_rest_is_told(tmp_path, world, note):
    (tmp_path / "pond.toml").write_text(world)
    runtime.go(runtime.begin(tmp_path / "pond.toml", tmp_path / "run", None, ""), Plan(60, 20, quiet=True))
    frame = cs.open_run(tmp_path / "run").statistics(*LASTING, "modes", "sweeps")
    assert any(note in line for line in frame.attrs["notes"]), frame.attrs["notes"]
    assert {"energy"} <= set(frame.measure) and not any(math.isinf(value) for value in frame.value)
    found = run(tmp_path / "run", "--measure", "energy", "--measure", "diversity")
    assert found.exit_code == 0 and "income" in found.stdout
