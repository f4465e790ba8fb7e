"""What a mock service saw: every request in order, what became of it, and checks that explain themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import overload

from autograder.errors import CheckFailed
from autograder.results import Table
from autograder.web.expectation import ANYTHING, Expectation
from autograder.web.message import Request

__all__ = ["Entry", "Journal"]

_MOST_ROWS = 12
_MOST_FAULTS = 6


@dataclass
class Entry:
    """One request and what became of it.

    Args:
        request: the request.
        answer: what was answered, in a word or two: ``200``, ``hang``, ``drop``.
        status: the status that was sent, if one was.
        waited: the service kept silent, and the client had set no timeout, or one longer than the hang.
        sent: bytes that went out. What the client's side has taken in but not looked at is among them.
        whole: whether the answer went out to its end.
        error: what the service's own app raised, if it did.
    """

    request: Request
    answer: str = ""
    status: int | None = None
    waited: bool = False
    sent: int = 0
    whole: bool = False
    error: str = ""


class Journal(Sequence[Request]):
    """The requests that reached a service, in order of arrival.

    Args:
        budget: how many requests are fair.
    """

    def __init__(self, budget: int = 200) -> None:
        self.budget = budget
        self.overrun = False
        self.refused: list[str] = []
        self.strays: list[str] = []
        self._entries: list[Entry] = []

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The requests together with what became of them."""
        return tuple(self._entries)

    def add(self, entry: Entry) -> None:
        """Write down one more request. For services only."""
        self._entries.append(entry)

    @overload
    def __getitem__(self, index: int) -> Request: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Request]: ...

    def __getitem__(self, index: int | slice) -> Request | Sequence[Request]:
        if isinstance(index, slice):
            return tuple(entry.request for entry in self._entries[index])
        return self._entries[index].request

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<Journal of {len(self)} requests: {', '.join(_line(request) for request in self[:5])}>"

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that the requests named in their ``Host`` fields."""
        return frozenset(request.header("Host") or "" for request in self)

    @property
    def waited(self) -> bool:
        """Whether a client ever waited for a silent service without a timeout, or with one that is too long."""
        return any(entry.waited for entry in self._entries)

    def gaps(self) -> list[float]:
        """The seconds of the virtual clock between one request and the next."""
        return [round(later.at - earlier.at, 6) for earlier, later in pairwise(self)]

    def count(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: bytes | str | None = None,
        json: object = ANYTHING,
    ) -> int:
        """How many requests are as described; see `Expectation` for what may be said of them."""
        wanted = Expectation(method, path, query, headers, body, json)
        return sum(not wanted.differences(request) for request in self)

    def expect(
        self,
        method: str | None = None,
        path: str | None = None,
        *,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, object] | None = None,
        body: bytes | str | None = None,
        json: object = ANYTHING,
        times: int | range | None = None,
    ) -> list[Request]:
        """Check that requests as described arrived, and return them; see `Expectation`.

        Args:
            times: how many of them: a number, or a range of numbers. Without it, one or more.

        Raises:
            CheckFailed: too few or too many; the message shows the nearest request and where it differs.
        """
        self.expect_within_budget()
        wanted = Expectation(method, path, query, headers, body, json)
        fitting = [number for number, request in enumerate(self) if not wanted.differences(request)]
        fair = range(1, self.budget + 1) if times is None else times
        fair = range(fair, fair + 1) if isinstance(fair, int) else fair
        if len(fitting) in fair:
            return [self[number] for number in fitting]
        if not fitting:
            raise self._missing(wanted)
        raise CheckFailed(
            f"Expected {wanted} {_times(fair)}, got {_count(len(fitting))}.", tables=(self.table(tuple(fitting)),)
        )

    def expect_within_budget(self) -> None:
        """Check that the client stopped asking. Raises CheckFailed."""
        if self.overrun:
            raise CheckFailed(
                f"Your code sent more than {self.budget} requests: does the loop end?", tables=(self.table(),)
            )

    def expect_timeouts(self) -> None:
        """Check that no client waited for a silent service without a timeout. Raises CheckFailed (``no-timeout``)."""
        for number, entry in enumerate(self._entries):
            if entry.waited:
                raise CheckFailed(
                    f"The service kept silent after {_line(entry.request)}, and your code kept waiting: no timeout was "
                    "set, or a very long one. Give every call a timeout, such as timeout=5.",
                    tag="no-timeout",
                    tables=(self.table((number,)),),
                )

    def table(self, marks: tuple[int, ...] = ()) -> Table:
        """The requests as evidence, `marks` being those at fault. A long list is cut, but shows the first mark."""
        first = max(0, min(marks[0] - _MOST_ROWS // 2, len(self) - _MOST_ROWS)) if marks else 0
        rows = tuple(
            (str(number), _line(entry.request), f"{entry.request.at - self[0].at:g} s", entry.answer)
            for number, entry in enumerate(self._entries[first : first + _MOST_ROWS], first + 1)
        )
        seen = tuple(mark - first for mark in marks if first <= mark < first + _MOST_ROWS)
        return Table("Requests that arrived", ("", "request", "at", "answer"), rows, len(self), seen)

    def _missing(self, wanted: Expectation) -> CheckFailed:
        if not self._entries:
            unread = f" A request was refused: {self.refused[0]}" if self.refused else ""
            return CheckFailed(f"Expected {wanted}, but no request arrived.{unread}")
        found = [wanted.differences(request) for request in self]
        number = min(range(len(self)), key=lambda index: sum(difference.weight for difference in found[index]))
        told = " ".join(difference.sentence for difference in found[number][:_MOST_FAULTS])
        rows = tuple((difference.where, difference.expected, difference.got) for difference in found[number])
        caption = f"Request {number + 1}: {_line(self[number])}"
        evidence = Table(caption, ("", "expected", "received"), rows, len(rows), tuple(range(len(rows))))
        nearest = "The request that arrived" if len(self) == 1 else f"The nearest of {len(self)} requests"
        return CheckFailed(
            f"Expected {wanted}, but none arrived. {nearest} was {_line(self[number])}. {told}",
            tables=(evidence, self.table((number,))) if len(self) > 1 else (evidence,),
        )


def _line(request: Request) -> str:
    target = request.target if len(request.target) <= 120 else f"{request.target[:120]}..."
    return f"{request.method[:20]} {target}"


def _count(times: int) -> str:
    return "none" if times == 0 else "one" if times == 1 else str(times)


def _times(fair: range) -> str:
    if len(fair) == 0:
        return "a number of times that can't be"
    low, high = min(fair), max(fair)
    if low == high:
        return "never" if low == 0 else "once" if low == 1 else f"{low} times"
    return f"at most {high} times" if low == 0 else f"{low} to {high} times"
