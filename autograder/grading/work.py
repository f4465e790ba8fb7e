"""What a learner wrote and what running it gave, cut to a page's measure: the learner's own part of a result.

It comes from the open run, in which no hidden check ran, so nothing that a hidden check knows can be in it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace

from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.images import reencode
from autograder.grading.run import RanCell
from autograder.grading.submission import Submission
from autograder.results import WorkCell
from autograder.visible import clipped, output_text

__all__ = ["MOST_FREE", "MOST_PICTURES", "redrawn", "work_of"]

MOST_FREE = 20  # cells of the learner's own
MOST_PICTURES = 8  # of one submission
_SOURCE_LINES = 200
_PICTURE_ROOM = 240 << 10  # characters of base64 for all pictures of a submission


def work_of(assignment: Assignment, submission: Submission, cells: Sequence[RanCell]) -> tuple[WorkCell, ...]:
    """Collect the answers in the assignment's order, then the learner's own cells that gave something to see.

    Args:
        assignment: what was to be done.
        submission: what was handed in.
        cells: what the open run gave, its pictures `redrawn`.
    """
    ran = {cell.grade_id: cell for cell in cells if cell.kind is Kind.ANSWER}
    found = [_answer(assignment, submission, cell, ran.get(cell.grade_id)) for cell in assignment.answers]
    free = [cell for cell in cells if cell.kind is Kind.FREE and _tells(assignment, cell)]
    found += [_work("", cell.source, cell) for cell in free[:MOST_FREE]]
    return tuple(found)


def redrawn(cells: Sequence[RanCell]) -> tuple[RanCell, ...]:
    """Draw the learner's pictures anew, those of answers first; what can't be shown becomes an empty text."""
    album, done = _Album(), list(cells)
    for kind in (Kind.ANSWER, Kind.FREE, Kind.SETUP, Kind.TEST):
        for at, cell in enumerate(cells):
            if cell.kind is kind and cell.pictures:
                done[at] = replace(cell, pictures=tuple(map(album.take, cell.pictures)))
    return tuple(done)


def _answer(assignment: Assignment, submission: Submission, cell: Cell, ran: RanCell | None) -> WorkCell:
    source = submission.answers.get(cell.grade_id, cell.released)
    untouched = assignment.untouched(cell.grade_id, source)
    return _work(cell.question, source, ran, untouched)


def _work(question: str, source: str, ran: RanCell | None, untouched: bool = False) -> WorkCell:
    text = clipped(source.strip("\n"), _SOURCE_LINES)
    if ran is None:
        return WorkCell(question, text, untouched)
    return WorkCell(question, text, untouched, output_text(ran.text), ran.problem, ran.pictures)


def _tells(assignment: Assignment, cell: RanCell) -> bool:
    """Whether a free cell is the learner's own, not an author's example, and gave something to see."""
    words = cell.source.split()
    example = any(words == text.split() for sources in assignment.free.values() for text in sources)
    return not example and bool(cell.problem or cell.text.strip() or cell.pictures)


class _Album:
    """The pictures of one submission. After one that can't be decoded no other is tried: decoding takes time."""

    def __init__(self) -> None:
        self._left, self._room = MOST_PICTURES, _PICTURE_ROOM

    def take(self, given: str) -> str:
        """Return a picture as base64 of a PNG of our own; empty if it can't be shown."""
        if not given or not self._left:
            return ""
        self._left -= 1
        try:
            png = reencode(base64.b64decode(given, validate=True))
        except (binascii.Error, ValueError):
            return ""
        if png is None:
            self._left = 0
            return ""
        text = base64.b64encode(png).decode("ascii")
        if len(text) > self._room:
            return ""
        self._room -= len(text)
        return text
