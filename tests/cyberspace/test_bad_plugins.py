"""What a world names in a file of one's own, and is wrong: told with file, key, got, expected and what to try, before anything runs."""

import pytest

from tests.conftest import TINY

OWN = """
import numpy as np
import cyberspace
from cyberspace import Kind, rule

@rule
def good(weight, pre, post, signal, genes, dither):
    return weight + (((genes[0] * signal * post * pre >> 12) + dither) >> 8)

def plain(weight, pre, post, signal, genes, dither):
    return weight

@rule
def raises(weight, pre, post, signal, genes, dither):
    return weight + genes[7]

@rule
def floats(weight, pre, post, signal, genes, dither):
    return weight / 2

@rule
def wide(weight, pre, post, signal, genes, dither):
    return weight + (pre * pre * post * post * signal >> 20)

@rule(still=lambda signal, genes: signal == 0)
def restless(weight, pre, post, signal, genes, dither):
    return weight + 1

@rule(still=lambda signal, genes: signal == 1)
def noisy(weight, pre, post, signal, genes, dither):
    return weight

@rule(trace=5)
def slow(weight, pre, post, signal, genes, dither):
    return weight

def short(loci):
    return np.zeros(3, dtype=np.int8)

def loud(loci):
    return np.full(loci.count, 8, dtype=np.int8)

def broken(loci):
    raise RuntimeError("no genome today")

NPU = Kind(axes=("die", "tile", "lane"))

class Half:
    def advance(self, ticks): ...
"""
CASES = {
    "no file": ('rule = "gone.py:good"', ["spaces.pond.rule", "no file", "a file beside the world file"]),
    "no such name": ('rule = "own.py:goods"', ["spaces.pond.rule", "own.py:goods", "@cyberspace.rule", "try: own.py:"]),
    "not decorated": ('rule = "own.py:plain"', ["spaces.pond.rule", "own.py:plain", "a learning rule"]),
    "a rule that raises": ('rule = "own.py:raises"', ["spaces.pond.rule", "IndexError", "six values"]),
    "a rule of floats": ('rule = "own.py:floats"', ["spaces.pond.rule", "float64", "int32"]),
    "a rule beyond 32 bits": ('rule = "own.py:wide"', ["spaces.pond.rule", "beyond 32 bits", "2^31"]),
    "a rule that is not still": ('rule = "own.py:restless"', ["spaces.pond.rule", "weights that change", "no change where `still`"]),
    "still without a signal is not said": ('rule = "own.py:noisy"', ["spaces.pond.rule", "still(signal = 0", "no `still` at all"]),
    "no rules to choose from": ("rule = []", ["spaces.pond.rule", "[]", "1 to 8 names, each once"]),
    "too many rules": (f"rule = {[f'own.py:r{k}' for k in range(9)]}", ["spaces.pond.rule", "1 to 8 names, each once"]),
    "a rule twice": ('rule = ["oja", "oja"]', ["spaces.pond.rule", "['oja', 'oja']", "each once"]),
    "a rule twice, by two names": (
        'rule = ["oja", "organisms.learning.oja:oja"]', ["spaces.pond.rule", "organisms.learning.oja:oja", "every rule once"]
    ),
    "rules that are no names": ("rule = [1, 2]", ["spaces.pond.rule", "[1, 2]", "1 to 8 names"]),
    "a rule that is no name": ("rule = 3", ["spaces.pond.rule: got 3", "a name, or a list of 1 to 8 names"]),
    "an unknown rule among others": ('rule = ["oja", "magic"]', ["spaces.pond.rule[1]", "'magic'", "delta", "try: "]),
    "two that are wrong": ('rule = ["own.py:floats", "oja", "own.py:wide"]', ["rule[0]", "float64", "rule[2]", "beyond 32 bits"]),
    "traces that fade differently": ('rule = ["trace", "own.py:slow"]', ["spaces.pond.rule", "traces fade alike"]),
    "an ancestor of another body": ('genesis = "ancestor:own.py:short"', ["spaces.pond.genesis", "shape (3,)", "int8 of shape (536,)"]),
    "alleles out of range": ('genesis = "ancestor:own.py:loud"', ["spaces.pond.genesis", "from -8 to 7"]),
    "an ancestor that raises": ('genesis = "ancestor:own.py:broken"', ["spaces.pond.genesis", "no genome today"]),
    "an unknown ancestor": ('genesis = "ancestor:learners"', ["spaces.pond.genesis", "'ancestor:learners'", "try: ancestor:learner"]),
    "a backend that is none": ('backend = "own.py:Half"', ["spaces.pond.backend", "own.py:Half", "methods of"]),
    "an unknown backend": ('backend = "nunba"', ["spaces.pond.backend", "'nunba'", "try: numba"]),
}  # fmt: skip


@pytest.fixture
def world(tiny, tmp_path):
    """Writes the tiny world with a line in its space, and the file that the line names."""

    def write(line):
        (tmp_path / "own.py").write_text(OWN)
        text = TINY.replace('backend = "numba"\n', "") if line.startswith("backend") else TINY
        tiny.write_text(text.replace("[spaces.pond]", f"[spaces.pond]\n{line}"))
        return tiny

    return write


@pytest.mark.parametrize("case", CASES)
def test_a_plug_in_that_is_wrong_is_refused(world, tmp_path, refuse, case):
    line, expected = CASES[case]
    told = refuse("run", world(line), "--ticks", 5, "--out", tmp_path / "run")
    for part in expected:
        assert part in told
    assert not (tmp_path / "run").exists()


def test_axes_of_a_kind_of_ones_own(world, tmp_path, refuse):
    path = world("")
    path.write_text(path.read_text().replace('kind = "cpu"', 'kind = "own.py:NPU"'))
    told = refuse("run", path, "--ticks", 5, "--out", tmp_path / "run")
    assert "axes.core: got 'core'; expected an axis of" in told and "die, tile, lane" in told


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        ({"axes": ("a", "b")}, "expected 3 names"),
        ({"axes": ("row", "b", "c")}, "no far axis"),
        ({"per_unit": 5000}, "per_unit = 5000: expected 0 to 1024"),
        ({"start": {"sun": 3}}, "expected one of sunlight"),
        ({"start": {"sunlight": -3}}, "within its range"),
    ],
)
def test_a_kind_that_cannot_be(keys, part):
    from cyberspace import Kind

    with pytest.raises(ValueError, match=part):
        Kind(**keys)
