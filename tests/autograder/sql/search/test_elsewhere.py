"""A wrong answer that passed its checks is refused, named if the author knows it, and a right one never is."""

import sqlite3

import pytest

from autograder.sql.further import Effort
from autograder.sql.search import elsewhere
from autograder.sql.search.elsewhere import failure_elsewhere

DDL = "CREATE TABLE emp (id INTEGER PRIMARY KEY, name TEXT, salary INT);\n"
REFERENCE = "SELECT name FROM emp WHERE salary > 100"
WRONG = "SELECT name FROM emp WHERE salary >= 100"


def failure(answer, **expected):
    found = failure_elsewhere(answer, {"sql": REFERENCE, **expected}, DDL, {}, Effort(seconds=5))
    return found[1] if found else None


def test_a_wrong_answer_fails_with_data_made_for_it():
    found = failure(WRONG)
    assert found.made
    assert [table.caption for table in found.tables] == ["Table emp", "Your result", "Expected result"]
    assert REFERENCE not in found.message + found.advice


def test_the_authors_words_for_the_same_mistake_are_used():
    known = {
        "tag": "boundary",
        "says": "More than 100 is without 100.",
        "sql": "SELECT name FROM emp WHERE 100 <= salary",
    }
    assert (failure(WRONG, wrong=[known]).tag, failure(WRONG, wrong=[known]).advice) == ("boundary", known["says"])
    assert failure(WRONG, wrong=[{**known, "sql": "SELECT nothing"}]).tag == ""


@pytest.mark.parametrize(
    "answer", [REFERENCE, "SELECT name FROM emp WHERE NOT salary <= 100", "SELECT nothing", "SELECT 1, 2"]
)
def test_a_right_answer_and_one_that_the_checks_judge_are_left_alone(answer):
    assert failure(answer) is None


def test_a_fault_of_the_search_is_not_held_against_the_answer(monkeypatch):
    def broken(*_, **__):
        raise sqlite3.InternalError("a fault of ours")

    monkeypatch.setattr(elsewhere, "compare_queries", broken)
    assert failure(WRONG) is None


def test_values_that_the_data_of_the_checks_never_shows_are_not_held_against_an_answer():
    sample = {"emp": [(1, "Ana", 90), (2, "Bo", 900), (3, "Cem", 120)]}
    for answer in ("SELECT name FROM emp WHERE salary > 100 OR salary < -1", f"{REFERENCE} AND name IS NOT NULL"):
        assert failure_elsewhere(answer, {"sql": REFERENCE}, DDL, sample, Effort(databases=400, seconds=20)) is None
