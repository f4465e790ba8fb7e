"""Queries run behind a fence on layouts that hold the same rows in other orders."""

import sqlite3

import pytest

from autograder.sql.search.arena import Arena, Failure, prepared

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, x INT CHECK (x < 10))"
ROWS = {"t": [[1, "a", 5], [2, "b", 6], [3, "c", None]]}


@pytest.fixture
def arena():
    arena = Arena(DDL)
    arena.guard("SELECT 1")
    yield arena
    arena.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "ATTACH ':memory:' AS other",
        "PRAGMA foreign_keys = ON",
        "SELECT load_extension('x')",
        "SELECT zeroblob(200000)",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        "SELECT 'open",
    ],
)
def test_what_must_not_or_can_not_run_fails_and_changes_nothing(arena, sql):
    arena.main.load(ROWS)
    assert isinstance(arena.main.run(sql), Failure)
    assert arena.main.run("SELECT count(*) FROM t") == [(3,)]


def test_rows_that_a_constraint_refuses_are_counted(arena):
    assert arena.main.load({"t": [*ROWS["t"], [4, "a", 1], [5, "d", 99], ["text", "e", 1]]}) == 3
    assert [row[0] for row in arena.main.stored(["t"])["t"]] == [1, 2, 3]


def test_loading_empties_what_was_there(arena):
    arena.main.load(ROWS)
    arena.main.load({"t": []})
    assert arena.main.run("SELECT * FROM t") == []


def test_layouts_give_the_same_rows_in_other_orders(arena):
    orders = set()
    for layout in (arena.main, arena.backwards, arena.bare, arena.falling):
        layout.load(ROWS)
        rows = layout.run("SELECT name FROM t GROUP BY name")
        assert sorted(rows) == [("a",), ("b",), ("c",)]
        orders.add(tuple(layout.run("SELECT name FROM t WHERE name > ''")))
    assert len(orders) > 1


def test_text_that_is_not_utf8_is_read_as_its_bytes(arena):
    assert arena.main.run("SELECT CAST(x'ff41' AS TEXT)") == [("\\xffA",)]


def test_concatenation_does_not_hang_on_the_order_of_rows(arena):
    arena.guard("SELECT group_concat(name) FROM t")
    arena.main.load({"t": [[1, "b", 1], [2, "a", 1]]})
    assert arena.main.run("SELECT group_concat(name, '-') FROM t") == [("a-b",)]
    arena.guard("SELECT group_concat(name) OVER () FROM t")
    assert arena.main.run("SELECT group_concat(name) OVER () FROM t") == [("a,b",), ("a,b",)]


def test_columns_are_known_even_of_a_query_that_runs_away(arena):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS many FROM n"
    assert arena.main.columns(endless) == ("many",)
    with pytest.raises(sqlite3.Error):
        arena.main.columns("SELECT nothing FROM t")


def test_an_arena_is_kept_for_the_next_query_on_the_same_schema():
    assert prepared(DDL) is prepared(DDL)
    with pytest.raises(sqlite3.Error):
        prepared("CREATE TABLE (")
