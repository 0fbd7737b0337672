"""What every test of a run that serves needs."""

import pytest

from cyberspace.watch import allowance, tempo
from cyberspace.wire import serve
from tests.client import Client
from tests.cyberspace.serving.town import TOWN, digest_of


@pytest.fixture
def town(tmp_path):
    """World file of a reef and a plaza."""
    path = tmp_path / "town.toml"
    path.write_text(TOWN)
    return path


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """A look at those who ask after every tick or two, no budget for it and no limit of their rate, so that the tests are quick."""
    monkeypatch.setattr(tempo, "WATCHED", 0.002)
    monkeypatch.setattr(allowance, "SHARE", 1.0)
    monkeypatch.setattr(serve, "RATE", 1e6)
    yield
    for client in list(Client.opened):
        client.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Digest of the town at tick 300, which nobody watched."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "town.toml").write_text(TOWN)
    return digest_of(folder / "town.toml", folder / "run")
