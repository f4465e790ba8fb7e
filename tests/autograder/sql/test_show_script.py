"""A cell shows what its script would change."""

import pytest

from autograder.errors import NotAttempted
from autograder.sql.query import QueryError
from autograder.sql.show_script import is_script, show_script


@pytest.mark.parametrize(
    "text",
    ["", "SELECT 1", "SELECT 1;", "WITH c AS (SELECT 1) SELECT 'DELETE' FROM c", "SELEC 1", "PRAGMA table_info(t)"],
)
def test_a_query_is_no_script(text):
    assert not is_script(text)


@pytest.mark.parametrize(
    "text", ["SELECT 1; SELECT 2", "DELETE FROM t", "-- so\nCREATE TABLE t (a)", "WITH c AS (SELECT 1) DELETE FROM t"]
)
def test_whatever_changes_or_has_several_statements_is_one(text):
    assert is_script(text)


def test_what_goes_wrong_is_raised(city):
    with pytest.raises(QueryError, match="no table `trip`"):
        show_script("DELETE FROM trip", city)
    with pytest.raises(NotAttempted):
        show_script("", city)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DELETE FROM trips WHERE 1 = 2", "changed no row"),
        ("DELETE FROM trips WHERE trip_id = 1", "in trips, 1 row removed"),
        ("UPDATE trips SET status = 'x' WHERE trip_id < 3", "in trips, 2 rows added and 2 rows removed"),
        ("CREATE TABLE n (a); INSERT INTO n VALUES (1)", "in the new table n, 1 row added."),
        ("CREATE TABLE n (a)", "The script ran: n is a new table without rows."),
        ("CREATE INDEX i ON trips (status)", "i is a new index"),
        ("DROP TABLE ratings", "ratings is gone"),
    ],
)
def test_what_changes_is_said(text, said, city):
    shown = show_script(text, city, "tidy").text
    assert shown.startswith("Kept as `tidy`. ")
    assert said in shown
    assert shown.endswith("stays as it is: a script runs on a copy.")


def test_the_rows_of_a_query_at_the_end_are_shown(city):
    shown = show_script("DELETE FROM trips; SELECT count(*) AS n FROM trips", city)
    assert shown.rows == ((0,),)
    assert "22 rows removed" in shown.note


def test_a_script_with_parameters_waits_for_the_check(city):
    shown = show_script("UPDATE trips SET status = :status", city, "surge")
    assert shown.text == "Kept as `surge`. It waits for values of `:status`: the check runs it with some."
