"""Which transport counts."""

import sys

import pytest

from autograder.web import settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    """Begin with what a learner has."""
    monkeypatch.delenv("ENGINEROOM_TRANSPORT", raising=False)


def test_an_unknown_transport_is_named(monkeypatch):
    """A typing error is found at once."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "pigeon")
    with pytest.raises(ValueError, match="'pigeon'"):
        settings.transport_in_use()


def test_sockets_are_the_default():
    """The common case needs no setting."""
    assert settings.transport_in_use() == "socket"


def test_the_environment_comes_before_the_setting(monkeypatch):
    """A whole run can be switched from outside."""
    monkeypatch.setattr(settings, "transport", "socket")
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "in-process")
    assert settings.transport_in_use() == "in-process"


def test_a_browser_has_no_choice(monkeypatch):
    """There are no sockets in a browser."""
    monkeypatch.setenv("ENGINEROOM_TRANSPORT", "socket")
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert settings.transport_in_use() == "in-process"
