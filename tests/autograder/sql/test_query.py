"""Which texts hold one query that may run."""

import pytest

from autograder.errors import NotAttempted
from autograder.sql.query import QueryError, single_query


@pytest.mark.parametrize("text", ["", "-- Write your query here.", ";", "### BEGIN SOLUTION\n### END SOLUTION\n"])
def test_a_text_without_a_statement_is_not_attempted(text):
    with pytest.raises(NotAttempted, match="no query here yet"):
        single_query(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT 1; SELECT 2", "One query, please: found 2 statements"),
        ("DELETE FROM trips", "only reads data: DELETE is not allowed"),
        ("drop table trips", "DROP is not allowed"),
        ("ATTACH 'x' AS y", "ATTACH is not allowed"),
        ("VACUUM INTO 'x'", "VACUUM is not allowed"),
        ("SELCT 1", r"can't begin with `SELCT`. Did you mean SELECT\?"),
        ("plate", "begins with SELECT"),
        ("(SELECT 1)", "brackets as a whole"),
        ("SELECT 1" + " " * 100_000, "too long: 100,008 characters, at most 65,536"),
        ("SELECT '" + "é" * 40_000 + "'", "too long"),
        ("SELECT '\0'", "NUL character"),
        ("SELECT '\ud800'", "half of a character pair"),
    ],
)
def test_a_text_that_may_not_run_is_refused_in_one_sentence(text, says):
    with pytest.raises(QueryError, match=says):
        single_query(text)


@pytest.mark.parametrize("end", ["", ";", ";;", "; ;\n;", "; -- a ;\n;", " /* ; */ ;;"])
def test_semicolons_behind_a_query_are_dropped(end):
    assert single_query(f"SELECT ';;' AS a{end}") == "SELECT ';;' AS a"


@pytest.mark.parametrize("verb", ["select 1", "WITH a AS (SELECT 1) SELECT * FROM a", "VALUES (1)", "EXPLAIN SELECT 1"])
def test_every_way_to_read_is_allowed(verb):
    assert single_query(f"-- note\n{verb};") == f"-- note\n{verb}"
