"""A submission's state as bytes and back: a tree of plain values and NumPy arrays, and nothing that runs."""

from __future__ import annotations

import struct

import numpy as np

DEEPEST = 40
"""How deep a state may be nested."""


class Unwritable(ValueError):
    """A state that is no tree of plain values."""


def write_state(state: object) -> bytes:
    """A state as bytes.

    Args:
        state: None, bool, int, float, str, bytes, bytearray, an array of numbers, or a tuple, list or dict of them.  It is a tree: what
            stands in it twice comes back as two things.

    Raises:
        Unwritable: If it holds anything else.
    """
    parts: list[bytes] = []
    _write(state, parts, 0)
    return b"".join(parts)


def _sized(tag: bytes, raw: bytes) -> bytes:
    return tag + struct.pack("<Q", len(raw)) + raw


def _write(value: object, parts: list[bytes], depth: int) -> None:
    if depth > DEEPEST:
        raise Unwritable(f"nested deeper than {DEEPEST}")
    if isinstance(value, np.ndarray):
        _write_array(value, parts)
    elif isinstance(value, np.generic):
        parts.append(b"g")
        _write_array(np.asarray(value), parts)
    elif type(value) in (tuple, list):
        assert isinstance(value, tuple | list)
        parts.append(_sized(b"t" if type(value) is tuple else b"l", b"") + struct.pack("<Q", len(value)))
        for one in value:
            _write(one, parts, depth + 1)
    elif type(value) is dict:
        assert isinstance(value, dict)
        parts.append(_sized(b"d", b"") + struct.pack("<Q", len(value)))
        for key, one in value.items():
            _write(key, parts, depth + 1)
            _write(one, parts, depth + 1)
    else:
        parts.append(_plain(value))


def _plain(value: object) -> bytes:
    """A value that holds no others."""
    if value is None:
        return _sized(b"n", b"")
    if type(value) is bool:
        return _sized(b"b", bytes([value]))
    if type(value) is int:
        return _sized(b"i", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
    if type(value) is float:
        return _sized(b"f", struct.pack("<d", value))
    if type(value) is str:
        return _sized(b"s", value.encode("utf-8", "surrogatepass"))
    if type(value) is bytes:
        return _sized(b"y", value)
    if type(value) is bytearray:
        return _sized(b"Y", bytes(value))
    raise Unwritable(f"a {type(value).__name__}")


def _write_array(array: np.ndarray, parts: list[bytes]) -> None:  # type: ignore[type-arg]
    if array.dtype.kind not in "biufc" or array.dtype.hasobject:
        raise Unwritable(f"an array of {array.dtype}")
    order = b"F" if array.flags.f_contiguous and not array.flags.c_contiguous else b"C"
    head = order + array.dtype.str.encode() + b":" + ",".join(map(str, array.shape)).encode()
    parts.append(_sized(b"a", head) + _sized(b"", array.tobytes("F" if order == b"F" else "C")))


class _Reader:
    """Where one has come in some bytes."""

    def __init__(self, raw: bytes):
        self.raw, self.at = raw, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.raw[self.at - count : self.at]

    def sized(self) -> bytes:
        return self.take(self.count())

    def count(self) -> int:
        return int(struct.unpack("<Q", self.take(8))[0])


def read_state(raw: bytes) -> object:
    """The state that `write_state` wrote."""
    return _read(_Reader(raw))


def _read(reader: _Reader) -> object:
    tag = reader.take(1)
    if tag == b"g":
        reader.take(1)
        return _read_array(reader)[()]
    if tag == b"a":
        return _read_array(reader)
    raw = reader.sized()
    if tag == b"n":
        return None
    if tag == b"b":
        return raw == b"\x01"
    if tag == b"f":
        return struct.unpack("<d", raw)[0]
    if tag == b"t":
        return tuple(_read(reader) for _ in range(reader.count()))
    if tag == b"l":
        return [_read(reader) for _ in range(reader.count())]
    if tag == b"d":
        return {_read(reader): _read(reader) for _ in range(reader.count())}
    if tag == b"i":
        return int.from_bytes(raw, "little", signed=True)
    if tag == b"s":
        return raw.decode("utf-8", "surrogatepass")
    return raw if tag == b"y" else bytearray(raw)


def _read_array(reader: _Reader) -> np.ndarray:  # type: ignore[type-arg]
    order, (kind, shape) = reader.sized(), ("", "")
    kind, _, shape = order[1:].decode().partition(":")
    sizes = tuple(int(one) for one in shape.split(",") if one)
    flat = np.frombuffer(reader.sized(), dtype=np.dtype(kind)).copy()
    return flat.reshape(sizes, order="F" if order[:1] == b"F" else "C")
