"""Client sockets that know what timeout they were given."""

import socket

import pytest

from autograder.web import settings
from autograder.web.watched import client_at, watch


@pytest.fixture
def pair():
    """Two ends of a connection, the first of them watched."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
        with watch(near, 5) as watched, far:
            yield watched, far


@pytest.mark.parametrize(
    ("timeout", "seconds", "waits"), [(5, 5, False), (5, 4.9, True), (None, 5, True), (0.5, 5, False)]
)
def test_silence_is_judged_when_the_client_reads(pair, timeout, seconds, waits):
    """A timeout that fits is over at once; any other client is told on."""
    watched, far = pair
    noted = []
    watched.silence(seconds, lambda: noted.append(True))
    watched.settimeout(timeout)
    far.close()
    if waits:
        assert watched.recv(9) == b""
    else:
        with pytest.raises(TimeoutError):
            watched.recv_into(bytearray(9))
    assert noted == [True] * waits


def test_bytes_come_through_before_the_silence(pair):
    """Only the end of the connection stands for time."""
    watched, far = pair
    watched.silence(5, pytest.fail)
    far.sendall(b"hi")
    assert watched.recv(9) == b"hi"


def test_a_watched_socket_is_found_by_its_port(pair):
    """By the server that sees the port as its peer's."""
    watched, far = pair
    assert client_at(far.getpeername()[1]) is watched
    assert client_at(1) is None


def test_a_hurried_socket_tells_the_timeout_it_was_given(pair):
    """And waits for a part of it, but never too short for a slow machine."""
    watched, _ = pair
    watched.pace = settings.PACE
    for given, real in ((5, 1.0), (0.001, settings.SHORTEST), (None, None), (0, 0)):
        watched.settimeout(given)
        assert watched.gettimeout() == given
        assert socket.socket.gettimeout(watched) == real
