"""An HTTP request and its response as plain frozen data, in JSON when they cross from one process to another."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["Headers", "Request", "Response", "header_pairs"]

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order in which they were sent. Names keep their spelling and may occur more than once."""


def header_pairs(headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> Headers:
    """Turn a mapping, or pairs, into a tuple of pairs."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    return tuple((str(name), str(value)) for name, value in pairs)


class _Message:
    """What a request and a response have in common: header fields and a body."""

    __slots__ = ()
    headers: Headers
    body: bytes

    def header(self, name: str, default: str | None = None) -> str | None:
        """The value of a header field, whatever the case of its name; several fields of a name are joined by commas."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else default

    def header_values(self, name: str) -> tuple[str, ...]:
        """Every value of a header field, in order: what ``Set-Cookie`` needs, whose values hold commas."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def media_type(self) -> str:
        """``Content-Type`` without its parameters, in lower case; empty when there is none."""
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text in the charset that it names, else UTF-8. Bytes that don't fit become U+FFFD."""
        _, _, charset = (self.header("Content-Type") or "").lower().partition("charset=")
        try:
            return self.body.decode(charset.partition(";")[0].strip(" \"'") or "utf-8", errors="replace")
        except (LookupError, UnicodeError, ValueError):  # a charset of somebody's own making, or no charset of text
            return self.body.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body read as JSON.

        Raises:
            ValueError: it isn't JSON.
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("The body is JSON nested too deep to read.") from None


@dataclass(frozen=True, slots=True)
class Request(_Message):
    """One HTTP request.

    Args:
        method: such as ``GET``; methods are case-sensitive.
        path: the path with its percent signs decoded, such as ``/drivers/7``.
        query: the decoded parameters in order, with empty values kept.
        headers: the header fields as sent.
        body: the body's bytes, after a chunked transfer coding was taken off.
        at: when it arrived, in seconds of the clock of whoever received it.
        target: path and query as they stood on the request line: ``/distance?from=Old%20Town``.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Headers
    body: bytes
    at: float
    target: str

    @classmethod
    def of(
        cls,
        method: str,
        target: str,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        at: float = 0.0,
    ) -> Request:
        """Build a request from what a client sends; path and query are read from the target.

        Raises:
            ValueError: the target isn't one (an absolute URL with a broken host, or a thousand parameters).
        """
        origin = target if target.startswith("/") else urlsplit(target)._replace(scheme="", netloc="").geturl()
        path, _, query = origin.partition("#")[0].partition("?")
        return cls(
            method=method,
            path=unquote(path) or "/",
            query=tuple(parse_qsl(query, keep_blank_values=True, max_num_fields=1000)),
            headers=header_pairs(headers),
            body=bytes(body),
            at=float(at),
            target=target,
        )

    def to_json(self) -> dict[str, Any]:
        """JSON types only. Path and query aren't in it: the target holds both."""
        return {
            "method": self.method,
            "target": self.target,
            "headers": [list(pair) for pair in self.headers],
            "body": base64.b64encode(self.body).decode("ascii"),
            "at": self.at,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Request:
        """Build from `to_json` data. Raises KeyError, TypeError or ValueError where it doesn't fit."""
        headers, body = _read(data)
        return cls.of(str(data["method"]), str(data["target"]), headers, body, float(data["at"]))


@dataclass(frozen=True, slots=True)
class Response(_Message):
    """One HTTP response."""

    status: int
    headers: Headers
    body: bytes

    @classmethod
    def of(
        cls, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> Response:
        """Build a response in the order in which it is read: status, headers, body."""
        return cls(status=int(status), headers=header_pairs(headers), body=bytes(body))

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "status": self.status,
            "headers": [list(pair) for pair in self.headers],
            "body": base64.b64encode(self.body).decode("ascii"),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Response:
        """Build from `to_json` data. Raises KeyError, TypeError or ValueError where it doesn't fit."""
        headers, body = _read(data)
        return cls.of(int(data["status"]), headers, body)


def _read(data: Mapping[str, Any]) -> tuple[Headers, bytes]:
    """Read what both messages have. Raises as `Request.from_json` does."""
    pairs = [(name, value) for name, value in data["headers"]]
    if not all(type(name) is str and type(value) is str for name, value in pairs):
        raise TypeError("A header field must be a pair of texts.")
    return tuple(pairs), base64.b64decode(str(data["body"]), validate=True)
