"""What a script changed can be told, applied and recognised."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.state import State, applied, changes, fingerprint


@pytest.fixture
def after():
    """What changes when a script runs on a small table."""

    def run(script, rows="(1, 'a'), (2, 'b'), (2, 'b')"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript(f"CREATE TABLE t (x, y); CREATE TABLE u (z); INSERT INTO t VALUES {rows}")
            before = State.of(database)
            database.executescript(script)
            return before, State.of(database)

    return run


def test_nothing_changes_nothing(after):
    assert changes(*after("")) == {}


def test_a_row_that_is_written_anew_as_it_was_is_no_change(after):
    assert (
        changes(*after("UPDATE t SET x = x; DELETE FROM t; INSERT INTO t VALUES (2.0, 'b'), (2, 'b'), (1, 'a')")) == {}
    )


def test_rows_come_and_go_and_repetition_counts(after):
    (change,) = changes(*after("DELETE FROM t WHERE rowid = 2; INSERT INTO t VALUES (3, NULL)")).values()
    assert (change.added, change.removed) == (((3, None),), ((2, "b"),))


def test_a_table_may_be_new_or_gone_or_have_other_columns(after):
    found = changes(*after("DROP TABLE u; CREATE TABLE v (a); INSERT INTO v VALUES (1); ALTER TABLE t ADD COLUMN w"))
    assert [(name, change.columns) for name, change in found.items()] == [
        ("t", ("x", "y", "w")),
        ("u", ()),
        ("v", ("a",)),
    ]


def test_a_change_can_be_applied_again(after):
    before, now = after("DELETE FROM t WHERE rowid = 3; UPDATE t SET y = 'c' WHERE x = 1")
    rows = applied(before, changes(before, now)["t"], "t")
    assert sorted(rows.rows) == sorted(now.tables["t"].rows)


def test_equal_changes_have_the_same_fingerprint_whatever_the_way(after):
    one = changes(*after("UPDATE t SET y = 'c' WHERE x = 1"))
    other = changes(*after("DELETE FROM t WHERE x = 1; INSERT INTO t VALUES (1.0, 'c')"))
    third = changes(*after("DELETE FROM t WHERE x = 1; INSERT INTO t VALUES ('1', 'c')"))
    assert fingerprint(one) == fingerprint(other) != fingerprint(third)


def test_definitions_are_read_with_their_table(after):
    _, now = after("CREATE INDEX by_x ON t (x);  CREATE VIEW w AS\n SELECT  1")
    assert now.definitions["by_x"] == ("index", "CREATE INDEX by_x ON t (x)")
    assert now.owners["by_x"] == "t"
    assert now.definitions["w"] == ("view", "CREATE VIEW w AS SELECT 1")
