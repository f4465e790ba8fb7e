"""A wrong query is recognised as the one mistake that it makes, however it is written, and never by guessing."""

import pytest

from autograder.sql.diagnosis import hint_for_mistake, single_mistake
from autograder.sql.suite import Suite
from autograder.sql.taxonomy import misconception

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y TEXT);"
COLUMNS = {"t": {"id": "INTEGER", "x": "INTEGER", "y": "TEXT"}}
SUITE = Suite(
    "SELECT id FROM t WHERE x >= 5 AND y IS NULL",
    ({"t": ((1, 5, None), (2, 4, None), (3, 6, None), (4, 6, "a"), (6, 1, "b"))}, {"t": ((5, 5, "a"),)}),
)


@pytest.fixture
def mistake():
    with SUITE.opened(DDL) as opened:
        yield lambda sql: single_mistake(opened, sql, DDL, COLUMNS)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT nothing FROM t",
        "",
        "SELECT id FROM t WHERE x >= 5 AND y ISNULL",
        "SELECT id FROM t WHERE id IN (1, 4)",
        "SELECT id FROM t WHERE x > 5",
    ],
)
def test_what_fails_or_is_right_or_makes_another_mistake_has_no_name(sql, mistake):
    assert mistake(sql) is None


@pytest.mark.parametrize(
    ("sql", "taxonomy", "change"),
    [
        ("SELECT id FROM t WHERE y IS NULL AND x > 5", 57, "`x > 5` instead of `x >= 5`"),
        ("SELECT id FROM t WHERE NOT x <= 5 AND y ISNULL", 57, "`x > 5` instead of `x >= 5`"),
        ("SELECT t.id FROM t WHERE t.x >= 5", 66, "without `y IS NULL`"),
        ("SELECT id FROM t", 112, "without `WHERE x >= 5 AND y IS NULL`"),
        ("SELECT id FROM t WHERE y IS NULL OR 5 <= x", 52, None),
    ],
)
def test_a_single_mistake_is_recognised_by_its_meaning(sql, taxonomy, change, mistake):
    found = mistake(sql)
    assert found.taxonomy == taxonomy
    assert change in (None, found.change)


def test_an_empty_result_is_named_only_where_the_text_is_the_same(mistake):
    """`= NULL` and many other mistakes find nothing."""
    assert mistake("select id from t where x >= 5 and y = null").taxonomy == 21
    assert mistake("SELECT id FROM t WHERE x >= 5 AND y = 'zzz'") is None


def test_the_hint_of_a_mistake_comes_from_the_taxonomy():
    expected = {
        "sql": SUITE.reference,
        "suite": [{"t": [list(row) for row in small["t"]]} for small in SUITE.databases],
    }
    assert hint_for_mistake("SELECT id FROM t WHERE x > 5 AND y IS NULL", expected, DDL) == misconception(57).hint
    assert hint_for_mistake("SELECT id FROM t WHERE id IN (1, 4)", expected, DDL) == ""
    assert hint_for_mistake("SELECT id FROM t", {"sql": SUITE.reference}, DDL) == ""
    assert hint_for_mistake("SELECT id FROM t", expected | {"suite": [{"gone": [[1]]}]}, DDL) == ""
