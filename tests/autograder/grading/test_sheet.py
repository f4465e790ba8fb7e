"""Many submissions at once leave the rows that nbgrader leaves one by one, and each costs the same in any class."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from autograder.errors import EngineRoomError
from autograder.grading.entry import Entry
from autograder.grading.gradebook import Gradebook

SCORES = {"q1_check": 1.0, "q1_hidden": 0.5, "q2_check": 0.0}
WHEN = datetime(2026, 3, 4, 12)
SUBMISSION = "JOIN submitted_notebook n ON n.id = x.notebook_id JOIN submitted_assignment s ON s.id = n.assignment_id"
QUERIES = (
    "SELECT id, first_name, last_name, email, lms_user_id FROM student",
    "SELECT s.student_id, a.name, s.timestamp, s.extension FROM submitted_assignment s JOIN assignment a"
    " ON a.id = s.assignment_id",
    "SELECT s.student_id, b.name, n.flagged, n.late_submission_penalty FROM submitted_notebook n"
    " JOIN submitted_assignment s ON s.id = n.assignment_id JOIN notebook b ON b.id = n.notebook_id",
    "SELECT s.student_id, b.name, b.type, x.auto_score, x.manual_score, x.extra_credit, x.needs_manual_grade"
    f" FROM grade x {SUBMISSION} JOIN base_cell b ON b.id = x.cell_id",
    "SELECT s.student_id, b.name, b.type, x.auto_comment, x.manual_comment"
    f" FROM comment x {SUBMISSION} JOIN base_cell b ON b.id = x.cell_id",
)


@pytest.fixture
def new(tmp_path: Path, doubling: Any, make: Any) -> Callable[[str], Gradebook]:
    """Opens a gradebook that knows the assignment `unit`, which has a second notebook that we know nothing of."""

    def open_book(name: str) -> Gradebook:
        book = Gradebook(f"sqlite:///{tmp_path / name}")
        book.register("unit", make.folder / "unit.ipynb")
        book._book.update_or_create_notebook("appendix", "unit")
        for add in (book._book.update_or_create_grade_cell, book._book.update_or_create_task_cell):
            add(add.__name__, "appendix", "unit", max_score=2, cell_type="markdown")
        return book

    return open_book


def rows(path: Path) -> list[list[Any]]:
    """The whole class, without the random keys."""
    with closing(sqlite3.connect(path)) as connection:
        return [sorted(connection.execute(query).fetchall(), key=repr) for query in QUERIES]


@contextmanager
def statements(book: Gradebook) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(book._book.engine, "before_cursor_execute", note)
    yield sent
    event.remove(book._book.engine, "before_cursor_execute", note)


# nbgrader makes rows that refer to each other before it adds them; SQLAlchemy's advice is for nbgrader.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_the_rows_of_a_submission_are_those_that_nbgrader_makes(new: Any, tmp_path: Path) -> None:
    """Of every notebook of the assignment, graded or not; a time and none; and once more when they are there."""
    with new("stock.db") as book:
        for learner, when in (("ann", WHEN), ("bo", None)):
            book._book.update_or_create_student(learner)
            book._book.update_or_create_submission("unit", learner, **({"timestamp": when} if when else {}))
    with new("ours.db") as book:
        book.enter([Entry("unit", "ann", timestamp=WHEN), Entry("unit", "bo")])
    assert rows(tmp_path / "ours.db") == rows(tmp_path / "stock.db")
    assert len(rows(tmp_path / "ours.db")[3]) == 2 * (3 + 2)
    with new("stock.db") as book:
        book.enter([Entry("unit", "ann"), Entry("unit", "bo")])
    assert rows(tmp_path / "ours.db") == rows(tmp_path / "stock.db")


def test_together_or_one_by_one_twice_or_once_is_the_same(new: Any, tmp_path: Path) -> None:
    """Several results of one learner count in their order, and a batch that is entered again changes nothing."""
    entries = [
        *(Entry("unit", f"learner{number}", SCORES, ["q1_answer"], WHEN) for number in range(20)),
        Entry("unit", "learner3", {"q1_check": 0.0}, ["q2_answer"], datetime(2026, 3, 5)),
        Entry("unit", "learner4"),
        Entry("unit", "learner5", SCORES, (), WHEN, fresh=False),
    ]
    with new("one.db") as book:
        for entry in entries:
            book.enter([entry])
    with new("many.db") as book:
        book.enter(entries)
        assert book.score("unit", "learner3") == 0
        assert book.score("unit", "learner4") == 1.5
        once = rows(tmp_path / "many.db")
        book.enter(entries)
    assert rows(tmp_path / "one.db") == once == rows(tmp_path / "many.db")
    assert len(once[0]) == 20


def test_rows_that_are_missing_are_made(new: Any, tmp_path: Path) -> None:
    """As when somebody removed a submitted notebook, or one grade."""
    with new("book.db") as book:
        book.enter([Entry("unit", "ann", SCORES), Entry("unit", "bo", SCORES)])
        before = rows(tmp_path / "book.db")
        book._book.remove_submission_notebook("unit", "unit", "ann")
        book._book.db.delete(book._book.find_grade("q1_hidden", "unit", "unit", "bo"))
        book._book.db.commit()
        assert rows(tmp_path / "book.db") != before
        book.enter([Entry("unit", "ann", SCORES), Entry("unit", "bo", SCORES)])
    assert rows(tmp_path / "book.db") == before


def test_the_number_of_statements_does_not_depend_on_the_class(new: Any) -> None:
    """New results, other results, and nothing new: a few statements each, for four learners or a hundred."""
    counts = []
    for size in (4, 100):
        with new(f"{size}.db") as book:
            for scores in (SCORES, dict.fromkeys(SCORES, 0.25), dict.fromkeys(SCORES, 0.25)):
                with statements(book) as sent:
                    book.enter([Entry("unit", f"learner{number}", scores, (), WHEN) for number in range(size)])
                counts.append(len(sent))
    assert counts[:3] == counts[3:]
    assert max(counts) < 25


def test_no_table_is_read_whole(new: Any, tmp_path: Path) -> None:
    """With an index for every look-up, a class of a thousand costs a hundred times what a class of ten does."""
    with new("book.db") as book:
        book.enter([Entry("unit", "ann", SCORES)])
        with statements(book) as sent:
            book.enter([Entry("unit", "ann", SCORES, (), WHEN), Entry("unit", "bo", SCORES)])
    plans = []
    with closing(sqlite3.connect(tmp_path / "book.db")) as connection:
        for statement in sent:
            values = [""] * statement.count("?")
            plans += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []


def test_rows_that_another_program_makes_in_between_are_found(new: Any, tmp_path: Path) -> None:
    """Two graders at once, or formgrader's button: the second one takes the rows of the first."""
    with new("book.db") as book, Gradebook(f"sqlite:///{tmp_path / 'book.db'}") as other:
        meanwhile = [Entry("unit", "ann", SCORES)]

        def first_the_other(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("INSERT INTO student") and meanwhile:
                other.enter([meanwhile.pop()])

        event.listen(book._book.engine, "before_cursor_execute", first_the_other)
        book.enter([Entry("unit", "ann", dict.fromkeys(SCORES, 1.0)), Entry("unit", "bo", SCORES)])
        assert book.score("unit", "ann") == 3
    assert meanwhile == []
    assert len(rows(tmp_path / "book.db")[0]) == 2


def test_an_assignment_that_is_not_there_is_one_sentence(new: Any) -> None:
    """And nothing of the batch is entered."""
    with new("book.db") as book:
        with pytest.raises(EngineRoomError, match=r"book\.db has no assignment maps\. Register it first"):
            book.enter([Entry("unit", "ann", SCORES), Entry("maps", "ann", SCORES)])
        assert book._book.students == []
