"""What is said between a run and those who watch it: messages, their version, their sizes, and their checks.

A run that serves writes two connection files into its folder, `play.json` and `watch.json` (`cyberspace.wire.connection`);
whoever reads one may connect.  A client is a ZeroMQ DEALER with CURVE keys; it asks, the run answers.  Nothing is sent unasked, but that
a client whose pause or pace holds may get an answer with the id 0, which tells the pace, when the run looks who is still there.

A request is one frame, a JSON object {"v": VERSION, "id": any whole number, "ask": NAME, ...}; `ASKS` lists names, keys, ranges and who
may ask.  An answer is one JSON frame, then one frame for each array, raw and little-endian in C order:

    {"v": VERSION, "id": the request's, "ok": true, "tick": T, ..., "arrays": [{"name", "dtype", "shape"}, ...]}
    {"v": VERSION, "id": the request's, "ok": false, "reason": "..."}

With "pack": true in a request (of runs whose `limits` name `pack`) arrays come packed (`cyberspace.wire.packing`), each told to be so.
`took` of an answer that waited is the seconds from when the run read the request to when it sent the answer.

The run answers between two spans of ticks (some tens of milliseconds apart) and never waits: what it can't send at once is lost, so a
client sets a time-out and asks again; what other ranks do not answer in some seconds is refused.
Everything in an answer is of one tick; regions that links hold together loosely may stand at
somewhat different ones, then `tick` is the smallest.  Sites are numbered through the universe, as cradles are: `first_site` of the space
and then lattice order over all its axes, far ones first.

about    the world: spaces (shape, axes, goals, body, physics), fields and numbers with unit and meaning, limits, pace.
frame    fields of a space as arrays, one per field.  `at` tells for each axis "all" (the default), a place, "mean" or "max"; an axis left
         with "all" is an axis of the array, in the order of the space's axes; `stride` takes every n-th place of an axis that is not
         reduced to one place.  "name.3" is a component of a field ("activity.0", "weights.2.7").  Means are float32.  With `after`, the
         answer waits until the run is at another tick or somebody has acted, for a second at most; then it is {"same": true} without
         arrays.  A newer frame request of the same client replaces one that waits ("reason": "superseded").  `info` of the answer holds
         by field its low and high, and for lineage the founders' marks, classes 1, 2, ... (nobody is 0, other is 255).
site     all about who lives at a site (or whose matter lies there): `organism` with identity, lineage, ancestors, energy account of the
         coming tick, copier genes, messages; arrays genome, weights, inborn, activity.
find     "lineages": the most numerous ones; "identity": where who = [cradle, born] lives now; "founder": sites where its lineage lives.
line     who stands for somebody now: for who = [cradle, born], or for who lived at a site in the frame of a tick.  Itself if it lives, in
         any space; else its eldest living child, its nearest living descendant, its nearest living kin; else who of the lineage of
         `founder` lives nearest to `site`.  `rule`, `up` and `down` of the answer say which (`cyberspace.wire.lines`).
series   population, heredity, energy held and shares of tasks, as arrays (samples,) and (samples, goals), since a tick, at `most` so many;
         of scores the quantiles 5, 25, 50, 75, 95 % and the best, float32 (samples, scores, 6), where tasks say any.
universe where each region lives (rank; host by rank), how far it is, how many live there, what a tick takes it, whom it waits for; and
         what crossed each link in each direction, at the last opening and since somebody asked first (`cyberspace.wire.universe`).
jobs     the job board of a plaza: jobs, wallet, escrows, the latest answers at the vents, the best suppliers.
things   what people left in a plaza (signs, chests, fenced land, jobs posted so far) and who is there; who asks with `name` and `at`
         (a site) is shown to the others for some seconds.
control  pause, resume, step so many ticks and pause, pace in ticks per second (0: as fast as it goes).  `name` is what the run calls the
         player, in `pace.held` and its log.  A pause and a pace hold until somebody ends them or the connection of who ordered them is
         gone; one that breaks is noticed after the client's ZMQ_HEARTBEAT_TTL, after about a minute where it sends no heartbeats.
act      take part; see `ACTS`.  The answer tells the act's number, the tick of its effect, whether it was done and what happened.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from cyberspace.errors import Refused
from cyberspace.wire.acts import (
    ACTS as ACTS,
)
from cyberspace.wire.acts import (
    BLOCKS as BLOCKS,
)
from cyberspace.wire.acts import (
    CHEST as CHEST,
)
from cyberspace.wire.acts import (
    LARGEST as LARGEST,
)
from cyberspace.wire.acts import (
    MAX_COPIES as MAX_COPIES,
)
from cyberspace.wire.acts import (
    MAX_SITES as MAX_SITES,
)
from cyberspace.wire.acts import (
    NAME as NAME,
)
from cyberspace.wire.acts import (
    PLACES as PLACES,
)
from cyberspace.wire.acts import (
    SIGN as SIGN,
)
from cyberspace.wire.acts import (
    SPACE,
)
from cyberspace.wire.acts import (
    TICKS as TICKS,
)
from cyberspace.wire.acts import (
    check_act as check_act,
)
from cyberspace.wire.checks import REQUIRED, Form, choice, either, flag, listing, mapping, table, text, whole, words
from cyberspace.wire.messages import PaceTold
from cyberspace.wire.packing import pack, unpack
from topology import SPACE_AXES

VERSION = 1
ROLES = ("watch", "play")

MAX_REQUEST = 2**18
"""Bytes of a request."""

MAX_ANSWER = 2**28
"""Bytes of an answer's arrays together."""

MAX_FIELDS, MAX_AXES = 8, len(SPACE_AXES)
DTYPES = ("bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "float32")

_site, _name, _tick = whole(0, TICKS), text(64), whole(0, TICKS)
_plaza: Form = {"space": SPACE, "region": (whole(0, MAX_SITES), 0)}
_who = listing(whole(-2, TICKS), 2, 2)

Bytes = bytes | memoryview
Arrays = Mapping[str, NDArray[np.generic]]
"""Arrays of any type, by name."""

Head = Mapping[str, object]
"""What is to stand in the head of an answer, one of those of `cyberspace.wire.messages`."""


class ArrayTold(TypedDict):
    """An array that follows the head, in a frame of its own."""

    name: str
    dtype: str
    shape: list[int]
    packed: NotRequired[bool]


class AnswerHead(TypedDict, total=False):
    """The head of an answer as it is received: what every answer has; `reason` if it is a refusal.

    The rest is that of `cyberspace.wire.messages` that belongs to the request.
    """

    v: int
    id: int
    ok: bool
    reason: str
    pace: PaceTold
    tick: int
    took: float
    arrays: list[ArrayTold]


ASKS: dict[str, tuple[str, Form]] = {
    "about": ("watch", {}),
    "frame": (
        "watch",
        {
            "space": SPACE,
            "fields": (listing(_name, 1, MAX_FIELDS), REQUIRED),
            "at": (mapping(either(whole(0, MAX_SITES), choice("all", "mean", "max")), MAX_AXES), {}),
            "stride": (mapping(whole(1, MAX_SITES), MAX_AXES), {}),
            "after": (_tick, None),
        },
    ),
    "site": ("watch", {"site": (_site, REQUIRED)}),
    "find": (
        "watch",
        {
            "space": SPACE,
            "what": (choice("lineages", "identity", "founder"), REQUIRED),
            "who": (_who, None),
            "founder": (whole(0, 2**32 - 1), None),
            "most": (whole(1, 256), 16),
        },
    ),
    "line": (
        "watch",
        {
            "space": SPACE,
            "who": (_who, None),
            "site": (_site, None),
            "tick": (_tick, None),
            "founder": (whole(0, 2**32 - 1), None),
        },
    ),
    "series": ("watch", {"space": SPACE, "since": (_tick, 0), "most": (whole(1, LARGEST), None)}),
    "universe": ("watch", {"space": SPACE}),
    "jobs": ("watch", _plaza),
    "things": ("watch", {**_plaza, "name": (words(NAME), ""), "at": (_site, None)}),
    "control": (
        "play",
        {
            "do": (choice("pause", "resume", "step", "pace"), REQUIRED),
            "ticks": (whole(1, 10**6), 1),
            "rate": (whole(0, 10**6), 0),
            "name": (_name, ""),
        },
    ),
    "act": ("play", {"act": (lambda value, name: check_act(value), REQUIRED)}),
}
"""By name: the least role that may ask, and the keys."""


@dataclass(frozen=True)
class Request:
    """A checked request.

    Attributes:
        id: Number that the answer carries.
        ask: Name in `ASKS`.
        keys: Its keys, defaults filled in.
        pack: Whether the arrays of the answer are to be packed.
    """

    id: int
    ask: str
    keys: dict[str, object]
    pack: bool = False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def request(ask: str, number: int = 0, **keys: object) -> bytes:
    """The frame of a request."""
    return json.dumps({"v": VERSION, "id": number, "ask": ask, **keys}).encode()


def parse(frame: bytes, role: str) -> Request:
    """The request in a frame, from somebody of a role.

    Raises:
        Refused: With the reason.
    """
    number: object = None
    try:
        if len(frame) > MAX_REQUEST:
            raise Refused(f"the request is too long: expected at most {MAX_REQUEST} bytes")
        try:
            content = json.loads(frame.decode(), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Refused("the request is not JSON") from None
        if type(content) is not dict:
            raise Refused("the request is no JSON object")
        number = content.pop("id", None)
        asked = whole(-LARGEST, LARGEST)(number, "id")
        if content.pop("v", None) != VERSION:
            raise Refused(f"v: this run speaks version {VERSION}; use the viewer of the same version of cyberspace")
        ask, packed = choice(*ASKS)(content.pop("ask", None), "ask"), flag(content.pop("pack", False), "pack")
        least, form = ASKS[ask]
        if ROLES.index(role) < ROLES.index(least):
            raise Refused(f"{ask}: expected the key of play.json; this is the key of watch.json")
        return Request(asked, ask, table(content, form, ask), packed)
    except Refused as refused:
        refused.number = number if isinstance(number, int) else 0
        raise


def answer(number: int, head: Head, arrays: Arrays | None = None, packed: bool = False) -> list[Bytes]:
    """The frames of an answer; they are views of the arrays where these lie as they are sent, so nobody may write into them."""
    listed, frames = [], list[Bytes]()
    for name, array in (arrays or {}).items():
        raw = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        told: ArrayTold = {"name": name, "dtype": array.dtype.name, "shape": list(array.shape)}
        listed.append({**told, "packed": True} if packed else told)
        frames.append(pack(raw) if packed else raw.reshape(-1).view(np.uint8).data)
    whole_head = {"v": VERSION, "id": number, "ok": True, **head, "arrays": listed}
    return [json.dumps(whole_head).encode(), *frames]


def refusal(number: int, reason: str) -> list[Bytes]:
    """The frames of a refusal."""
    return [json.dumps({"v": VERSION, "id": number, "ok": False, "reason": reason}).encode()]


def read_answer(frames: Sequence[Bytes]) -> tuple[AnswerHead, Arrays]:
    """Head and arrays of an answer.

    Raises:
        Refused: If it is not what this version of cyberspace sends.
    """
    try:
        head: AnswerHead = json.loads(bytes(frames[0]).decode())
        version, listed = head["v"], head.get("arrays", [])
        if version != VERSION:
            raise Refused(f"the run speaks version {version} and this viewer {VERSION}; use the same version of cyberspace")
        if len(listed) != len(frames) - 1 or sum(map(len, frames[1:])) > MAX_ANSWER:
            raise Refused("an answer with other arrays than it tells of")
        if type(head["id"]) is not int:
            raise Refused("an answer without the number of a request")
        arrays = {}
        for about, frame in zip(listed, frames[1:], strict=True):
            kind = np.dtype(choice(*DTYPES)(about["dtype"], "dtype")).newbyteorder("<")
            count = math.prod(map(int, about["shape"]))
            if kind.itemsize * count > MAX_ANSWER:
                raise Refused("an array that is too large")
            values = unpack(frame, kind, count) if about.get("packed") else np.frombuffer(frame, dtype=kind)
            arrays[str(about["name"])] = values.reshape(about["shape"])
        return head, arrays
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"an answer that can't be read ({error})") from None
