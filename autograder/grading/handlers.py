"""HTTP handlers of the learner's: the check's server takes a connection, the learner's process makes the answer.

A test cell may hand a learner's handler class to Python's own ``http.server``. The server, its socket and its thread
are the check's; one request after the other crosses as bytes, and so does the response.
"""

from __future__ import annotations

import base64
import io
import socket
import socketserver
from collections.abc import Callable, Mapping
from typing import Any

from autograder.values import Json

__all__ = ["answer_as_handler", "is_connection", "read_request"]

_MOST_HEAD = 64 << 10
_MOST_BODY = 4 << 20
_PATIENCE = 10.0  # seconds for a client of the check's own to send its request


def is_connection(args: tuple[Any, ...]) -> bool:
    """Say whether a class is being called as a server calls its handler: with a connection, an address and itself."""
    return len(args) == 3 and isinstance(args[0], socket.socket) and isinstance(args[2], socketserver.BaseServer)


def read_request(connection: socket.socket) -> bytes:
    """Read one HTTP request: its head, and as much of a body as Content-Length says."""
    connection.settimeout(_PATIENCE)
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _MOST_HEAD:
        piece = connection.recv(_MOST_HEAD)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    wanted = min(int(lengths[0]), _MOST_BODY) if lengths and lengths[0].strip().isdigit() else 0
    while len(body) < wanted and (piece := connection.recv(wanted - len(body))):
        body += piece
    return head + b"\r\n\r\n" + body


class _Connection:
    """What a handler takes for its socket: one request to read, and the response as it is written."""

    def __init__(self, request: bytes) -> None:
        self._request, self.response = request, bytearray()

    def makefile(self, mode: str = "rb", *_args: Any, **_kwargs: Any) -> io.BufferedIOBase:
        return io.BytesIO(self._request) if "r" in mode else io.BufferedWriter(_Response(self.response))

    def sendall(self, data: bytes) -> None:
        if len(self.response) + len(data) > _MOST_BODY:
            raise OSError("the response is too large")
        self.response += data

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name in ("settimeout", "setsockopt", "shutdown", "close"):
            return lambda *_args, **_kwargs: None
        raise AttributeError(name)


class _Response(io.RawIOBase):
    def __init__(self, into: bytearray) -> None:
        self._into = into

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._into += bytes(data)
        return len(data)


class _Server:
    """What a handler may ask its server for."""

    def __init__(self, name: str, port: int) -> None:
        self.server_name, self.server_port, self.server_address = name, port, (name, port)


def answer_as_handler(handler: Callable[..., Any], message: Mapping[str, Any]) -> dict[str, Json]:
    """Have a handler class answer one request, in the learner's process."""
    connection = _Connection(base64.b64decode(message["data"]))
    client, server = message["client"], message["server"]
    handler(connection, (str(client[0]), int(client[1])), _Server(str(server[0]), int(server[1])))
    return {"value": None, "response": base64.b64encode(bytes(connection.response)).decode("ascii")}
