"""How sites deal with their partners in a tick: on near axes within it, over a link by letters."""

from __future__ import annotations

from cyberspace.law.clock import Moment
from cyberspace.law.engine import Engine, Flows
from cyberspace.law.letters import Letter
from cyberspace.law.state import WALL, Region
from cyberspace.law.verbs.arrive import arrive, told
from cyberspace.law.verbs.emit import Letters, emit, post
from cyberspace.law.verbs.meet import Landings, meet
from cyberspace.law.verbs.sense import Seen, look
from cyberspace.law.verbs.settle import settle
from cyberspace.law.world import World
from organisms.arrays import Array, Int32s, Namespace
from topology import LinkEnd


class Near:
    """A tick on near axes: letters are written, meet and settle within it."""

    letter: Letter | None = None
    births: Int32s
    _letters: Letters
    _landings: Landings

    def arrive(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Nothing is due."""
        return region

    def seen(self, engine: Engine, world: World, region: Region, now: Moment) -> Seen:
        """The partner as it stood at the end of the last tick."""
        return look(engine.xp, region, now)

    def emit(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """See `cyberspace.law.verbs.emit.emit`."""
        region, self._letters = engine.barrier(emit(engine.xp, world, region, now))
        return region

    def meet(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """See `cyberspace.law.verbs.meet.meet`."""
        region, self._landings, flowed = engine.barrier(meet(engine.xp, region, self._letters, now))
        flows.add(flowed)
        return region

    def settle(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """See `cyberspace.law.verbs.settle.settle`."""
        region, self.births = settle(engine, world, region, self._letters, self._landings, now)
        return region


class OverLink:
    """A tick at which a link opens: a letter arrives first, and one is posted in place of meeting.

    Args:
        end: The link's end.
        due: The letter that arrives; blank where none is due.
        late: Tide on the shore at the opening at which `due` was posted; may be traced.
        met: Whether there is a region to write to; may be traced.
    """

    births: Int32s

    def __init__(self, end: LinkEnd, due: Letter, late: int, met: bool):
        self._end, self._due, self._late, self._met = end, due, late, met
        self.letter: Letter | None = None

    def arrive(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """See `cyberspace.law.verbs.arrive.arrive`."""
        then = now._replace(tide=self._late)
        region, self.births, flowed = engine.barrier(arrive(engine, world, self._end, region, self._due, then))
        flows.add(flowed)
        return region

    def seen(self, engine: Engine, world: World, region: Region, now: Moment) -> Seen:
        """The partner as the letter tells of it, one stretch ago."""
        return told(engine, world, self._end, self._due)

    def emit(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """See `cyberspace.law.verbs.emit.post`."""
        region, self.letter, sent = engine.barrier(post(engine, world, self._end, region, self._met, now))
        flows.add({"sent": sent})
        return region

    def meet(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """Nobody meets: the letter is on its way."""
        return region

    def settle(self, engine: Engine, world: World, region: Region, now: Moment, flows: Flows) -> Region:
        """What had to settle did so when it arrived."""
        return region


def apart(xp: Namespace, block: Array, partner: Int32s) -> Int32s:
    """Partners where walls stand, int32 (sites,): a wall meets nobody."""
    wall = block == WALL
    return xp.where(wall | wall[xp.maximum(partner, 0)], -1, partner)
