"""Messages between two processes: JSON objects, each behind its length, with hard caps on size and time."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from autograder.errors import WireError

__all__ = ["FRAME_LIMIT", "Channel", "PeerGone", "PeerSilent"]

FRAME_LIMIT = 8 << 20
_HEAD = struct.Struct(">I")
_PIECE, _SMALL = 1 << 18, 1 << 13  # bytes asked for at once; a large buffer takes time to get


class PeerGone(WireError):  # noqa: N818 - says what happened
    """The process at the other end has closed the channel, or is no more."""


class PeerSilent(WireError):  # noqa: N818 - says what happened
    """The other end did not take or send a whole message in time."""


class Channel:
    """One end of a socket pair that carries messages.

    After any error but a message that was too large to be sent, the channel is out of step: close it.

    Args:
        end: a connected stream socket; the channel owns it.
        limit: the largest message in bytes, both ways.
    """

    def __init__(self, end: socket.socket, limit: int = FRAME_LIMIT) -> None:
        self._end, self._limit = end, limit
        self._read = bytearray()  # what has arrived and isn't part of a message yet

    @classmethod
    def from_descriptor(cls, number: int, limit: int = FRAME_LIMIT) -> Channel:
        """Take over an inherited file descriptor."""
        return cls(socket.socket(fileno=number), limit)

    def send(self, message: Mapping[str, Any], timeout: float | None = None) -> None:
        """Send one message.

        Raises:
            PeerSilent: the other end doesn't read.
            PeerGone: the other end is closed.
            WireError: the message is too large or not JSON; nothing was sent.
        """
        try:
            body = _encode(message).encode("ascii")
        except (TypeError, ValueError, RecursionError) as error:
            raise WireError(f"The message can't be written as JSON ({error}).") from None
        if len(body) > self._limit:
            raise WireError(f"The message has {len(body):,} bytes; at most {self._limit:,} can be sent.")
        try:
            self._end.settimeout(None if timeout is None else max(timeout, 0.001))
            self._end.sendall(_HEAD.pack(len(body)) + body)
        except TimeoutError:
            raise PeerSilent("The other process did not take a message in time.") from None
        except OSError as error:
            raise PeerGone(f"The other process is gone ({error.strerror or error}).") from None

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Wait for one message.

        Args:
            timeout: seconds for the whole message, however slowly it drips in; None waits for ever.

        Raises:
            PeerSilent: it isn't complete in time.
            PeerGone: the other end is closed.
            WireError: too large, or not a JSON object.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        self._fill(_HEAD.size, deadline)
        (length,) = _HEAD.unpack_from(self._read)
        if length > self._limit:
            raise WireError(f"The other process announced {length:,} bytes; at most {self._limit:,} are read.")
        end = _HEAD.size + length
        self._fill(end, deadline)
        body = bytes(self._read[_HEAD.size : end])
        del self._read[:end]
        try:
            message = _decode(body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise WireError("The other process sent something that isn't JSON.") from None
        if not isinstance(message, dict):
            raise WireError("The other process sent JSON that isn't an object.")
        return message

    def ask(self, message: Mapping[str, Any], timeout: float | None = None) -> dict[str, Any]:
        """Send one message and wait for the next one that arrives, within ``timeout`` seconds in all."""
        begin = time.monotonic()
        self.send(message, timeout)
        return self.receive(None if timeout is None else timeout - (time.monotonic() - begin))

    def close(self) -> None:
        self._end.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        """Read until so many bytes are here."""
        got = self._read
        while len(got) < size:
            try:
                self._end.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
                piece = self._end.recv(min(max(size - len(got), _SMALL), _PIECE))
            except TimeoutError:
                raise PeerSilent("The other process did not answer in time.") from None
            except OSError as error:
                raise PeerGone(f"The other process is gone ({error.strerror or error}).") from None
            if not piece:
                raise PeerGone("The other process is gone.")
            got += piece
            if deadline is not None and len(got) < size and time.monotonic() >= deadline:
                raise PeerSilent("The other process did not answer in time.")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} isn't JSON")


_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
_decode = json.JSONDecoder(parse_constant=_refuse).decode
