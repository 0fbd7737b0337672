"""Ed25519 keys and signatures of packets (RFC 8032).  The one door to cryptography."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cyberspace.errors import InputError, legible, problem, system_errors

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from cyberspace.collective.packets.packet import Packet

SECRET = 32
"""Bytes of a secret key."""


class Signer:
    """A key pair: what a participant signs with.

    Args:
        secret: 32 bytes that nobody else knows; new ones if left out.
    """

    def __init__(self, secret: bytes | None = None):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.secret = os.urandom(SECRET) if secret is None else secret
        self._key: Ed25519PrivateKey = Ed25519PrivateKey.from_private_bytes(self.secret)
        self.public = self._key.public_key().public_bytes_raw()

    @classmethod
    def kept(cls, path: Path) -> Signer:
        """The pair that a file keeps; made, for its owner's eyes only, where there is none.

        Raises:
            InputError: If the file holds something else, or can't be written.
        """
        attempt = "another place for the key"
        with system_errors(legible(path), "a key, or a place for one", attempt):
            if path.exists():
                secret = path.read_bytes()
                if len(secret) != SECRET:
                    raise InputError(problem(legible(path), f"{len(secret)} bytes", f"a secret key of {SECRET}", attempt))
                return cls(secret)
            made = cls()
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(made.secret)
            return made

    def signed(self, packet: Packet) -> Packet:
        """The packet with this pair as author, and signed."""
        by_me = replace(packet, author=self.public, signature=b"")
        return replace(by_me, signature=self._key.sign(by_me.body))


def holds(packet: Packet) -> bool:
    """Whether a packet's signature is its author's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(packet.author).verify(packet.signature, packet.body)
    except (InvalidSignature, ValueError):
        return False
    return True
