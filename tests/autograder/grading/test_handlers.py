"""A learner's HTTP handler answers through the check's own server, one request at a time, as bytes."""

from __future__ import annotations

import base64
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from autograder.grading.handlers import answer_as_handler, is_connection, read_request


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(body + f" {self.server.server_port} {self.client_address[0]}".encode())

    def log_message(self, *args: Any) -> None:
        pass


REQUEST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"


def test_a_handler_answers_bytes_with_bytes() -> None:
    message = {"data": base64.b64encode(REQUEST).decode(), "client": ["1.2.3.4", 5], "server": ["127.0.0.1", 8000]}
    reply = answer_as_handler(Echo, message)
    response = base64.b64decode(reply["response"])
    assert response.startswith(b"HTTP/1.0 201 Created\r\n")
    assert response.endswith(b"body 8000 1.2.3.4")


def test_an_endless_response_is_ended() -> None:
    class Endless(Echo):
        def do_POST(self) -> None:
            while True:
                self.wfile.write(b"x" * 1_000_000)

    message = {"data": base64.b64encode(REQUEST).decode(), "client": ["1.2.3.4", 5], "server": ["127.0.0.1", 8000]}
    with pytest.raises(OSError, match="too large"):
        answer_as_handler(Endless, message)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (REQUEST, REQUEST),
        (REQUEST + b"more", REQUEST + b"more"),  # arrives at once, so it is passed on
        (b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        (b"GET / HT", b"GET / HT"),
    ],
)
def test_one_request_is_read_to_its_end(sent: bytes, read: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(sent)
        ours.shutdown(socket.SHUT_WR)
        assert read_request(theirs) == read


def test_a_call_by_a_server_is_told_from_any_other() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, HTTPServer(("127.0.0.1", 0), Echo) as server:
        assert is_connection((ours, ("127.0.0.1", 1), server))
        assert not is_connection((ours, ("127.0.0.1", 1), "server"))
        assert not is_connection(("a", 1, server))
        assert not is_connection((ours,))
