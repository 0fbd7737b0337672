"""Requests and answers: what is right is read, all else is refused."""

import contextlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cyberspace.errors import Refused
from cyberspace.wire import protocol
from tests.client import raw

ASKED = protocol.request("frame", 5, fields=["energy"], at={"lane": 3})


BAD = [
    b"",
    b"\xff",
    b"[]",
    b"nothing",
    b"[" * 100_000,
    raw({"v": 1, "id": "x", "ask": "about"}),
    raw({"v": 2, "id": 1, "ask": "about"}),
    raw({"v": 1, "id": 1, "ask": "nothing"}),
    raw({"v": 1, "id": 1, "ask": "frame"}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": []}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"] * 9}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "at": {"lane": -1}}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "at": {"lane": True}}),
    raw({"v": 1, "id": 1, "ask": "frame", "fields": ["energy"], "stride": {"lane": 0}}),
    raw({"v": 1, "id": 1, "ask": "site", "site": 1.5}),
    raw({"v": 1, "id": 1, "ask": "site", "site": 5, "more": 1}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "rule the world"}}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "block", "sites": [1], "block": "gold"}}),
    raw({"v": 1, "id": 1, "ask": "act", "act": {"kind": "fund", "tokens": 2**31}}),
    b'{"v": 1, "id": 1, "ask": "site", "site": NaN}',
    b'{"v": 1, "id": 1, "ask": "site", "site": ' + b"9" * 5000 + b"}",
    b" " * (protocol.MAX_REQUEST + 1),
]


@pytest.mark.parametrize("frame", BAD, ids=range(len(BAD)))
def test_wrong_requests_are_refused(frame):
    with pytest.raises(Refused):
        protocol.parse(frame, "play")


def test_a_right_request_is_read():
    request = protocol.parse(ASKED, "watch")
    assert (request.id, request.ask, request.keys["at"], request.keys["after"]) == (5, "frame", {"lane": 3}, None)


@given(st.binary(max_size=200) | st.builds(lambda cut, more: ASKED[:cut] + more, st.integers(0, 80), st.binary(max_size=20)))
def test_reading_a_request_raises_nothing_else(frame):
    with contextlib.suppress(Refused):
        protocol.parse(frame, "watch")


@pytest.mark.parametrize("dtype", protocol.DTYPES)
def test_arrays_survive_the_wire(dtype):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    head, arrays = protocol.read_answer(protocol.answer(3, {"tick": 9}, {"a": array, "b": array[..., ::2]}))
    assert (head["id"], head["tick"], head["ok"]) == (3, 9, True)
    np.testing.assert_array_equal(arrays["a"], array)
    np.testing.assert_array_equal(arrays["b"], array[..., ::2])
    assert arrays["a"].dtype == dtype


@pytest.mark.parametrize(
    "frames",
    [[], [b"x"], [b"{}"], [raw({"v": 9, "id": 1, "arrays": []})], [raw({"v": 1, "id": 1, "arrays": []}), b"more"],
     [raw({"v": 1, "arrays": []})]]
    + [[raw({"v": 1, "id": 1, "arrays": [about]}), b"12"] for about in ({"name": "a"}, {"name": "a", "dtype": "object", "shape": [1]},
       {"name": "a", "dtype": "int32", "shape": [1]})],
)  # fmt: skip
def test_wrong_answers_are_refused(frames):
    with pytest.raises(Refused):
        protocol.read_answer(frames)


def test_wire_imports_nothing_heavy():
    heavy = "{'jax', 'numba', 'zarr', 'zmq', 'pydantic', 'mpi4py', 'matplotlib'}"
    modules = "cyberspace.wire.protocol, cyberspace.wire.messages, cyberspace.wire.connection"
    code = f"import sys, {modules}; assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
