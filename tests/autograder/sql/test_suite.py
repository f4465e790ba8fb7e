"""A suite refuses a wrong query on one of its tiny databases, and no right one."""

import pytest

from autograder.errors import NotAttempted
from autograder.sql.query import QueryError
from autograder.sql.suite import Suite

DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE u (y);"
RIGHT = "SELECT id FROM t WHERE x > 5"
DATABASES = ({"t": ((1, 5), (2, 6))}, {"t": ((1, None),)}, {})


@pytest.fixture
def opened():
    with Suite(RIGHT, DATABASES).opened(DDL) as suite:
        yield suite


@pytest.mark.parametrize(
    "suite", [Suite("SELECT z FROM t", ({},)), Suite(RIGHT, ({"t": ((1,),)},)), Suite(RIGHT, ({"w": ((1,),)},))]
)
def test_a_suite_of_another_schema_says_so(suite):
    with pytest.raises(ValueError, match="don't fit this question any more"):
        suite.opened(DDL)


@pytest.mark.parametrize("text", ["", "SELECT", "DELETE FROM t", "SELECT id FROM t; SELECT 1", "SELECT z FROM t"])
def test_what_does_not_run_is_killed_and_said(text, opened):
    assert opened.kills(text)
    with pytest.raises((QueryError, NotAttempted)):
        opened.failure(text)


def test_a_query_that_runs_away_is_stopped(opened):
    with pytest.raises(QueryError, match="steps and was stopped"):
        opened.failure("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id FROM n")
    assert not opened.kills(RIGHT), "the next query is asked as if nothing had been"


def test_a_result_without_end_is_stopped(opened):
    with pytest.raises(QueryError, match="more than 20,000 rows"):
        opened.failure("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n")


def test_a_wrong_query_is_killed_where_it_is_wrong(opened):
    assert opened.killers("SELECT id FROM t WHERE x >= 5") == [0]
    assert opened.killers("SELECT id FROM t WHERE x > 5 OR x IS NULL") == [1]
    assert opened.killers("SELECT 1 AS id") == [0, 1, 2]
    assert "does not belong" in opened.failure("SELECT id FROM t").message


def test_a_right_query_passes(opened):
    for text in (
        RIGHT,
        "SELECT id FROM t WHERE x >= 6",
        "SELECT t.id AS ID FROM t LEFT JOIN u ON 1 = 1 WHERE NOT x <= 5",
    ):
        assert not opened.kills(text)
        assert opened.failure(text) is None


def test_an_order_by_luck_shows_itself():
    suite = Suite("SELECT id FROM t ORDER BY x, id", ({"t": ((1, 7), (2, 7))},), ordered=True)
    with suite.opened(DDL) as opened:
        assert opened.killers("SELECT id FROM t ORDER BY x") == [0]
        assert opened.killers("SELECT id FROM t") == [0]
        assert not opened.kills("SELECT id FROM t ORDER BY 1")
    with suite.opened(DDL, plainly=True) as opened:
        assert not opened.kills("SELECT id FROM t")
