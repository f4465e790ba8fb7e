"""Who grades: our engine, or stock nbgrader, as the commands that an instructor would type."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from harness.courses import Course
from harness.guard import Command

__all__ = ["Engine", "Nbgrader", "Ours"]

_BIN = Path(sys.executable).parent
_START = 60.0  # seconds to import everything, on a busy machine


class Engine(Protocol):
    """Knows what to type.

    Attributes:
        name: for the table.
        patience: seconds that its own processes may take to end after the last command.
    """

    name: str
    patience: float

    def commands(self, course: Course, learners: int = 1) -> Sequence[Command]:
        """What to type in the course's folder to grade a class and write feedback."""


class Ours:
    """Our engine, with the short limits of a test.

    Args:
        tier: which walls: a tier's letter, ``best``, or ``none``.
        jobs: submissions at the same time.
        limits: in seconds, by name; a few short ones when left out.
    """

    name, patience = "ours", 0.3

    def __init__(self, tier: str = "best", jobs: int = 2, limits: Mapping[str, float] | None = None) -> None:
        self._tier, self._jobs = tier, jobs
        self._limits = limits or {"call": 2.0, "cell": 3.0, "submission": 12.0}

    def commands(self, course: Course, learners: int = 1) -> Sequence[Command]:
        tool = ["-m", "autograder"]
        if self._tier != "best":
            tool = [str(Path(__file__).with_name("other_walls.py")), self._tier]
        limits = [f"--limit={name}={seconds:g}" for name, seconds in self._limits.items()]
        asked = ["grade", f"--jobs={self._jobs}", *limits, *([] if course.ours else ["--course=."])]
        seconds = _START + learners * self._limits["submission"] / self._jobs
        return [Command([sys.executable, *tool, *asked], "course", seconds)]


class Nbgrader:
    """Stock nbgrader."""

    name, patience = "nbgrader", 1.5

    def commands(self, course: Course, learners: int = 1) -> Sequence[Command]:
        tool = [sys.executable, "-W", "ignore", str(_BIN / "nbgrader")]
        made = [] if course.ours else [Command([*tool, "generate_assignment", course.assignment, "--force"], "course")]
        return [
            *made,
            Command([*tool, "autograde", course.assignment], "course", 100.0 + 20 * learners),
            Command([*tool, "generate_feedback", course.assignment], "course", 100.0),
        ]
