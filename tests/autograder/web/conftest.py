"""Every promise about mock services holds in both of their forms."""

import pytest

from autograder.web import settings


@pytest.fixture(params=["socket", "in-process"])
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test once with each transport."""
    monkeypatch.delenv("ENGINEROOM_TRANSPORT", raising=False)
    monkeypatch.setattr(settings, "transport", request.param)
    return str(request.param)


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with sockets only."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "socket")
