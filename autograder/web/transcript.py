"""Exchanges as evidence for people: a table of what was sent and what was received, side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from autograder.errors import CheckFailed
from autograder.results import Table
from autograder.web.answer import in_size, one_line, reason
from autograder.web.message import Headers, Request, Response

__all__ = ["MOST_BODY", "Exchange", "body_text", "conversation_table", "transcript_table"]

MOST_BODY = 600  # characters of a body shown
_MOST_VALUE = 300
_MOST_ROWS = 40
_PLUMBING = {"host", "user-agent", "accept", "content-length", "connection", "date", "server"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    Args:
        request: what was sent.
        response: what came back; None when there was no answer.
        seconds: how long it took.
        error: what is wrong with the answer as HTTP; empty when nothing is.
        number: its place in the client's transcript, from 1.
        log: what the app wrote to its error log.
    """

    request: Request
    response: Response | None
    seconds: float = 0.0
    error: str = ""
    number: int = 0
    log: str = ""

    def __repr__(self) -> str:
        return f"<Exchange {self.number}: {self.asked} -> {self.came}>"

    @property
    def asked(self) -> str:
        """``POST /trips``."""
        return f"{one_line(self.request.method, 40)} {one_line(self.request.target, _MOST_VALUE)}"

    @property
    def came(self) -> str:
        """``201 Created``, or ``no answer``."""
        return reason(self.response.status) if self.response else "no answer"

    @property
    def answer(self) -> Response:
        """The response. Raises CheckFailed when there is none."""
        if self.response is None:
            raise CheckFailed(f"`{self.asked}` got no answer. {self.error}".strip(), ran=False)
        return self.response

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def headers(self) -> Headers:
        return self.answer.headers

    @property
    def body(self) -> bytes:
        return self.answer.body

    @property
    def text(self) -> str:
        return self.answer.text

    @property
    def media_type(self) -> str:
        return self.answer.media_type

    @property
    def url(self) -> str:
        """The absolute URL that was asked for."""
        if urlsplit(self.request.target).scheme:
            return self.request.target
        return f"http://{self.request.header('Host') or 'localhost'}{self.request.target}"

    @property
    def location(self) -> str:
        """The absolute URL that Location names; empty when there is none."""
        value = self.answer.header("Location") or ""
        return urljoin(self.url, value) if value else ""

    def header(self, name: str, default: str | None = None) -> str | None:
        return self.answer.header(name, default)

    def header_values(self, name: str) -> tuple[str, ...]:
        return self.answer.header_values(name)

    def json(self) -> Any:
        """The body read as JSON. Raises CheckFailed when it isn't JSON."""
        try:
            return self.answer.json()
        except ValueError as error:
            kind = self.answer.header("Content-Type") or "no Content-Type"
            raise CheckFailed(
                f"`{self.asked}` should answer with JSON; the body ({one_line(kind, 80)}) can't be read as JSON: "
                f"{one_line(str(error), 120)}.",
                tables=(transcript_table(self, {"body"}),),
            ) from None


def transcript_table(exchange: Exchange, marks: Collection[str] = (), missing: Iterable[str] = ()) -> Table:
    """Show one exchange: rows for the first line, each header field, and the body.

    Args:
        exchange: what to show.
        marks: the rows at fault: ``status``, ``body``, or a header's name in any case.
        missing: names of headers that should have come and didn't; they get a marked row of their own.
    """
    request, response = exchange.request, exchange.response
    at_fault = {mark.lower() for mark in marks}
    rows: list[tuple[str, str, str]] = []
    marked: list[int] = []

    def add(key: str, label: str, sent: str, received: str) -> None:
        if key in at_fault:
            marked.append(len(rows))
        rows.append((label, sent, received))

    add("status", "first line", exchange.asked, exchange.came)
    absent = [name for name in missing if response is None or response.header(name) is None]
    at_fault |= {name.lower() for name in absent}
    for name in absent:
        add(name.lower(), one_line(name, 80), "", "(missing)")
    for name, sent, received in _header_rows(request, response, at_fault):
        add(name.lower(), name, sent, received)
    add("body", "body", body_text(request), body_text(response) if response else "")
    if exchange.error:
        marked.append(len(rows))
        rows.append(("problem", "", one_line(exchange.error, MOST_BODY)))
    if exchange.log:
        rows.append(("error log", "", one_line(_last_lines(exchange.log), MOST_BODY)))
    caption = f"Exchange {exchange.number}" if exchange.number else "Exchange"
    return Table(caption, ("", "sent", "received"), tuple(rows), len(rows), tuple(marked), "exchange")


def _header_rows(request: Request, response: Response | None, at_fault: Collection[str]) -> list[tuple[str, str, str]]:
    """One row for each field; what every message carries is left out unless it's at fault."""
    rows: list[tuple[str, str, str]] = []
    for side, headers in enumerate((request.headers, response.headers if response else ())):
        for name, value in headers:
            if name.lower() in _PLUMBING - set(at_fault):
                continue
            shown = one_line(value, _MOST_VALUE)
            same = [at for at, row in enumerate(rows) if row[0].lower() == name.lower() and not row[1 + side]]
            if same:
                label, sent, received = rows[same[0]]
                rows[same[0]] = (label, shown, received) if side == 0 else (label, sent, shown)
            else:
                rows.append((one_line(name, 80), "" if side else shown, shown if side else ""))
    return rows[:_MOST_ROWS]


def body_text(message: Request | Response) -> str:
    """A body in one line, cut at `MOST_BODY` characters; what isn't text is shown as its size."""
    if not message.body:
        return ""
    head = message.body[: 4 * MOST_BODY]
    textual = message.media_type.startswith("text/") or not message.media_type
    textual = textual or message.media_type.endswith(("json", "xml", "javascript", "x-www-form-urlencoded"))
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_inside = len(head) < len(message.body) and error.start > len(head) - 4
        if not cut_inside and not textual:
            return _size_only(message)
        text = head.decode("utf-8", "replace")
    if "\x00" in text or (not textual and not text.isprintable()):
        return _size_only(message)
    total = len(message.body)
    if len(text) > MOST_BODY or len(head) < total:
        return f"{one_line(text[:MOST_BODY], MOST_BODY)}… ({in_size(total)} in all)"
    return one_line(text, MOST_BODY)


def _size_only(message: Request | Response) -> str:
    kind = one_line(message.media_type, 80)
    return f"({in_size(len(message.body))} of {kind or 'binary data'})"


def _last_lines(log: str) -> str:
    return " / ".join(line.strip() for line in log.strip().splitlines()[-4:])


def conversation_table(exchanges: Sequence[Exchange], marks: Collection[int] = ()) -> Table:
    """Show many exchanges, a row for each.

    Args:
        exchanges: in order; the last forty are shown.
        marks: the numbers of the exchanges at fault.
    """
    shown = exchanges[-_MOST_ROWS:]
    rows = tuple((str(one.number), one.asked, one.came) for one in shown)
    marked = tuple(at for at, one in enumerate(shown) if one.number in set(marks))
    return Table("The conversation", ("", "sent", "received"), rows, len(exchanges), marked)
