"""A query's conditions are found wherever they stand, with the columns of tables that they are about."""

import sqlite3

import pytest
import sqlglot

from autograder.sql.search.conditions import Choice, Derived, Tie
from autograder.sql.search.conditions import Test as Comparison
from autograder.sql.search.facts import Facts
from autograder.sql.search.notes import Notes
from autograder.sql.search.sketch import sketch

DDL = "CREATE TABLE a (x INT, y INT, s TEXT); CREATE TABLE b (x INT, z INT, d TEXT); CREATE VIEW v AS SELECT z FROM b"


def read(sql):
    database = sqlite3.connect(":memory:")
    database.executescript(DDL)
    notes = Notes()
    found, tables = sketch(sqlglot.parse_one(sql, read="sqlite"), Facts.of(database), notes)
    return [condition for _, conditions in found.scopes for condition in conditions], notes, tables


@pytest.mark.parametrize(
    ("sql", "place", "value"),
    [
        ("SELECT * FROM a WHERE x > 5", ("a", "x"), 5),
        ("SELECT * FROM a q WHERE 5 < q.x", ("a", "x"), 5),
        ("SELECT x FROM a GROUP BY x HAVING max(y) > 7", ("a", "y"), 7),
        ("SELECT CASE WHEN y > 7 THEN 1 END FROM a", ("a", "y"), 7),
        ("SELECT CASE y WHEN 7 THEN 1 END FROM a", ("a", "y"), 7),
        ("SELECT n FROM (SELECT y AS n FROM a) WHERE n = 7", ("a", "y"), 7),
        ("WITH c(n) AS (SELECT y FROM a) SELECT n FROM c WHERE n = 7", ("a", "y"), 7),
        ("SELECT * FROM v WHERE z = 7", ("b", "z"), 7),
        ("SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE z = 7 AND b.x = a.x)", ("b", "z"), 7),
        ("SELECT * FROM a WHERE y * 2 = 14", ("a", "y"), 7),
        ("SELECT x FROM a UNION SELECT z FROM b WHERE z IN (7, 8)", ("b", "z"), 8),
    ],
)
def test_a_constant_is_noted_for_the_column_it_is_compared_with(sql, place, value):
    assert value in read(sql)[1].constants[place]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM a JOIN b ON a.x = b.z",
        "SELECT * FROM a WHERE x IN (SELECT z FROM b)",
        "SELECT * FROM a WHERE x > (SELECT avg(z) FROM b)",
        "SELECT x FROM a EXCEPT SELECT z FROM b",
        "SELECT * FROM a, (SELECT z AS n FROM b) q WHERE q.n = a.x",
    ],
)
def test_columns_that_meet_share_their_values(sql):
    classes = read(sql)[1].classes
    assert classes.root(("a", "x")) == classes.root(("b", "z"))


def test_not_turns_a_condition_round():
    (condition,) = read("SELECT * FROM a WHERE NOT (x > 5 OR y = 1)")[0]
    assert isinstance(condition, Choice)
    assert not condition.any_of
    assert [part.operator for part in condition.parts] == ["<=", "!="]


def test_null_tests_and_ties_keep_their_columns():
    null, tie = read("SELECT * FROM a JOIN b USING (x) WHERE s IS NOT NULL")[0]
    assert isinstance(null, Comparison)
    assert null.operator == "not null"
    assert isinstance(tie, Tie)
    assert (tie.left.place, tie.right.place) == (("a", "x"), ("b", "x"))


def test_a_column_that_hangs_on_another_is_derived_from_it():
    (condition,) = read("SELECT * FROM a JOIN b ON b.z = a.x + 1")[0]
    derived = [part for part in condition.parts if isinstance(part, Derived)]
    assert (derived[0].var.place, derived[0].of[0].place) == (("b", "z"), ("a", "x"))


def test_numbers_of_rows_are_noted_as_sizes():
    assert {3, 4} <= read("SELECT x FROM a GROUP BY x HAVING count(*) > 4 LIMIT 3")[1].sizes


def test_a_text_given_to_a_date_function_holds_dates():
    assert ("b", "d") in read("SELECT strftime('%Y', d) FROM b")[1].temporal


def test_the_tables_that_a_query_reads_are_named():
    assert read("SELECT 1 FROM (SELECT * FROM (SELECT * FROM a) JOIN b ON 1)")[2] == {"a", "b"}
