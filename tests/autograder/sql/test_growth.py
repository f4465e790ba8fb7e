"""Queries that grow while they compile are recognised from their text."""

import pytest

from autograder.sql.growth import MOST_TOKENS, grown_size
from autograder.sql.text import statements


def chain(links, source="c{0} a, c{0} b"):
    parts = ["c0 AS (SELECT 1 x)"]
    parts += [f"c{n} AS (SELECT a.x FROM {source.format(n - 1)})" for n in range(1, links)]
    return f"WITH {', '.join(parts)} SELECT count(*) FROM c{links - 1}"


def size(sql):
    return grown_size(statements(sql)[0])


@pytest.mark.parametrize(
    "source",
    ["c{0} a, c{0} b", "c{0} a JOIN c{0} b", '"c{0}" a, [C{0}] b', "'c{0}' a, `c{0}` b", "c{0} a WHERE 1 IN c{0}"],
)
def test_a_doubling_chain_is_too_large(source):
    assert size(chain(30, source)) > MOST_TOKENS


def test_a_chain_in_any_order_or_with_hints_is_too_large():
    sql = chain(30).replace(" AS (", "(x) AS NOT MATERIALIZED (")
    assert size(sql) > MOST_TOKENS
    first, last = sql.index("c5(x)"), sql.index("c9(x)")
    assert (
        size(sql[:first] + sql[last : sql.index("c10(x)")] + sql[first:last] + sql[sql.index("c10(x)") :]) > MOST_TOKENS
    )


def test_too_many_expressions_are_too_large():
    assert size(chain(400, "c{0} a")) > MOST_TOKENS


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT (1",
        "SELECT 1)",
        chain(20, "c{0} a"),
        chain(6),
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 9) SELECT a.i, b.i FROM n a, n b",
        "WITH trip AS (SELECT trip_id FROM trips) SELECT trip_id, (SELECT count(*) FROM trip) FROM trip",
    ],
)
def test_an_ordinary_query_stays_far_below(sql):
    assert size(sql) < MOST_TOKENS / 20
