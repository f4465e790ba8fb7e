"""Where a learner would stand with a result that isn't noted: what ``engineroom check`` says at its end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from autograder.progress.attempt import attempt_at
from autograder.progress.course_map import read_map
from autograder.progress.place import FILE, sealed_in
from autograder.progress.standing import CourseStanding, course_standing
from autograder.progress.store import ProgressError, Store
from autograder.results import CheckResult, Outcome, SubmissionResult

__all__ = ["standing_with"]


def standing_with(exercises: Path, result: SubmissionResult) -> CourseStanding | None:
    """Put the learner's file and a result together, in memory. None where the map or the file can't be read."""
    whole = result.run.get("checks") == "all"
    now = datetime.now(UTC)
    found = [
        attempt_at(CheckResult(one.question, one.groups), now, whole=whole)
        for one in result.questions
        if one.outcome is not Outcome.NOT_ATTEMPTED
    ]
    try:
        course = read_map(exercises)
        attempts = Store(exercises / FILE).attempts()
    except (OSError, ValueError, ProgressError):
        return None
    sealed = [module.id for module in course.modules if sealed_in(exercises, module.id)]
    return course_standing(course, [*attempts, *found], sealed)
