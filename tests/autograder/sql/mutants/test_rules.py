"""No rule changes a result: what is proved equal is equal on many databases made at random."""

import random
import sqlite3
from collections import Counter
from contextlib import closing

import pytest
import sqlglot

from autograder.sql.mutants import mutants
from autograder.sql.mutants.equivalence import why_equal
from autograder.sql.mutants.rules import sources_of
from autograder.sql.search.facts import Facts

SCHEMA = """
CREATE TABLE riders (rider_id INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT UNIQUE);
CREATE TABLE trips (
  trip_id INTEGER PRIMARY KEY, rider_id INTEGER NOT NULL REFERENCES riders (rider_id),
  promo_id INTEGER REFERENCES riders (rider_id), fare INTEGER,
  status TEXT NOT NULL CHECK (status IN ('open', 'paid', 'void')), paid INTEGER CHECK (paid IN (0, 1)));
"""
QUERIES = [
    "SELECT trip_id, fare FROM trips WHERE NOT fare IS NULL AND paid = 1",
    "SELECT t.trip_id, r.name FROM trips t JOIN riders r ON r.rider_id = t.promo_id WHERE r.name <> 'Ana'",
    "SELECT t.fare, r.name FROM trips t LEFT JOIN riders r ON r.rider_id = t.rider_id "
    "WHERE t.status IN ('paid', 'open')",
    "SELECT r.name FROM riders r LEFT JOIN trips t ON t.rider_id = r.rider_id AND t.paid = 1 WHERE t.trip_id IS NULL",
    "SELECT r.rider_id, r.name, COUNT(t.trip_id) AS n FROM riders r LEFT JOIN trips t ON t.promo_id = r.rider_id "
    "GROUP BY r.rider_id, r.name HAVING COUNT(t.status) >= 1",
    "SELECT status, COUNT(fare) AS n, COUNT(status) AS m FROM trips WHERE status <> 'void' GROUP BY status",
    "SELECT trip_id, CASE WHEN fare IS NULL THEN 'none' WHEN fare = 0 THEN 'free' WHEN fare = 1 THEN 'one' "
    "ELSE 'more' END AS label FROM trips",
]


def fill(database, dice):
    """Some rows that keep every rule of the schema."""
    riders = dice.sample(range(1, 6), dice.randint(0, 4))
    for rider in riders:
        phone = dice.choice([None, f"{rider}"])
        database.execute("INSERT INTO riders VALUES (?, ?, ?)", (rider, dice.choice(["Ana", "Ben"]), phone))
    for trip in range(dice.randint(0, 6) if riders else 0):
        promo, fare = dice.choice([None, *riders]), dice.choice([None, 0, 1, 5])
        row = (trip, dice.choice(riders), promo, fare, dice.choice(["open", "paid", "void"]), dice.choice([None, 0, 1]))
        database.execute("INSERT INTO trips VALUES (?, ?, ?, ?, ?, ?)", row)


def differs(one, other):
    """Whether two queries, asked for a bag of rows, differ on one of many databases."""
    for seed in range(150):
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript(SCHEMA)
            fill(database, random.Random(seed))
            if Counter(database.execute(one)) != Counter(database.execute(other)):
                return True
    return False


@pytest.fixture(scope="module")
def facts():
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(SCHEMA)
        return Facts.of(database)


@pytest.mark.parametrize("query", QUERIES)
def test_whatever_is_proved_equal_never_differs(query, facts):
    columns = {table.name: {one.name: one.kind.value for one in table.columns} for table in facts.tables.values()}
    proved = [one for one in mutants(query, columns) if why_equal(query, one.sql, facts, ordered=False)]
    assert proved
    for mutant in proved:
        assert not differs(query, mutant.sql), (mutant, why_equal(query, mutant.sql, facts, ordered=False))


def test_the_databases_would_show_a_difference(facts):
    """The test above has teeth."""
    shown = [differs(query, mutant.sql) for query in QUERIES for mutant in mutants(query)[:8]]
    assert sum(shown) > len(shown) / 2


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT 1", None),
        ("SELECT * FROM gone", None),
        ("SELECT * FROM (SELECT 1) AS s", None),
        ("SELECT * FROM Trips", {"trips": "trips"}),
        ("SELECT * FROM trips AS T, riders", {"t": "trips", "riders": "riders"}),
    ],
)
def test_sources_are_known_only_where_all_are_tables(sql, names, facts):
    found = sources_of(sqlglot.parse_one(sql, read="sqlite"), facts)
    assert (found and {alias: table.name for alias, table in found.items()}) == names
