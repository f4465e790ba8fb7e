"""Messages arrive whole, in time and within their limits, or there is a WireError."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from autograder.errors import WireError
from autograder.grading.wire import Channel, PeerGone, PeerSilent


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    channel = Channel(ours, limit=1000)
    yield channel, theirs
    channel.close()
    theirs.close()


def frame(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def test_a_message_arrives_as_it_was_sent() -> None:
    """Two channels understand each other, lone surrogates included."""
    one, two = (Channel(end) for end in socket.socketpair())
    message = {"a": [1, None, "\ud800"], "b": {"c": 1.5}}
    one.send(message)
    assert two.receive(1) == message
    threading.Thread(target=lambda: two.send({"got": two.receive(1)})).start()
    assert one.ask(message, 1) == {"got": message}
    one.close()
    two.close()


@pytest.mark.parametrize(
    "data",
    [
        frame(b"[1]"),
        frame(b"{"),
        frame(b'{"a": NaN}'),
        frame(b"\xff\xfe"),
        frame(b'"text"'),
        struct.pack(">I", 1001),
        struct.pack(">I", 2**32 - 1) + b"x",
    ],
)
def test_what_is_no_message_is_refused(ends: tuple[Channel, socket.socket], data: bytes) -> None:
    """Too large, not JSON, or not an object: a WireError, and nothing is allocated."""
    channel, theirs = ends
    theirs.sendall(data)
    with pytest.raises(WireError):
        channel.receive(1)


def test_deep_json_is_refused() -> None:
    """A nest of brackets doesn't crash the reader."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    body = b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    sender = threading.Thread(target=theirs.sendall, args=[frame(body)])
    sender.start()
    with pytest.raises(WireError):
        channel.receive(5)
    sender.join()
    channel.close()
    theirs.close()


def test_a_closed_end_is_told_from_a_silent_one(ends: tuple[Channel, socket.socket]) -> None:
    """Silence and the end of the process are different things."""
    channel, theirs = ends
    with pytest.raises(PeerSilent):
        channel.receive(0.05)
    theirs.sendall(b"\0\0")
    theirs.close()
    with pytest.raises(PeerGone):
        channel.receive(1)
    with pytest.raises(PeerGone):
        channel.send({"a": "b" * 500})


def test_dripping_does_not_extend_the_time(ends: tuple[Channel, socket.socket]) -> None:
    """The deadline is that of the whole message."""
    channel, theirs = ends
    stop = threading.Event()

    def drip() -> None:
        theirs.sendall(struct.pack(">I", 900))
        while not stop.wait(0.02):
            theirs.sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    begin = time.monotonic()
    with pytest.raises(PeerSilent):
        channel.receive(0.2)
    assert time.monotonic() - begin < 1
    stop.set()
    dripping.join()


def test_a_message_that_is_too_large_is_not_sent_at_all(ends: tuple[Channel, socket.socket]) -> None:
    """The channel stays in step."""
    channel, theirs = ends
    for message in ({"a": "b" * 1000}, {"a": object()}, {"a": float("nan")}):
        with pytest.raises(WireError):
            channel.send(message)
    channel.send({"a": 1})
    assert theirs.recv(100) == frame(b'{"a":1}')


def test_sending_to_one_who_does_not_read_ends_in_time() -> None:
    """A full pipe doesn't block for ever."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    with pytest.raises(PeerSilent):
        channel.send({"a": "b" * 8_000_000}, 0.1)
    channel.close()
    theirs.close()
