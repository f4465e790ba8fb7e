"""A counterexample is told in few rows, each tagged, with where to look and a hint; the reference never."""

import pytest

from autograder.sql import compare_queries
from autograder.sql.search.panel import panel_message, panel_tables

DDL = """
CREATE TABLE dept (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE emp (id INTEGER PRIMARY KEY, name TEXT NOT NULL, salary INT, note TEXT, dept_id INT REFERENCES dept(id));
"""


def told(reference, candidate):
    verdict = compare_queries(DDL, reference, candidate, 3)
    return panel_message(verdict, reference, candidate), panel_tables(verdict, reference, candidate)


@pytest.mark.parametrize(
    ("reference", "candidate", "tag", "words"),
    [
        (
            "SELECT name FROM emp WHERE salary > 100",
            "SELECT name FROM emp WHERE salary >= 100",
            "extra",
            "look at WHERE",
        ),
        ("SELECT name FROM emp WHERE salary >= 100", "SELECT name FROM emp WHERE salary > 100", "missing", "WHERE"),
        ("SELECT DISTINCT name FROM emp", "SELECT name FROM emp", "repeated", "DISTINCT"),
        ("SELECT name FROM emp ORDER BY name", "SELECT name FROM emp", "order", "Without ORDER BY"),
        ("SELECT id, salary FROM emp", "SELECT id, salary + 1 FROM emp", "cell", "look at SELECT"),
        ("SELECT salary FROM emp", "SELECT CAST(salary AS TEXT) FROM emp", "type", "1 is a number"),
        ("SELECT id FROM emp WHERE note IS NULL", "SELECT id FROM emp WHERE note = NULL", "missing", "IS NULL"),
        (
            "SELECT e.name FROM emp e JOIN dept d ON d.id = e.dept_id",
            "SELECT e.name FROM emp e, dept d",
            "repeated",
            "look at FROM",
        ),
    ],
)
def test_rows_are_tagged_and_the_clause_and_a_hint_are_named(reference, candidate, tag, words):
    message, tables = told(reference, candidate)
    assert tag in {word for table in tables for word in table.notes}
    assert words in message
    assert reference not in message


def test_the_small_database_comes_first_then_both_results():
    _, tables = told(
        "SELECT d.name FROM dept d LEFT JOIN emp e ON e.dept_id = d.id WHERE e.id IS NULL", "SELECT name FROM dept"
    )
    assert [table.caption for table in tables] == ["Table dept", "Table emp", "Your result", "Expected result"]
    assert all(len(table.rows) <= 8 for table in tables)


def test_columns_that_no_query_names_are_left_out():
    _, tables = told("SELECT name FROM emp WHERE salary > 1", "SELECT name FROM emp WHERE salary > 2")
    assert tables[0].columns == ("id", "name", "salary")


def test_a_query_that_stops_says_why():
    message, tables = told("SELECT name FROM emp", "SELECT abs(-9223372036854775808 + id - id) FROM emp")
    assert "There it stops: integer overflow" in message
    assert [table.caption for table in tables] == ["Table emp", "Expected result"]
