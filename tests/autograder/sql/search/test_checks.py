"""Generated values respect CHECK constraints, which SQLite itself judges."""

import sqlite3

import pytest

from autograder.sql.search.checks import Checks, note_checks
from autograder.sql.search.facts import Facts
from autograder.sql.search.notes import Notes
from autograder.sql.search.pools import pools


def allowed(column):
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE t ({column})")
    facts, notes = Facts.of(database), Notes()
    note_checks(facts, ["t"], notes)
    found = Checks(facts.tables["t"]).allowed(0, pools(facts, ["t"], notes, {})["t", "x"])
    return list(found.values)


@pytest.mark.parametrize(
    ("column", "good"),
    [
        ("x TEXT CHECK (x IN ('open', 'closed'))", lambda value: value in ("open", "closed")),
        ("x INT CHECK (x BETWEEN 100 AND 105)", lambda value: 100 <= value <= 105),
        ("x INT CHECK (x > 0 AND x % 7 = 0)", lambda value: value > 0 and value % 7 == 0),
        ("x TEXT CHECK (x LIKE '%@%')", lambda value: "@" in value),
        ("x TEXT CHECK (length(x) = 2)", lambda value: len(value) == 2),
        ("x TEXT CHECK (x GLOB '[A-Z][A-Z]-[0-9][0-9]')", lambda value: value[2] == "-"),
    ],
)
def test_only_values_that_the_constraint_allows_remain_and_there_are_several(column, good):
    values = allowed(column)
    assert len(set(values)) >= 2
    assert all(map(good, values))


def test_a_constraint_on_several_columns_is_asked_of_the_whole_row():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (a INT, b INT, CHECK ((a IS NULL) <> (b IS NULL)))")
    checks = Checks(Facts.of(database).tables["t"])
    assert checks.groups == [(0, 1)]
    assert checks.met([1, None])
    assert not checks.met([1, 2])
    assert not checks.met([None, None])


def test_null_meets_a_constraint_as_in_sqlite():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE t (a INT, b INT, CHECK (a < b))")
    assert Checks(Facts.of(database).tables["t"]).met([None, 2])
