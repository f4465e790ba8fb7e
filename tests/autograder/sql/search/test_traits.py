"""Order, cut and what is left to chance are seen in a query's text."""

import pytest

from autograder.sql.search.facts import Facts
from autograder.sql.search.traits import parsed, traits

NOTHING = Facts({})


def of(sql):
    return traits(sql, parsed(sql, NOTHING))


@pytest.mark.parametrize(
    ("sql", "loose"),
    [
        ("SELECT name, count(*) FROM t GROUP BY x", "bare column"),
        ("SELECT name, count(*) FROM t", "bare column"),
        ("SELECT x FROM t LIMIT 3", "limit without order"),
        ("SELECT x FROM (SELECT x FROM t LIMIT 3) ORDER BY x", "limit without order"),
        ("SELECT random() FROM t", "random"),
        ("SELECT x FROM t WHERE d < date('now')", "now"),
        ("SELECT x FROM t WHERE d < CURRENT_TIMESTAMP", "now"),
        ("SELECT row_number() OVER (ORDER BY x) FROM t", "numbering"),
    ],
)
def test_what_hangs_on_luck_is_named(sql, loose):
    assert loose in of(sql).loose


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT x, count(*) FROM t GROUP BY x",
        "SELECT name AS x, count(*) FROM t GROUP BY 1",
        "SELECT name, max(y) FROM t GROUP BY x",
        "SELECT x, sum(y) OVER (PARTITION BY x) FROM t",
        "SELECT x FROM t ORDER BY x LIMIT 3",
        "SELECT x FROM t WHERE EXISTS (SELECT 1 FROM u LIMIT 1)",
    ],
)
def test_what_sql_defines_is_not(sql):
    assert of(sql).loose == frozenset()


def test_an_order_counts_at_the_end_only():
    assert of("SELECT x FROM t ORDER BY x").ordered
    inside = of("SELECT x FROM (SELECT x FROM t ORDER BY x)")
    assert not inside.ordered
    assert inside.ordered_inside
    assert not of("SELECT rank() OVER (ORDER BY x) FROM t").ordered_inside


def test_the_keys_of_the_order_are_shown_beside_the_rows():
    keyed = of("SELECT name AS n FROM t ORDER BY n, y * 2 DESC LIMIT 3 OFFSET 1").keyed
    assert keyed.appended == 2
    assert "LIMIT" not in keyed.sql
    assert of("SELECT DISTINCT x, y FROM t ORDER BY 2").keyed.places == (1,)
    assert of("SELECT DISTINCT x FROM t ORDER BY length(x)").keyed is None


def test_of_a_text_that_no_parser_reads_the_order_is_guessed():
    assert parsed("SELECT x FROM t WHERE x MATCH ORDER BY x", NOTHING) is None
    found = traits("SELECT x FROM (SELECT 1 LIMIT 2) t ORDER BY x", None)
    assert found.ordered
    assert not found.limited
