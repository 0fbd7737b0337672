"""Packets: 512 bytes at most, the same back, and nothing that was changed on the way is believed."""

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyberspace.collective.packets.fingerprint import fingerprint
from cyberspace.collective.packets.packet import MOST, Packet, pack, unpack
from cyberspace.collective.packets.signing import Signer
from cyberspace.errors import InputError

SINGLE = st.floats(width=32, allow_nan=False, allow_infinity=False)
NAME = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=12)
PACKETS = st.builds(
    Packet,
    task=st.binary(min_size=16, max_size=16),
    fingerprint=st.binary(min_size=64, max_size=64),
    action=st.lists(st.tuples(NAME, SINGLE), max_size=8, unique_by=lambda one: one[0]).map(tuple),
    effect=SINGLE,
    error=st.floats(0, 2.0**100, width=32),
    n=st.integers(1, 2**32),
    cost=st.floats(0, 2.0**100, width=32),
    hardware=st.sampled_from(["", "cpu-avx2", "h200"]),
    parents=st.lists(st.binary(min_size=8, max_size=8), max_size=4).map(tuple),
    made=st.integers(0, 2**40),
    ttl=st.integers(0, 2**16),
)
PLAIN = Packet(
    bytes(16), fingerprint({"upkeep": 1.0}), (("upkeep", -2.0), ("sunlight", 0.5)), 1.5, 0.25, n=4, made=1_800_000_000
)
SIGNER = Signer(bytes(range(32)))


def changed(packet, place, value):
    """The bytes of a packet with another value at a place of its body."""
    body, ttl, signature = msgpack.unpackb(pack(packet))
    values = msgpack.unpackb(body)
    values[place] = value
    return msgpack.packb([msgpack.packb(values, use_single_float=True), ttl, signature])


@settings(max_examples=50)
@given(PACKETS)
def test_a_packet_comes_back_as_it_was(packet):
    assert len(pack(packet)) <= MOST
    assert unpack(pack(packet)) == packet
    assert unpack(pack(SIGNER.signed(packet))).author == SIGNER.public


@settings(max_examples=50)
@given(PACKETS, st.data())
def test_one_changed_byte_of_a_signed_packet_is_never_believed(packet, data):
    signed = SIGNER.signed(packet)
    raw = bytearray(pack(signed))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        found = unpack(bytes(raw))
    except InputError:
        return
    assert (found.body, found.author) == (signed.body, signed.author)  # the ttl is nobody's word


@settings(max_examples=100)
@given(st.binary(max_size=600))
def test_any_bytes_are_refused_in_one_line(raw):
    with pytest.raises(InputError) as refused:
        unpack(raw, "a.packet")
    assert len(refused.value.problems) == 1 and refused.value.problems[0].startswith("a.packet")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (pack(PLAIN) + bytes(600), "at most 512"),
        (changed(PLAIN, 0, 2), "version 2"),
        (changed(SIGNER.signed(PLAIN), 4, 99.0), "a signature that is not its author's"),
        (changed(PLAIN, 4, float("nan")), "effect: got nan"),
        (changed(PLAIN, 5, -1.0), "error: got -1.0"),
        (changed(PLAIN, 6, 0), "n: got 0"),
        (changed(PLAIN, 2, b"short"), "fingerprint: got 5 of bytes"),
        (changed(PLAIN, 3, [["a", 1.0], ["a", 2.0]]), "different names"),
        (changed(PLAIN, 3, 7), "fields of other kinds"),
    ],
    ids=[
        "too large",
        "another version",
        "forged",
        "not a number",
        "error below zero",
        "no measurement",
        "fingerprint",
        "a name twice",
        "kinds",
    ],
)
def test_wrong_packets_are_refused_by_name(raw, said):
    with pytest.raises(InputError) as refused:
        unpack(raw)
    assert said in refused.value.problems[0]


def test_a_packet_that_would_be_too_large_is_not_made():
    with pytest.raises(InputError, match="fewer or shorter names"):
        pack(Packet(bytes(16), bytes(64), tuple((f"gene {number} of a long name", 1.0) for number in range(16)), 1.0, 0.1))


def test_the_ttl_falls_on_the_way_and_the_signature_holds():
    there = SIGNER.signed(PLAIN).passed_on(60)
    assert there is not None and there.ttl == 4 and unpack(pack(there)) == there
    assert there.passed_on(5) is None


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path):
    path = tmp_path / "keys/me"
    assert Signer.kept(path).public == Signer.kept(path).public
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(InputError, match="a secret key of 32"):
        Signer.kept(path)


def test_alike_places_have_alike_fingerprints():
    draws = np.random.default_rng(1)
    places = draws.standard_normal((40, 6))
    names = [f"n{number}" for number in range(6)]
    prints = np.stack([np.frombuffer(fingerprint(dict(zip(names, one, strict=True))), np.int8) for one in places]).astype(float)
    pairs = np.triu_indices(40, 1)
    true, found = (np.linalg.norm(rows[pairs[0]] - rows[pairs[1]], axis=1) for rows in (places, prints))
    assert np.corrcoef(true, found)[0, 1] > 0.95
    assert fingerprint({"b": 2.0, "a": 1.0}) == fingerprint({"a": 1.0, "b": 2.0})
