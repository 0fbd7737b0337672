"""A packet: what one experiment found, in 512 bytes at most.  The one door to msgpack.

A packet is data: an action that was tried, what it changed and how surely, and a fingerprint of where.  It carries no code.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cyberspace.collective.packets.fingerprint import BYTES
from cyberspace.errors import InputError, problem

VERSION = 1
MOST = 512
"""Bytes of a packet, at most."""

TASK, IDENTITY, KEY, SIGNATURE = 16, 8, 32, 64
"""Bytes of the hash of a task, of a packet's name, of an author's public key, of a signature (Ed25519, RFC 8032)."""

MOST_PARENTS, MOST_TTL, LONGEST_NAME = 4, 2**16, 32
FIELDS = ("task", "fingerprint", "action", "effect", "error", "n", "cost", "hardware", "parents", "author", "made")
"""What a signature covers, in the order of the bytes; the ttl falls on the way and is left out."""


@dataclass(frozen=True)
class Packet:
    """What one experiment found.

    Attributes:
        task: Hash of the task and the world that it was found in, 16 bytes; effects of other tasks aren't compared.
        fingerprint: Where it was found: 64 signed bytes (`fingerprint.py`).
        action: Names and differences from the default, each a single-precision number.
        effect: Mean gain of the score over the default, in units of the task's score.
        error: Standard error of the effect.
        n: Measurements behind the effect.
        cost: What the experiment cost, in site-ticks.
        hardware: Class of the machine.
        parents: Packets that led to it, by `identity`.
        author: Public key of who made it, 32 bytes; zeros if nobody signs.
        made: Seconds since 1970.
        ttl: How far it may still go, in ticks of stretch or in hops, as the router counts.
        signature: Of all but the ttl; empty if nobody signs.
    """

    task: bytes
    fingerprint: bytes
    action: tuple[tuple[str, float], ...]
    effect: float
    error: float
    n: int = 1
    cost: float = 0.0
    hardware: str = ""
    parents: tuple[bytes, ...] = ()
    author: bytes = bytes(KEY)
    made: int = 0
    ttl: int = 64
    signature: bytes = b""

    @cached_property
    def body(self) -> bytes:
        """The bytes that are signed, the version first."""
        values = [getattr(self, name) for name in FIELDS]
        return _packed([VERSION, *values])

    @cached_property
    def identity(self) -> bytes:
        """Its name: 8 bytes of a hash of the body."""
        return hashlib.blake2b(self.body, digest_size=IDENTITY).digest()

    @property
    def signs(self) -> NDArray[np.int8]:
        """The fingerprint as numbers, shape (64,)."""
        return np.frombuffer(self.fingerprint, np.int8)

    def passed_on(self, cost: int) -> Packet | None:
        """The packet behind a way of that cost; None where its ttl does not reach so far."""
        return replace(self, ttl=self.ttl - cost) if cost <= self.ttl else None


def pack(packet: Packet) -> bytes:
    """The bytes of a packet.

    Raises:
        InputError: If it is larger than 512 bytes, or holds something that no packet may.
    """
    _check(packet, "packet")
    data = _packed([packet.body, packet.ttl, packet.signature])
    if len(data) > MOST:
        attempt = f"fewer or shorter names in its action ({len(packet.action)} now)"
        raise InputError(problem("packet", f"{len(data)} bytes", f"at most {MOST}", attempt))
    return data


def unpack(data: bytes, where: str = "packet") -> Packet:
    """A packet from bytes that came from anywhere; a signature is checked where there is one.

    Raises:
        InputError: If it is too large, of another version, forged, or no packet.
    """
    if len(data) > MOST:
        raise InputError(
            problem(where, f"{len(data)} bytes", f"a packet of at most {MOST}", "asking its author for a smaller one")
        )
    outer = _unpacked(data, where)
    if not (isinstance(outer, list) and len(outer) == 3 and isinstance(outer[0], bytes)):
        raise _no_packet(where, "other parts than body, ttl and signature")
    fields = _unpacked(outer[0], where)
    if not (isinstance(fields, list) and fields and isinstance(fields[0], int)):
        raise _no_packet(where, "a body without a version")
    if fields[0] != VERSION:
        raise InputError(problem(where, f"version {fields[0]}", f"version {VERSION}", "the program that made it"))
    if len(fields) != len(FIELDS) + 1:
        raise _no_packet(where, f"{len(fields) - 1} fields")
    values = dict(zip(FIELDS, fields[1:], strict=True))
    try:
        values["action"] = tuple((name, float(value)) for name, value in values["action"])
        values["parents"] = tuple(values["parents"])
        packet = Packet(**values, ttl=outer[1], signature=outer[2])
    except (TypeError, ValueError):
        raise _no_packet(where, "fields of other kinds") from None
    _check(packet, where)
    if packet.body != outer[0]:
        raise _no_packet(where, "fields that are written in another way")
    if packet.signature:
        from cyberspace.collective.packets.signing import holds

        if not holds(packet):
            raise InputError(
                problem(where, "a signature that is not its author's", "one that is", "asking the author for it again")
            )
    return packet


def _packed(value: list[Any]) -> bytes:
    import msgpack

    return bytes(msgpack.packb(value, use_single_float=True))


def _unpacked(data: bytes, where: str) -> object:
    import msgpack

    try:
        return msgpack.unpackb(data, use_list=True)
    except Exception as error:  # msgpack has a dozen of its own
        raise _no_packet(where, f"bytes that are no msgpack ({type(error).__name__})") from None


def _no_packet(where: str, got: str) -> InputError:
    return InputError(
        problem(where, got, f"a packet of version {VERSION}", "`cyberspace packets read FILE` on one that is whole")
    )


def _check(packet: Packet, where: str) -> None:
    """Refuse what no packet may hold."""
    sizes = {"task": TASK, "fingerprint": BYTES, "author": KEY}
    for name, size in sizes.items():
        value = getattr(packet, name)
        if not (isinstance(value, bytes) and len(value) == size):
            raise InputError(problem(f"{where}: {name}", _told(value), f"{size} bytes"))
    if not (isinstance(packet.signature, bytes) and len(packet.signature) in (0, SIGNATURE)):
        raise InputError(problem(f"{where}: signature", _told(packet.signature), f"none, or {SIGNATURE} bytes"))
    if len(packet.parents) > MOST_PARENTS or any(not isinstance(one, bytes) or len(one) != IDENTITY for one in packet.parents):
        raise InputError(problem(f"{where}: parents", str(packet.parents), f"at most {MOST_PARENTS} names of {IDENTITY} bytes"))
    for name, least in (("effect", -math.inf), ("error", 0.0), ("cost", 0.0)):
        value = getattr(packet, name)
        if not (isinstance(value, float) and math.isfinite(value) and value >= least):
            raise InputError(problem(f"{where}: {name}", repr(value), f"a finite number{' from 0' if least == 0 else ''}"))
    for name, least, most in (("n", 1, 2**32), ("made", 0, 2**40), ("ttl", 0, MOST_TTL)):
        value = getattr(packet, name)
        if isinstance(value, bool) or not (isinstance(value, int) and least <= value <= most):
            raise InputError(problem(f"{where}: {name}", repr(value), f"a whole number from {least} to {most}"))
    if not isinstance(packet.hardware, str) or len(packet.hardware) > LONGEST_NAME:
        raise InputError(problem(f"{where}: hardware", _told(packet.hardware), f"at most {LONGEST_NAME} letters"))
    names = [name for name, _ in packet.action]
    if len(set(names)) != len(names) or any(not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME for name in names):
        raise InputError(problem(f"{where}: action", str(names)[:80], f"different names of at most {LONGEST_NAME} letters"))
    if any(not math.isfinite(value) for _, value in packet.action):
        raise InputError(problem(f"{where}: action", "a number that is not finite", "finite numbers"))


def _told(value: object) -> str:
    return f"{len(value)} of {type(value).__name__}" if isinstance(value, bytes | str) else repr(value)[:40]
