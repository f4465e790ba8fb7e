"""Constants are found in a query's text, worked out where they are expressions."""

import pytest
import sqlglot

from autograder.sql.search.literals import constant, instances, loose_literals, worked_out


def value(sql):
    return constant(sqlglot.parse_one(sql, read="sqlite"))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("5", 5),
        ("-2.5", -2.5),
        ("'it''s'", "it's"),
        ("(3 * 4)", 12),
        ("date('2025-01-31', '+1 day')", "2025-02-01"),
        ("true", 1),
        ("CAST('7' AS INTEGER)", 7),
    ],
)
def test_a_constant_has_the_value_that_sqlite_gives_it(sql, expected):
    assert value(sql) == expected


@pytest.mark.parametrize("sql", ["x", "NULL", "(SELECT 1)", "count(*)", "random()", "date('now')", "1 / 0", "x + 1"])
def test_what_hangs_on_rows_or_time_is_no_constant(sql):
    assert value(sql) is None


def test_an_expression_is_worked_out_with_the_values_of_its_columns():
    assert worked_out("(:v0) * 2 + (:v1)", {"v0": 3, "v1": 1}) == 7
    assert worked_out("no_such(:v0)", {"v0": 3}) is None


def test_a_pattern_gives_texts_that_match_and_some_that_nearly_do():
    found = instances("A%")
    assert "A" in found
    assert any(not text.upper().startswith("A") for text in found)
    assert "Ax" in instances("[A-C]?", glob=True)


def test_numbers_and_texts_are_found_in_what_no_parser_reads():
    assert loose_literals("x MATCH 'it''s 4' AND y > 2.5 AND z9 = 7") == ([2.5, 7], ["it's 4"])
