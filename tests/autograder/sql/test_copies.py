"""Private copies: what is lent again is as good as new, and never another database's."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from autograder.sql import copies
from autograder.sql.copies import image_of, private_copy, reading_copy
from autograder.sql.fence import Limits
from autograder.sql.query import QueryError
from autograder.sql.run import run_query

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    con = sqlite3.connect(":memory:")
    con.execute("CREATE TABLE t (n INTEGER)")
    yield con
    con.close()


@pytest.fixture(autouse=True)
def none_kept() -> Iterator[None]:
    """Each test begins without copies."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    for _, copy in copies._kept:
        copy.close()
    copies._kept.clear()


def test_a_closed_database_is_named(database: sqlite3.Connection) -> None:
    database.close()
    with pytest.raises(QueryError, match="can't be read"), reading_copy(database):
        pass


def test_after_an_error_a_copy_is_not_used_again(database: sqlite3.Connection) -> None:
    with pytest.raises(QueryError):
        run_query("SELECT nothing FROM t", database)
    assert copies._kept == []


def test_a_change_asks_for_another_copy(database: sqlite3.Connection) -> None:
    """Uncommitted rows count, too."""
    assert run_query("SELECT n FROM t", database).rows == ()
    database.execute("INSERT INTO t VALUES (1)")
    assert run_query("SELECT n FROM t", database).rows == ((1,),)
    database.rollback()
    assert run_query("SELECT n FROM t", database).rows == ()
    assert len(copies._kept) == 2


def test_the_same_database_gets_the_same_copy(database: sqlite3.Connection) -> None:
    with reading_copy(database) as first:
        pass
    with reading_copy(database) as second:
        assert second is first


def test_two_at_once_get_two_copies(database: sqlite3.Connection) -> None:
    with reading_copy(database) as one, reading_copy(database) as other:
        assert one is not other


def test_another_thread_may_use_it(database: sqlite3.Connection) -> None:
    run_query("SELECT 1 AS n", database)
    image, found = image_of(database), []
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as same:
        same.deserialize(image)
        thread = threading.Thread(target=lambda: found.append(run_query("SELECT 2 AS n", same).rows))
        thread.start()
        thread.join()
    assert found == [((2,),)]


@pytest.mark.parametrize(
    "before",
    [
        "SELECT printf('%.3c', 'x') AS p",
        "PRAGMA table_info(t)",
        "EXPLAIN SELECT * FROM t",
        "SELECT name FROM pragma_table_info('t')",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) SELECT sum(i) AS s FROM n",
    ],
)
def test_what_was_asked_before_changes_nothing(database: sqlite3.Connection, before: str) -> None:
    """Neither results nor refusals: limits and counts begin anew with each query."""
    run_query(before, database, Limits(value=1000))
    assert run_query("SELECT printf('%5d|%s', 7, 'a') AS p", database).rows == (("    7|a",),)
    assert run_query("SELECT length(hex(zeroblob(1000))) AS n", database).rows == ((2000,),)
    assert run_query("SELECT changes() AS a, total_changes() AS b, last_insert_rowid() AS c", database).rows == (
        (0, 0, 0),
    )
    with pytest.raises(QueryError, match="5000 steps"):
        run_query(ENDLESS, database, Limits(steps=5000))
    with pytest.raises(QueryError, match="not allowed here"):
        run_query("PRAGMA writable_schema = 1", database)


def test_bytes_stand_for_the_database(database: sqlite3.Connection) -> None:
    """They are the same object while there is a copy of them, so that they are quick to compare."""
    database.execute("INSERT INTO t VALUES (1)")
    image = image_of(database)
    assert run_query("SELECT n FROM t", image).rows == ((1,),)
    database.execute("DELETE FROM t")
    assert run_query("SELECT n FROM t", image).rows == ((1,),)
    database.execute("INSERT INTO t VALUES (1)")
    with closing(sqlite3.connect(":memory:")) as same:
        same.deserialize(image)
        assert image_of(same) is image


def test_a_private_copy_is_never_lent(database: sqlite3.Connection) -> None:
    with closing(private_copy(database)) as mine:
        mine.execute("INSERT INTO t VALUES (1)")
        assert run_query("SELECT n FROM t", database).rows == ()


def test_few_and_small_ones_are_kept(database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "_MOST", 2)
    for number in range(4):
        database.execute("INSERT INTO t VALUES (?)", [number])
        run_query("SELECT n FROM t", database)
    assert len(copies._kept) == 2
    assert copies._kept[0][0] == image_of(database)
    monkeypatch.setattr(copies, "_LARGEST", 100)
    _forget()
    run_query("SELECT n FROM t", database)
    assert copies._kept == []
