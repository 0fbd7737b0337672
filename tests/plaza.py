"""Small plazas where people act, and organisms whose every wish is known."""

from cyberspace.backends.backend import make_backend
from cyberspace.law.digest import digest
from cyberspace.law.energy import audit
from cyberspace.law.state import TALLY
from cyberspace.wire.protocol import check_act
from organisms.ancestors import replicator
from tests.held import apply
from tests.strategies import world

PLAZA = """
[spaces.w]
kind = "gpu"
axes.lane = {{ length = {length}, stretch = 1 }}
genesis = "empty"
tide = 1
plaza = true
tokens = 10000

[spaces.w.physics]
sunlight = 0
upkeep = 0
soil = 7
spark = 0
radiation = 0.0
copy = 0.01
move = 3
spore = 20
cap = 3000
lesson = 1
{more}
"""


def plaza(length=4, more="lifespan = 1000000"):
    return world(PLAZA.format(length=length, more=more))


def does(place, state, *acts):
    """The state after acts that can all be done."""
    state, happened = apply(place, state, [check_act(act) for act in acts])
    assert all(one["done"] for one in happened), happened
    audit(state)
    return state


def refused(world, state, /, **act):
    """Why an act can't be done; it must leave no trace but its number."""
    after, (happened,) = apply(world, state, [check_act(act)])
    assert not happened["done"]
    assert after.tally[TALLY.index("acts")] == state.tally[TALLY.index("acts")] + 1
    after.tally[TALLY.index("acts")] -= 1
    assert digest(after) == digest(state)
    return happened["said"]


def brain(place, wants=(), answers=(), inputs=()):
    """A genome that wants acts and answers: (unit, allele) pairs from the bias, (unit, input, allele) from elsewhere."""
    genome = replicator(place.loci)
    weights = genome[: place.body.synapses].reshape(place.body.units, -1)
    weights[:] = 0
    for unit, allele in [*((unit, 7) for unit in wants), *answers]:
        weights[unit, 0] = allele
    for unit, column, allele in inputs:
        weights[unit, column] = allele
    return genome.tolist()


def lives(place, to, energy=100, **made):
    return {"kind": "transplant", "to": to, "genome": brain(place, **made), "energy": energy}


def after(backend, place, state, ticks):
    engine = make_backend(backend, place, state)
    engine.advance(ticks)
    audit(engine.state())
    return engine.state()
