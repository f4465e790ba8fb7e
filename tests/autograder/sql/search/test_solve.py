"""A comparison is solved for the columns in it."""

import pytest
import sqlglot

from autograder.sql.search.solve import solved


def solve(sql):
    tree = sqlglot.parse_one(sql, read="sqlite")
    return {column.name: wanted.sql("sqlite") for column, wanted in solved(tree.this, tree.expression)}


@pytest.mark.parametrize(
    ("sql", "column", "wanted"),
    [
        ("x + 2 = 5", "x", "(5) - (2)"),
        ("10 - x = y", "x", "(10) - (y)"),
        ("abs(x) = 3", "x", "-(3)"),
        ("lower(x) = 'a'", "x", "'a'"),
        ("strftime('%Y', x) = '2025'", "x", "('2025') || '-06-15'"),
        ("julianday(x) - julianday(y) = 3", "x", "DATETIME((3) + (JULIANDAY(y)))"),
    ],
)
def test_a_column_is_freed(sql, column, wanted):
    assert solve(sql)[column] == wanted


@pytest.mark.parametrize("sql", ["length(x) = 3", "date(x, '+1 day') = y", "x % 2 = 1", "x || 'a' = 'ba'"])
def test_what_has_no_inverse_is_left_alone(sql):
    assert "x" not in solve(sql)
