"""What a transport needs to know of a service: hand over a request's bytes, get back what to send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from autograder.web.incoming import Reader
from autograder.web.journal import Entry
from autograder.web.outgoing import pieces
from autograder.web.reply import Answer

__all__ = ["Handled", "Handler"]


class Handled(NamedTuple):
    """A request that was read and decided on. Without an entry, it was refused."""

    answer: Answer
    entry: Entry | None

    def spoken(self) -> Iterator[bytes]:
        """The bytes to send, piece by piece; what is taken from here is counted as sent."""
        entry = self.entry
        parts = pieces(self.answer, entry.request.method if entry else "GET")
        ahead = next(parts, None)
        while ahead is not None:
            part, ahead = ahead, next(parts, None)
            if entry:
                entry.sent += len(part)
                entry.whole = ahead is None
            yield part


class Handler(Protocol):
    """A service, as transports see it."""

    @property
    def exhausted(self) -> bool: ...

    def handle(self, reader: Reader) -> Handled | None: ...

    def stray(self, address: str) -> None: ...
