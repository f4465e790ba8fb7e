"""An HTTP exchange as people read it: the request and the response, one block each, with what to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from autograder.results import Table

__all__ = ["Line", "Side", "sides_of"]

_SIDES = ("Request", "Response")
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message, whether it belongs to what is at fault, and whether that begins here."""

    text: str
    marked: bool = False
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Side:
    """One message of an exchange."""

    name: str
    lines: tuple[Line, ...]


def sides_of(table: Table) -> tuple[Side, ...]:
    """Read a table of the kind "exchange": a label, what was sent, what was received."""
    rows = [(row, at in table.marks) for at, row in enumerate(table.rows) if len(row) == 3]
    return tuple(Side(name, tuple(islice(_lines(rows, at + 1), _MOST_LINES))) for at, name in enumerate(_SIDES))


def _lines(rows: Sequence[tuple[tuple[str, ...], bool]], column: int) -> Iterator[Line]:
    """The lines of one side, as they went over the wire."""
    for row, marked in rows:
        label, text = row[0], row[column]
        if not text:
            continue
        if label == "first line":
            yield Line(text, marked)
        elif label == "body":
            yield Line("")
            lines = _pretty(text.removesuffix("\\n")).split("\n")
            yield from (Line(line, marked, at == 0) for at, line in enumerate(lines))
        else:
            yield Line(f"{label}: {text}", marked)


def _pretty(body: str) -> str:
    """JSON over several lines, if that changes nothing but blanks; anything else as it is."""
    try:
        spread = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body
    return spread if "".join(spread.split()) == "".join(body.split()) else body
