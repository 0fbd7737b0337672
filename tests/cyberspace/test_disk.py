"""A disk that fails at some moment of a run: a message, and the folder goes on as if nothing had been; `benchmarks.disk` tries all."""

import errno

import pytest

from tests.api.worlds import POND
from tests.disk import Disk, failing, kinds
from tests.lives import Life, check, survive

TICKS, EVERY = 60, 20


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk")
    (folder / "w.toml").write_text(POND)
    return Life.of(folder / "w.toml", folder / "whole", TICKS, EVERY)


@pytest.fixture(scope="module")
def moments(life, tmp_path_factory):
    """One operation of each kind in each part of the run: its number; late ones, for all begins alike."""
    disk = Disk(tmp_path_factory.mktemp("moments") / "run")
    with failing(disk):
        life.begin(disk.folder)
    return {kind: numbers[(2 * len(numbers)) // 3] for kind, numbers in kinds(disk).items()}


KINDS = [
    ("write", "record.zarr"), ("replace", "record.zarr"), ("fsync", "record.zarr"), ("write", "checkpoints"), ("fsync", "checkpoints"),
    ("rename", "checkpoints"), ("pwrite", "run"), ("write", "run"),
]  # fmt: skip


@pytest.mark.parametrize("k", range(len(KINDS)))
def test_a_disk_that_fails(life, moments, tmp_path, k):
    disk = Disk(tmp_path / "run", moments[KINDS[k]], (errno.ENOSPC, errno.EIO)[k % 2], lasts=k % 3 == 0)
    survive(life, disk)
    assert disk.struck
    check(life, tmp_path / "run")
