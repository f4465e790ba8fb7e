"""What to offer after a check: which hint is open, and whether to ask for a prediction first.

Hint 1 is always free. Hint 2 opens with the second try, hint 3 with the third. Who gets the very same failure a third
time is guessing: then one sentence about what is expected to happen comes before hint 3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.progress.attempt import Attempt
from autograder.results import Outcome

__all__ = ["HINTS", "Guidance", "guidance", "prediction_in"]

HINTS = 3
_SAME = 3
_PREDICTION = re.compile(r"^[ \t]*(?:#|--)[ \t]*I expect\b[ \t:]*(\S.{4,})$", re.IGNORECASE | re.MULTILINE)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Guidance:
    """``hint`` is the last one that is open, 0 after a right answer. ``asks`` says that a prediction comes first."""

    tries: int
    hint: int
    asks: bool = False


def guidance(past: Sequence[Attempt], outcome: Outcome, failure: str, prediction: str) -> Guidance:
    """Decide what to offer now.

    Args:
        past: the earlier attempts at this question, oldest first.
        outcome: what the check says now.
        failure: the digest of what is wrong now.
        prediction: what the learner has just written down; empty for nothing.
    """
    missed = [one for one in past if not one.right and not one.whole]
    tries = len(missed) + 1
    if outcome is Outcome.RIGHT:
        return Guidance(tries, 0)
    hint = min(HINTS, tries)
    opened = any(one.hint >= HINTS for one in missed)
    predicted = bool(prediction) or any(one.prediction for one in missed)
    last = missed[1 - _SAME :]
    same = len(last) == _SAME - 1 and all(one.failure == failure for one in last)
    if hint == HINTS and same and not opened and not predicted:
        return Guidance(tries, HINTS - 1, asks=True)
    return Guidance(tries, hint)


def prediction_in(cells: Sequence[str], question: str) -> str:
    """Find a comment ``# I expect ...`` in the cells that ran since this question was last checked.

    Args:
        cells: the text of every cell that ran, oldest first; the last one is the check itself.
        question: its id.
    """
    check = f'Question("{question}")'
    for cell in reversed(cells[:-1]):
        if check in cell:
            return ""
        if found := _PREDICTION.search(cell):
            return found[1].strip()[:_LONGEST]
    return ""
