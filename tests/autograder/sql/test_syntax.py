"""Syntax errors: where SQLite stumbled, and the likely cause."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.syntax import explain_lookalikes, explain_syntax
from autograder.sql.text import KEYWORDS


def explanation(sql):
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE trips (a, b)")
        try:
            database.execute(sql)
        except sqlite3.Error as error:
            return explain_syntax(str(error), sql, database)
    raise AssertionError("SQLite accepts this.")


ORDER = "The order is SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT."


@pytest.mark.parametrize(
    ("sql", "cause"),
    [
        ("SELECT a, FROM trips", "There is a comma too many before FROM."),
        ("SELECT (a,) FROM trips", "There is a comma too many before )."),
        ("SELECT , a FROM trips", "There is a comma too many."),
        ("SELECT a,, b FROM trips", "There is a comma too many."),
        ("SELECT a FORM trips", "Did you mean FROM instead of `FORM`?"),
        ("SELECT a FROM trips WHER a = 1", "Did you mean WHERE instead of `WHER`?"),
        ("SELECT a FROM trips ORDER BY a WHERE b", f"WHERE comes before ORDER BY. {ORDER}"),
        ("SELECT a FROM trips LIMIT 1 ORDER BY a", f"ORDER BY comes before LIMIT. {ORDER}"),
        ("SELECT (SELECT a FROM trips ORDER BY a WHERE b)", f"WHERE comes before ORDER BY. {ORDER}"),
        ("SELECT a FROM trips WHERE a WHERE b", "WHERE stands here a second time. Join two conditions with AND or OR."),
        ("SELECT a FROM trips FROM trips", "FROM stands here a second time."),
        ("SELECT a FROM trips AND a = 1", "Conditions begin with WHERE: is it missing?"),
        ("SELECT a FROM trips x = 1", "Conditions begin with WHERE: is it missing?"),
        ("SELECT a FROM trips GROUP a", "Write GROUP BY."),
        ("SELECT a FROM trips ORDER a", "Write ORDER BY."),
        ("SELECT TOP 10 a FROM trips", "SQLite has no TOP: write LIMIT and the number at the end."),
        ("SELECT 1 =< 2", "Write <=, not =<."),
        ("SELECT 1 => 2", "Write >=, not =>."),
        ("SELECT 1 && 2", "Write AND, not &&."),
        ("SELECT 1 // 2", "A comment in SQL begins with --, not with //."),
        ("SELECT 1)", "This bracket closes nothing: a `(` is missing, or this `)` is too many."),
        ("SELECT (a FROM trips", "A bracket `(` before it isn't closed."),
        ("SELECT CASE WHEN 1 THEN 2 FROM trips", "A CASE has no END."),
        ("SELECT CASE WHEN 1 THEN 2 ELSE 3 AS c FROM trips", "A CASE has no END."),
        ("SELECT CASE WHEN 1 THEN 2 ELSE 3 c FROM trips", "A CASE has no END."),
        ("SELECT CASE WHEN 1 THEN 2 ELSE 3, b FROM trips", "A CASE has no END."),
        ("SELECT (CASE WHEN 1 THEN 2) FROM trips", "A CASE has no END."),
        ("SELECT CASE WHEN a THEN 1 ELSE CASE WHEN b THEN 2 END AS c FROM trips", "A CASE has no END."),
        ("SELECT CASE WHEN a = 1 'x' END FROM trips", "Is a THEN missing before `'x'`?"),
        ("SELECT CASE WHEN a = 1 END FROM trips", "Is a THEN missing before `END`?"),
        ("SELECT CASE WHEN a = 1 THEN 2 WHEN b ELSE 3 END FROM trips", "Is a THEN missing before `ELSE`?"),
        ("SELECT CASE WHEN a = 1 THN 2 END FROM trips", "Did you mean THEN instead of `THN`?"),
        ("SELECT CASE WHEN 1 THEN 2 END, b 'c' d FROM trips", "Is a comma or an operator missing before `d`?"),
        ("SELECT a FROM trips SORT BY a", "Write ORDER BY, not SORT BY."),
        ("SELECT a FROM trips WHERE a = 1 SORT BY a", "Write ORDER BY, not SORT BY."),
        ("SELECT a b 'c' FROM trips", "Is a comma or an operator missing before `'c'`?"),
        ("SELECT count(a) n b FROM trips", "Is a comma or an operator missing before `b`?"),
        ("SELECT a FROM trips WHERE a IS BETWEEN 1", "Look at what stands just before it."),
    ],
)
def test_a_stumble_names_the_place_and_the_cause(sql, cause):
    said = explanation(sql)
    assert said.startswith("SQLite stumbled at `")
    assert said.endswith(f"in line 1. {cause}")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT (1", "The query ends too early: a bracket `(` isn't closed."),
        ("SELECT CASE WHEN 1 THEN 2", "The query ends too early: a CASE has no END."),
        (
            "WITH a AS (SELECT 1)",
            "The query ends too early: behind the WITH parts comes the SELECT that uses them.",
        ),
        ("SELECT a\nFROM", "The query ends too early: something is missing after `FROM` in line 2."),
        ("SELECT # 1", "A comment in SQL begins with --, not with #."),
        ("SELECT 1 !", '`!` is no operator of SQL. Write NOT, or <> for "isn\'t equal".'),
        ("SELECT 9e", "SQLite doesn't know what `9e` is."),
        (
            "SELECT 1,\n 'abc",
            "A quote ' isn't closed. It begins in line 2. The line: `'abc` "
            "A quote inside text is written twice: 'it''s'.",
        ),
    ],
)
def test_other_ends_are_explained(sql, said):
    assert explanation(sql) == said


def test_of_equal_words_the_one_at_fault_is_found_and_its_line_quoted():
    sql = "SELECT a,\n       (SELECT 1 FROM trips) AS n,\nFROM trips"
    assert explanation(sql) == (
        "SQLite stumbled at `FROM` in line 3. There is a comma too many before FROM. The line: `FROM trips`"
    )


def test_a_message_about_something_else_is_left_alone():
    with closing(sqlite3.connect(":memory:")) as database:
        assert explain_syntax("no such table: x", "SELECT * FROM x", database) == ""


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1\u00a0+ 1", "Line 1 holds a special blank that is no space: type a space instead."),
        ("SELECT 2 – 1", "Line 1 holds a dash: type - instead."),
        ("SELECT 'a – b ’', \"–\" -- ‘", ""),
    ],
)
def test_lookalikes_are_found_outside_of_text_only(sql, said):
    assert explain_lookalikes(sql) == said


@given(st.lists(st.sampled_from([*KEYWORDS, "a", "1", "'x'", '"y"', ",", "(", ")", "=", "*", "\n", "é", "!", "trips"])))
def test_whatever_is_written_some_sentence_is_found(words):
    sql = " ".join(["SELECT", *words])
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.execute(sql).close()
        except sqlite3.Error as error:
            said = explain_syntax(str(error), sql, database)
            if "syntax error" in str(error):
                assert said.startswith(("SQLite stumbled", "SQLite can't", "The query ends"))
