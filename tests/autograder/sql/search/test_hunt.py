"""The search uses all tables and values that matter, and knows when it could not look."""

import pytest

from autograder.sql.search.arena import prepared
from autograder.sql.search.hunt import Hunt
from autograder.sql.search.verdict import Policy

DDL = """
CREATE TABLE a (id INTEGER PRIMARY KEY, x INT NOT NULL CHECK (x < 5 AND x > 5));
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT REFERENCES a(id), y INT);
CREATE TABLE c (z INT);
CREATE VIEW v AS SELECT y FROM b;
"""


def hunt(reference, candidate="SELECT 1"):
    return Hunt(prepared(DDL), reference, candidate, Policy())


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT y FROM b", ["b"]),
        ("SELECT y FROM v", ["b"]),
        ("SELECT z FROM c WHERE EXISTS (SELECT 1 FROM a)", ["a", "c"]),
        ("VALUES ((SELECT max(y) FROM b))", ["b"]),
    ],
)
def test_only_tables_that_a_query_reads_are_filled(sql, tables):
    assert hunt(sql).tables == tables


def test_values_of_a_query_that_no_parser_reads_are_tried_in_every_column():
    made = hunt("VALUES ((SELECT count(*) FROM b WHERE y > 31415))")
    assert made.arena.read(made.duel.reference)[0] is None
    assert 31415 in made.pools["b", "y"].constants


def test_tables_that_can_not_be_filled_are_named():
    made = hunt("SELECT x FROM a", "SELECT id FROM a")
    assert made.search(5, most=20) is None
    assert made.unfilled() == ["a"]
    good = hunt("SELECT y FROM b", "SELECT y + 0 FROM b")
    assert good.search(5, most=20) is None
    assert good.unfilled() == []


def test_the_number_of_databases_is_a_limit():
    made = hunt("SELECT y FROM b", "SELECT y + 0 FROM b")
    made.search(60, most=17)
    assert made.tried == 17
