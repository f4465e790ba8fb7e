"""Warm pairs for the modules of a class: made when the first submission needs them, ended with the last one."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Protocol, Self

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.pairs import Pairs
from autograder.grading.plain_session import grade_plain
from autograder.grading.session import Graded, grade_submission
from autograder.grading.submission import Submission
from autograder.grading.warm_pairs import warm_pairs
from autograder.sandbox.walls import Tier

__all__ = ["Grader", "Supply"]

_WORTH_REHEARSING = 4  # submissions of a module


class Grader(Protocol):
    """Where submissions are graded: on this machine (`Supply`) or on many (`autograder.grading.cluster`)."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def grade(self, assignment: Assignment, submission: Submission) -> Graded:
        """Grade one submission. Any thread may ask. Raises EngineRoomError when nothing can be graded any more."""

    def warm(self, assignment: Assignment) -> None:
        """Prepare for an assignment, in the background."""

    def done(self, module: str) -> None:
        """Say that one submission of a module is settled, however that came about."""

    def close(self) -> None:
        """End everything at once."""


class Supply:
    """Grades on this machine. Use it as a context manager: at the end of the block every process is gone.

    Args:
        limits: what a submission may take.
        modules: the module of each submission to come, as often as there are submissions of it.
        tier: which walls; left out, the strongest that hold.
    """

    def __init__(self, limits: Limits, modules: Iterable[str] = (), tier: Tier | None = None) -> None:
        self._limits, self._tier = limits, tier
        self._left = Counter(modules)
        self._made: dict[str, Pairs] = {}
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._closed = False

    def __enter__(self) -> Supply:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def grade(self, assignment: Assignment, submission: Submission) -> Graded:
        """Grade one submission on this machine.

        Raises:
            EngineRoomError: no walls hold on this machine, or grading was stopped.
        """
        grade = grade_plain if assignment.plain else grade_submission
        return grade(assignment, submission, self._limits, pairs=self.pairs(assignment))

    def warm(self, assignment: Assignment) -> None:
        """Begin to make an assignment's pairs, in the background; what is wrong is said when they are asked for."""

        def make() -> None:
            with contextlib.suppress(EngineRoomError):
                self.pairs(assignment)

        threading.Thread(target=make, daemon=True).start()

    def done(self, module: str) -> None:
        """Say that one submission of a module is settled, however that came about."""
        with self._lock:
            self._left[module] -= 1
            ended = self._made.pop(module, None) if self._left[module] <= 0 else None
        if ended:
            ended.close()

    def close(self) -> None:
        """End everything at once; submissions that are being graded end with an EngineRoomError."""
        with self._lock:
            self._closed = True
            made, self._made = list(self._made.values()), {}
        for pairs in made:
            pairs.close()

    def pairs(self, assignment: Assignment) -> Pairs:
        """Return an assignment's pairs, made now if they aren't there yet.

        Raises:
            EngineRoomError: no walls hold on this machine.
        """
        many = self._left[assignment.module] >= _WORTH_REHEARSING
        with self._making:  # the others wait: they need the same
            found = self._made.get(assignment.module)
            if found is None:
                found = warm_pairs(assignment, self._limits, self._tier, rehearse=many)
                with self._lock:
                    self._made[assignment.module] = found
                    if self._closed or self._left[assignment.module] <= 0:
                        found.close()
            return found
