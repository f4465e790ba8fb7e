"""An assignment's part of the gradebook: which rows a submission has there, many submissions at once.

The rows are those that nbgrader's ``add_submission`` and ``SaveAutoGrades`` write. These ask the database for each cell
of each learner, and end a transaction with each; here a handful of statements reads and writes a whole batch. Whatever
reads names the cells beside the notebooks: the index of nbgrader's tables begins with the cell, and without it every
batch would read the whole table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session, scoped_session

from autograder.grading.entry import Entry

__all__ = ["Database", "Sheet", "read_sheet"]

Database = Session | scoped_session[Session]
Row = dict[str, Any]

_STUDENT, _SUBMISSION, _NOTEBOOK, _GRADE, _COMMENT = (
    model.__table__ for model in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
)
_NO_RESPONSE = "No response."


@dataclass(frozen=True, slots=True)
class _Cell:
    id: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class _Pages:
    """One notebook of an assignment: the cells that have a grade, and those that have a comment."""

    id: str
    name: str
    graded: tuple[_Cell, ...]
    commented: tuple[_Cell, ...]

    def score(self, cell: _Cell, entry: Entry) -> float | None:
        """The score that nbgrader gives a cell by itself; None where a person has to."""
        scores = entry.scores or {}
        if cell.name in scores:
            return float(scores[cell.name])
        if cell.type == "TaskCell":
            return None
        if any(cell.name == other.name for other in self.commented):  # a person grades it, unless there is no answer
            return 0.0 if cell.name in entry.unanswered else None
        return 0.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One assignment as the gradebook has it."""

    id: str
    name: str
    notebooks: tuple[_Pages, ...]

    def write(self, database: Database, entries: Sequence[Entry]) -> None:
        """Write entries of different learners; the caller ends the transaction. Twice is the same as once."""
        learners = [entry.learner for entry in entries]
        known = set(database.scalars(select(_STUDENT.c.id).where(_STUDENT.c.id.in_(learners))))
        _insert(database, _STUDENT, [{"id": learner} for learner in learners if learner not in known])
        submissions = self._submissions(database, entries)
        for pages in self.notebooks:
            notebooks = _submitted_notebooks(database, pages, submissions)
            graded = [entry if pages.name == entry.notebook else Entry(self.name, entry.learner) for entry in entries]
            work = [(notebooks[submissions[entry.learner]], entry) for entry in graded]
            _write_grades(database, pages, work)
            _write_comments(database, pages, work)

    def _submissions(self, database: Database, entries: Sequence[Entry]) -> dict[str, str]:
        """Enter that something was handed in, and when. Returns the submissions' ids by learner."""
        learners = [entry.learner for entry in entries]
        table = _SUBMISSION.c
        query = select(table.id, table.student_id, table.timestamp).where(
            table.assignment_id == self.id, table.student_id.in_(learners)
        )
        found = {learner: (row_id, when) for row_id, learner, when in database.execute(query)}
        new, later = [], []
        for entry in entries:
            if entry.learner not in found:
                row = {"id": new_uuid(), "assignment_id": self.id, "student_id": entry.learner}
                new.append(row | {"timestamp": entry.timestamp})
                found[entry.learner] = (row["id"], None)
            elif entry.timestamp and entry.timestamp != found[entry.learner][1]:
                later.append({"row": found[entry.learner][0], "timestamp": entry.timestamp})
        _insert(database, _SUBMISSION, new)
        _update(database, _SUBMISSION, later)
        return {learner: row_id for learner, (row_id, _) in found.items()}


def read_sheet(database: Database, name: str) -> Sheet | None:
    """Read an assignment's cells; None when the gradebook doesn't know it."""
    assignment_id = database.scalar(select(Assignment.id).where(Assignment.name == name))
    if assignment_id is None:
        return None
    notebooks = database.execute(select(Notebook.id, Notebook.name).where(Notebook.assignment_id == assignment_id))
    return Sheet(assignment_id, name, tuple(_pages(database, *row) for row in notebooks.all()))


def _pages(database: Database, notebook_id: str, name: str) -> _Pages:
    table = BaseCell.__table__.c
    query = select(table.id, table.name, table.type).where(table.notebook_id == notebook_id).order_by(table.name)
    cells = [_Cell(*row) for row in database.execute(query)]
    graded = tuple(cell for cell in cells if cell.type in ("GradeCell", "TaskCell"))
    return _Pages(notebook_id, name, graded, tuple(cell for cell in cells if cell.type in ("SolutionCell", "TaskCell")))


def _submitted_notebooks(database: Database, pages: _Pages, submissions: Mapping[str, str]) -> dict[str, str]:
    """The ids of the submitted notebooks by submission; made where there is none."""
    table = _NOTEBOOK.c
    query = select(table.assignment_id, table.id).where(
        table.notebook_id == pages.id, table.assignment_id.in_(submissions.values())
    )
    found: dict[str, str] = {row[0]: row[1] for row in database.execute(query)}
    missing = {submission: new_uuid() for submission in submissions.values() if submission not in found}
    rows = [{"id": row_id, "assignment_id": one, "notebook_id": pages.id} for one, row_id in missing.items()]
    _insert(database, _NOTEBOOK, rows)
    return found | missing


def _write_grades(database: Database, pages: _Pages, work: Sequence[tuple[str, Entry]]) -> None:
    """Enter automatic scores; a person's are kept, and asked about again where the result is a fresh one."""
    there = _rows(database, _GRADE, pages.graded, [notebook for notebook, _ in work])
    new, changed = [], []
    for notebook, entry in work:
        for cell in pages.graded:
            row, graded = there.get((notebook, cell.id)), entry.scores is not None
            score = pages.score(cell, entry) if graded else None
            if row is None:
                ids = {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell.id}
                new.append(ids | {"auto_score": score, "needs_manual_grade": score is None})
            elif graded and (entry.fresh or row.auto_score != score):
                look = row.manual_score is not None or score is None
                if (row.auto_score, row.needs_manual_grade) != (score, look):
                    changed.append({"row": row.id, "auto_score": score, "needs_manual_grade": look})
    _insert(database, _GRADE, new)
    _update(database, _GRADE, changed)


def _write_comments(database: Database, pages: _Pages, work: Sequence[tuple[str, Entry]]) -> None:
    """Enter which answers are missing; a person's comments are kept."""
    there = _rows(database, _COMMENT, pages.commented, [notebook for notebook, _ in work])
    new, changed = [], []
    for notebook, entry in work:
        for cell in pages.commented:
            row = there.get((notebook, cell.id))
            silent = entry.scores is not None and cell.name in entry.unanswered and cell.type != "TaskCell"
            comment = _NO_RESPONSE if silent else None
            if row is None:
                ids = {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell.id}
                new.append(ids | {"auto_comment": comment})
            elif entry.scores is not None and row.auto_comment != comment:
                changed.append({"row": row.id, "auto_comment": comment})
    _insert(database, _COMMENT, new)
    _update(database, _COMMENT, changed)


def _rows(database: Database, table: Any, cells: Sequence[_Cell], notebooks: Sequence[str]) -> dict[Any, Any]:
    """The rows of these cells in these submitted notebooks, by both."""
    query = select(table).where(
        table.c.cell_id.in_([cell.id for cell in cells]), table.c.notebook_id.in_(list(notebooks))
    )
    return {(row.notebook_id, row.cell_id): row for row in database.execute(query)}


def _insert(database: Database, table: Any, rows: Sequence[Row]) -> None:
    if rows:
        database.execute(insert(table), list(rows))


def _update(database: Database, table: Any, rows: Sequence[Row]) -> None:
    """Change rows by their id, in its order: two programs that take the same locks in the same order can both go on."""
    if rows:
        values: Row = {name: bindparam(name) for name in rows[0] if name != "row"}
        statement = update(table).where(table.c.id == bindparam("row")).values(values)
        database.connection().execute(statement, sorted(rows, key=lambda row: str(row["row"])))
