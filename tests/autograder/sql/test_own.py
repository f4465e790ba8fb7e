"""The author's own queries: remembered for the same bytes, and for no others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from autograder.sql import own
from autograder.sql.own import own_rows
from autograder.sql.query import QueryError


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE t (n INTEGER)")
    yield con
    con.close()


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without memory."""
    own._remembered.clear()


def test_a_query_that_fails_fails_each_time(database: sqlite3.Connection) -> None:
    """Nothing is remembered of it."""
    for _ in range(2):
        with pytest.raises(QueryError):
            own_rows("SELECT nothing FROM t", database)
    assert [results for _, results in own._remembered] == [{}]


def test_a_change_is_seen(database: sqlite3.Connection) -> None:
    """Uncommitted rows count, too: what is remembered belongs to the bytes."""
    assert own_rows("SELECT n FROM t", database).rows == ()
    database.execute("INSERT INTO t VALUES (1)")
    assert own_rows("SELECT n FROM t", database).rows == ((1,),)
    database.rollback()
    assert own_rows("SELECT n FROM t", database).rows == ()


def test_the_same_is_not_run_twice(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer is the first one's object."""
    first = own_rows("SELECT n FROM t", database)
    monkeypatch.setattr(own, "run_query", lambda *_: pytest.fail("it was run again"))
    assert own_rows("SELECT n FROM t", database) is first


def test_memory_has_an_end(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest query of a database goes first, and the database that was asked longest ago."""
    monkeypatch.setattr(own, "_MOST_QUERIES", 2)
    monkeypatch.setattr(own, "_MOST_IMAGES", 1)
    for number in range(3):
        own_rows(f"SELECT {number} FROM t", database)
    assert [list(results) for _, results in own._remembered] == [["SELECT 1 FROM t", "SELECT 2 FROM t"]]
    database.execute("INSERT INTO t VALUES (1)")
    own_rows("SELECT 2 FROM t", database)
    assert [list(results) for _, results in own._remembered] == [["SELECT 2 FROM t"]]
