"""Processes on one journal that are killed at random lose no row and take none twice."""

from benchmarks.ledger import trial


def test_killed_processes_lose_nothing(tmp_path):
    found = trial(str(tmp_path / "ledger.log"), tmp_path, processes=4, experiments=40, kills=8, patience=200)
    assert found["kills"] >= 4 and not any(found["faults"].values()), found
    assert sum(found["states"].get(name, 0) for name in ("kept", "discarded")) == 40
