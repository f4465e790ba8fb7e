"""nbgrader's marker lines: the exact ones, and those that only look like one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = [
    "BEGIN_HIDDEN",
    "BEGIN_SOLUTION",
    "END_HIDDEN",
    "END_SOLUTION",
    "Region",
    "looks_like_marker",
    "solution_regions",
    "without_markers",
]

BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"

# nbgrader acts on these words anywhere in a line, so they count as a marker even in the middle of a sentence.
_ACTED_ON = re.compile(r"\b(?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")
# At the beginning of a line: any case, any comment sign, with or without blanks or the plural.
_LEADING = re.compile(
    r"[\s#/%*!<-]*(?:BEGIN|END)[\s_-]*(?:SOLUTION|HIDDEN[\s_-]*TEST|MARK[\s_-]*SCHEME)", re.IGNORECASE
)
_COMMENTED = re.compile(r"\s*(?:#+|--+)\s*(?:BEGIN|END)[\s_-]*([A-Z]+)")


@dataclass(frozen=True, slots=True)
class Region:
    """One solution region of a cell. ``begin`` and ``end`` are its marker lines, counted from 1."""

    begin: int
    end: int
    indent: str
    lines: tuple[str, ...]


def looks_like_marker(line: str) -> bool:
    """Say whether nbgrader, or a person, would take the line for one of nbgrader's markers."""
    if _ACTED_ON.search(line) or _LEADING.match(line):
        return True
    misspelt = _COMMENTED.match(line)
    return bool(misspelt and difflib.get_close_matches(misspelt[1], ["SOLUTION", "HIDDEN"], cutoff=0.75))


def solution_regions(lines: list[str]) -> Iterator[Region]:
    """Find the solution regions of a cell.

    Raises:
        ValueError: a region is nested, not closed or not opened; its two arguments are the sentence and the line.
    """
    begin = 0
    for number, line in enumerate(lines, start=1):
        if line.strip() == BEGIN_SOLUTION:
            if begin:
                raise ValueError("A solution region begins inside another one.", number)
            begin = number
        elif line.strip() == END_SOLUTION:
            if not begin:
                raise ValueError("A solution region ends that never began.", number)
            opening = lines[begin - 1]
            indent = opening[: len(opening) - len(opening.lstrip())]
            yield Region(begin, number, indent, tuple(lines[begin : number - 1]))
            begin = 0
    if begin:
        raise ValueError("A solution region begins and never ends.", begin)


def without_markers(source: str) -> str:
    """The text of an answer with its solution, but without the marker lines."""
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN_SOLUTION, END_SOLUTION))
