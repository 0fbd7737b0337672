"""sense and think as numba kernels; `cyberspace.law.verbs.sense` and `organisms.think` say what they mean."""

# numba types these functions itself
# mypy: allow-untyped-defs
from __future__ import annotations

import numpy as np

from cyberspace.backends.cpu.lanes import plain, short
from cyberspace.backends.cpu.part import part
from cyberspace.backends.cpu.product import think_sites
from cyberspace.backends.cpu.scratch import scratch
from cyberspace.backends.cpu.vector import bit_length, where
from cyberspace.law import rules
from organisms.body import MESSAGE, SENSES, SIGNAL
from organisms.learning import fade as traces

SENSE = {name: np.uint64(8 * k) for k, (name, _) in enumerate(SENSES)}
"""Where each sense stands in a word of 64 bits."""

ENERGY, AXIS, SOMEBODY = SENSE["energy"], SENSE["axis"], SENSE["somebody"]
assert (SENSE["message_0"], SENSE["message_1"]) == (SOMEBODY + np.uint64(8), SOMEBODY + np.uint64(16)), (
    "what is heard is one number"
)
PAYOFF, NOW = SENSE["payoff"], SENSE["answer_now"]
level_of, faded = part(rules.level_of), part(traces.faded)


@part
def listen(arrays, low, high):
    """Fill `heard` with what the sites from low to high show now, since thinking and dying change it site by site."""
    heard, alive, acts = arrays.heard[low:high], arrays.alive[low:high], arrays.acts[low:high]
    for k in range(high - low):
        messages = np.uint32(acts[k, 0] >> np.uint64(8 * MESSAGE - 8)) & np.uint32(0xFFFF00)
        heard[k] = np.uint32(np.uint32(alive[k]) * np.uint32(SIGNAL)) | messages


@part
def sense(arrays, now, ends, low, high):
    """sense, for the sites from low to high: all senses but the channels."""
    energy, partner, payoff, heard = arrays.energy[low:high], now.partner[low:high], arrays.payoff[low:high], arrays.heard
    inputs = arrays.senses[low:high]
    same = np.uint64(SIGNAL) | np.uint64(now.shows) << AXIS | (np.uint64(SIGNAL) << NOW if ends else np.uint64(0))
    known = scratch(high - low, np.uint8)
    for k in range(high - low):
        known[k] = level_of(where, bit_length(energy[k]))
    for k in range(high - low):
        met = np.uint64(heard[partner[k]]) << SOMEBODY  # -1 is the last place, where all is silent
        own = np.uint64(known[k]) << ENERGY | np.uint64(np.uint8(payoff[k])) << PAYOFF
        inputs[k, 0] = same | own | met


@part
def think(arrays, low, high, params):
    """think, for the sites from low to high: fills the other inputs, `activity`, `fires` and `says`."""
    shift, fire, zero = np.int32(params.shift), np.int8(min(max(params.fire, -128), 127)), np.int32(params.zero)
    brains = arrays.weights, arrays.inputs, arrays.activity, arrays.fires, arrays.says, arrays.alive
    think_sites(*brains, low, high, shift, fire, zero)
    if fire < 0:
        silence_the_dead(arrays, low, high)
    if params.fading != 0:
        fade(arrays, low, high, params)


@part
def fade(arrays, low, high, params):
    """trace, for the sites from low to high; `cyberspace.law.verbs.trace` says what it means."""
    fading = np.int16(params.fading)
    for site in range(low, high):
        if arrays.alive[site]:
            trace, seen = arrays.trace[site], arrays.inputs[site]
            for k in range(len(trace)):
                trace[k] = plain(faded(where, short(trace[k]), short(seen[k]), fading))


@part
def silence_the_dead(arrays, low, high):
    """The dead do 0 and nothing else, even where that is above `fire`."""
    alive, fires = arrays.alive, arrays.fires
    for site in range(low, high):
        if not alive[site]:
            for group in range(fires.shape[1]):
                fires[site, group] = 0
