"""Tests of a database that is a file for a while."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autograder.web.database_file import database_file, rows_in


@pytest.fixture
def shop():
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (a INTEGER)")
        db.execute("INSERT INTO t VALUES (1), (2)")
        db.commit()
        yield db


def test_the_file_is_gone_afterwards_whatever_happens(shop):
    """Nothing is left behind by a check that fails."""
    held = database_file(shop)
    path = held.__enter__()
    assert Path(path).is_file()
    assert not held.__exit__(KeyError, KeyError(), None)  # the error goes on
    assert not Path(path).parent.exists()


def test_the_file_is_a_copy(shop):
    """What an app does to it never reaches the data set, and can be read past the app."""
    with database_file(shop) as path, closing(sqlite3.connect(path)) as app, app:
        app.execute("DELETE FROM t WHERE a = 1")
        app.commit()
        assert rows_in(path, "SELECT a FROM t WHERE a < ?", 9) == [(2,)]
    assert shop.execute("SELECT count(*) FROM t").fetchone() == (2,)


def test_two_files_of_one_data_set_are_apart(shop):
    """An old app and a new one can be compared."""
    with database_file(shop) as one, database_file(shop) as other:
        with closing(sqlite3.connect(one)) as app, app:
            app.execute("DELETE FROM t")
        assert (rows_in(one, "SELECT * FROM t"), len(rows_in(other, "SELECT * FROM t"))) == ([], 2)
