"""The object that clients take for a socket."""

import io

import pytest

from autograder.web import Service, hang, ok
from autograder.web.pretended import PretendedSocket

ASK = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def test_only_files_of_bytes_to_read_are_made():
    """Nobody asks for another; who does is told."""
    with pytest.raises(io.UnsupportedOperation):
        PretendedSocket(Service(), 5).makefile("w")


def test_silence_is_a_timeout_or_the_end():
    """Decided by the timeout of the moment in which the client reads."""
    service = Service({"/": hang(5)})
    patient = PretendedSocket(service, 5)
    patient.sendall(ASK)
    patient.settimeout(None)
    assert patient.recv(9) == b""
    hasty = PretendedSocket(service, None)
    hasty.sendall(ASK)
    hasty.settimeout(1)
    assert hasty.gettimeout() == 1
    with pytest.raises(TimeoutError):
        hasty.recv(9)
    assert [entry.waited for entry in service.requests.entries] == [True, False]


def test_an_answer_can_be_read_in_every_way():
    """By the bite, into a buffer, or as a file."""
    connection = PretendedSocket(Service({"/": ok("hello")}), None)
    assert connection.send(ASK) == len(ASK)
    buffer = bytearray(4)
    assert connection.recv(5) == b"HTTP/"
    assert connection.recv_into(buffer) == 4
    assert buffer == b"1.1 "
    assert connection.makefile("rb").read().endswith(b"\r\n\r\nhello")


def test_a_request_counts_even_if_nobody_wants_the_answer():
    """As it does on a network."""
    service = Service({"/": ok("hello")})
    connection = PretendedSocket(service, None)
    connection.sendall(ASK)
    connection.close()
    connection.close()
    assert len(service.requests) == 1
    PretendedSocket(service, None).close()
    assert len(service.requests) == 1


def test_half_a_request_is_refused():
    """The client closes its side by wanting to read."""
    service = Service()
    connection = PretendedSocket(service, None)
    connection.sendall(b"GET / HTTP/1.1\r\n")
    assert connection.recv(12) == b"HTTP/1.1 400"
    assert service.requests.refused == ["The request breaks off."]
