"""nbgrader's gradebook holds what nbgrader would have written, and a person's work in it is safe."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import nbgrader.api
import pytest
from nbgrader.preprocessors import OverwriteCells, SaveAutoGrades

from autograder.errors import EngineRoomError
from autograder.grading.gradebook import Gradebook, moment

SCORES = {"q1_check": 1.0, "q1_hidden": 0.0, "q2_check": 1.0}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gradebook.db'}"


@pytest.fixture
def book(url: str, doubling: Any, make: Any) -> Iterator[Gradebook]:
    """A gradebook that knows the assignment `unit`."""
    with Gradebook(url) as book:
        book.register("unit", make.folder / "unit.ipynb")
        yield book


def theirs(url: str) -> Any:
    """The same gradebook through nbgrader's own interface, closed at the end."""
    return closing(nbgrader.api.Gradebook(url, "hopline"))


def grades(url: str, learner: str = "ann") -> dict[str, tuple[Any, ...]]:
    with theirs(url) as gradebook:
        notebook = gradebook.find_submission_notebook("unit", "unit", learner)
        return {one.name: (one.auto_score, one.manual_score, one.needs_manual_grade) for one in notebook.grades}


def comments(url: str, learner: str = "ann") -> dict[str, tuple[Any, ...]]:
    with theirs(url) as gradebook:
        notebook = gradebook.find_submission_notebook("unit", "unit", learner)
        return {one.name: (one.auto_comment, one.manual_comment) for one in notebook.comments}


def test_a_new_gradebook_is_what_nbgrader_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same tables, stamped with the version that the real `alembic` says; and nobody needs it on the PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with monkeypatch.context() as patched:
        patched.setenv("PATH", path)
        with theirs(f"sqlite:///{tmp_path / 'theirs.db'}"):
            pass
    monkeypatch.setenv("PATH", "/nowhere")
    with Gradebook(f"sqlite:///{tmp_path / 'ours.db'}"):
        pass
    assert contents(tmp_path / "ours.db") == contents(tmp_path / "theirs.db")


def contents(path: Path) -> list[list[tuple[Any, ...]]]:
    """The schema of a new gradebook, its version and its courses."""
    queries = (
        "SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2",
        "SELECT * FROM alembic_version",
        "SELECT * FROM course",
    )
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(query).fetchall() for query in queries]


def test_scores_comments_and_time_are_entered(book: Gradebook, url: str) -> None:
    """What `nbgrader autograde` would enter."""
    book.record("unit", "ann", SCORES, ["q2_answer"], moment("2026-03-04 12:00:00 UTC"))
    assert grades(url) == {name: (score, None, False) for name, score in SCORES.items()}
    assert comments(url) == {"q1_answer": (None, None), "q2_answer": ("No response.", None)}
    assert book.score("unit", "ann") == 2
    with theirs(url) as gradebook:
        assert gradebook.find_submission("unit", "ann").timestamp == datetime(2026, 3, 4, 12)


def test_a_missing_score_is_0_and_a_missing_time_keeps_the_one_that_is_there(book: Gradebook, url: str) -> None:
    """As nbgrader does with a notebook that was not handed in, and with a missing `timestamp.txt`."""
    book.record("unit", "ann", SCORES, (), moment("2026-03-04 12:00:00 UTC"))
    book.record("unit", "ann", {})
    assert set(grades(url).values()) == {(0.0, None, False)}
    with theirs(url) as gradebook:
        assert gradebook.find_submission("unit", "ann").timestamp == datetime(2026, 3, 4, 12)


def test_a_persons_grade_and_comment_are_kept(book: Gradebook, url: str) -> None:
    """They outlive every later run; a cell that is graded again asks for another look, as in nbgrader."""
    book.record("unit", "ann", SCORES)
    with theirs(url) as gradebook:
        grade = gradebook.find_grade("q1_hidden", "unit", "unit", "ann")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
        gradebook.find_comment("q1_answer", "unit", "unit", "ann").manual_comment = "Nearly!"
        gradebook.db.commit()
    book._book.db.expire_all()
    book.record("unit", "ann", SCORES, fresh=False)
    assert grades(url)["q1_hidden"] == (0.0, 0.5, False)  # nothing new: no second look
    book.record("unit", "ann", SCORES)
    assert grades(url)["q1_hidden"] == (0.0, 0.5, True)
    assert grades(url)["q1_check"] == (1.0, None, False)
    book.record("unit", "ann", SCORES | {"q1_hidden": 1.0}, ["q1_answer"], fresh=False)
    assert grades(url)["q1_hidden"] == (1.0, 0.5, True)
    assert comments(url)["q1_answer"] == ("No response.", "Nearly!")
    assert book.score("unit", "ann") == 1 + 0.5 + 0.25 + 1


def test_a_late_penalty_that_stands_there_is_kept(book: Gradebook, url: str) -> None:
    """We compute none; the lateness itself is there for nbgrader to use."""
    book.record("unit", "ann", SCORES, (), moment("2026-03-04 12:00:00 UTC"))
    with theirs(url) as gradebook:
        gradebook.update_or_create_assignment("unit", duedate="2026-03-04 11:00:00 UTC")
        gradebook.find_submission_notebook("unit", "unit", "ann").late_submission_penalty = 0.5
        gradebook.db.commit()
    book._book.db.expire_all()
    book.record("unit", "ann", SCORES)
    with theirs(url) as gradebook:
        assert gradebook.find_submission_notebook("unit", "unit", "ann").late_submission_penalty == 0.5
        assert gradebook.find_submission("unit", "ann").total_seconds_late == 3600


def test_a_submission_alone_leaves_scores_as_they_are(book: Gradebook, url: str) -> None:
    """Where there are none yet, formgrader asks a person for them."""
    book.submit("unit", "ann")
    assert set(grades(url).values()) == {(None, None, True)}
    book.record("unit", "ann", SCORES)
    book.submit("unit", "ann")
    assert {name: row[0] for name, row in grades(url).items()} == SCORES


def prose(make: Any) -> list[dict[str, Any]]:
    """Cells that a person grades: an essay, a task, code."""
    essay = make.text("Your answer here.", "essay")
    task = make.text("Draw a map.", "task")
    code = make.answer("code", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION")
    for cell, flags in (
        (essay, {"grade": True, "solution": True, "points": 3}),
        (task, {"task": True, "points": 2}),
        (code, {"grade": True, "solution": True, "points": 4}),
    ):
        name = cell["metadata"]["engineroom"]["question"]
        known = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        cell["metadata"]["nbgrader"] = known | {"grade_id": name} | flags
        cell["id"] = name
    return [essay, task, code]


@pytest.mark.parametrize("answered", [True, False])
def test_prose_waits_for_a_person_exactly_as_in_nbgrader(make: Any, tmp_path: Path, answered: bool) -> None:
    """Cell by cell what nbgrader's own preprocessors write into a second gradebook; once more with a manual score."""
    check = make.check("q", "assert True")
    source = make.write(make.setup("from autograder import Question"), *prose(make), check)
    names = ("essay", "code")
    handed = nbformat.read(source, as_version=4)
    handed.cells[-1].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1.0"})]
    for cell in handed.cells:
        cell.metadata.get("nbgrader", {}).setdefault("points", 1)
    urls = [f"sqlite:///{tmp_path / name}" for name in ("ours.db", "stock.db")]
    for url in urls:
        with Gradebook(url) as book:
            book.register("unit", source)
            book.submit("unit", "ann")
    with theirs(urls[1]) as gradebook:
        for cell in handed.cells:
            if cell.id in names:
                cell.source = "mine" if answered else gradebook.find_source_cell(cell.id, "unit", "unit").source
    for manual in (None, 2.0):
        for url in urls:
            with theirs(url) as gradebook:
                gradebook.find_grade("essay", "unit", "unit", "ann").manual_score = manual
                gradebook.db.commit()
        with Gradebook(urls[0]) as book:
            book.record("unit", "ann", {"q_check": 1.0}, () if answered else names)
        resources = {"nbgrader": {"notebook": "unit", "assignment": "unit", "student": "ann", "db_url": urls[1]}}
        for preprocessor in (OverwriteCells, SaveAutoGrades):
            preprocessor().preprocess(handed, resources)
        assert grades(urls[0]) == grades(urls[1])
        assert comments(urls[0]) == comments(urls[1])


# --- the assignment --------------------------------------------------------------------------------------------------


def test_registering_twice_changes_nothing(book: Gradebook, make: Any, tmp_path: Path) -> None:
    """A second run over the same course finds its cells as they are."""

    def everything() -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
            query = "SELECT name, checksum, source, locked FROM source_cell ORDER BY name"
            return connection.execute(query).fetchall()

    before = everything()
    book.record("unit", "ann", SCORES)
    book.register("unit", make.folder / "unit.ipynb")
    assert everything() == before
    assert book.score("unit", "ann") == 2


def test_new_points_are_entered_and_new_cells_refused_once_there_are_submissions(
    book: Gradebook, make: Any, url: str
) -> None:
    """nbgrader can't change the cells of a released assignment; the sentence says what to do."""
    book.record("unit", "ann", SCORES)
    path = make.folder / "unit.ipynb"
    data = json.loads(path.read_text())
    data["cells"][-1]["metadata"]["nbgrader"]["points"] = 5
    path.write_text(json.dumps(data))
    book.register("unit", path)
    with theirs(url) as gradebook:
        assert gradebook.find_grade_cell("q2_check", "unit", "unit").max_score == 5
    del data["cells"][-1]
    path.write_text(json.dumps(data))
    with pytest.raises(
        EngineRoomError, match=r"submissions of unit with other cells.*give the changed module a new name"
    ):
        book.register("unit", path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda cell: cell["metadata"]["nbgrader"].update(schema_version=1),
            "another nbgrader version.*nbgrader update",
        ),
        (lambda cell: cell["metadata"]["nbgrader"].update(schema_version=9), "another nbgrader version"),
        (lambda cell: cell["metadata"]["nbgrader"].pop("points"), "can't be used as nbgrader's source notebook"),
        (lambda cell: cell["metadata"]["nbgrader"].update(grade_id="q1_check"), "can't be used as nbgrader's source"),
    ],
)
def test_a_source_that_nbgrader_refuses_is_one_sentence(book: Gradebook, make: Any, change: Any, sentence: str) -> None:
    """Nothing is entered of it."""
    path = make.folder / "unit.ipynb"
    data = json.loads(path.read_text())
    change(data["cells"][-1])
    path.write_text(json.dumps(data))
    with pytest.raises(EngineRoomError, match=sentence) as caught:
        book.register("unit", path)
    assert "\n" not in str(caught.value)


def test_a_source_that_is_no_notebook_is_one_sentence(book: Gradebook, tmp_path: Path) -> None:
    """Whatever stands in it, or if it doesn't exist."""
    (tmp_path / "bad.ipynb").write_text("{")
    for name in ("bad.ipynb", "none.ipynb"):
        with pytest.raises(EngineRoomError, match="can't be used as nbgrader's source notebook"):
            book.register("unit", tmp_path / name)


# --- the database ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"these are not the grades you are looking for" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, url: str, content: bytes) -> None:
    """One sentence, and not a byte changed."""
    path = tmp_path / "gradebook.db"
    path.write_bytes(content)
    with pytest.raises(EngineRoomError, match=r"gradebook\.db is .*database|gradebook\.db is damaged"):
        Gradebook(url)
    assert path.read_bytes() == content


def write_and_read(url: str) -> None:
    with Gradebook(url) as book:
        book.record("unit", "ann", SCORES)
        book.score("unit", "ann")


def test_a_torn_database_is_told(book: Gradebook, url: str, tmp_path: Path) -> None:
    """The disk lost the second half of it."""
    book.record("unit", "ann", SCORES)
    book._book.close()
    path = tmp_path / "gradebook.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(EngineRoomError, match=r"The gradebook .*(damaged|can't be used)"):
        write_and_read(url)


def test_a_locked_database_is_told_and_the_scores_stay(
    book: Gradebook, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes for longer than SQLite waits."""
    book.record("unit", "ann", SCORES)
    book._book.db.connection().exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(tmp_path / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(EngineRoomError, match=r"is in use by another program. Close formgrader"):
            book.record("unit", "ann", dict.fromkeys(SCORES, 0.0))
    assert {name: row[0] for name, row in grades(url).items()} == SCORES


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE submitted_notebook DROP COLUMN late_submission_penalty",
        "DROP TABLE source_cell",
    ],
)
def test_a_gradebook_of_an_older_nbgrader_is_refused_untouched(
    book: Gradebook, url: str, tmp_path: Path, damage: str
) -> None:
    """The cure is nbgrader's own, and it needs the old tables as they were."""
    book._book.close()
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
        connection.execute(damage)
        connection.commit()
    before = (tmp_path / "gradebook.db").read_bytes()
    with pytest.raises(EngineRoomError, match=r"another version of nbgrader.*nbgrader db upgrade"):
        Gradebook(url)
    assert (tmp_path / "gradebook.db").read_bytes() == before


def test_somebody_elses_database_is_refused_untouched(url: str, tmp_path: Path) -> None:
    """A wrong --db must not fill a production database with nbgrader's tables."""
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
        connection.execute("CREATE TABLE payroll (name, euros)")
    with pytest.raises(EngineRoomError, match="or isn't nbgrader's"):
        Gradebook(url)
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("payroll",)]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("gradebook.db", "The gradebook 'gradebook.db' can't be reached: Could not parse"),
        ("nosuch://host/db", "can't be reached"),
        (
            "postgresql+nosuch://ann:secret@host/db",
            r"gradebook postgresql\+nosuch://ann:\*\*\*@host/db can't be reached",
        ),
        ("sqlite:////no/such/folder/gradebook.db", "can't be opened or made there. Check the folder"),
    ],
)
def test_a_bad_address_is_one_sentence_without_the_password(address: str, sentence: str) -> None:
    """A typing mistake in --db."""
    with pytest.raises(EngineRoomError, match=sentence) as caught:
        Gradebook(address)
    assert "secret" not in str(caught.value)


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-03-04 12:00:00 UTC", datetime(2026, 3, 4, 12)),
        ("2026-03-04 12:00:00.5 America/New_York", datetime(2026, 3, 4, 17, 0, 0, 500_000)),
        ("2026-03-04T12:00:00+02:00", datetime(2026, 3, 4, 10)),
        ("2026-03-04 12:00:00 Atlantis/Poseidonis", datetime(2026, 3, 4, 12)),
    ],
)
def test_a_time_is_read_as_nbgrader_reads_it(text: str, found: datetime) -> None:
    """Into UTC, which is what the gradebook keeps."""
    assert moment(text) == found


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-40", "\x00", "1 2 99999999999999999999", "9" * 200, "\ufffd" * 9]
)
def test_what_is_no_time_is_none(text: str) -> None:
    """And never an error."""
    assert moment(text) is None
