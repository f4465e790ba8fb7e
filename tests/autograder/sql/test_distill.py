"""A suite is as small as can be, shows every mistake that data can show, and refuses nothing that is right."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.distill import distilled, read_small, shrunk_small
from autograder.sql.suite import Suite

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, y TEXT); CREATE TABLE u (z);"
RIGHT = "SELECT id FROM t WHERE x >= 5 AND y IS NULL"
MISTAKES = [RIGHT.replace(">=", ">"), RIGHT.replace(" AND y IS NULL", ""), RIGHT.replace("IS", "="), "SELECT z FROM t"]


def test_nothing_is_found_where_nothing_can_be():
    suite, left = distilled(Suite(RIGHT, ()), DDL, [RIGHT.replace("5", "4 + 1")], seconds=0.1)
    assert (suite.databases, left) == ((), [RIGHT.replace("5", "4 + 1")])


def test_a_stored_database_of_another_schema_is_left_out():
    suite, _ = distilled(Suite(RIGHT, ({"gone": ((1,),)}, {"t": ((1,),)})), DDL, MISTAKES)
    assert all(set(small) <= {"t"} and all(len(row) == 3 for row in small["t"]) for small in suite.databases)


def test_every_mistake_shows_itself_on_few_rows():
    suite, left = distilled(Suite(RIGHT, ()), DDL, MISTAKES)
    assert left == []
    with suite.opened(DDL) as opened:
        assert all(map(opened.kills, MISTAKES))
        assert not opened.kills("SELECT id FROM t WHERE NOT x < 5 AND y ISNULL")
    assert len(suite.databases) <= 3
    assert sum(len(small["t"]) for small in suite.databases if small) <= 4


def test_the_author_s_data_is_made_small_and_used_before_a_search():
    given = {"t": tuple((n, n, "abc" if n % 3 else None) for n in range(90)), "u": ((1,), (2,))}
    suite, left = distilled(Suite(RIGHT, ()), DDL, MISTAKES[1:2], given=[given], seconds=0)
    assert left == []
    ((row,),) = (small["t"] for small in suite.databases)
    assert row in given["t"]


def test_a_database_on_which_right_queries_differ_is_not_used():
    other = "SELECT id FROM t WHERE x > 4.5 AND y IS NULL AND id <> 13"
    suite, _ = distilled(
        Suite(RIGHT, ()),
        DDL,
        ["SELECT id FROM t WHERE x >= 5 AND y IS NULL AND id < 13"],
        right=[other],
        given=[{"t": ((13, 5, None),)}],
        seconds=0.1,
    )
    assert all(row[0] != 13 for small in suite.databases for row in small["t"])


def test_where_right_queries_differ_on_an_empty_table_another_database_is_found():
    """NULL NOT IN nothing is true: the smallest database that shows the mistake is not one on which both are right."""
    ddl = "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TABLE s (sid INTEGER PRIMARY KEY, t_id INTEGER);"
    right = "SELECT s.sid FROM s LEFT JOIN t ON t.id = s.t_id WHERE t.id IS NULL AND s.t_id IS NOT NULL"
    mistake = right.replace(" AND s.t_id IS NOT NULL", "")
    other = "SELECT sid FROM s WHERE t_id NOT IN (SELECT id FROM t)"
    suite, left = distilled(Suite(right, ()), ddl, [mistake], right=[other])
    assert left == []
    assert all(small["t"] for small in suite.databases)


def test_needless_databases_go():
    three = ({"t": ((1, 5, None),)}, {"t": ((2, 5, None),)}, {"t": ((1, 6, None), (2, 5, None))})
    suite, _ = distilled(Suite(RIGHT, three), DDL, MISTAKES[:1])
    assert suite.databases == three[:1]


def test_shrinking_leaves_out_tables_and_rows():
    small = {"t": tuple((n,) for n in range(50)), "u": ((1,),)}
    assert shrunk_small(small, lambda fewer: (17,) in fewer.get("t", ()) and (30,) in fewer["t"]) == {
        "t": ((17,), (30,))
    }


def test_all_rows_of_a_database_are_read():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(DDL + "INSERT INTO t VALUES (1, NULL, 'a')")
        assert read_small(database) == {"t": ((1, None, "a"),)}


@pytest.mark.parametrize("mistake", ["SELECT id FROM t ORDER BY x", "SELECT id FROM t"])
def test_a_missing_sort_key_shows_itself_in_another_layout(mistake):
    suite, left = distilled(Suite("SELECT id FROM t ORDER BY x, id", (), ordered=True), DDL, [mistake])
    assert left == []
    assert sum(len(small["t"]) for small in suite.databases) <= 2
