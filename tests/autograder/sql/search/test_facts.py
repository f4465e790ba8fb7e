"""The schema is read as SQLite understands it: keys, links, kinds, and the conditions of CHECK."""

import sqlite3

import pytest

from autograder.sql.search.facts import Facts, Kind, Link, quoted


def facts(ddl):
    database = sqlite3.connect(":memory:")
    database.executescript(ddl)
    return Facts.of(database)


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("INTEGER", Kind.INTEGER),
        ("VARCHAR(20)", Kind.TEXT),
        ("TEXT", Kind.TEXT),
        ("BOOLEAN", Kind.BOOLEAN),
        ("DATE", Kind.DATE),
        ("TIMESTAMP", Kind.DATETIME),
        ("TIME", Kind.TIME),
        ("DECIMAL(8,2)", Kind.REAL),
        ("DECIMAL(8)", Kind.INTEGER),
        ("DOUBLE PRECISION", Kind.REAL),
        ("", Kind.TEXT),
    ],
)
def test_the_declared_type_says_what_values_a_column_is_meant_for(declared, kind):
    assert facts(f"CREATE TABLE t (other, x {declared})").tables["t"].columns[1].kind is kind


def test_a_table_stands_behind_those_it_refers_to():
    found = facts("CREATE TABLE b (a_id REFERENCES a); CREATE TABLE a (id INTEGER PRIMARY KEY)")
    assert list(found.tables) == ["a", "b"]
    assert found.tables["b"].links == (Link((0,), "a", (0,)),)


def test_tables_that_refer_to_each_other_are_all_kept():
    found = facts(
        "CREATE TABLE a (id PRIMARY KEY, b REFERENCES b(id)); CREATE TABLE b (id PRIMARY KEY, a REFERENCES a(id))"
    )
    assert set(found.tables) == {"a", "b"}


def test_a_composite_key_is_required_though_sqlite_would_let_null_in():
    table = facts("CREATE TABLE t (x INT, y INT, z INT, PRIMARY KEY (y, x), UNIQUE (z))").tables["t"]
    assert table.key == (1, 0)
    assert set(table.uniques) == {(1, 0), (2,)}
    assert [column.required for column in table.columns] == [True, True, False]


def test_a_partial_index_makes_nothing_unique():
    assert facts("CREATE TABLE t (x INT, y INT); CREATE UNIQUE INDEX i ON t (x) WHERE y > 0").tables["t"].uniques == ()


def test_check_conditions_are_cut_out_whatever_brackets_and_texts_they_hold():
    ddl = "CREATE TABLE t (kind TEXT CHECK (kind IN ('a)', 'b')), x INT, CHECK ((x IS NULL) <> (kind = 'check (')))"
    assert facts(ddl).tables["t"].checks == ("kind IN ('a)', 'b')", "(x IS NULL) <> (kind = 'check (')")


def test_a_generated_column_is_none_to_insert_into():
    table = facts("CREATE TABLE t (x INT, twice INT AS (x * 2), y INT)").tables["t"]
    assert [column.name for column in table.columns] == ["x", "y"]


def test_views_are_kept_by_their_text():
    assert "SELECT" in facts("CREATE TABLE t (x); CREATE VIEW V AS SELECT x FROM t").views["v"]


def test_a_name_is_quoted_so_that_nothing_else_is_meant():
    assert quoted('a"b') == '"a""b"'
