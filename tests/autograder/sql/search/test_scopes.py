"""A column's name is followed to the table it comes from."""

import sqlite3

import pytest
import sqlglot
from sqlglot import exp

from autograder.sql.search.facts import Facts
from autograder.sql.search.scopes import Scopes

DDL = "CREATE TABLE a (x INT, y INT); CREATE TABLE b (x INT, z INT); CREATE VIEW v AS SELECT y AS why FROM a"


def resolved(sql, column):
    database = sqlite3.connect(":memory:")
    database.executescript(DDL)
    tree = sqlglot.parse_one(sql, read="sqlite")
    scopes = Scopes(tree, Facts.of(database))
    found = scopes.resolve(sqlglot.parse_one(column, into=exp.Column), scopes.all[0])
    return found and (*found.var.place, found.direct)


@pytest.mark.parametrize(
    ("sql", "column", "place"),
    [
        ("SELECT * FROM a", "x", ("a", "x", True)),
        ("SELECT * FROM a AS q JOIN b ON 1", "B.X", ("b", "x", True)),
        ("SELECT * FROM (SELECT y AS n FROM a) q", "n", ("a", "y", True)),
        ("SELECT * FROM (SELECT max(y) AS n FROM a) q", "n", ("a", "y", False)),
        ("SELECT * FROM (SELECT * FROM a) q", "q.y", ("a", "y", True)),
        ("WITH c(n) AS (SELECT z FROM b) SELECT * FROM c", "n", ("b", "z", True)),
        ("SELECT * FROM v", "why", ("a", "y", True)),
        ("SELECT * FROM (a JOIN b ON 1)", "z", ("b", "z", True)),
        (
            "WITH RECURSIVE c(n) AS (SELECT x FROM a UNION ALL SELECT n + 1 FROM c) SELECT * FROM c",
            "n",
            ("a", "x", True),
        ),
        ("SELECT * FROM a", "nothing", None),
        ("WITH c AS (SELECT * FROM c) SELECT * FROM c", "x", None),
    ],
)
def test_a_name_leads_through_queries_to_a_table(sql, column, place):
    assert resolved(sql, column) == place
