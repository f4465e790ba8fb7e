"""What passed on the data of the checks is looked at on other data."""

import importlib.util
import sqlite3

import pytest

from autograder import Question, same_rows
from autograder.errors import EngineRoomError
from autograder.results import Outcome
from autograder.sql.further import Effort, Further, counterexample, further

REFERENCE = {"answer": "rich", "ordered": False, "sql": "SELECT name FROM emp WHERE salary > 100"}
WRONG = "SELECT name FROM emp WHERE salary >= 100"


@pytest.fixture
def emp():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE emp (id INTEGER PRIMARY KEY, name TEXT, salary INT)")
    database.executemany("INSERT INTO emp VALUES (?, ?, ?)", [(1, "Ana", 90), (2, "Bo", 900), (3, "Cem", None)])
    yield database
    database.close()


@pytest.fixture
def effort():
    """Let a test change how hard to look, and set it back."""
    before = further.effort
    yield further
    further.effort = before


def asked(answer, on, *, groups=2):
    question = Question("X", hidden=True)
    for number in range(groups):
        with question.check(f"group {number}", points=1):
            same_rows(answer, REFERENCE, on=on)
    return question.result().check


def test_a_wrong_answer_that_passed_loses_the_last_group_and_learns_nothing_of_the_data(emp):
    first, last = asked(WRONG, emp).groups
    assert first.outcome is Outcome.RIGHT
    assert (last.outcome, last.points) == (Outcome.WRONG, 0)
    assert "not on all data" in last.message
    assert last.tables == ()
    assert "salary" not in last.message


def test_a_right_answer_keeps_its_points(emp):
    assert asked("SELECT name FROM emp WHERE NOT salary <= 100", emp).points == 2


def test_a_group_that_failed_already_is_enough(emp):
    question = Question("X", hidden=True)
    with question.check("passes", points=1):
        same_rows(WRONG, REFERENCE, on=emp)
    with question.check("fails", points=1):
        raise AssertionError("no")
    assert [group.outcome for group in question.result().check.groups] == [Outcome.RIGHT, Outcome.WRONG]


def test_an_author_hears_of_the_counterexample(emp, monkeypatch):
    heard = {}
    monkeypatch.setattr(Question, "watcher", lambda _question, name, error: heard.__setitem__(name, error))
    asked(WRONG, emp)
    assert "On this small database" in heard["group 1"].message
    assert heard["group 1"].made


def test_the_search_can_be_turned_off(emp, effort):
    effort.effort = Effort(databases=0)
    assert asked(WRONG, emp).points == 2


def test_a_database_may_be_closed_when_the_check_is_over(emp):
    """What counts is how it was when the query was asked."""
    question = Question("X", hidden=True)
    with question.check("group", points=1):
        same_rows(WRONG, REFERENCE, on=emp)
    emp.close()
    assert question.result().check.points == 0


def test_without_the_parser_a_notebook_goes_on_and_a_grader_says_what_is_missing(emp, effort, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert asked(WRONG, emp).points == 2
    effort.effort = Effort(notebook=False)
    with pytest.raises(EngineRoomError, match=r"engineroom\[grade\]"):
        asked(WRONG, emp)


def test_the_counterexample_can_be_experimented_with(emp):
    asked(WRONG, emp)
    database = counterexample()
    assert database.execute("SELECT salary FROM emp").fetchall() == [(100,)]
    database.close()


def test_before_the_first_one_there_is_none(monkeypatch):
    monkeypatch.setattr("autograder.sql.further.further", Further())
    with pytest.raises(EngineRoomError, match="no counterexample yet"):
        counterexample()


def test_an_answer_that_differs_in_blanks_and_case_needs_no_further_look(emp, effort, monkeypatch):
    """The class is told once; a string or a quoted name of another case is another answer."""
    monkeypatch.setattr(further, "news", [])
    for answer in (
        "SELECT name FROM emp WHERE NOT salary <= 100",
        "select NAME\nfrom Emp -- mine\nwhere not salary <= 100",
        "SELECT name FROM emp WHERE NOT salary <= 100 AND 'a' = 'a'",
        "SELECT name FROM emp WHERE NOT salary <= 100 AND 'A' = 'A'",
    ):
        asked(answer, emp)
    assert len(further.news) == 4
    assert len(set(further.news)) == 3
