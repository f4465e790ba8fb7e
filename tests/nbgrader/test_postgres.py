"""A gradebook on a real PostgreSQL server holds what one in a file holds, and nbgrader's own programs use it."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import nbgrader.api
import pytest
from sqlalchemy import MetaData, create_engine, select

from autograder.errors import EngineRoomError
from autograder.grading.classroom import Classroom
from autograder.grading.entry import Entry
from autograder.grading.gradebook import Gradebook
from autograder.grading.persons import ByHand, cells_with_submissions, given_by_hand

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SUBMITTED = ROOT / "tests" / "samples" / "submitted"
MODULE = "a2_one_table"
SOURCE = ROOT / "solutions" / MODULE / f"{MODULE}.ipynb"


def _started():
    spec = importlib.util.spec_from_file_location("postgres_server", Path(__file__).with_name("postgres.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.started()


@pytest.fixture(scope="module")
def server():
    with _started() as running:
        yield running


@pytest.fixture(scope="module")
def graded(server, tmp_path_factory):
    """The sample class in both kinds of gradebook, and where its files are."""
    into = tmp_path_factory.mktemp("into")
    urls = [f"sqlite:///{into / 'gradebook.db'}", server.new()]
    for url in urls:  # the second time, from the kept results
        classroom = Classroom(ROOT, SUBMITTED, into, url)
        classroom.grade(classroom.find([MODULE]), jobs=2)
    return *urls, into


@pytest.fixture
def book(server):
    with Gradebook(server.new()) as book:
        book.register(MODULE, SOURCE)
        yield book


def everything(url):
    """All rows of all tables; random keys are replaced by what they stand for."""
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        found = {table.name: connection.execute(select(table)).mappings().all() for table in tables.sorted_tables}
    engine.dispose()
    names = {}
    for table in tables.sorted_tables:
        for row in found[table.name]:
            foreign = [names.get(row[column.name], row[column.name]) for column in table.columns if column.foreign_keys]
            names[row.get("id")] = (table.name, row.get("name"), row.get("type"), *foreign)
    return {
        name: sorted(
            (tuple(sorted((key, repr(names.get(value, value))) for key, value in row.items())) for row in rows),
        )
        for name, rows in found.items()
    }


def test_the_sample_class_has_equal_rows_in_both_databases(graded):
    in_file, on_server, _ = graded
    rows = everything(on_server)
    assert len(rows["student"]) == len(list(SUBMITTED.iterdir()))
    assert len(rows["grade"]) == 14 * len(rows["student"])
    assert rows == everything(in_file)


def test_nbgraders_own_look_at_it_is_the_same(graded):
    """Everything that formgrader and the exporters ask for."""
    seen = []
    for url in graded[:2]:
        with nbgrader.api.Gradebook(url, "hopline") as gradebook:
            asked = [
                gradebook.student_dicts(),
                gradebook.submission_dicts(MODULE),
                gradebook.notebook_submission_dicts(MODULE, MODULE),
                [assignment.to_dict() for assignment in gradebook.assignments],
                [grade.to_dict() for grade in gradebook.find_submission_notebook(MODULE, MODULE, "dana").grades],
                gradebook.average_assignment_score(MODULE),
                gradebook.average_notebook_code_score(MODULE, MODULE),
                [gradebook.find_submission(MODULE, learner).to_dict() for learner in ("ana", "dana")],
            ]
            seen.append(without_keys(asked))
    assert seen[0] == seen[1]
    assert seen[0][5] > 0


def without_keys(data):
    if isinstance(data, dict):
        return {name: without_keys(value) for name, value in data.items() if name != "id" or not is_key(value)}
    if isinstance(data, list):
        return (
            sorted((without_keys(item) for item in data), key=repr)
            if data and isinstance(data[0], dict)
            else [without_keys(item) for item in data]
        )
    return data


def is_key(value):
    return len(value) == 32 and set(value) <= set("0123456789abcdef")


@pytest.mark.parametrize("command", [["db", "upgrade"], ["db", "student", "list"], ["export", "--to", "grades.csv"]])
def test_nbgraders_commands_work_on_it(graded, tmp_path, command):
    """The version that nbgrader stamped is the newest one, so there is nothing to upgrade; the exporter writes all."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *command, f"--CourseDirectory.db_url={graded[1]}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "Running upgrade" not in done.stderr
    if "export" in command:
        lines = (tmp_path / "grades.csv").read_text("utf-8").splitlines()
        assert len(lines) == 1 + len(list(SUBMITTED.iterdir()))


def test_stock_autograde_goes_on_where_ours_stopped(graded, server, tmp_path):
    """One submission graded again by nbgrader itself, in the same database, to the same score."""
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name / MODULE, tmp_path / name / MODULE)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(SUBMITTED / "dana", tmp_path / "submitted" / "dana")
    url = server.new()
    classroom = Classroom(tmp_path, tmp_path / "submitted", tmp_path, url)
    (result,) = classroom.grade(classroom.find())
    before = everything(url)
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", MODULE, "--force", f"--CourseDirectory.db_url={url}"],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert everything(url)["grade"] == before["grade"]
    with Gradebook(url) as book:
        assert book.score(MODULE, "dana") == result.points > 0


def test_a_persons_grades_outlive_a_forced_run(graded):
    """Kept, counted, and put up for another look."""
    _, url, into = graded
    with nbgrader.api.Gradebook(url, "hopline") as gradebook:
        grade = gradebook.find_grade("a2_1_check", MODULE, MODULE, "noor")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, 0.25, False
        gradebook.find_comment("a2_1_answer", MODULE, MODULE, "noor").manual_comment = "Nearly! Ünïcode \U0001f6b2"
        gradebook.db.commit()
    classroom = Classroom(ROOT, SUBMITTED, into, url)
    classroom.grade([one for one in classroom.find([MODULE]) if one.learner == "noor"], force=True)
    with nbgrader.api.Gradebook(url, "hopline") as gradebook:
        grade = gradebook.find_grade("a2_1_check", MODULE, MODULE, "noor")
        assert (grade.manual_score, grade.extra_credit, grade.needs_manual_grade) == (0.5, 0.25, True)
        comment = gradebook.find_comment("a2_1_answer", MODULE, MODULE, "noor")
        assert comment.manual_comment == "Nearly! Ünïcode \U0001f6b2"
        assert gradebook.find_submission(MODULE, "noor").score == 0.75


def test_what_a_person_gave_is_read_without_writing(book, server):
    """As a preview does; a database that holds nothing yet is no error."""
    book.enter([Entry(MODULE, "ana", {"a2_1_check": 1.0})])
    book._book.find_grade("a2_1_check", MODULE, MODULE, "ana").manual_score = 0.5
    book._book.db.commit()
    assert given_by_hand(book._url) == {(MODULE, "ana"): {"a2_1_check": ByHand(0.5)}}
    assert len(cells_with_submissions(book._url)[MODULE]) == 21
    url = server.new()
    assert given_by_hand(url) == {}
    assert everything(url) == {}


def test_two_graders_at_once_enter_everything(server):
    """Each enters the same class, in another order, a few at a time."""
    url = server.new()
    entries = [Entry(MODULE, f"learner{number}", {"a2_1_check": 1.0}, (), datetime(2026, 3, 4)) for number in range(60)]
    with Gradebook(url) as book:
        book.register(MODULE, SOURCE)
    failed = []

    def enter(mine):
        try:
            with Gradebook(url) as book:
                for start in range(0, len(mine), 7):
                    book.enter(mine[start : start + 7])
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=enter, args=(mine,)) for mine in (entries, entries[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with Gradebook(url) as book:
        assert {book.score(MODULE, entry.learner) for entry in entries} == {1.0}


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("database", "user", "sentence"),
    [
        ("nosuch", "instructor", r"doesn't exist on that server. Make it with: createdb"),
        ("postgres", "nobody", r"doesn't know this user. Check the name in the URL"),
    ],
)
def test_what_the_server_refuses_is_one_sentence(server, database, user, sentence):
    with pytest.raises(EngineRoomError, match=sentence) as caught:
        Gradebook(server.url(database, user))
    assert "\n" not in str(caught.value)


def test_a_user_who_may_make_no_tables_is_told(server):
    """PostgreSQL 15 lets nobody but the owner make tables."""
    server.run("CREATE USER guest")
    with pytest.raises(EngineRoomError, match=r"may not be written by this user. Ask whoever runs the database"):
        Gradebook(server.url(server.new().partition("@/")[2].partition("?")[0], "guest"))


def test_somebody_elses_database_is_refused_untouched(server):
    """A wrong --db must not fill a production database with nbgrader's tables."""
    url = server.new()
    server.run("CREATE TABLE payroll (name TEXT, euros INTEGER)", url.partition("@/")[2].partition("?")[0])
    with pytest.raises(EngineRoomError, match="or isn't nbgrader's"):
        Gradebook(url)
    assert list(everything(url)) == ["payroll"]


def test_a_row_that_another_program_holds_is_waited_for_and_then_told(book, monkeypatch):
    """Not for ever, as a server would; nothing of the batch is entered."""
    book.enter([Entry(MODULE, "ana", {"a2_1_check": 1.0})])
    monkeypatch.setattr("autograder.grading.database._PATIENCE", 0.2)
    engine = create_engine(book._url)
    with contextlib.closing(engine.connect()) as other:
        other.exec_driver_sql("UPDATE grade SET manual_score = 2")
        with pytest.raises(EngineRoomError, match=r"is in use by another program. Close formgrader"):
            book.enter([Entry(MODULE, "bo", {}), Entry(MODULE, "ana", {})])
        other.rollback()
    engine.dispose()
    assert book.score(MODULE, "ana") == 1
    assert [student.id for student in book._book.students] == ["ana"]


def test_a_name_that_is_too_long_is_told(book):
    """SQLite takes any; PostgreSQL keeps nbgrader's limit."""
    with pytest.raises(EngineRoomError, match="holds names of at most 128 characters"):
        book.enter([Entry(MODULE, "a" * 129, {})])
    book.enter([Entry(MODULE, "a" * 128, {})])
