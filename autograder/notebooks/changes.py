"""Answers written as changes of the solution: an author's file then shows the mistake, not the whole answer again.

A change takes lines of the solution away and puts others in their place::

    -        return dict(trip) if trip else not_found()
    +        return dict(trip)

Lines that begin with ``-`` must stand in the solution exactly once, one after the other. The ``+`` lines that follow
come instead; without any, the lines are only taken away. A blank line ends a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["ChangeError", "changed"]


class ChangeError(ValueError):
    """A change that can't be made. ``line`` counts from 1 within the text of the changes."""

    def __init__(self, line: int, problem: str, cure: str) -> None:
        self.line, self.problem, self.cure = line, problem, cure
        super().__init__(f"line {line}: {problem} {cure}")


@dataclass(slots=True)
class _Change:
    """Lines to take away and lines to put in their place.

    ``line`` is where the change begins in its text, ``at`` (from 0) where its old lines stand in the solution.
    """

    line: int
    old: list[str]
    new: list[str]
    at: int = 0


def changed(solution: str, changes: list[str]) -> str:
    """Return the solution with all changes made.

    Args:
        solution: the answer cell's text, without marker lines.
        changes: the lines of a cell of changes.

    Raises:
        ChangeError: a line is neither, or a change's old lines don't stand in the solution exactly once.
    """
    lines = solution.split("\n")
    found = sorted(_read(changes, lines), key=lambda change: change.at, reverse=True)
    if not found:
        raise ChangeError(1, "There is no change.", "Write `-` lines from the solution, and `+` lines below.")
    end = len(lines)
    for change in found:  # from the last to the first, so that the places stay right
        if change.at + len(change.old) > end:
            raise ChangeError(change.line, "Two changes take the same line away.", "Make one change of them.")
        end = change.at
        lines[change.at : change.at + len(change.old)] = change.new
    return "\n".join(lines)


def _read(changes: list[str], lines: list[str]) -> Iterator[_Change]:
    """Go through the changes of a cell, and find the place of each."""
    for change in _split(changes):
        places = [at for at in range(len(lines)) if lines[at : at + len(change.old)] == change.old]
        if len(places) != 1:
            problem = f"These lines stand {f'{len(places)} times' if places else 'nowhere'} in the solution."
            raise ChangeError(change.line, problem, "Copy lines that stand there once, with their blanks.")
        change.at = places[0]
        yield change


def _split(lines: list[str]) -> Iterator[_Change]:
    """Take the text of a cell apart into its changes."""
    change: _Change | None = None
    for number, line in enumerate([*lines, ""], start=1):
        sign, text = line[:1], line[1:]
        if change and (not line.strip() or (sign == "-" and change.new)):
            yield change
            change = None
        if sign == "-":
            change = change or _Change(number, [], [])
            change.old.append(text)
        elif sign == "+" and change:
            change.new.append(text)
        elif sign == "+":
            raise ChangeError(number, "This line has no place.", "Put the `-` line before it whose place it takes.")
        elif line.strip():
            raise ChangeError(number, "A change has only `-` and `+` lines.", "Begin the line with one of them.")
