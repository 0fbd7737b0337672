"""What worlds did and runs held before the house was redesigned; whoever changes a law writes these files anew, and says so.

`worlds.json`: world files drawn at random (both kinds, bodies, tasks, far axes, beaches, paces, plazas with what people did there), with
the digest of each at several ticks and the identity that its runs carry.  `run.tar.gz`: a run's folder as version 0.1.0 left it at tick
300, its journal with an act that is due later; `run.json`: what it held then, and at tick 600.
"""

import json
import shutil
import tarfile

import pytest

from cyberspace.acts.perform import perform
from cyberspace.analysis.inspect_run import inspect_run
from cyberspace.backends.backend import make_backend
from cyberspace.law.digest import digest
from cyberspace.law.genesis import genesis
from cyberspace.record.run_folder import open_run
from cyberspace.run import runtime
from cyberspace.run.crew import Plan
from cyberspace.worldfile.build import universe_from_text
from tests.laws.test_regions import live
from tests.strategies import HERE

HOME = HERE / "golden"
WORLDS = {one["name"]: one for one in json.loads((HOME / "worlds.json").read_text())}
QUICK = [("reference", "world-1"), ("reference", "plaza-2"), ("jax", "world-1")]
"""Those that other backends live: JAX compiles long, and its plazas and universes are held against numba in `tests/laws`."""


def digests(universe, backend, stops, acts):
    """Digest at each stop; people act before a stop is lived on."""
    if acts is None:
        return live(universe, [backend], stops)[0]
    (place,) = universe.worlds
    engine, tick, number, found = make_backend(backend, place, genesis(place)), 0, 0, []
    for stop in stops:
        if stop > tick:
            engine.advance(stop - tick)
            tick = stop
        for act in acts[str(stop)]:
            perform(engine, place, stop, number, act)
            number += 1
        found.append(digest(engine.state()))
    return found


def check(name, backend, last=1000):
    one = WORLDS[name]
    universe = universe_from_text(one["text"], "test.toml", HERE)[0]
    assert universe.identity == one["identity"], "runs of before would be refused"
    stops = [int(tick) for tick in one["digests"] if int(tick) <= last]
    expected = [one["digests"][str(stop)] for stop in stops]
    assert digests(universe, backend, stops, one.get("acts")) == expected


@pytest.mark.parametrize("name", WORLDS)
def test_worlds_do_what_they_did(name):
    check(name, "numba")


@pytest.mark.parametrize(("backend", "name"), QUICK)
def test_worlds_do_what_they_did_on_every_backend(name, backend, as_shipped):
    check(name, backend, 64)


def held(path):
    """What a run holds, as JSON would tell it; what chance reaches was not measured then."""
    facts = json.loads(json.dumps(inspect_run(path)))
    facts.pop("chance")
    return facts


def test_a_run_of_before_opens_and_goes_on(tmp_path):
    expected = json.loads((HOME / "run.json").read_text())
    with tarfile.open(HOME / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    path = tmp_path / "run"
    assert held(path) == expected["300"]
    folder = open_run(path)
    runtime.go(folder, Plan(600, folder.file.record.every, "", quiet=True))
    assert held(path) == expected["600"]


def test_a_run_of_before_is_replayed_from_the_start(tmp_path):
    """Its journal, without its checkpoints and its record."""
    expected = json.loads((HOME / "run.json").read_text())
    with tarfile.open(HOME / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    path = tmp_path / "run"
    for name in ("checkpoints", "record.zarr"):
        shutil.rmtree(path / name)
    folder = open_run(path)
    runtime.go(folder, Plan(600, folder.file.record.every, "", quiet=True))
    assert held(path) == expected["600"]
