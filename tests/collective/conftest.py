import pytest

from tests.collective.postgresql import postgresql


@pytest.fixture(scope="session")
def database():
    with postgresql() as address:
        yield address


@pytest.fixture(params=["memory", "journal", "postgresql"])
def place(request, tmp_path):
    """Where a ledger lies, and the folder of its artifacts."""
    if request.param == "postgresql":
        return request.getfixturevalue("database"), tmp_path / "artifacts"
    return {"memory": "memory", "journal": str(tmp_path / "ledger.log")}[request.param], None
