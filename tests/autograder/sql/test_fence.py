"""The limits of one query."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.fence import Fence, Limits

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def refusal(sql, limits=Limits()):  # noqa: B008 - frozen
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE a (x)")
        with Fence(database, sql, limits) as fence:
            with pytest.raises(sqlite3.Error):
                database.execute(sql).fetchall()
            return fence.refused


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("INSERT INTO a VALUES (1)", "INSERT is not allowed"),
        ("WITH b AS (SELECT 1) DELETE FROM a", "DELETE is not allowed"),
        ("WITH b AS (SELECT 1) UPDATE a SET x = 1", "UPDATE is not allowed"),
        ("CREATE TEMP TABLE b (x)", "not allowed"),
        ("DROP TABLE a", "not allowed"),
        ("BEGIN", "a transaction is not allowed"),
        ("SAVEPOINT s", "a savepoint is not allowed"),
        ("ATTACH ':memory:' AS b", "ATTACH is not allowed"),
        ("PRAGMA writable_schema = 1", "PRAGMA writable_schema is not allowed"),
        ("PRAGMA hard_heap_limit = 1", "PRAGMA hard_heap_limit is not allowed"),
        ("SELECT load_extension('x')", "`load_extension` is not allowed"),
        ("SELECT printf('%.*c', 300000000, 'x')", "printf can repeat"),
        ("SELECT format('%-300000000lc', 'x')", "printf can repeat"),
        ("SELECT printf('%.*c', '3e8', 'x') || printf('%.*c', '300000000', 'x')", "printf can repeat"),
    ],
)
def test_what_is_refused_is_named(sql, says):
    assert says in refusal(sql)


def test_steps_are_counted_and_limited():
    assert refusal(ENDLESS, Limits(steps=5000)) == (
        "The query ran for 5000 steps and was stopped. Does FROM name tables that no condition ties together?"
    )
    assert "2 million steps" in refusal(ENDLESS, Limits(steps=2_000_000))


def test_the_clock_is_the_last_resort():
    assert refusal(ENDLESS, Limits(seconds=0)) == "The query ran for 0 seconds and was stopped."


def test_the_same_query_takes_the_same_number_of_steps():
    counts = set()
    for _ in range(3):
        with closing(sqlite3.connect(":memory:")) as database, Fence(database, ENDLESS, Limits()) as fence:
            database.execute(ENDLESS.replace("FROM n)", "FROM n WHERE i < 10000)")).fetchall()
            counts.add(fence.steps)
    assert len(counts) == 1
    assert counts.pop() > 50_000


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA table_info(a)",
        "SELECT name FROM pragma_table_info('a')",
        "SELECT value FROM json_each('[1, 2]')",
        "SELECT * FROM sqlite_master",
        "EXPLAIN QUERY PLAN SELECT * FROM a",
    ],
)
def test_reading_in_unusual_ways_is_allowed(sql):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE a (x)")
        with Fence(database, sql, Limits()) as fence:
            database.execute(sql).fetchall()
    assert fence.refused == ""


@pytest.mark.parametrize(
    "call",
    ["printf('%05.1f|%s|%d', 3.14159, 'é', 7)", "printf('%,d %*d%%', 1234567, 8, 123456)", "printf('%c', 'abc')"],
)
def test_printf_writes_what_sqlites_own_writes(call):
    with closing(sqlite3.connect(":memory:")) as database:
        own = database.execute(f"SELECT {call}").fetchall()
        with Fence(database, f"SELECT {call}", Limits()):
            assert database.execute(f"SELECT {call}").fetchall() == own
