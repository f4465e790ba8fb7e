"""What a script makes a mock service do: one small function per entry, which gives a response or a fault."""

from __future__ import annotations

import json as _json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from autograder.web.message import Headers, Request, Response, header_pairs

__all__ = [
    "Answer",
    "Drop",
    "Garbage",
    "Hang",
    "Reply",
    "Slow",
    "Step",
    "Stream",
    "drop",
    "garbage",
    "hang",
    "html",
    "lost",
    "malformed",
    "ok",
    "redirect",
    "slow",
    "status",
    "stream",
    "then_ok",
    "too_many",
]


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing for so many seconds of the client's time, then close the connection."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Send these bytes, which aren't HTTP, and close the connection."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """Send a response whose body is a chunk over and over, without building it in memory."""

    status: int
    headers: Headers
    chunk: bytes
    times: int


@dataclass(frozen=True, slots=True)
class Slow:
    """Let the service's virtual clock run on for so many seconds, then play another entry."""

    seconds: float
    then: Step


@dataclass(frozen=True, slots=True)
class Lost:
    """Let the service's app do its work, then play another entry instead of sending its answer."""

    then: Reply


Fault = Hang | Drop | Garbage | Stream
Answer = Response | Fault
Reply = Callable[[Request], "Response | Fault | Slow | Lost"]
Step = Reply | EllipsisType
"""An entry of a script. ``...`` stands for the service's own app."""


def ok(content: Any = None, status: int = 200, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> Reply:
    """Answer with bytes as they are, text as ``text/plain``, and anything else as JSON."""
    if isinstance(content, bytes | bytearray):
        body, kind = bytes(content), "application/octet-stream"
    elif isinstance(content, str):
        body, kind = content.encode(), "text/plain; charset=utf-8"
    else:
        body, kind = _json.dumps(content, ensure_ascii=False).encode(), "application/json"
    fields = header_pairs(headers)
    if not any(name.lower() == "content-type" for name, _ in fields):
        fields = (("Content-Type", kind), *fields)
    return _always(Response(status, fields, body))


def status(code: int, json: Any = None, headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> Reply:
    """Answer with this status and JSON, or with an empty body."""
    return ok(json, code, headers) if json is not None else _always(Response(code, header_pairs(headers), b""))


def too_many(retry_after: int | str | None = 2) -> Reply:
    """Answer 429 with ``Retry-After`` in seconds or as a date (a text); None leaves the field out."""
    fields = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return status(429, {"error": "too many requests"}, fields)


def malformed() -> Reply:
    """Answer 200 with a body that calls itself JSON and breaks off."""
    return ok(b'{"distance_m": 12', headers={"Content-Type": "application/json"})


def html(status: int = 200) -> Reply:
    """Answer with a web page, as a proxy or a login wall does."""
    page = b"<!doctype html><title>Sorry</title><h1>We'll be right back.</h1>\n"
    return ok(page, status, {"Content-Type": "text/html; charset=utf-8"})


def redirect(location: str, status: int = 302) -> Reply:
    """Send the client elsewhere."""
    return _always(Response(status, (("Location", location),), b""))


def hang(seconds: float = 5) -> Reply:
    """Say nothing. A client whose timeout is at most `seconds` times out, any other is noted in the journal."""
    if not 0 < seconds <= 30:
        raise ValueError(f"Expected a hang of 0 to 30 seconds, got {seconds!r}.")
    return _always(Hang(seconds))


def drop() -> Reply:
    """Close the connection without an answer."""
    return _always(Drop())


def garbage(content: bytes = b"\x16\x03\x01\x02\x00 this isn't HTTP\r\n\r\n") -> Reply:
    """Answer with bytes that aren't HTTP."""
    return _always(Garbage(content))


def stream(
    chunk: bytes,
    times: int,
    length_header: int | None = None,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    status: int = 200,
) -> Reply:
    """Answer with a chunk repeated many times.

    Args:
        chunk: some bytes.
        times: how often they are sent.
        length_header: what ``Content-Length`` claims, true or not; None leaves the field out.
        headers: other header fields.
        status: the status.
    """
    length = () if length_header is None else (("Content-Length", str(length_header)),)
    return _always(Stream(status, (*header_pairs(headers), *length), bytes(chunk), times))


def slow(seconds: float, then: Step = ...) -> Reply:
    """Let the virtual clock run on before another entry is played: the answer took that long."""
    return _always(Slow(seconds, then))


def lost(then: Reply | None = None) -> Reply:
    """Let the app do its work, but lose its answer: the connection breaks, or `then` (such as a hang) is played."""
    return _always(Lost(then or drop()))


def then_ok(*replies: Step, json: Any = None) -> list[Step]:
    """A script that plays these entries, each once, and from then on answers 200 with JSON."""
    return [*replies, ok(json)]


def _always(answer: Response | Fault | Slow | Lost) -> Reply:
    def reply(_request: Request) -> Response | Fault | Slow | Lost:
        return answer

    return reply
