"""A schema is tried out from outside; what goes wrong is said with the statement that was tried."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.probe import accepts, failed_probe, gives, refuses

SCHEMA = """
CREATE TABLE zones (zone_id INTEGER PRIMARY KEY);
INSERT INTO zones VALUES (1);
CREATE TABLE stops (
  name TEXT NOT NULL UNIQUE CHECK (trim(name) <> ''), zone_id INTEGER REFERENCES zones (zone_id) ON DELETE CASCADE);
CREATE TABLE typed (n INTEGER) STRICT;
"""


@pytest.fixture
def tried():
    """What the learner is told about the first probe that fails; empty when all is well."""

    def run(*probes, more=""):
        with closing(sqlite3.connect(":memory:")) as database:
            database.executescript(SCHEMA + more)
            failure = failed_probe(database, probes)
            return failure.message if failure else ""

    return run


def test_an_unknown_kind_of_rule_is_the_author_s_mistake():
    with pytest.raises(ValueError, match="'NOTNULL' is no kind of rule; known are CHECK"):
        refuses("a stop", "INSERT INTO stops VALUES (NULL, 1)", by="NOTNULL")


def test_what_must_be_possible_and_is_not_is_said(tried):
    said = tried(accepts("a stop in no zone", "INSERT INTO stops VALUES ('a', 9)"))
    assert said == (
        "A stop in no zone must be possible, but SQLite refuses it: FOREIGN KEY constraint failed.\n"
        "Tried: INSERT INTO stops VALUES ('a', 9)"
    )


def test_what_must_be_refused_and_is_not_is_said(tried):
    said = tried(refuses("a stop of spaces  in a typed table", "INSERT INTO zones VALUES ('  7')", by="STRICT"))
    assert said.startswith("A stop of spaces  in a typed table must be refused by STRICT, but is accepted.")
    assert said.endswith("Tried: INSERT INTO zones VALUES ('  7')")


def test_another_rule_than_the_expected_one_is_said(tried):
    said = tried(refuses("a stop without a name", "INSERT INTO stops VALUES ('', 1)", by=("NOT NULL", "UNIQUE")))
    assert "is refused by CHECK" in said
    assert "expected: by NOT NULL or UNIQUE" in said


def test_a_statement_that_can_not_run_at_all_is_no_refusal(tried):
    assert "can't be tried: no such table: stop" in tried(refuses("a stop", "INSERT INTO stop VALUES (1)"))


def test_only_the_last_statement_of_a_refusal_may_fail(tried):
    twice = "INSERT INTO stops VALUES ('a', 1); INSERT INTO stops VALUES ('a', 1)"
    assert tried(refuses("a name twice", twice, by="UNIQUE")) == ""
    assert "must be possible" in tried(refuses("a name", f"{twice}; DELETE FROM stops"))


@pytest.mark.parametrize(
    ("kind", "sql"),
    [
        ("NOT NULL", "INSERT INTO stops VALUES (NULL, 1)"),
        ("CHECK", "INSERT INTO stops VALUES (' ', 1)"),
        ("UNIQUE", "INSERT INTO zones VALUES (1)"),
        ("FOREIGN KEY", "INSERT INTO stops VALUES ('a', 2)"),
        ("STRICT", "INSERT INTO typed VALUES ('a')"),
        ("TRIGGER", "UPDATE zones SET zone_id = 2"),
    ],
)
def test_every_kind_of_rule_is_recognised(kind, sql, tried):
    trigger = "CREATE TRIGGER n BEFORE UPDATE ON zones BEGIN SELECT RAISE(ABORT, 'no'); END"
    assert tried(refuses("it", sql, by=kind), more=trigger) == ""


def test_other_rows_than_expected_are_said(tried):
    probe = gives("the zones", "DELETE FROM zones", "SELECT zone_id FROM zones", [(1,)])
    assert tried(probe).startswith("The zones: There are no rows; 1 row is expected.")
    assert "can't be looked at" in tried(gives("it", "", "SELECT * FROM stop", []))


def test_each_probe_starts_anew(tried):
    cascade = "INSERT INTO stops VALUES ('a', 1); DELETE FROM zones"
    probes = [gives("the stops", cascade, "SELECT * FROM stops", []), accepts("a", "INSERT INTO stops VALUES ('a', 1)")]
    assert tried(*probes) == ""


def test_a_trigger_that_runs_away_is_stopped(tried):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    trigger = f"CREATE VIEW v AS {endless}; CREATE TRIGGER r BEFORE INSERT ON stops BEGIN SELECT * FROM v; END"
    said = tried(accepts("a stop", "INSERT INTO stops VALUES ('a', 1)"), more=trigger)
    assert "60 million steps and was stopped" in said


def test_the_author_s_words_are_kept(tried):
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(SCHEMA)
        failure = failed_probe(database, [refuses("it", "DELETE FROM zones", says="Keep zones.", tag="missing-rule")])
    assert (failure.advice, failure.tag) == ("Keep zones.", "missing-rule")
