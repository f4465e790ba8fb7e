"""Write scores into nbgrader's own gradebook, through its own API and preprocessors.

What stands there afterwards is what ``nbgrader generate_assignment`` and ``nbgrader autograde`` would have left, so
formgrader, ``nbgrader export`` and manual grading go on as if nbgrader had done the work.

Late work: when a submission came in is entered, so nbgrader and its exporters know how late it was. No penalty is
computed (nbgrader's own default computes none either), and one that stands in the gradebook is kept.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Base, InvalidEntry
from nbgrader.api import Gradebook as NbgraderGradebook
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, SAWarning, SQLAlchemyError

from autograder.errors import EngineRoomError
from autograder.notebooks.nbgrader_release import ClearSolutions

__all__ = ["Gradebook", "moment"]

_CHAIN = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
# What the database says, and what that means.
_CAUSES = {
    "locked": "is in use by another program. Close formgrader and other graders, then run the command again",
    "not a database": "is not a database, or a damaged one. Restore a backup, or move it away to start a new one",
    "malformed": "is damaged. Restore a backup, or move it away to start a new one",
    "unable to open": "can't be opened or made there. Check the folder and its permissions",
    "readonly": "may not be written. Check its permissions and those of its folder",
    "disk is full": "can't grow: the disk is full. Make room, then run the command again",
}


class Gradebook:
    """nbgrader's gradebook of one course.

    Args:
        url: an SQLAlchemy URL, such as ``sqlite:///gradebook.db``.
        course: the course's id.

    Raises:
        EngineRoomError: from here and from every method, when the database can't be used; it says why.
    """

    def __init__(self, url: str, course: str = "hopline") -> None:
        self._url = url
        with _in_words(url), _alembic_on_path():  # nbgrader calls it to stamp a new database
            _check_version(url)
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
        self.register_prepared(name, name, _prepared(source, {}))

    def register_prepared(self, name: str, notebook: str, prepared: Any) -> None:
        """Enter the cells of one notebook of an assignment, as nbgrader's own steps before `SaveCells` left them.

        Args:
            name: the assignment.
            notebook: the notebook's name in it.
            prepared: the notebook.

        Raises:
            EngineRoomError: when cells were added or removed although submissions exist.
        """
        resources: dict[str, Any] = {"nbgrader": {"notebook": notebook, "assignment": name, "db_url": self._url}}
        with _in_words(self._url):
            self._book.update_or_create_assignment(name)
            try:
                SaveCells().preprocess(prepared, resources)
            except RuntimeError as error:
                raise EngineRoomError(
                    f"The gradebook holds submissions of {name} with other cells ({error}). "
                    "Cells of a released module must stay; give the changed module a new name or use a new gradebook."
                ) from None
            self._book.db.expire_all()  # SaveCells wrote through a session of its own

    def submit(self, name: str, learner: str, timestamp: datetime | None = None) -> None:
        """Enter that something was handed in. Scores stay; where there are none, a person is asked for them.

        Args:
            name: the assignment.
            learner: the learner's id; entered if new.
            timestamp: when it was handed in, in UTC; what stands there is kept when left out.
        """
        given = {"timestamp": timestamp} if timestamp else {}
        with _in_words(self._url), warnings.catch_warnings():
            # nbgrader makes rows that refer to each other before it adds them; SQLAlchemy's advice is for nbgrader.
            warnings.simplefilter("ignore", SAWarning)
            self._book.update_or_create_student(learner)
            self._book.update_or_create_submission(name, learner, **given)

    def record(
        self,
        name: str,
        learner: str,
        scores: Mapping[str, float],
        unanswered: Collection[str] = (),
        timestamp: datetime | None = None,
        *,
        fresh: bool = True,
        notebook: str = "",
    ) -> None:
        """Enter one submission's automatic scores. Manual scores, extra credit and a person's comments are kept.

        As in nbgrader, a cell asks for a person's look when it has no automatic score, and when it was graded again
        although it has a manual one. Two small things differ on purpose: an answer that was deleted, or changed by
        blanks alone, is commented "No response.", too.

        Args:
            name: the assignment.
            learner: the learner's id; entered if new.
            scores: points by the grade id of the test cell. A cell that isn't named gets 0.
            unanswered: grade ids of answers left as they were released.
            timestamp: when it was handed in, in UTC.
            fresh: False when this result was known before: a cell whose score is the same isn't put up for a look.
            notebook: its name, if it isn't the assignment's.
        """
        self.submit(name, learner, timestamp)
        with _in_words(self._url):
            found = self._book.find_submission_notebook(notebook or name, name, learner)
            written = {comment.cell.name for comment in found.comments}  # answers, and tasks to be done in prose
            for grade in found.grades:
                score = _automatic(grade.cell, scores, unanswered, written)
                if fresh or grade.auto_score != score:
                    grade.auto_score = score
                    grade.needs_manual_grade = grade.manual_score is not None or score is None
            for comment in found.comments:
                silent = comment.cell.name in unanswered and comment.cell.type != "TaskCell"
                comment.auto_comment = "No response." if silent else None
            self._book.db.commit()

    def score(self, name: str, learner: str) -> float:
        """Return the learner's score as nbgrader reports it: manual scores count where they are given."""
        with _in_words(self._url):
            return float(self._book.find_submission(name, learner).score)


def moment(text: str) -> datetime | None:
    """Read the text of a ``timestamp.txt`` as nbgrader does, into UTC; None when it isn't a date."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about time zones it doesn't know
            found = parse_utc(text) if text else None
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return found if isinstance(found, datetime) else None


def _automatic(
    cell: Any, scores: Mapping[str, float], unanswered: Collection[str], written: Collection[str]
) -> float | None:
    """The score that nbgrader gives a cell by itself; None where a person has to."""
    if cell.name in scores:
        return float(scores[cell.name])
    if cell.type == "TaskCell":
        return None
    if cell.name in written:  # an answer that a person grades, unless there is none
        return 0.0 if cell.name in unanswered else None
    return 0.0


def _prepared(source: Path, resources: dict[str, Any]) -> Any:
    """Read a source notebook and do to it what nbgrader does before it enters the cells."""
    try:
        notebook = nbformat.reads(source.read_text("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        for preprocessor in _CHAIN:
            notebook, resources = preprocessor().preprocess(notebook, resources)
    except (SchemaTooOldError, SchemaTooNewError) as error:
        raise EngineRoomError(
            f"{source} has cells of another nbgrader version ({error}). Make a backup, then run: nbgrader update ."
        ) from None
    except (OSError, ValueError, KeyError, RuntimeError, ValidationError) as error:
        cause = error.__context__ if isinstance(error.__context__, Exception) else error  # nbgrader hides it in its log
        raise EngineRoomError(f"{source} can't be used as nbgrader's source notebook: {_line(cause)}") from None
    return notebook


def _check_version(url: str) -> None:
    """Refuse a database that another version of nbgrader made, before anything is written to it."""
    engine = create_engine(url)
    try:
        inspector = inspect(engine)
        there = set(inspector.get_table_names())
        wanted = {table.name: {column.name for column in table.columns} for table in Base.metadata.sorted_tables}
        found = {table: {column["name"] for column in inspector.get_columns(table)} for table in there & wanted.keys()}
    finally:
        engine.dispose()
    if there and any(columns - found.get(table, set()) for table, columns in wanted.items()):
        raise EngineRoomError(
            f"The gradebook {_shown(url)} was made by another version of nbgrader, or isn't nbgrader's. "
            "If it is: make a backup, then run: nbgrader db upgrade"
        )


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Say in one sentence why the database can't be used."""
    try:
        yield
    except (ArgumentError, ImportError) as error:
        raise EngineRoomError(f"The gradebook {_shown(url)} can't be reached: {_line(error)}") from None
    except (SQLAlchemyError, InvalidEntry) as error:
        said = _line(error)
        cause = next((words for sign, words in _CAUSES.items() if sign in said.lower()), f"can't be used: {said}")
        raise EngineRoomError(f"The gradebook {_shown(url)} {cause}.") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineRoomError(f"The gradebook {_shown(url)} can't be made: {_line(error)}") from None


def _line(error: Exception) -> str:
    """What an error says, without the statement that SQLAlchemy adds."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__


def _shown(url: str) -> str:
    """A database's address as a person knows it, without a password."""
    try:
        address = make_url(url)
    except ArgumentError:
        return repr(url)
    return address.database or url if address.drivername == "sqlite" else address.render_as_string(hide_password=True)


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find the ``alembic`` command that was installed beside it, whatever PATH says."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
