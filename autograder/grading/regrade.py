"""Grade a class again in a folder beside, compare, and only then put the new results in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import EngineRoomError
from autograder.grading.changes import Change, changes
from autograder.grading.classroom import Classroom
from autograder.grading.database import shown
from autograder.grading.handed import Handed
from autograder.grading.persons import ByHand, cells_with_submissions, given_by_hand
from autograder.results import SubmissionResult

__all__ = ["Comparison", "Regrade"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What grading again gives, beside what is kept.

    Args:
        changes: every question of every learner whose result is another one.
        compared: how many submissions were graded again.
        failed: the results of those on which the engine itself failed; their grades stay.
        notes: sentences for the instructor.
    """

    changes: tuple[Change, ...]
    compared: int
    failed: tuple[SubmissionResult, ...]
    notes: tuple[str, ...]

    @property
    def changed(self) -> int:
        """How many submissions have another result."""
        return len({(change.learner, change.module) for change in self.changes})

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {
            "compared": self.compared,
            "changed": self.changed,
            "changes": [change.to_json() for change in self.changes],
            "failed": [{"learner": one.learner, "module": one.module, "problem": one.problem} for one in self.failed],
            "notes": list(self.notes),
        }


class Regrade:
    """One regrading of a class.

    Args:
        classroom: where the kept results and the gradebook are.
        beside: an empty folder for the new results.
    """

    def __init__(self, classroom: Classroom, beside: Path) -> None:
        self._here, self._beside = classroom, classroom.beside(beside)

    def preview(
        self, handed: Sequence[Handed], *, jobs: int = 1, done: Callable[[SubmissionResult], None] = lambda _: None
    ) -> Comparison:
        """Grade everything again and compare. Nothing is written but in the folder beside.

        Args:
            handed: from the classroom's `find`.
            jobs: how many at the same time.
            done: called with each result as it is known.

        Raises:
            EngineRoomError: the gradebook can't be read, or holds other cells than the master.
        """
        by_hand = given_by_hand(self._here.gradebook_url)
        results = self._beside.grade(handed, jobs=jobs, force=True, done=done)
        self._hold_against_gradebook()
        found: list[Change] = []
        for one, after in zip(handed, results, strict=True):
            if "failed" not in after.run:
                found += self._compare(one, after, by_hand.get((one.assignment, one.learner), {}))
        failed = tuple(result for result in results if "failed" in result.run)
        return Comparison(tuple(found), len(results), failed, (*self._here.notes, *self._beside.notes))

    def write(
        self, handed: Sequence[Handed], *, jobs: int = 1, done: Callable[[SubmissionResult], None] = lambda _: None
    ) -> list[SubmissionResult]:
        """Put the results of the preview in place, and enter them into the gradebook; nothing is run again.

        Raises:
            EngineRoomError: the gradebook can't be used, or results can't be written. The command may be repeated.
        """
        for one in handed:
            if self._beside.kept(one):
                self._here.take_over(one, self._beside)
        return self._here.grade(handed, jobs=jobs, done=done)

    def _compare(self, one: Handed, after: SubmissionResult, by_hand: Mapping[str, ByHand]) -> list[Change]:
        cells: dict[str, list[str]] = {}
        for cell in self._here.assignment(one.module).tests:
            cells.setdefault(cell.question, []).append(cell.grade_id)
        return changes(self._here.kept(one), after, cells, by_hand)

    def _hold_against_gradebook(self) -> None:
        """Refuse what nbgrader would refuse when it is written, while nothing is."""
        there = cells_with_submissions(self._here.gradebook_url)
        for module, cells in cells_with_submissions(self._beside.gradebook_url).items():
            if module in there and there[module] != cells:
                names = ", ".join(sorted({name for name, _ in there[module] ^ cells}))
                raise EngineRoomError(
                    f"The gradebook {shown(self._here.gradebook_url)} holds submissions of {module} with other cells "
                    f"({names}). Cells of a released module must stay; "
                    "give the changed module a new name or use a new gradebook."
                )
