"""Write scores into nbgrader's own gradebook, through its own API and preprocessors.

What stands there afterwards is what ``nbgrader generate_assignment`` and ``nbgrader autograde`` would have left, so
formgrader, ``nbgrader export`` and manual grading go on as if nbgrader had done the work.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook as NbgraderGradebook
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, SaveCells
from sqlalchemy.exc import SAWarning

from autograder.errors import EngineRoomError
from autograder.notebooks.nbgrader_format import ClearSolutions

__all__ = ["Gradebook"]

_CHAIN = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells)


class Gradebook:
    """nbgrader's gradebook of one course.

    Args:
        url: an SQLAlchemy URL, such as ``sqlite:///gradebook.db``.
        course: the course's id.
    """

    def __init__(self, url: str, course: str = "hopline") -> None:
        self._url = url
        with _alembic_on_path():  # nbgrader calls it to stamp a new database
            self._book = NbgraderGradebook(url, course)

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def register(self, name: str, source: Path) -> None:
        """Enter an assignment's cells and points, as ``nbgrader generate_assignment`` does.

        Args:
            name: the assignment; its notebook has the same name.
            source: nbgrader's source notebook.

        Raises:
            EngineRoomError: when cells were added or removed although submissions exist.
        """
        self._book.update_or_create_assignment(name)
        notebook = nbformat.read(source, as_version=4)
        resources: dict[str, Any] = {"nbgrader": {"notebook": name, "assignment": name, "db_url": self._url}}
        try:
            for preprocessor in _CHAIN:
                notebook, resources = preprocessor().preprocess(notebook, resources)
        except RuntimeError as error:
            raise EngineRoomError(
                f"The gradebook holds submissions of {name} with other cells ({error}). "
                "Cells of a released module must stay; give the changed module a new name or use a new gradebook."
            ) from None
        self._book.db.expire_all()  # SaveCells wrote through a session of its own

    def record(
        self,
        name: str,
        learner: str,
        scores: Mapping[str, float],
        unanswered: Collection[str] = (),
        timestamp: str | None = None,
    ) -> None:
        """Enter one submission's automatic scores. Manual scores and comments that stand there are kept.

        Args:
            name: the assignment.
            learner: the learner's id; entered if new.
            scores: points by the grade id of the test cell. A cell that isn't named gets 0.
            unanswered: grade ids of answers left as they were released.
            timestamp: when it was submitted, as in nbgrader's ``timestamp.txt``.
        """
        self._book.update_or_create_student(learner)
        given = {"timestamp": timestamp} if timestamp else {}
        with warnings.catch_warnings():
            # nbgrader makes rows that refer to each other before it adds them; SQLAlchemy's advice is for nbgrader.
            warnings.simplefilter("ignore", SAWarning)
            self._book.update_or_create_submission(name, learner, **given)
        notebook = self._book.find_submission_notebook(name, name, learner)
        for grade in notebook.grades:
            if grade.cell.name not in scores and grade.cell.cell_type == "markdown":
                grade.needs_manual_grade = grade.manual_score is None  # prose, graded by a person
                continue
            grade.auto_score = float(scores.get(grade.cell.name, 0.0))
            grade.needs_manual_grade = grade.manual_score is not None
        for comment in notebook.comments:
            comment.auto_comment = "No response." if comment.cell.name in unanswered else None
        self._book.db.commit()

    def score(self, name: str, learner: str) -> float:
        """Return the learner's score as nbgrader reports it: manual scores count where they are given."""
        return float(self._book.find_submission(name, learner).score)


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find the ``alembic`` command that was installed beside it, whatever PATH says."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
