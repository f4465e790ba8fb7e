"""A stored suite refuses a wrong query with a counterexample, and without a search."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.search.verdict import Status
from autograder.sql.stored import stored_suite, stored_verdict

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE u (y);"
EXPECTED = {
    "answer": "it",
    "sql": "SELECT id FROM t WHERE x > 5",
    "suite": [{"t": [[1, 5], [2, 6]]}, {"t": [[3, None]]}],
}
ORDERED = {"ordered": True, "sql": "SELECT id FROM t ORDER BY x, id", "suite": [{"t": [[1, 7], [2, 7]]}]}


def test_a_suite_of_another_schema_decides_nothing():
    assert stored_verdict("SELECT 1", EXPECTED | {"suite": [{"gone": [[1]]}]}, DDL) is None


def test_a_question_without_a_suite_decides_nothing():
    assert stored_suite({"sql": "SELECT 1"}).databases == ()
    assert stored_verdict("SELECT 1", {"sql": "SELECT id FROM t"}, DDL) is None


@pytest.mark.parametrize("answer", [EXPECTED["sql"], "SELECT id FROM t WHERE NOT x <= 5"])
def test_a_right_query_passes(answer):
    assert stored_verdict(answer, EXPECTED, DDL) is None


def test_a_wrong_query_is_refused_with_the_rows():
    verdict = stored_verdict("SELECT id FROM t WHERE x > 5 OR x IS NULL", EXPECTED, DDL)
    example = verdict.counterexample
    assert (verdict.status, verdict.databases, example.kind) == (Status.DIFFERENT, 2, "rows")
    assert (example.tables, example.columns) == ({"t": ((3, None),)}, {"t": ("id", "x")})
    assert (example.expected.rows, example.got.rows) == ((), ((3,),))


def test_a_query_that_fails_there_says_why():
    example = stored_verdict("SELECT id FROM tt", EXPECTED, DDL).counterexample
    assert (example.got, example.kind) == (None, "error")
    assert example.error.startswith("There is no table `tt`")


@pytest.mark.parametrize("answer", ["SELECT id FROM t ORDER BY x", "SELECT id FROM t"])
def test_an_order_by_luck_is_refused_on_a_database_that_shows_it(answer):
    example = stored_verdict(answer, ORDERED, DDL).counterexample
    assert example.kind == "order"
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(example.setup)
        assert tuple(database.execute(answer)) == example.got.rows != example.expected.rows
        assert tuple(database.execute(ORDERED["sql"])) == example.expected.rows
