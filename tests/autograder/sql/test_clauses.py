"""The fewest clauses at fault are found by meaning, and a wrong query never gets all points."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.clauses import CAP, credit, fault
from autograder.sql.search.facts import Facts
from autograder.sql.suite import Suite

DDL = """
CREATE TABLE riders (rider_id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE trips (trip_id INTEGER PRIMARY KEY, rider_id INTEGER NOT NULL, fare INTEGER, status TEXT NOT NULL);
"""
RIDERS = ((1, "Ana"), (2, "Ben"), (3, "Cem"))
TRIPS = (
    (1, 1, 500, "paid"),
    (2, 1, 700, "open"),
    (3, 2, 500, "paid"),
    (4, 2, 900, "paid"),
    (5, 1, None, "paid"),
    (6, 2, 900, "paid"),
)
RIGHT = (
    "SELECT r.name, COUNT(*) AS trips FROM trips t JOIN riders r ON r.rider_id = t.rider_id "
    "WHERE t.status = 'paid' AND t.fare >= 500 GROUP BY r.name HAVING COUNT(*) > 0 ORDER BY trips DESC, r.name"
)


@pytest.fixture(scope="module")
def facts():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(DDL)
        return Facts.of(database)


@pytest.fixture
def judged(facts):
    """The clauses at fault and the credit."""

    def run(candidate, reference=RIGHT, ordered=True, seconds=5.0):
        with Suite(reference, ({"riders": RIDERS, "trips": TRIPS}, {}), ordered).opened(DDL) as opened:
            found = fault(reference, candidate, facts, lambda sql: not opened.kills(sql), seconds)
        return found and found.clauses, credit(found, reference, candidate, facts)

    return run


@pytest.mark.parametrize("candidate", ["SELECT FROM", "SELECT 1 UNION SELECT 2", "VALUES (1)", ""])
def test_what_is_no_plain_select_has_no_clause_at_fault(candidate, judged):
    assert judged(candidate) == (None, 0.0)


def test_when_time_is_over_nothing_is_said(judged):
    assert judged(RIGHT.replace(">=", ">"), seconds=0.0) == (None, 0.0)


@pytest.mark.parametrize(
    ("old", "new", "clauses"),
    [
        (">= 500", "> 500", ("WHERE",)),
        ("COUNT(*) AS", "SUM(t.fare) AS", ("SELECT",)),
        ("trips DESC, r.name", "trips, r.name", ("ORDER BY",)),
        (" > 0", " > 3", ("HAVING",)),
        ("r.rider_id = t.rider_id", "r.rider_id = t.trip_id", ("WHERE",)),
        ("ORDER BY", "ORDER BY 1, ", ("ORDER BY",)),
        ("DESC, r.name", "DESC, r.name LIMIT 1", ("LIMIT",)),
    ],
)
def test_a_single_clause_at_fault_is_found(old, new, clauses, judged):
    found, share = judged(RIGHT.replace(old, new))
    assert found == clauses
    assert 0.5 < share <= CAP


def test_two_clauses_cost_more_than_one(judged):
    one = judged(RIGHT.replace(">= 500", "> 500"))
    two = judged(RIGHT.replace(">= 500", "> 500").replace("trips DESC", "trips"))
    assert two[0] == ("WHERE", "ORDER BY")
    assert two[1] < one[1]


def test_other_names_and_another_way_to_join_cost_nothing(judged):
    other = (
        "SELECT people.name, COUNT(*) AS trips FROM riders AS people, trips AS r WHERE people.rider_id = r.rider_id "
        "AND r.fare > 500 AND r.status = 'paid' GROUP BY people.name ORDER BY 2 DESC, 1"
    )
    assert judged(other)[0] == ("WHERE",)


def test_a_table_named_twice_is_matched_either_way(judged):
    pairs = "SELECT {0}.trip_id AS a, {1}.trip_id AS b FROM trips {2}, trips {3} WHERE {0}.rider_id = {1}.rider_id AND "
    right = pairs.format("a", "b", "a", "b") + "a.trip_id < b.trip_id"
    wrong = pairs.format("y", "x", "x", "y") + "y.trip_id <= x.trip_id"
    assert judged(wrong, right, ordered=False)[0] == ("WHERE",)


def test_what_the_task_gives_away_is_worth_little(judged):
    """Naming the columns and the table is a sixth of a query with WHERE, not two thirds."""
    clauses, share = judged("SELECT trip_id FROM trips", "SELECT trip_id FROM trips WHERE fare >= 900", ordered=False)
    assert clauses == ("WHERE",)
    assert 0.3 < share < 0.4


@pytest.mark.parametrize(
    "named", ["WITH paid AS ({0}) SELECT rider_id, n FROM paid", "SELECT rider_id, n FROM ({0}) paid"]
)
def test_a_query_that_is_read_like_a_table_is_not_given_away(named, judged):
    right = named.format("SELECT rider_id, COUNT(*) AS n FROM trips WHERE status = 'paid' GROUP BY rider_id")
    clauses, share = judged(right.replace("paid'", "open'"), right + " WHERE n > 0", ordered=False)
    assert clauses == ("FROM",)
    assert share < 0.6


def test_another_query_altogether_gets_nothing(judged):
    assert judged("SELECT fare AS name, 1 AS trips FROM trips LIMIT 1")[1] == 0.0


def test_no_wrong_query_gets_all(judged):
    assert judged(RIGHT.replace("trips DESC", "trips"))[1] == CAP < 1
