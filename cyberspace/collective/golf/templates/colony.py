"""A colony of organisms as one predictor: the world's laws of thinking and learning in plain NumPy, bit for bit.

An organism is awake where the context is of its niche.  A byte is eight lessons; what an organism answers to bit k hangs on the bits
before it, and it learns from each.  So what comes next is asked along a tree of all 255 beginnings of a byte, and the byte that came is
then lived.
"""

import json
import lzma

import numpy as np

ANSWER, REACH, LIMIT, LEARN = 5, 8, 127, 5
LEAST = 2.0**-16
M, A0, GOLD = 0xFFFFFFFF, 0x85EBCA6B, 0x9E3779B1
C = {}


def unpack(params):
    """The colony out of genomes.bin and mixer.bin."""
    raw = lzma.decompress(params["genomes"])
    cut = raw.index(b"\n")
    c = json.loads(raw[:cut])
    at, n = cut + 1, c["n"]

    def take(kind, *shape):
        nonlocal at
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        at += size
        return np.frombuffer(raw[at - size : at], dtype=kind).reshape(shape)

    units, inputs = c["units"], c["inputs"]
    c["site"], c["niche"], c["level"], c["error"] = (
        take("<u4", n),
        take("<i4", n),
        take("i1", n),
        take("i1", 255).astype(np.int32),
    )
    loci = units * inputs + units + 8
    nibbles = take("u1", (loci + 1) // 2, n).T
    genome = np.stack([nibbles >> 4, nibbles & 15], axis=-1).reshape(n, -1)[:, :loci].astype(np.int32)
    genome -= (genome > 7) * 16
    weights = (genome[:, : units * inputs] * 16).astype(np.int8).reshape(n, units, inputs)
    if c["learned"]:
        weights = weights + take("i1", units * inputs, n).T.reshape(n, units, inputs)
    active = take("i1", n, units) if c["learned"] else np.zeros((n, units), dtype=np.int8)
    c["rate"], c["genes"] = genome[:, units * inputs : units * inputs + units], genome[:, units * inputs + units :][:, :4]
    mixer = np.frombuffer(params["mixer"], dtype="<f4").astype(np.float64)
    c["step"] = float(mixer[0])
    c["who"] = {}
    for k, niche in enumerate(c["niche"].tolist()):
        c["who"].setdefault(niche, []).append(k)
    free = [u for u in range(units) if not ANSWER <= u < ANSWER + c["answers"] and c["rate"][:, u].any()]
    c["rows"], c["free"] = np.array([*free, *range(ANSWER, ANSWER + c["answers"])]), len(free)
    return c, weights, active, mixer[1:].reshape(n, 8).copy()


def init(params):
    """Unpack; what never changes stays in this process, what does is the state."""
    global C
    C, weights, active, mixer = unpack(params)
    return {"weights": weights.copy(), "active": active.copy(), "mixer": mixer, "past": bytes(REACH), "t": 0}


def within(array, low, high):
    """Clipped; quicker than NumPy's own for small arrays."""
    return np.minimum(np.maximum(array, low), high)


def mixed(word):
    """A word whose every bit hangs on every bit of what it was."""
    word = ((word ^ word >> 16) * 0x85EBCA6B) & M
    word = ((word ^ word >> 13) * 0xC2B2AE35) & M
    return word ^ word >> 16


def hashes(past):
    """A hash of the last n bytes, for n from 0 to 7."""
    found, state = [], A0
    for order in range(REACH):
        found.append(mixed(state ^ order))
        state = mixed(((state ^ past[-order - 1]) * GOLD + A0) & M)
    return found


def threefry(k0, k1, c0, c1):
    """Threefry-2x32, 20 rounds."""
    keys = (k0, k1, k0 ^ k1 ^ np.uint32(0x1BD11BDA))
    x0, x1 = c0 + k0, c1 + k1
    for group in range(5):
        for r in (13, 15, 26, 6) if group % 2 == 0 else (17, 29, 16, 24):
            x0 = x0 + x1
            x1 = (x1 << np.uint32(r) | x1 >> np.uint32(32 - r)) ^ x0
        x0, x1 = x0 + keys[(group + 1) % 3], x1 + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x0, x1


def dither(ticks, sites, units):
    """Random bytes of some units' synapses, each at a tick of its own, int32 (units, organisms, inputs)."""
    fixed = [np.full(1, one, dtype=np.uint32) for one in (C["seed"], C["region"], LEARN)]
    key = [one[:, None, None] for one in threefry(*fixed, ticks.astype(np.uint32))]
    blocks = C["inputs"] // 8
    counter = (np.arange(blocks) + units[:, None] * blocks).astype(np.uint32)[:, None]
    pair = np.stack(threefry(*key, sites[None, :, None], counter), axis=-1)
    fields = pair[..., None] >> (np.arange(4, dtype=np.uint32) * np.uint32(8)) & np.uint32(255)
    return fields.reshape(len(units), len(sites), C["inputs"]).astype(np.int32)


class Room:
    """Those who are awake at one byte, along all beginnings of it that are looked at: axis 0 organisms, axis 1 beginnings."""

    def __init__(self, state):
        self.hash = hashes(state["past"])
        at, orders = 0, []
        for order, many in zip(C["orders"], C["niches"], strict=True):
            niche = at + (mixed(self.hash[order] ^ GOLD) % many)
            orders += [(one, order) for one in C["who"].get(niche, ())]
            at += many
        self.who = np.array([one for one, _ in orders], dtype=np.int64)
        self.order = [order for _, order in orders]
        self.base = state["weights"][self.who].astype(np.float32)
        self.rows = self.base[:, None, C["rows"]]
        self.active = state["active"][self.who][:, None].astype(np.float32)
        self.mixer, self.site, self.changed = state["mixer"], C["site"][self.who], C["free"]
        self.ticks = (state["t"] - REACH) * 8 * C["ticks"] + np.arange(1, 9) * C["ticks"] - 1
        self.asked = C["rows"][C["free"] :]
        self.noise = dither(self.ticks[: len(self.asked)], self.site, self.asked)

    def ask(self, k, beginnings):
        """Answers to bit k after some beginnings, float (organisms, beginnings), and the chance of a 1 that the mix makes of them."""
        count, fixed = len(beginnings), 8
        x = np.zeros((len(self.who), count, C["inputs"]), dtype=np.float32)
        x[:, :, 0], x[:, :, 1] = 64, C["level"][self.who][:, None]
        every = np.arange(count)
        for one, order in enumerate(self.order):
            for bank in range(C["banks"]):
                slot = ((self.hash[order + bank] >> 8) + beginnings) % C["bank"]
                x[one, every, fixed + bank * C["bank"] + slot] = C["loud"]
        for tick in range(C["ticks"]):
            x[:, :, fixed - 1] = 64 if tick == C["ticks"] - 1 else 0
            x[:, :, C["inputs"] - C["units"] :] = self.active
            total = x @ self.base.transpose(0, 2, 1)
            if self.changed:  # rows that have learned since the byte began
                total[:, :, C["rows"][: self.changed]] = (self.rows[:, :, : self.changed] @ x[..., None])[..., 0]
            self.active = within(total.astype(np.int32) >> C["shift"], -LIMIT, LIMIT).astype(np.float32)
        self.x, said = x, self.active[:, :, ANSWER + k]
        z = (self.mixer[self.who, k][:, None] * said * (1.0 / C["scale"])).sum(0)
        return said, within(1.0 / (1.0 + np.exp(-z)), LEAST, 1 - LEAST)

    def learn(self, k, said, bit, rows):
        """All learn what bit k was: into some rows, (organisms, beginnings, rows, inputs)."""
        answer, x = said.astype(np.int32), self.x.astype(np.int32)
        error = C["error"][answer + LIMIT] if bit else -C["error"][LIMIT - answer]
        for place in [*range(C["free"]), C["free"] + k]:
            unit, own = int(C["rows"][place]), place >= C["free"]
            signal = (error if own else error // C["answers"])[:, :, None]
            genes = [C["rate"][self.who, unit][:, None, None], *(C["genes"][self.who, g][:, None, None] for g in range(4))]
            noise = self.noise[k] if own else dither(self.ticks[k : k + 1], self.site, C["rows"][place : place + 1])[0]
            post = self.active[:, :, unit].astype(np.int32)[:, :, None]
            rows[:, :, place] = within(
                change(rows[:, :, place].astype(np.int32), x, post, signal, genes, noise[:, None]), -128, 127
            )
        self.changed = C["free"] + k + 1

    def branch(self, k, said):
        """From each beginning two: the bit was 0, the bit was 1."""
        both = np.repeat(self.rows, 2, axis=1)
        for bit in (0, 1):
            self.learn(k, said, bit, both[:, bit::2])
        self.rows, self.active = both, np.repeat(self.active, 2, axis=1)


def live(state, byte):
    """The byte came: it is lived, lesson by lesson."""
    room = Room(state)
    if not len(room.who):
        return
    for k in range(8):
        said, chance = room.ask(k, np.array([byte >> (8 - k)]))
        bit = byte >> (7 - k) & 1
        state["mixer"][room.who, k] += C["step"] * (bit - chance[0]) * (1.0 / C["scale"]) * said[:, 0]
        room.learn(k, said, bit, room.rows)
    state["weights"][np.ix_(room.who, C["rows"])] = room.rows[:, 0].astype(np.int8)
    state["active"][room.who] = room.active[:, 0].astype(np.int8)


def foretell(state):
    """Log-chances of the next byte, float64 (256,)."""
    room, logs = Room(state), np.zeros(1)
    if not len(room.who):
        return np.zeros(256)
    for k in range(8):
        said, chance = room.ask(k, np.arange(1 << k))
        logs = np.stack([logs + np.log(1 - chance), logs + np.log(chance)], axis=-1).ravel()
        if k < 7:
            room.branch(k, said)
    return logs


def step(state, byte):
    """Live a byte, and foretell the next."""
    if state["t"] >= REACH:
        live(state, byte)
    state["past"], state["t"] = (state["past"] + bytes([byte]))[-REACH:], state["t"] + 1
    return state, foretell(state) if state["t"] >= REACH else np.zeros(256)


def change(weight, pre, post, signal, genes, dither):
    """The learning rule; the packer puts the world's own in its place."""
    return weight
