"""Files of organisms that are none: each is refused in one line."""

import io
import json
import zipfile

import numpy as np
import pytest

import cyberspace as cs
from cyberspace.errors import InputError
from cyberspace.specimens import COLUMNS, FORMAT, specimens
from organisms.body import BodyPlan


def made():
    """Two organisms, with nine goals."""
    dice = np.random.default_rng(1)
    genome, weights = dice.integers(-8, 8, (2, 536), np.int8), dice.integers(-128, 128, (2, 16, 32), np.int8)
    return specimens(BodyPlan(), genome, weights, {"run": "a"}, {}, [f"goal {k}" for k in range(9)])


def test_what_is_not_known_of_organisms_is_filled_and_read_again(tmp_path):
    made().save(tmp_path / "x.npz")
    found = cs.load_organisms(tmp_path / "x.npz")
    assert found.digest(True) == made().digest(True) and found.content() == made().content()
    assert found.columns["site"].tolist() == [-1, -1] and np.isnan(found.columns["score"]).all() and not found.performs.any()


def test_a_folder_and_nothing_are_refused(tmp_path):
    for name, expected in ((tmp_path, "a folder"), (tmp_path / "nix", "a file that can't be read")):
        with pytest.raises(InputError, match=expected):
            cs.load_organisms(name)


def changed(content, **changes):
    """The file with other arrays; None takes one away."""
    with np.load(io.BytesIO(content)) as file:
        arrays = {name: file[name] for name in file.files}
    kept = {name: value for name, value in {**arrays, **changes}.items() if value is not None}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **kept)
    return buffer.getvalue()


def about_with(content, **changes):
    with np.load(io.BytesIO(content)) as file:
        return np.array(json.dumps({**json.loads(str(file["about"])), **changes}))


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("genome.npy", "w") as file:
        for _ in range(1025):
            file.write(bytes(2**20))
    return buffer.getvalue()


BROKEN = {
    "empty": (lambda c: b"", "an empty file"),
    "cut short": (lambda c: c[: len(c) // 2], "damaged, or none of ours"),
    "a changed byte": (lambda c: c[:1500] + bytes([c[1500] ^ 255]) + c[1501:], "damaged, or none of ours"),
    "a text": (lambda c: b"[world]\n", "damaged, or none of ours"),
    "another npz": (lambda c: changed(c, about=None), "a file of other arrays"),
    "of something else": (lambda c: changed(c, about=about_with(c, kind="x")), "something else"),
    "of a newer format": (lambda c: changed(c, about=about_with(c, format=FORMAT + 1)), f"format {FORMAT + 1}; expected format {FORMAT}"),
    "no body": (lambda c: changed(c, about=about_with(c, body={})), "KeyError"),
    "a wrong body": (lambda c: changed(c, about=about_with(c, body={"units": 7, "senses": 8, "shift": 5})), "body units 7"),
    "another body": (lambda c: changed(c, about=about_with(c, body={"units": 8, "senses": 16, "shift": 5})), "genome: int8 of shape"),
    "nobody": (
        lambda c: changed(
            c, genome=np.zeros((0, 536), np.int8), weights=np.zeros((0, 16, 32), np.int8), performs=np.zeros((0, 9), bool),
            **{name: np.zeros(0, dtype) for name, (dtype, _) in COLUMNS.items()},
        ),
        "without an organism",
    ),
    "alleles out of range": (lambda c: changed(c, genome=np.full((2, 536), 9, np.int8)), "alleles out of range"),
    "floats": (lambda c: changed(c, genome=np.zeros((2, 536))), "genome: float64 of shape"),
    "no weights": (lambda c: changed(c, weights=None), "KeyError"),
    "an origin too many": (lambda c: changed(c, origin=np.full(2, 5)), "an origin that is not there"),
    "objects": (lambda c: changed(c, genome=np.array([{}, {}], dtype=object)), "damaged, or none of ours"),
    "too much": (lambda c: bomb(), "expected at most 1,073,741,824, unpacked"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_none_is_refused(tmp_path, name):
    spoil, expected = BROKEN[name]
    (tmp_path / "x.npz").write_bytes(spoil(made().content()))
    with pytest.raises(InputError) as caught:
        cs.load_organisms(tmp_path / "x.npz")
    (line,) = caught.value.problems
    assert expected in line and "; try: " in line and line.startswith(str(tmp_path / "x.npz"))
