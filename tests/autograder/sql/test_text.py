"""Splitting a text into tokens and statements."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.text import clean, is_blank, nearest, plain, statements, tokens, written_so


@pytest.mark.parametrize(
    "text",
    ["", "  \n", ";", ";;\n;", "-- Columns: plate", "/* later */", "/* open", "-- a\n/* b */ ;", "### BEGIN SOLUTION"],
)
def test_text_without_a_statement_is_blank(text):
    assert is_blank(text)


def test_nbgraders_marker_lines_are_taken_out_and_nothing_else():
    text = "-- Columns: a\n### BEGIN SOLUTION\nSELECT a -- ### BEGIN SOLUTION\n  ### END SOLUTION\n\n"
    assert clean(text) == "-- Columns: a\nSELECT a -- ### BEGIN SOLUTION"


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("SELECT 1", 1),
        ("SELECT 1;", 1),
        ("SELECT 1; -- the end", 1),
        ("SELECT ';'", 1),
        ("SELECT 'it''s; here'", 1),
        ('SELECT ";" , [;], `;`', 1),
        ("SELECT 1 /* ; */ + 2", 1),
        ("SELECT 1 -- ;\n+ 2", 1),
        ("SELECT 1; SELECT 2", 2),
        ("SELECT 1;; SELECT 2;", 2),
        ("SELECT 'open; SELECT 2", 1),
        ("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END; SELECT 3", 2),
        ("CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; END;", 1),
        ("CREATE TABLE trigger_log (a); SELECT 1", 2),
    ],
)
def test_statements_are_counted_as_sqlite_does(sql, count):
    assert len(statements(sql)) == count


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", ""),
        ("-- a\nSELECT 1 -- b", "SELECT 1"),
        ("SELECT  a,\n\tb /* = NULL */FROM t", "SELECT a, b FROM t"),
        ("a/* x */b", "a b"),
        ("WHERE a = 'it''s  --' AND b", "WHERE a = '' AND b"),
        ("a = 'open", "a = ''"),
        ('### BEGIN SOLUTION\nSELECT "a  b"\n### END SOLUTION', 'SELECT "a b"'),
    ],
)
def test_a_plain_text_holds_nothing_but_sql(sql, said):
    assert plain(sql) == said


def test_a_pattern_is_looked_for_whatever_the_case():
    assert written_so("select 1\n = null", "= *NULL")
    assert not written_so("SELECT '= NULL' -- = NULL", "= *NULL")


PARTS = [";", "'", '"', "`", "[", "]", "--", "/*", "*/", "\n", " ", "a", "é", "END", "CREATE", "TRIGGER", "TEMP"]


@given(st.lists(st.sampled_from(PARTS)).map(" ".join))
def test_a_statement_ends_where_sqlite_says_so(text):
    begins_another = len(statements(f"{text}\nx")) > len(statements(text))
    assert sqlite3.complete_statement(f";{text}") == begins_another


@given(st.text())
def test_tokens_lose_nothing_but_blanks_and_comments(text):
    found = tokens(text)
    assert [token.end for token in found] == sorted({token.end for token in found})
    assert all(text[: token.end].endswith(token.text) for token in found)


def test_a_token_knows_its_line():
    assert [(token.text, token.line) for token in tokens("a -- x\n'b\nc' /*\n*/ d")] == [
        ("a", 1),
        ("'b\nc'", 2),
        ("d", 4),
    ]


def test_nearest_compares_whatever_the_case():
    assert nearest("PLAT", ["model", "plate"]) == "plate"
    assert nearest("qqq", ["model", "plate"]) == ""
