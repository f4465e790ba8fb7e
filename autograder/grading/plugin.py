"""Lets stock ``nbgrader autograde``, and formgrader's button, run through our engine.

One line in ``nbgrader_config.py``::

    c.Autograde.autograde_preprocessors = ["autograder.grading.plugin.EngineRoom"]

nbgrader still finds the submissions, keeps the gradebook and applies late penalties; only the running of cells is ours,
which it does in the instructor's account.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, OverwriteCells

from autograder.grading.assignment import Assignment
from autograder.grading.course import Course
from autograder.grading.nbgrader_course import open_course
from autograder.grading.nbgrader_settings import Settings
from autograder.grading.plain_session import grade_plain
from autograder.grading.session import Graded, grade_submission
from autograder.grading.submission import Submission, read_submission
from autograder.grading.warm_pairs import kept_pairs

__all__ = ["EngineRoom"]


class EngineRoom(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades a submission with our engine in the place of nbgrader's ``Execute``, then does nbgrader's other steps."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Grade one notebook.

        Args:
            nb: the submission, as nbgrader has sanitized it.
            resources: nbgrader's notes; who handed in what.

        Raises:
            EngineRoomError: it can't be graded here; the sentence says why.
        """
        directory, told = self._directory(), resources["nbgrader"]
        course = open_course(Path(directory.root), Settings(directory, self.config))
        module = course.module_of(told["assignment"], told["notebook"])
        course.prepare([module], course.limits, Path(directory.root) / ".engineroom")
        assignment = course.assignment(module)
        folder = directory.format_path(directory.submitted_directory, told["student"], told["assignment"])
        submission = read_submission(Path(folder, f"{told['notebook']}.ipynb"), assignment, told["student"])
        graded = _grade(course, assignment, submission)
        for note in (*course.notes, *submission.repairs, *graded.result.run.get("differences", ())):
            self.log.warning("%s: %s", told["student"], note)
        text = course.autograded(module, submission, graded)
        made = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        nb.cells, nb.nbformat_minor = made.cells, max(made.nbformat_minor, 5)
        return self._rest(nb, resources)

    def _directory(self) -> Any:
        """The course's folders: the exporter that runs us belongs to nbgrader's ``Autograde``."""
        return self.parent.parent.coursedir

    def _rest(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Do what nbgrader does after running the cells."""
        steps = [one for one in Autograde.autograde_preprocessors.default() if not issubclass(one, Execute)]
        for step in (OverwriteCells, *steps):  # the first brings the checksums of the released cells
            nb, resources = step(parent=self.parent)(nb, resources)
        return nb, resources


def _grade(course: Course, assignment: Assignment, submission: Submission) -> Graded:
    grade = grade_plain if assignment.plain else grade_submission
    return grade(assignment, submission, course.limits, pairs=kept_pairs(assignment, course.limits))
