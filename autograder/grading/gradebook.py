"""Write scores into nbgrader's own gradebook, through its own API and preprocessors.

What stands there afterwards is what ``nbgrader generate_assignment`` and ``nbgrader autograde`` would have left, so
formgrader, ``nbgrader export`` and manual grading go on as if nbgrader had done the work.

Late work: when a submission came in is entered, so nbgrader and its exporters know how late it was. No penalty is
computed (nbgrader's own default computes none either), and one that stands in the gradebook is kept.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook as NbgraderGradebook
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy.exc import IntegrityError

from autograder.errors import EngineRoomError
from autograder.grading.database import check_version, in_words, make_new, one_line, patient, shown
from autograder.grading.entry import Entry
from autograder.grading.sheet import Sheet, read_sheet
from autograder.notebooks.nbgrader_release import ClearSolutions

__all__ = ["Gradebook", "moment"]

_CHAIN = (LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums)
_TRIES = 5  # another program that grades the same class may be first more than once
_MOST = 200  # entries in one statement: databases allow some thousand values


class Gradebook:
    """nbgrader's gradebook of one course.

    Args:
        url: an SQLAlchemy URL, such as ``sqlite:///gradebook.db`` or ``postgresql+psycopg://ann@host/grades``.
        course: the course's id.

    Raises:
        EngineRoomError: from here and from every method, when the database can't be used; it says why.
    """

    def __init__(self, url: str, course: str = "hopline") -> None:
        self._url = url
        self._sheets: dict[str, Sheet] = {}
        with in_words(url):
            check_version(url)
            make_new(url)
            self._book = _Book(url, course)
            patient(self._book.engine)

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
        with in_words(self._url):
            self._book.update_or_create_assignment(name)
            try:
                SaveCells().preprocess(prepared, resources)
            except RuntimeError as error:
                raise EngineRoomError(
                    f"The gradebook holds submissions of {name} with other cells ({error}). "
                    "Cells of a released module must stay; give the changed module a new name or use a new gradebook."
                ) from None
            self._book.db.expire_all()  # SaveCells wrote through a session of its own
            self._sheets.pop(name, None)

    def enter(self, entries: Sequence[Entry]) -> None:
        """Enter many submissions in one transaction. Manual scores, extra credit and a person's comments are kept.

        To enter the same twice changes nothing, so what a crash kept from being entered can be entered again.
        As in nbgrader, a cell asks for a person's look when it has no automatic score, and when it was graded again
        although it has a manual one. Two small things differ on purpose: an answer that was deleted, or changed by
        blanks alone, is commented "No response.", too.
        """
        # In one order, so that two programs that enter the same class don't wait for each other.
        ordered = sorted(entries, key=lambda entry: (entry.module, entry.learner))
        with in_words(self._url):
            for left in reversed(range(_TRIES)):
                try:
                    self._write(ordered)
                    break
                except IntegrityError:  # another program made the same rows in between: next time they are found
                    if not left:
                        raise

    def submit(self, name: str, learner: str, timestamp: datetime | None = None) -> None:
        """Enter that something was handed in. Scores stay; where there are none, a person is asked for them."""
        self.enter([Entry(name, learner, timestamp=timestamp)])

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
        """Enter one submission's automatic scores; what they mean stands at `Entry`.

        Args:
            name: the assignment.
            learner: the learner's id.
            scores: points by grade id.
            unanswered: answers left as they were released.
            timestamp: when it was handed in.
            fresh: whether it is a new result.
            notebook: its name, if it isn't the assignment's.
        """
        module = f"{name}/{notebook}" if notebook and notebook != name else name
        self.enter([Entry(module, learner, scores, unanswered, timestamp, fresh)])

    def score(self, name: str, learner: str) -> float:
        """Return the learner's score as nbgrader reports it: manual scores count where they are given."""
        with in_words(self._url):
            return float(self._book.find_submission(name, learner).score)

    def _write(self, entries: Sequence[Entry]) -> None:
        try:
            for batch in _batches(entries):
                self._sheet(batch[0].assignment).write(self._book.db, batch)
            self._book.db.commit()
        except BaseException:
            self._book.db.rollback()
            raise

    def _sheet(self, name: str) -> Sheet:
        sheet = self._sheets.get(name) or read_sheet(self._book.db, name)
        if sheet is None:
            raise EngineRoomError(f"The gradebook {shown(self._url)} has no assignment {name}. Register it first.")
        self._sheets[name] = sheet
        return sheet


class _Book(NbgraderGradebook):  # type: ignore[misc]
    """nbgrader's own, which leaves its connection open when the database refuses it."""

    def __init__(self, url: str, course: str) -> None:
        try:
            super().__init__(url, course)
        except BaseException:
            if hasattr(self, "db"):
                self.close()
            raise


def _batches(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut entries into runs of one module, each learner once, that fit one statement."""
    batch: list[Entry] = []
    learners: set[str] = set()
    for entry in entries:
        if batch and (entry.module != batch[0].module or entry.learner in learners or len(batch) == _MOST):
            yield batch
            batch, learners = [], set()
        batch.append(entry)
        learners.add(entry.learner)
    if batch:
        yield batch


def moment(text: str) -> datetime | None:
    """Read the text of a ``timestamp.txt`` as nbgrader does, into UTC; None when it isn't a date."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about time zones it doesn't know
            found = parse_utc(text) if text else None
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
    return found if isinstance(found, datetime) else None


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
        raise EngineRoomError(f"{source} can't be used as nbgrader's source notebook: {one_line(cause)}") from None
    return notebook
