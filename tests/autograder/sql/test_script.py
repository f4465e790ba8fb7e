"""A script runs on a copy, statement by statement, and each way to fail has its own words."""

import sqlite3

import pytest

from autograder.errors import NotAttempted
from autograder.sql.fence import Limits
from autograder.sql.query import QueryError, QueryStoppedError
from autograder.sql.script import ScriptError, run_script, split


def run(text, on, values=None, **limits):
    with run_script(text, on, values, Limits(**limits)) as (database, rows):
        return database.execute("SELECT * FROM trips WHERE trip_id > 20").fetchall(), rows


@pytest.mark.parametrize("text", ["", "  -- later\n", ";;", "### BEGIN SOLUTION\n### END SOLUTION"])
def test_a_text_without_statements_is_not_attempted(text, city):
    with pytest.raises(NotAttempted):
        run(text, city)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1;" * 501, "501 statements; at most 500"),
        ("x" * 70_000, "too long: 70,000 characters"),
        ("SELECT '\0'", "can't read"),
        ("DELETE FROM trips; SELEC 1", r"Statement 2 of 2 \(line 1\): .*SELECT instead of `SELEC`"),
        ("DELETE FROM trips;\n\nDELETE FROM tripps", r"Statement 2 of 2 \(line 3\): .*no table `tripps`.* `trips`\?"),
        ("INSERT INTO trips (trip_id) VALUES (1)", r"UNIQUE or a primary key: .* \(trips.trip_id\)"),
        ("CREATE TABLE trips (a)", "already exists. Does the script create it twice?"),
        ("BEGIN; DELETE FROM trips", "begins a transaction and doesn't end it"),
        ("ATTACH ':memory:' AS other", "can't use ATTACH"),
        ("VACUUM INTO 'copy.db'", "can't use ATTACH"),
        ("PRAGMA writable_schema = ON", "PRAGMA writable_schema is not allowed"),
        ("CREATE VIRTUAL TABLE f USING fts5(a)", "can't use a virtual table"),
        ("SELECT load_extension('x')", "`load_extension` is not allowed"),
        ("UPDATE sqlite_master SET sql = ''", "may not be modified"),
        ("UPDATE trips SET status = :status", "`:status` is a parameter"),
    ],
)
def test_what_can_not_run_is_said(text, said, city):
    with pytest.raises(QueryError, match=said):
        run(text, city)


def test_an_error_knows_its_statement_and_the_rule_that_it_breaks(city):
    with pytest.raises(ScriptError) as caught:
        run("DELETE FROM ratings; INSERT INTO trips (trip_id) VALUES (1)", city)
    assert (caught.value.number, caught.value.constraint) == (2, "UNIQUE")


def test_a_runaway_script_is_stopped(city):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(QueryStoppedError, match="The script ran for 100000 steps"):
        run(endless, city, steps=100_000)


def test_a_database_can_not_grow_without_end(city, monkeypatch):
    monkeypatch.setattr("autograder.sql.script.LARGEST_DATABASE", 1024 * 1024)
    bomb = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO {} SELECT randomblob(9999) FROM n"
    )
    for text in (f"CREATE TABLE b (x); {bomb.format('b')}", f"CREATE TEMP TABLE c (x); {bomb.format('c')}"):
        with pytest.raises(QueryError, match="grew beyond 1 MiB"):
            run(text, city)


def test_parts_that_name_each_other_too_often_are_refused_before_they_run(city):
    parts = ", ".join(f"c{n} AS (SELECT * FROM c{n - 1}, c{n - 1} AS other)" for n in range(1, 30))
    with pytest.raises(ScriptError, match="too large to run"):
        run(f"WITH c0 AS (SELECT 1), {parts} SELECT * FROM c29", city)


def test_the_database_itself_never_changes(city):
    before = list(city.iterdump())
    assert run("DELETE FROM trips; DROP TABLE ratings", city)[0] == []
    assert list(city.iterdump()) == before


def test_the_last_query_s_rows_are_given(city):
    _, rows = run("SELECT 1 AS a; SELECT 2 AS b; UPDATE trips SET fare_cents = 1", city)
    assert (rows.columns, rows.rows) == (("b",), ((2,),))


def test_parameters_get_their_values(city):
    found, _ = run("UPDATE trips SET status = :status WHERE trip_id = 21", city, {"status": "lost"})
    assert found[0][4] == "lost"


@pytest.mark.parametrize("enforced", [False, True])
def test_foreign_keys_are_enforced_where_the_original_does(enforced, city):
    city.execute(f"PRAGMA foreign_keys = {enforced}")
    text = "CREATE TABLE n (trip_id INTEGER REFERENCES trips (trip_id)); INSERT INTO n VALUES (99)"
    if not enforced:
        run(text, city)
        return
    with pytest.raises(ScriptError, match="foreign key") as caught:
        run(text, city)
    assert caught.value.constraint == "FOREIGN KEY"


def test_a_trigger_may_say_no(city):
    no = "CREATE TRIGGER n BEFORE DELETE ON trips BEGIN SELECT RAISE(ABORT, 'trips stay'); END; DELETE FROM trips"
    with pytest.raises(ScriptError, match=r"breaks a trigger.*trips stay") as caught:
        run(no, city)
    assert caught.value.constraint == "TRIGGER"


def test_semicolons_inside_triggers_and_texts_separate_nothing():
    trigger = "CREATE TRIGGER n AFTER DELETE ON t BEGIN SELECT 1; SELECT 2; END"
    found = split(f"-- first\n{trigger};\nINSERT INTO t VALUES (';')")
    assert [(one.sql, one.line) for one in found] == [(trigger, 2), ("INSERT INTO t VALUES (';')", 3)]


def test_the_driver_names_the_rules_that_we_know():
    """Names that SQLite gives its errors, which `constraint_of` builds on."""
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (a NOT NULL)")
        with pytest.raises(sqlite3.IntegrityError) as caught:
            database.execute("INSERT INTO t VALUES (NULL)")
    database.close()
    assert caught.value.sqlite_errorname == "SQLITE_CONSTRAINT_NOTNULL"
