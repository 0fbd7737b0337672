import pytest

from tests.conftest import TINY, cyberspace


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of a small run that is over: samples every 50 ticks, checkpoints every 100, at tick 230."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "tiny.toml").write_text(TINY)
    done = cyberspace("run", folder / "tiny.toml", "--ticks", 230, "--out", folder / "run", "--quiet")
    assert done.returncode == 0, done.stderr
    return folder / "run"
