"""Columns get the constants of the queries with their neighbours, and values like those of the sample."""

import sqlite3

from autograder.sql.search.facts import Facts, Kind
from autograder.sql.search.notes import Notes
from autograder.sql.search.pools import Pool, fits, nearby, pools


def pool(column, literals=(), sample=(), temporal=False):
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE t ({column})")
    notes = Notes()
    notes.note(("t", "x"), literals)
    if temporal:
        notes.temporal.add(("t", "x"))
    return pools(Facts.of(database), ["t"], notes, {"t": [(value,) for value in sample]})["t", "x"]


def test_a_number_comes_with_the_next_ones():
    assert {99, 100, 101} <= set(pool("x INT", [100]).constants)


def test_a_text_comes_longer_and_in_another_case():
    assert {"Leaf", "Leafx", "lEAF"} <= set(pool("x TEXT", ["Leaf"]).constants)


def test_a_date_comes_with_the_days_around_it_in_the_format_of_the_sample():
    found = pool("x TEXT", ["2025-03-01"], ["2024-01-01T10:00:00Z"])
    assert {"2025-03-01T00:00:00Z", "2025-02-28T23:59:59Z"} <= set(found.constants)
    assert found.kind is Kind.DATETIME


def test_a_text_column_that_a_date_function_reads_holds_dates():
    assert pool("x TEXT", temporal=True).kind is Kind.DATETIME


def test_where_the_sample_has_no_null_no_negative_number_and_no_fraction_there_is_none():
    found = pool("x INT", [0, 2.5], [10, 20])
    assert not found.nullable
    assert all(isinstance(value, int) and value >= 0 for value in found.values)
    assert pool("x INT", [], [10, None]).nullable


def test_texts_that_look_unlike_the_sample_are_left_out():
    assert all("@" in value for value in pool("x TEXT", ["ann", "bo@x.org"], ["al@y.org"]).values)


def test_a_boolean_is_zero_or_one():
    assert set(pool("x BOOLEAN", [5]).values) == {0, 1}


def test_numbers_of_the_sample_differ_in_size_so_that_a_sort_as_text_shows():
    assert {1, 1000} <= set(pool("x INT", [], [1, 2, 3, 4, 5, 1000]).plain)


def test_nearby_gives_a_value_and_its_neighbours_as_the_column_writes_them():
    dates = Pool(Kind.DATE, (), (), False, "%Y-%m-%d")
    assert set(nearby("2025-03-01", dates)) == {"2025-03-01", "2025-03-02", "2025-02-28"}
    assert set(nearby(4.5, Pool(Kind.INTEGER, (), (), False))) == {3, 4, 5, 6}
    assert nearby("noon", dates) == []


def test_a_literal_fits_only_columns_of_its_kind():
    assert fits("a", Kind.TEXT)
    assert not fits("a", Kind.INTEGER)
    assert not fits(2, Kind.BOOLEAN)
    assert not fits(2.5, Kind.INTEGER)
