"""What is found is made small and plain, and stays a counterexample."""

import sqlite3

from autograder.sql.search.facts import Facts
from autograder.sql.search.shrink import shrunk, without_orphans

DDL = """
CREATE TABLE a (id INTEGER PRIMARY KEY, x INT);
CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INT REFERENCES a(id));
CREATE TABLE c (z INT);
"""
PLAINEST = {("a", "x"): ((1, 2), True), ("c", "z"): ((0,), True)}


def facts():
    database = sqlite3.connect(":memory:")
    database.executescript(DDL)
    return Facts.of(database)


def test_only_what_the_difference_needs_remains():
    database = {"a": [[n, n * 7] for n in range(1, 20)], "b": [[n, n] for n in range(1, 20)], "c": [[5]] * 9}
    small = shrunk(database, lambda d: any(row[1] == 7 for row in d["b"]), facts(), PLAINEST, 5)
    assert small == {"a": [[7, 1]], "b": [[7, 7]], "c": []}


def test_values_become_plain_only_where_they_do_not_matter():
    small = shrunk(
        {"a": [[1, 99]], "b": [], "c": []}, lambda d: any(row[1] > 50 for row in d["a"]), facts(), PLAINEST, 5
    )
    assert small["a"] == [[1, 99]]


def test_without_time_everything_stays():
    database = {"a": [[1, 99], [2, 98]], "b": [], "c": []}
    assert shrunk(database, lambda d: True, facts(), PLAINEST, 0) == database


def test_rows_whose_links_lead_nowhere_go_and_null_links_stay():
    assert without_orphans({"a": [[1, 0]], "b": [[1, 1], [2, 9], [3, None]]}, facts())["b"] == [[1, 1], [3, None]]
