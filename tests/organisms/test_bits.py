"""Threefry-2x32-20 against the vectors that Random123 publishes (kat_vectors)."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from cyberspace.backends.cpu.vector import threefry
from organisms import bits

VECTORS = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF,) * 2, (0xFFFFFFFF,) * 2, (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@njit
def compiled(key, counter):
    return threefry(np.uint32(key[0]), np.uint32(key[1]), np.uint32(counter[0]), np.uint32(counter[1]))


def in_numpy(key, counter):
    words = [np.array([word], dtype=np.uint32) for word in (*key, *counter)]
    return tuple(int(word[0]) for word in bits.threefry2x32(*words))


def in_jax(key, counter):
    words = [jnp.array([word], dtype=jnp.uint32) for word in (*key, *counter)]
    return tuple(int(word[0]) for word in jax.jit(bits.threefry2x32)(*words))


def in_numba(key, counter):
    return tuple(int(word) for word in compiled(key, counter))


@pytest.mark.parametrize("backend", [in_numpy, in_jax, in_numba])
@pytest.mark.parametrize(("key", "counter", "expected"), VECTORS)
def test_published_vectors(backend, key, counter, expected):
    assert backend(key, counter) == expected


WORD = st.integers(0, 2**32 - 1)


@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD))
def test_numba_is_numpy(key, counter):
    assert in_numba(key, counter) == in_numpy(key, counter)


@pytest.mark.parametrize("width", [4, 8])
def test_fields_are_the_words_cut_up(width):
    key = bits.stream_key(np, 1, 2, 3, 4)
    sites = np.arange(5)
    words = bits.site_words(np, key, sites, 8)
    fields = bits.site_fields(np, key, sites, 8 * 32 // width, width)
    rebuilt = sum(fields[k :: 32 // width].astype(np.uint64) << np.uint64(k * width) for k in range(32 // width))
    np.testing.assert_array_equal(rebuilt.astype(np.uint32), words)


@pytest.mark.parametrize(("probability", "word"), [(0, 0), (0.5, 2**31), (1, 2**32 - 1), (2, 2**32 - 1)])
def test_probability_words(probability, word):
    assert bits.probability_word(probability) == word
