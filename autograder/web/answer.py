"""What an app may answer: the limits of one exchange, and the rules that every status line, header and body keeps.

WSGI and ASGI differ in how an answer is handed over; what an answer is allowed to be is the same, and stands here.
"""

from __future__ import annotations

import linecache
import re
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from autograder.web.message import Request, Response

__all__ = [
    "AppFault",
    "ExchangeLimits",
    "Gathered",
    "LogText",
    "a_type",
    "check_body",
    "check_code",
    "check_headers",
    "check_status",
    "hung",
    "in_size",
    "one_line",
    "reason",
    "repr_of",
    "split_target",
    "step_for",
    "stopped",
    "told",
    "whole",
]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BODILESS = (204, 304)
_NOT_THEIRS = tuple(
    str(Path(place))
    for place in {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(Path(__file__).parents[1])}
)


@dataclass(frozen=True, slots=True)
class ExchangeLimits:
    """What one exchange may take.

    Args:
        seconds: from the request until the app has finished; for exchanges made at once, until all have.
        body: bytes of a response's body.
        headers: fields of a response.
        header_bytes: bytes of all its header fields together.
        log: characters kept of the app's error log.
    """

    seconds: float = 10.0
    body: int = 1 << 20
    headers: int = 100
    header_bytes: int = 64 << 10
    log: int = 4_000

    def to_json(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.__slots__}  # `asdict` copies deeply, for each request

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ExchangeLimits:
        """Build from `to_json` data. Raises KeyError, TypeError or ValueError where it doesn't fit."""
        whole_numbers = ("body", "headers", "header_bytes", "log")
        return cls(seconds=float(data["seconds"]), **{name: int(data[name]) for name in whole_numbers})


class AppFault(Exception):  # noqa: N818 - a finding about an app, not an error of ours
    """What an app did wrong as a server's partner: no answer, or one that isn't HTTP.

    Args:
        kind: a short name, such as ``hung`` or ``status-line``; tests ask for it.
        text: one or two sentences for the learner, about "the app".
        ran: False when there is no answer at all.
        response: as much of the answer as there is.
    """

    def __init__(self, kind: str, text: str, *, ran: bool = True, response: Response | None = None) -> None:
        self.kind, self.text, self.ran, self.response = kind, text, ran, response
        super().__init__(text)


class LogText:
    """A text stream that keeps its first characters: where an app writes its errors."""

    def __init__(self, limit: int) -> None:
        self._limit, self._parts, self._size = limit, list[str](), 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def write(self, text: str) -> int:
        room = self._limit - self._size
        if room > 0:
            self._parts.append(text[:room])
            self._size += len(text[:room])
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """There is nothing to flush; servers' streams have the method."""


class Gathered:
    """The parts of a body as they come, up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit, self._parts, self.size = limit, list[bytes](), 0

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)

    def add(self, part: object) -> None:
        """Keep one part. Raises AppFault when it isn't bytes, or one too many."""
        if not isinstance(part, bytes | bytearray | memoryview):
            raise AppFault(
                "body-type",
                f"The app's body must consist of bytes, and holds {a_type(part)}: {one_line(repr_of(part), 60)}. "
                "Encode text first, as in `text.encode()`.",
            )
        chunk = bytes(part)
        room = self._limit - self.size
        self._parts.append(chunk[: max(room, 0)])
        self.size += len(chunk)
        if self.size > self._limit:
            raise AppFault(
                "body-size",
                f"The app's body did not end within {in_size(self._limit)}. "
                "Look for a generator that never stops, or send fewer rows.",
            )


def check_status(line: object) -> int:
    """Return the code of a WSGI status line. Raises AppFault when it isn't one."""
    if not isinstance(line, str):
        raise AppFault(
            "status-line", f'The status must be text such as "200 OK"; the app gave {a_type(line)}: {_quoted(line)}.'
        )
    if _UNSAFE.search(line) or not re.fullmatch(r"[0-9]{3} [\x20-\x7e\xa0-\xff\t]*", line):
        raise AppFault(
            "status-line",
            f'The status must be three digits, a space and a reason, such as "200 OK"; the app gave {_quoted(line)} '
            "(RFC 9112, 4).",
        )
    return check_code(int(line[:3]))


def check_code(code: object) -> int:
    """Return a final status code. Raises AppFault when it isn't one."""
    if isinstance(code, bool) or not isinstance(code, int):
        raise AppFault("status-line", f"The status must be a whole number such as 200; the app gave {_quoted(code)}.")
    if not 200 <= code <= 599:
        raise AppFault(
            "status-line",
            f"{int(code)} is not the status of a finished answer: those lie between 200 and 599 (RFC 9110, 15).",
        )
    return int(code)


def check_headers(pairs: Iterable[tuple[object, object]], limits: ExchangeLimits) -> tuple[tuple[str, str], ...]:
    """Return header fields as text. Raises AppFault at the first that may not be sent."""
    found: list[tuple[str, str]] = []
    size = 0
    for pair in pairs:
        if not (isinstance(pair, tuple | list) and len(pair) == 2):
            raise AppFault("header", f"Headers must be pairs of name and value; the app gave {_quoted(pair)}.")
        name, value = _header(pair[0], pair[1])
        size += len(name) + len(value) + 4
        found.append((name, value))
        if len(found) > limits.headers or size > limits.header_bytes:
            raise AppFault(
                "header-flood",
                f"The app sent more than {limits.headers} header fields, or more than {in_size(limits.header_bytes)} "
                "of them; servers and proxies refuse such an answer.",
                response=Response(status=200, headers=tuple(found[:20]), body=b""),
            )
    return tuple(found)


def _header(name: object, value: object) -> tuple[str, str]:
    if not isinstance(name, str) or not isinstance(value, str):
        wrong = value if isinstance(name, str) else name
        raise AppFault(
            "header", f"Header names and values must be text (str); the app gave {a_type(wrong)}: {_quoted(wrong)}."
        )
    if not _TOKEN.fullmatch(name):
        raise AppFault("header", f"{_quoted(name)} can't be a header's name (RFC 9110, 5.1).")
    if _UNSAFE.search(value):
        raise AppFault(
            "header-injection",
            f"The value of the header {name} holds a line break or another control character: {_quoted(value)}. "
            "Whoever chose that value could add headers of their own (RFC 9110, 5.5). "
            "Refuse or encode what comes from outside.",
        )
    if not value.isascii() and any(ord(letter) > 255 for letter in value):
        raise AppFault(
            "header", f"The value of the header {name} holds letters that HTTP can't carry there: {_quoted(value)}."
        )
    return name, value.strip(" \t")


def check_body(request: Request, response: Response, size: int, *, strict: bool = True) -> Response:
    """Return the response as a client sees it. Raises AppFault when body and headers contradict each other.

    Args:
        size: how many bytes the app produced.
        strict: whether the app itself must leave out the body of an answer to HEAD; an ASGI server does it for the app.
    """
    if request.method == "HEAD":
        if size and strict:
            raise AppFault(
                "head-body",
                f"The app sent {in_size(size)} of body in answer to HEAD, which has headers only (RFC 9110, 9.3.2). "
                "Send the same headers as for GET, and an empty body.",
                response=response,
            )
        return Response(status=response.status, headers=response.headers, body=b"")
    if response.status in _BODILESS:
        if size:
            raise AppFault(
                "no-content",
                f"{reason(response.status)} has no body, but the app sent {in_size(size)} (RFC 9110, 6.4.1). "
                "Send an empty body, or another status.",
                response=response,
            )
        return response
    lengths = {value for name, value in response.headers if name.lower() == "content-length"}
    for length in lengths:
        if not re.fullmatch(r"[0-9]{1,18}", length) or int(length) != size or len(lengths) > 1:
            raise AppFault(
                "content-length",
                f"Content-Length says {', '.join(map(one_line, sorted(lengths)))}, the body has {size} bytes "
                "(RFC 9110, 8.6). Count the bytes, not the letters: `str(len(body))` after encoding.",
                response=response,
            )
    return response


def split_target(target: str) -> tuple[str, str, str]:
    """Split a request's target into scheme, raw path and raw query; a path may begin with two slashes."""
    if target.startswith("/"):
        path, _, query = target.partition("?")
        return "http", path, query
    url = urlsplit(target)
    return url.scheme or "http", url.path or "/", url.query


# --- words ----------------------------------------------------------------------------------------------------------


def reason(status: int) -> str:
    """``404 Not Found``; the code alone when it has no standard name."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def in_size(size: int) -> str:
    """``1 byte``, ``64 KiB``, ``1 MiB``."""
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{round(size / unit, 1):g} {name}"
    return f"{size} byte{'' if size == 1 else 's'}"


def one_line(text: str, limit: int = 300) -> str:
    """Make text from outside safe to read: one line, what can't be seen written as an escape, cut at the limit."""
    cut = text if len(text) <= limit else f"{text[:limit]}…"
    return _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), cut)


def repr_of(value: object) -> str:
    """An object's ``repr``; a few words when it can't be printed."""
    try:
        return str.__str__(repr(value))
    except Exception:
        return f"<{type(value).__name__} that can't be printed>"


def whole(seconds: float) -> str:
    """``10 seconds``, ``1 second``, ``0.2 seconds``."""
    return f"{seconds:g} second{'' if seconds == 1 else 's'}"


def hung(seconds: float) -> str:
    """What to say when the time is over."""
    return (
        f"The app did not answer within {whole(seconds)}. Look for a loop that never ends, a wait for something that "
        "doesn't come, or a database lock that is never released."
    )


def _quoted(value: object) -> str:
    return f"`{one_line(repr_of(value), 120)}`"


def a_type(value: object) -> str:
    """``a str``, ``an int``, ``None``."""
    name = type(value).__name__
    if value is None:
        return "None"
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {one_line(name, 60)}"


def told(error: BaseException) -> str:
    """Say an exception in one line: type, text, and the line of the learner's code where it came up."""
    try:
        text = str.__str__(str(error))
    except Exception:
        text = ""
    said = f"{type(error).__name__}{': ' + one_line(text) if text.strip() else ''}"
    return f"{said}{_where(error.__traceback__)}"


def step_for(text: str) -> str:
    """What to do about an exception that servers bring about, by its text; empty for the others."""
    if "can only be used in that same thread" in text:
        return "Open a connection for each request and close it after: a server answers in several threads."
    return ""


def stopped(error: BaseException, *, begun: bool) -> AppFault:
    """Say that an app ended with an exception, before it had answered or in the middle of it."""
    when = " after it had begun to answer" if begun else ""
    if isinstance(error, SystemExit):
        text = f"The app called sys.exit(){when or ' while it answered'}; a server would lose the request."
        return AppFault("exited", text, ran=False)
    if isinstance(error, NotImplementedError):
        return AppFault("not-written", "Not written yet: the app raises NotImplementedError.", ran=False)
    said = told(error)
    return AppFault("raised", f"The app raised {said}{when}. {step_for(said)}".rstrip(), ran=False)


def _where(trace: TracebackType | None) -> str:
    """The innermost line that isn't Python's, a library's or ours."""
    found = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_NOT_THEIRS) and "site-packages" not in code.co_filename:
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
            found = f" (line {trace.tb_lineno} in `{code.co_name}`{': `' + one_line(line, 120) + '`' if line else ''})"
        trace = trace.tb_next
    return found
