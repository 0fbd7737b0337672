"""Alone in an emptied region: organisms that earn, pay for living and breed as in their world, where what they bear is taken away at once.

The lab with its prices: sunlight comes in, upkeep goes out, energy above the cap is lost, at 0 somebody dies.  A spore is written as the
world would have it written to the empty site of the partner of the hour: when an axis opens, the tide is in, `reproduce` fires and the
energy suffices.  Nobody dies by chance, nobody moves or crosses a link, and pools are full.  `tests/alone.py` holds it to a world by hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cyberspace.analysis.dissection.lab import Cut, Edits, Lab, Life
from cyberspace.law.clock import near_moment
from cyberspace.law.kinds import upkeep, work_of
from cyberspace.law.rules import endowment_of, level_of, may_breed, tide_is_in
from organisms.arrays import Bools, Int8s, Int32s
from organisms.body import REPRODUCE


class Alone(Life):
    """Columns of organisms that keep house, tick by tick, from tick 0 of their world on.

    Args:
        lab: Where.
        genomes: int8 (loci, columns).
        weights: int8 (units, inputs, brains).
        brain: Which of them each column has, int (columns,), in order.
        cut: What is held at 0.
        energy: What each holds at first.
        edits: Weights in which columns differ from their brain.

    Attributes:
        children: Spores so far, int64 (columns,).
        handed: Energy that these begin with, after the price of the copy, int64 (columns,).
    """

    def __init__(
        self,
        lab: Lab,
        genomes: Int8s,
        weights: Int8s,
        brain: NDArray[np.int64],
        cut: Cut,
        energy: int,
        edits: Edits | None = None,
    ):
        super().__init__(lab, genomes, weights, brain, cut, 0, energy, edits=edits)
        self.children = np.zeros(genomes.shape[1], dtype=np.int64)
        self.handed = np.zeros(genomes.shape[1], dtype=np.int64)
        self._synapses = self._wired() if lab.world.physics.work[1] else np.zeros(self._n, dtype=np.int32)

    def step(self) -> Int8s:
        """One tick; what every brain saw in it, int8 (inputs, columns)."""
        now = near_moment(self._clock, self.lived, self.lab.world.pace, self.lab.world.meetings.tide)
        inputs = super().step()
        energy, alive = self._paid()
        partner = int(now.partner[self.lab.site])
        if partner >= 0 and tide_is_in(partner, self.lab.world.meetings.tide, now.tide):
            energy = self._bred(energy, alive, int(now.copy_cost))
        self._all = bool(alive.all())
        activity = self.region.activity if self._all else np.where(alive, self.region.activity, 0).astype(np.int8)
        self.region = replace(self.region, energy=energy, alive=alive, activity=activity)
        self._level = self._levels()
        return inputs

    def _bank(self, before: Int32s) -> None:
        """A lesson leaves its income; what is above the cap goes at the end of the tick."""
        if self.plastic and self.lab.world.physics.work[1]:
            self._synapses = self._wired()

    def _paid(self) -> tuple[Int32s, Bools]:
        """Energy after sunlight and upkeep, and who is alive."""
        region, physics = self.region, self.lab.world.physics
        base, per_synapse, per_unit = physics.work
        energy = region.energy + physics.sunlight
        price: int | Int32s = upkeep(physics.upkeep, base)
        if per_synapse or per_unit:
            active = (region.activity != 0).sum(axis=0, dtype=np.int32)
            price = upkeep(physics.upkeep, work_of(physics.work, self._synapses, active))
        energy = np.where(region.alive, np.minimum(energy - np.minimum(price, energy), physics.cap), 0).astype(np.int32)
        return energy, energy > 0

    def _bred(self, energy: Int32s, alive: Bools, cost: int) -> Int32s:
        """Energy after spores were written."""
        physics = self.lab.world.physics
        wants = alive & (self.region.activity[REPRODUCE] > physics.fire)
        spores = may_breed(wants, energy, physics.spore_energy, cost)
        endowment = np.where(spores, endowment_of(energy), 0).astype(np.int32)
        self.children += spores
        self.handed += np.where(spores, endowment - cost, 0)
        left: Int32s = energy - endowment
        return left

    def _levels(self) -> Int8s:
        """What each senses of its energy; the exponent of a whole number is the length of it in bits."""
        level: Int8s = level_of(np.where, np.frexp(self.region.energy.astype(np.float64))[1]).astype(np.int8)
        return level

    def _wired(self) -> Int32s:
        """Weights that are not zero, int32 (columns,)."""
        if self.plastic:
            own: Int32s = (self.weights != 0).sum(axis=(0, 1), dtype=np.int32)
            return own
        found: Int32s = (self._thinks != 0).sum(axis=(1, 2), dtype=np.int32)[self._brain]
        for columns, unit, source, more in self._otherwise:
            old = self._thinks[self._brain[columns], unit, source]
            found[columns] += ((old + more) != 0).astype(np.int32) - (old != 0)
        if len(self._silent):
            silent = self.cut.unit[self._silent]
            found[self._silent] -= (self._thinks[self._brain[self._silent], silent] != 0).sum(axis=1, dtype=np.int32)
        return found
