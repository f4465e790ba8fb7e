"""The hint fits what the query says and what the database holds."""

import pytest

from autograder.sql.compare import Difference
from autograder.sql.rows import Rows
from autograder.sql.search.hints import hint_for
from autograder.sql.search.verdict import Counterexample


def example(rows=((1,),), kind="rows", got=((1,),), expected=((1,),)):
    return Counterexample({"t": rows}, {"t": ("x",)}, "", Rows(("x",), expected), Rows(("x",), got), kind)


@pytest.mark.parametrize(
    ("text", "rows", "words"),
    [
        ("SELECT x FROM t WHERE x = NULL", ((1,),), "IS NULL"),
        ("SELECT x FROM t WHERE x <> NULL", ((1,),), "IS NULL"),
        ("SELECT x FROM t WHERE x NOT IN (SELECT y FROM u)", ((None,),), "NOT IN"),
        ("SELECT count(x) FROM t", ((None,),), "COUNT(column)"),
        ("SELECT x FROM t", ((None,),), "One value is NULL"),
        ("SELECT x FROM t ORDER BY x LIMIT 1", ((1,),), "LIMIT"),
        ("SELECT x FROM t", ((1,),), ""),
        ("SELECT 'x = NULL' FROM t -- NOT IN (", ((1,),), ""),
    ],
)
def test_a_sign_in_the_text_gives_the_hint(text, rows, words):
    found = hint_for(example(rows), [], text)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(("kind", "words"), [("type", "'1' is a text"), ("repeated", "DISTINCT"), ("order", "key")])
def test_a_kind_of_difference_gives_the_hint(kind, words):
    assert words in hint_for(example(), [Difference(kind, "…")], "SELECT x FROM t ORDER BY x")


def test_a_product_of_tables_is_seen_in_the_number_of_rows():
    rows = {"t": ((1,), (2,)), "u": ((1,), (2,))}
    found = Counterexample(rows, {}, "", Rows(("x",), ((1,), (2,))), Rows(("x",), ((1,),) * 4), "rows")
    assert "paired with every row" in hint_for(found, [], "SELECT x FROM t, u")
