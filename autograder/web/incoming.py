"""Reads one HTTP/1.1 request from a stream of bytes, within limits: what doesn't fit is refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from autograder.web.message import Headers, Request

__all__ = ["MOST_BODY", "MOST_FIELDS", "MOST_HEAD", "MOST_LINE", "Reader", "RefusedError", "read_request"]

MOST_LINE = 16 * 1024
MOST_HEAD = 64 * 1024
MOST_FIELDS = 100
MOST_BODY = 1024 * 1024

_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~]+) HTTP/1\.[01]")
_TOKEN_START = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")


class Reader(Protocol):
    """A stream of bytes that can be read line by line."""

    def readline(self, limit: int, /) -> bytes: ...

    def read(self, size: int, /) -> bytes: ...


class RefusedError(Exception):
    """A request that can't be accepted: a status for its sender, and the reason in a sentence."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


def read_request(reader: Reader, time: Callable[[], float]) -> Request | None:
    """Read one request.

    Args:
        reader: where the bytes come from.
        time: asked for the time once the request is complete.

    Returns:
        The request; None when the stream ended before its first byte.

    Raises:
        RefusedError: it is malformed, incomplete or too large.
    """
    first = reader.read(1)
    if not first:
        return None
    if not _TOKEN_START.fullmatch(first):  # such as TLS, which may never send the end of a line
        raise RefusedError(400, "The first byte isn't the beginning of an HTTP request.")
    line = first + reader.readline(MOST_LINE)
    if len(line) > MOST_LINE:
        raise RefusedError(414, f"The request line has more than {MOST_LINE:,} bytes.")
    parts = _REQUEST_LINE.fullmatch(_text(line))
    if parts is None:
        raise RefusedError(400, "The first line isn't an HTTP/1.1 request line.")
    headers = _read_headers(reader)
    body = _read_body(reader, headers)
    try:
        return Request.of(parts[1], parts[2], headers, body, time())
    except ValueError as error:
        raise RefusedError(400, f"The request target is malformed ({error}).") from None


def _text(line: bytes) -> str:
    """A line without its end. A line that the stream cut short isn't one."""
    if not line.endswith(b"\n"):
        raise RefusedError(400, "The request breaks off.")
    return line[:-1].removesuffix(b"\r").decode("latin-1")


def _read_headers(reader: Reader) -> Headers:
    fields: list[tuple[str, str]] = []
    left = MOST_HEAD
    while True:
        line = reader.readline(left + 1)
        left -= len(line)
        if left < 0 or len(fields) > MOST_FIELDS:
            raise RefusedError(431, f"More than {MOST_FIELDS} header fields, or more than {MOST_HEAD:,} bytes of them.")
        text = _text(line)
        if not text:
            return tuple(fields)
        parts = _FIELD.fullmatch(text)
        if parts is None:
            raise RefusedError(400, "A header field is malformed.")
        fields.append((parts[1], parts[2]))


def _read_body(reader: Reader, headers: Headers) -> bytes:
    codings = [value.lower() for name, value in headers if name.lower() == "transfer-encoding"]
    lengths = {value for name, value in headers if name.lower() == "content-length"}
    if codings and lengths:
        raise RefusedError(400, "Transfer-Encoding and Content-Length exclude each other.")
    if codings:
        if codings != ["chunked"]:
            raise RefusedError(501, "The only transfer coding known here is chunked.")
        return _read_chunks(reader)
    if not lengths:
        return b""
    if len(lengths) > 1 or not re.fullmatch(r"[0-9]{1,18}", length := lengths.pop()):
        raise RefusedError(400, "Content-Length is malformed.")
    return _read_exactly(reader, int(length), MOST_BODY)


def _read_chunks(reader: Reader) -> bytes:
    body = bytearray()
    while True:
        size = re.fullmatch(r"([0-9A-Fa-f]{1,8})(?:[ \t]*;.*)?", _text(reader.readline(1024)))
        if size is None:
            raise RefusedError(400, "A chunk's size is malformed.")
        if not int(size[1], 16):
            break
        body += _read_exactly(reader, int(size[1], 16), MOST_BODY - len(body))
        if _text(reader.readline(3)):
            raise RefusedError(400, "A chunk is longer than its size.")
    for _ in range(MOST_FIELDS):  # trailer fields: read, and left aside
        if not _text(reader.readline(MOST_LINE)):
            return bytes(body)
    raise RefusedError(431, "Too many trailer fields.")


def _read_exactly(reader: Reader, size: int, most: int) -> bytes:
    if size > most:
        raise RefusedError(413, f"The body has more than {MOST_BODY:,} bytes.")
    content = reader.read(size)
    if len(content) < size:
        raise RefusedError(400, f"The body breaks off after {len(content):,} of {size:,} bytes.")
    return content
