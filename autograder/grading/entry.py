"""One thing to write into the gradebook: that something was handed in, and what it scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What the gradebook is to hold of one submission.

    Args:
        module: the assignment, or ``assignment/notebook`` where it has several.
        learner: the learner's id; entered if new.
        scores: points by the grade id of the test cell; a cell that isn't named gets 0. None when nothing was graded:
            then what stands there is kept, and where there is nothing, a person is asked for it.
        unanswered: grade ids of answers left as they were released.
        timestamp: when it was handed in, in UTC; what stands there is kept when left out.
        fresh: False when this result was known before: a cell whose score is the same isn't put up for a look.
    """

    module: str
    learner: str
    scores: Mapping[str, float] | None = None
    unanswered: Collection[str] = ()
    timestamp: datetime | None = None
    fresh: bool = True

    @property
    def assignment(self) -> str:
        """What nbgrader calls it."""
        return self.module.partition("/")[0]

    @property
    def notebook(self) -> str:
        """The notebook's name."""
        return self.module.rpartition("/")[2]
