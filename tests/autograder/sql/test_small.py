"""Tiny databases are kept as rows and built again, in every physical order."""

import json
import sqlite3
from contextlib import closing

import pytest

from autograder.sql.small import build_small, ddl_of, layouts, small_from_json, small_to_json

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER NOT NULL); CREATE INDEX by_x ON t (x); CREATE TABLE u (y);"
SMALL = {"t": ((1, 7), (2, 7), (3, 5))}


def rows(layout, sql="SELECT id FROM t"):
    with closing(build_small(DDL, SMALL, layout)) as database:
        return [row[0] for row in database.execute(sql)]


@pytest.mark.parametrize(
    ("ddl", "small"),
    [("CREATE TABEL t (x)", {}), (DDL, {"t": ((1, None),)}), (DDL, {"v": ((1,),)}), (DDL, {"t": ((1,),)})],
)
def test_what_the_schema_does_not_take_is_an_error(ddl, small):
    with pytest.raises(sqlite3.Error):
        build_small(ddl, small)


@pytest.mark.parametrize("data", [{"t": [[[1]]]}, {"t": [[{"blub": "00"}]]}, {"t": 5}, {"t": [[{"blob": "zz"}]]}])
def test_json_that_holds_something_else_is_refused(data):
    with pytest.raises((TypeError, KeyError, ValueError)):
        small_from_json(data)


def test_rows_come_back_from_json_as_they_were():
    small = {"t": ((None, 1, 2.5, "é'", b"\x00\xff"),), "u": ()}
    assert small_from_json(json.loads(json.dumps(small_to_json(small)))) == small


def test_a_schema_is_read_and_built_again():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(DDL)
        ddl = ddl_of(database)
    with closing(build_small(ddl, SMALL)) as copy:
        assert ddl_of(copy) == ddl


def test_foreign_keys_are_not_enforced():
    ddl = "PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p (id))"
    build_small(ddl, {"c": ((9,),)}).close()


def test_every_layout_holds_the_same_rows_in_another_order():
    assert rows("plain") == [1, 2, 3]
    assert rows("backwards") == [3, 2, 1]
    assert rows("bare") == [3, 2, 1]
    assert rows("falling", "SELECT x FROM t GROUP BY x") == [7, 5]
    assert rows("bare", "SELECT id FROM t ORDER BY x DESC") == [2, 1, 3]


def test_special_tables_keep_their_keys():
    assert "bare" in layouts(DDL)
    for ddl in ("CREATE TABLE t (x TEXT COLLATE NOCASE)", "CREATE TABLE t (x INT) STRICT", "CREATE VIEW v AS SELECT 1"):
        assert "bare" not in layouts(ddl)
