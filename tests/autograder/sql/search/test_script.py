"""A database is written so that SQLite builds the same one again."""

import sqlite3

from autograder.sql.search.arena import Arena
from autograder.sql.search.script import script

DDL = 'CREATE TABLE "order" (id INTEGER PRIMARY KEY, "my key" TEXT, x REAL, b BLOB); CREATE TABLE other (y INT)'


def test_names_and_values_of_every_kind_survive():
    arena = Arena(DDL)
    rows = [[1, "it's", 0.1, b"\x00\xff"], [2, None, -1.5, None]]
    text = script(arena.main, {"order": rows}, arena.facts)
    database = sqlite3.connect(":memory:")
    database.executescript(text)
    assert [list(row) for row in database.execute('SELECT * FROM "order"')] == rows
    assert "other" not in text


def test_the_order_in_which_sqlite_reads_is_set_where_it_mattered():
    arena = Arena(DDL)
    assert script(arena.main, {"other": []}, arena.facts, backwards=True).startswith("PRAGMA reverse_unordered_selects")
