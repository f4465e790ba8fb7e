"""For each GROUP BY an index in falling order is proposed, so that luck shows."""

import sqlite3

import pytest
import sqlglot

from autograder.sql.search.facts import Facts
from autograder.sql.search.indexes import falling_indexes
from autograder.sql.search.notes import Notes
from autograder.sql.search.sketch import sketch


def indexes(sql):
    database = sqlite3.connect(":memory:")
    database.executescript("CREATE TABLE t (x INT, d TEXT); CREATE TABLE u (y INT)")
    facts = Facts.of(database)
    return falling_indexes(sketch(sqlglot.parse_one(sql, read="sqlite"), facts, Notes())[0], facts)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT x FROM t GROUP BY x", [('"t"', "x DESC")]),
        ("SELECT x, d FROM t AS q GROUP BY q.x, q.d", [('"t"', "x DESC, d DESC")]),
        ("SELECT lower(d) AS m FROM t GROUP BY m", [('"t"', "LOWER(d) DESC")]),
        ("SELECT lower(d) FROM t GROUP BY 1", [('"t"', "LOWER(d) DESC")]),
        ("SELECT x FROM t", []),
        ("SELECT x FROM t JOIN u ON x = y GROUP BY x, y", []),
    ],
)
def test_the_keys_of_a_group_in_one_table_make_an_index(sql, expected):
    assert indexes(sql) == expected
