"""Some mutants are proved to mean the same, each for a reason; whatever isn't proved is left open."""

import sqlite3
from contextlib import closing

import pytest
import sqlglot

from autograder.sql.mutants.equivalence import decides_rows, why_equal
from autograder.sql.search.facts import Facts

SCHEMA = """
CREATE TABLE riders (rider_id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT UNIQUE);
CREATE TABLE trips (
  trip_id INTEGER PRIMARY KEY, rider_id INTEGER NOT NULL REFERENCES riders (rider_id),
  promo_id INTEGER REFERENCES riders (rider_id), fare INTEGER,
  status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'void')), paid INTEGER CHECK (paid IN (0, 1)));
"""


@pytest.fixture(scope="module")
def facts():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(SCHEMA)
        return Facts.of(database)


@pytest.mark.parametrize(
    ("query", "mutant"),
    [
        ("SELECT FROM", "SELECT trip_id FROM trips"),
        ("SELECT fare FROM trips", "SELECT DISTINCT fare FROM trips"),
        ("SELECT phone FROM riders", "SELECT DISTINCT phone FROM riders"),
        (
            "SELECT t.trip_id FROM trips t JOIN riders r ON r.name = t.status",
            "SELECT DISTINCT t.trip_id FROM trips t JOIN riders r ON r.name = t.status",
        ),
        ("SELECT 1 FROM trips WHERE paid <> 1", "SELECT 1 FROM trips WHERE NOT paid = 1 AND fare = 1"),
        ("SELECT 1 FROM trips WHERE NOT paid = 1", "SELECT 1 FROM trips WHERE NOT paid IN (1) AND 1"),
        ("SELECT 1 FROM trips WHERE fare = 1", "SELECT 1 FROM trips WHERE fare >= 1"),
        ("SELECT 1 FROM riders WHERE NOT phone IS NULL", "SELECT 1 FROM riders WHERE NOT phone = ''"),
        ("SELECT 1 FROM trips WHERE NOT fare IS NULL", "SELECT 1 FROM trips WHERE NOT fare = '5'"),
        ("SELECT COUNT(*) FROM riders", "SELECT COUNT(phone) FROM riders"),
        (
            "SELECT COUNT(*) FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id",
            "SELECT COUNT(t.trip_id) FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id",
        ),
        (
            "SELECT t.trip_id FROM trips t LEFT JOIN riders r ON r.rider_id = t.promo_id",
            "SELECT t.trip_id FROM trips t JOIN riders r ON r.rider_id = t.promo_id",
        ),
        (
            "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id",
            "SELECT r.name FROM riders r JOIN trips t ON t.rider_id = r.rider_id",
        ),
        ("SELECT COUNT(*) FROM riders GROUP BY name, phone", "SELECT COUNT(*) FROM riders GROUP BY phone"),
        ("SELECT COUNT(*) FROM riders GROUP BY name", "SELECT DISTINCT COUNT(*) FROM riders GROUP BY name"),
        (
            "SELECT r.name FROM trips t JOIN riders r ON r.rider_id = t.promo_id WHERE r.name > 'b' OR t.fare > 1",
            "SELECT r.name FROM trips t LEFT JOIN riders r ON r.rider_id = t.promo_id WHERE r.name > 'b' OR t.fare > 1",
        ),
        (
            "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id WHERE t.trip_id IS NULL",
            "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id WHERE t.promo_id IS NULL",
        ),
        ("SELECT fare FROM trips ORDER BY fare", "SELECT fare FROM trips"),
        (
            "SELECT CASE WHEN fare = 0 THEN 1 WHEN fare < 5 THEN 2 END FROM trips",
            "SELECT CASE WHEN fare < 5 THEN 2 WHEN fare = 0 THEN 1 END FROM trips",
        ),
    ],
)
def test_queries_that_may_differ_are_never_called_equal(query, mutant, facts):
    assert why_equal(query, mutant, facts) == ""


@pytest.mark.parametrize(
    ("query", "mutant", "why"),
    [
        (
            "SELECT trip_id, fare FROM trips",
            "SELECT DISTINCT trip_id, fare FROM trips",
            "no two rows are equal: each has its own trip_id",
        ),
        (
            "SELECT t.trip_id, r.rider_id FROM trips t, riders r",
            "SELECT DISTINCT t.trip_id, r.rider_id FROM trips t, riders r",
            "no two rows are equal: each has its own rider_id, trip_id",
        ),
        ("SELECT 1 FROM trips WHERE paid = 1", "SELECT 1 FROM trips WHERE paid >= 1", "paid is always one of 0, 1"),
        (
            "SELECT 1 FROM trips WHERE NOT status IN ('paid', 'void')",
            "SELECT 1 FROM trips WHERE status = 'open'",
            "status is always one of open, paid, void",
        ),
        (
            "SELECT 1 FROM trips WHERE NOT fare IS NULL",
            "SELECT 1 FROM trips WHERE NOT fare = ''",
            "fare holds numbers, and no number equals a text",
        ),
        ("SELECT COUNT(name) FROM riders", "SELECT COUNT(*) FROM riders", "name is never NULL"),
        (
            "SELECT t.fare, r.name FROM trips t LEFT JOIN riders r ON r.rider_id = t.rider_id",
            "SELECT t.fare, r.name FROM trips t JOIN riders r ON r.rider_id = t.rider_id",
            "every rider_id is there and leads to a row of riders",
        ),
        (
            "SELECT name FROM riders GROUP BY rider_id, name",
            "SELECT name FROM riders GROUP BY rider_id",
            "rider_id decides name",
        ),
        (
            "SELECT CASE WHEN fare IS NULL THEN 1 WHEN fare = 0 THEN 2 END FROM trips",
            "SELECT CASE WHEN fare = 0 THEN 2 WHEN fare IS NULL THEN 1 END FROM trips",
            "`fare = 0` and `fare IS NULL` are never true together",
        ),
        ("SELECT fare FROM trips", "SELECT  fare  FROM trips", "the two texts are the same query"),
        (
            "SELECT r.name FROM trips t JOIN riders r ON r.rider_id = t.promo_id WHERE r.name > 'b'",
            "SELECT r.name FROM trips t LEFT JOIN riders r ON r.rider_id = t.promo_id WHERE r.name > 'b'",
            "WHERE drops the rows without a partner: their name is NULL",
        ),
        (
            "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id WHERE t.trip_id IS NULL",
            "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id WHERE t.status IS NULL",
            "status is NULL only where there is no row of trips",
        ),
        (
            "SELECT COUNT(t.trip_id) FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id",
            "SELECT COUNT(t.status) FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id",
            "status is NULL only where there is no row of trips",
        ),
        (
            "SELECT status AS s, COUNT(*) FROM trips GROUP BY s",
            "SELECT DISTINCT status AS s, COUNT(*) FROM trips GROUP BY s",
            "no two rows are equal: each is another group",
        ),
    ],
)
def test_what_is_proved_is_said_with_its_reason(query, mutant, why, facts):
    assert why_equal(query, mutant, facts) == why


def test_the_order_is_left_aside_where_it_does_not_count(facts):
    """But not under LIMIT, where it decides which rows stay."""
    query, other = "SELECT fare FROM trips ORDER BY fare", "SELECT fare FROM trips ORDER BY trip_id"
    assert why_equal(query, other, facts, ordered=False) == "the order of rows doesn't count here"
    assert why_equal(f"{query} LIMIT 3", f"{other} LIMIT 3", facts, ordered=False) == ""


@pytest.mark.parametrize(
    ("query", "sure"),
    [
        ("SELECT name FROM riders", False),
        ("SELECT name FROM riders ORDER BY name", True),
        ("SELECT name FROM riders ORDER BY phone", False),
        ("SELECT phone, name FROM riders ORDER BY 2", False),
        ("SELECT phone, name FROM riders ORDER BY 2, rider_id", True),
        ("SELECT t.fare FROM trips t, riders r ORDER BY t.trip_id", False),
        ("SELECT t.fare FROM trips t, riders r ORDER BY t.trip_id, r.rider_id DESC", True),
        ("SELECT status, COUNT(*) AS n FROM trips GROUP BY status ORDER BY n, status", True),
        ("SELECT status, COUNT(*) AS n FROM trips GROUP BY status ORDER BY n", False),
    ],
)
def test_an_order_is_certain_or_not(query, sure, facts):
    assert decides_rows(sqlglot.parse_one(query, read="sqlite"), facts) is sure
