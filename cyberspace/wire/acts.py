"""What people may do, as it comes over the wire: the keys of each act, their ranges, and how they are checked."""

from __future__ import annotations

from typing import TypedDict

from cyberspace.errors import Refused
from cyberspace.wire.checks import REQUIRED, Check, Form, choice, flag, listing, signs, table, text, whole, words

MAX_SITES, MAX_COPIES = 2**24, 4096
LARGEST, TICKS = 2**30, 2**31 - 1
PLACES = 8
"""Places of a job board."""

SIGN, NAME, CHEST = 120, 24, 8
"""Characters of a sign and of a name, and organisms in a chest, at most."""

BLOCKS = ("empty", "wall", "soil", "vent")

_site, _tick = whole(0, TICKS), whole(0, TICKS)
SPACE: tuple[Check[object], object] = (text(64), None)
"""The first space, or the first plaza."""

_plaza: Form = {"space": SPACE, "region": (whole(0, MAX_SITES), 0)}
_who = listing(whole(-2, TICKS), 2, 2)
_place = whole(0, PLACES - 1)
_allele, _weight = whole(-8, 7), whole(-128, 127)
_by: Form = {"by": (words(NAME), "")}  # who acts: a name that whoever holds the key gives himself

_energy, _tokens = whole(1, 2**20), whole(1, LARGEST)
_sites = listing(_site, 1, MAX_COPIES)

ACTS: dict[str, Form] = {
    # Energy comes into the wallet from outside.
    "fund": {**_plaza, "tokens": (_tokens, REQUIRED)},
    # Blocks are put or (with "empty") removed; a vent belongs to a place of the job board.  A site where somebody lives takes no wall,
    # unless with `clear`: then who lives there dies.
    "block": {
        "sites": (_sites, REQUIRED),
        "block": (choice(*BLOCKS), REQUIRED),
        "place": (_place, 0),
        "clear": (flag, False),
        **_by,
    },
    # An organism is carried to an empty site.
    "move": {"site": (_site, REQUIRED), "to": (_site, REQUIRED), **_by},
    # A saved organism is put on an empty site; its energy is paid from the wallet, or comes from outside.
    "transplant": {
        "to": (_site, REQUIRED),
        "genome": (listing(_allele, 1, 2**14), REQUIRED),
        "weights": (listing(_weight, 1, 2**14), None),
        "founder": (whole(1, 2**32 - 1), None),
        "energy": (_energy, REQUIRED),
        "wallet": (flag, False),
        **_by,
    },
    # Those who live there die.
    "erase": {"sites": (_sites, REQUIRED), **_by},
    # A job at a place of the board: a truth table of two inputs ("0110": XOR; what is right for inputs 00, 10, 01, 11), bits that are shown
    # with the bits that are expected ("-" for any), or bits that are shown to be judged by hand.  price * answers tokens go from the
    # wallet to the job's escrow; it stands until they are spent, the tick `until` has come, or it is closed.
    "post": {
        **_plaza,
        "place": (_place, REQUIRED),
        "job": (choice("table", "bits", "hand"), REQUIRED),
        "table": (signs("01", 4, 4), None),
        "inputs": (signs("01", 1, 8), None),
        "expected": (signs("01-", 1, 8), None),
        "price": (whole(1, 2**15 - 1), REQUIRED),
        "answers": (whole(1, 10**6), REQUIRED),
        "until": (_tick, TICKS),
        **_by,
    },
    # What is left in escrow goes back to the wallet.
    "close": {**_plaza, "place": (_place, REQUIRED), **_by},
    # By hand: right pays the price from the escrow and is felt as payoff, wrong is felt as a fine that costs nothing.
    "judge": {**_plaza, "place": (_place, REQUIRED), "who": (_who, REQUIRED), "right": (flag, REQUIRED), **_by},
    # Tokens from the wallet to an organism, felt as payoff.
    "pay": {**_plaza, "who": (_who, REQUIRED), "tokens": (whole(1, 2**15 - 1), REQUIRED)},
    # A sign says something at a site; without a text it is taken down.
    "sign": {"site": (_site, REQUIRED), "text": (words(SIGN), REQUIRED), **_by},
    # An organism is kept in the chest at a site, which holds a few.
    "store": {
        "site": (_site, REQUIRED),
        "name": (words(NAME, 1), REQUIRED),
        "genome": (listing(_allele, 1, 2**14), REQUIRED),
        "weights": (listing(_weight, 1, 2**14), None),
        "founder": (whole(1, 2**32 - 1), None),
        **_by,
    },
    # The organism that the act `item` put into the chest at a site is put on an empty one; its energy is paid from the wallet.
    "take": {
        "site": (_site, REQUIRED),
        "item": (_tick, REQUIRED),
        "to": (_site, REQUIRED),
        "energy": (_energy, REQUIRED),
        "wallet": (flag, True),
        **_by,
    },
    # Land between two corners gets walls around it and vents of a place of the board within.  Until this is undone the place is the
    # owner's (`by`), its vents stand nowhere else, nobody else acts there, and what is put there is paid for from the wallet.
    "fence": {
        "site": (_site, REQUIRED),
        "to": (_site, REQUIRED),
        "place": (_place, REQUIRED),
        "by": (words(NAME, 1), REQUIRED),
        "clear": (flag, False),
    },
    # Takes back the act of this number, as far as nobody has moved in; what was paid to an organism stays paid.
    "undo": {**_plaza, "of": (whole(0, TICKS), REQUIRED), **_by},
}
"""Keys of each kind of act, beside "kind".  The sites of an act are all of one region; an act without sites names its region, by space and
number within it."""


LATER = ("by", "clear")
"""Keys of acts that came later: left out where they have their default, so that the journal of who does not use them is as it was."""


def check_act(value: object) -> dict[str, object]:
    """An act with all its keys, defaults filled in; whether it can be done is for the world to say."""
    given = value if isinstance(value, dict) else {}
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in ACTS:
        raise Refused(f"act.kind: expected one of {', '.join(ACTS)}")
    keys = table({key: one for key, one in given.items() if key != "kind"}, ACTS[kind], "act")
    plain = {key for key, (_, default) in ACTS[kind].items() if key in LATER and keys[key] == default}
    return {"kind": kind, **{key: value for key, value in keys.items() if key not in plain}}


class ActAnswer(TypedDict, total=False):
    """The answer to `act`: its number, region and tick, whether it was done, and what happened or why not."""

    tick: int
    n: int
    region: int
    done: bool
    said: str
    reason: str
