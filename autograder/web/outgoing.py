"""Turns an answer into the bytes that go out on a connection, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import repeat

from autograder.web.message import Headers, Response
from autograder.web.reply import Answer, Garbage, Stream

__all__ = ["is_sendable", "pieces"]

_PIECE = 64 * 1024
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[^\x00\r\n\u0100-\U0010ffff]*")


def is_sendable(response: Response) -> bool:
    """Whether a response fits on the wire: a final status, and header fields in Latin-1 without line ends."""
    fields = all(_NAME.fullmatch(name) and _VALUE.fullmatch(value) for name, value in response.headers)
    return 200 <= response.status <= 599 and fields


def pieces(answer: Answer, method: str) -> Iterator[bytes]:
    """Yield the bytes of an answer to a request with this method. Every connection carries one answer only."""
    if isinstance(answer, Garbage):
        yield answer.content
    elif isinstance(answer, Stream):
        yield _head(answer.status, answer.headers)
        if method != "HEAD":
            yield from repeat(answer.chunk, answer.times)
    elif isinstance(answer, Response):
        yield from _response(answer, method)


def _response(response: Response, method: str) -> Iterator[bytes]:
    headers = response.headers
    bodiless = response.status in (204, 304)
    if not bodiless and response.header("Content-Length") is None:
        headers = (*headers, ("Content-Length", str(len(response.body))))
    body = b"" if bodiless or method == "HEAD" else response.body
    yield _head(response.status, headers) + body[:_PIECE]
    for start in range(_PIECE, len(body), _PIECE):
        yield body[start : start + _PIECE]


def _head(status: int, headers: Headers) -> bytes:
    try:
        reason = HTTPStatus(status).phrase
    except ValueError:
        reason = "Unknown"
    fields = [pair for pair in headers if pair[0].lower() not in ("connection", "keep-alive")]
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields), "Connection: close"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
