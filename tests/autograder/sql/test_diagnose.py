"""Errors in plain words, with the name that was probably meant."""

import sqlite3

import pytest

from autograder.sql.diagnose import explain, quoting_note
from autograder.sql.query import QueryError
from autograder.sql.run import run_query
from autograder.sql.schema import Schema

SAYINGS = [
    ("SELECT plat FROM vehicles", "There is no column `plat` in vehicles. Did you mean `plate`?"),
    ("SELECT v.plat FROM vehicles v", "There is no column `plat` in vehicles. Did you mean `plate`?"),
    ("SELECT x.plate FROM vehicles v", "`x.plate` names a table `x`, which FROM doesn't mention."),
    (
        "SELECT vehicles.plate FROM vehicles v",
        "`vehicles.plate` names a table `vehicles`, which FROM doesn't mention. "
        "It is called `v` here: write `v.plate`.",
    ),
    (
        "SELECT vehicle.plate FROM vehicles",
        "`vehicle.plate` names a table `vehicle`, which FROM doesn't mention. Did you mean `vehicles.plate`?",
    ),
    (
        "SELECT v.stars FROM vehicles v",
        "There is no column `stars` in vehicles. ratings has one: did you mean another table?",
    ),
    (
        "SELECT v.colour FROM vehicles v",
        "There is no column `colour` in vehicles. Its columns are vehicle_id, plate, model, is_electric, retired_at.",
    ),
    (
        "SELECT trip_id FROM trips WHERE status = cancelled",
        "There is no column `cancelled` in trips. If you mean the text, put it in single quotes: 'cancelled'.",
    ),
    ("SELECT stars", "There is no column `stars`: FROM names no table. ratings has one: is FROM missing?"),
    (
        "SELECT colour FROM trips t JOIN riders r ON 1",
        "There is no column `colour` in trips, riders. If you mean the text, put it in single quotes: 'colour'.",
    ),
    ("SELECT plate FROM vehicles WHERE retired_at IS NUL", "There is no column `NUL` in vehicles. Did you mean NULL?"),
    ("SELECT plate FROM vehicles WHERE model IS NOT nul", "There is no column `nul` in vehicles. Did you mean NULL?"),
    (
        "SELECT plate FROM vehicles WHERE retired_at = None",
        "There is no column `None` in vehicles. SQL writes NULL; ask with IS NULL.",
    ),
    (
        "SELECT plate FROM vehicles WHERE retired_at is none",
        "There is no column `none` in vehicles. SQL writes NULL; ask with IS NULL.",
    ),
    (
        "SHOW TABLES",
        "A query begins with SELECT; `SHOW` belongs to other programs. To see a table: SELECT * FROM vehicles LIMIT 5",
    ),
    (
        "describe Trips;",
        "A query begins with SELECT; `describe` belongs to other programs. To see a table: SELECT * FROM trips LIMIT 5",
    ),
    (
        ".tables",
        "A query begins with SELECT; `.tables` belongs to other programs. "
        "To see a table: SELECT * FROM vehicles LIMIT 5",
    ),
    (
        ".schema ratings",
        "A query begins with SELECT; `.schema` belongs to other programs. "
        "To see a table: SELECT * FROM ratings LIMIT 5",
    ),
    ("SELECT * FROM vehicle", "There is no table `vehicle`. Did you mean `vehicles`?"),
    (
        "WITH dearest AS (SELECT 1) SELECT * FROM dearst",
        "There is no table `dearst`. Did you mean `dearest`?",
    ),
    ("SELECT * FROM xyzzy", "There is no table `xyzzy`. The tables are vehicles, riders, trips, ratings."),
    ("SELECT len(plate) FROM vehicles", "SQLite has no function `len`. Use length(text)."),
    ("SELECT cont(*) FROM vehicles", "SQLite has no function `cont`. Did you mean `count`?"),
    ("SELECT frobnicate(1)", "SQLite has no function `frobnicate`."),
    ("SELECT length(1, 2)", "`length()` was given too many or too few values in its brackets."),
    (
        "SELECT trip_id FROM trips t JOIN ratings ON ratings.trip_id = t.trip_id",
        "Several tables here have a column `trip_id`. Say which one: `t.trip_id` or `ratings.trip_id`.",
    ),
    (
        "SELECT status FROM trips WHERE count(*) > 1",
        "`count()` sums up rows, and can't stand in this place. "
        "WHERE looks at one row at a time; conditions on groups belong in HAVING.",
    ),
    (
        "SELECT max(count(*)) FROM ratings WHERE stars > 1 GROUP BY trip_id",
        "`count()` sums up rows, and can't stand in this place. "
        "Take the inner value in a subquery or a WITH part, and the outer one of its rows.",
    ),
    (
        "SELECT count(*) AS n FROM ratings GROUP BY trip_id HAVING max(n) > 1",
        "`n` is made by an aggregate, and no other one can be taken of it in this place. "
        "Compute `n` in a subquery or a WITH part first.",
    ),
    (
        "SELECT 1 FROM ratings r JOIN trips ON count(*) > 1",
        "`count()` sums up rows, and can't stand in this place.",
    ),
    ("SELECT 1 UNION ALL SELECT 1, 2", "The SELECTs on both sides of UNION ALL must have the same number of columns."),
    ("SELECT (SELECT 1, 2)", "A subquery in this place must return one column; this one returns 2."),
    ("SELECT * FROM trips ORDER BY 12", "Sort key 1 names a column by its number, and the result has no such column."),
    (
        "SELECT * FROM trips JOIN vehicles USING (plate)",
        "USING (`plate`) needs that column in both tables. Join with ON instead.",
    ),
    (
        "SELECT :zone",
        "`:zone` is a parameter, which has no value here. Write the value itself; text stands in single quotes.",
    ),
    ("SELECT *", "`SELECT *` needs a table to read from: add FROM and its name."),
    ("SELECT json('x')", "A JSON function was given text that isn't JSON."),
    ("SELECT abs(-9223372036854775808)", "A sum or product grew beyond SQLite's largest integer, 9223372036854775807."),
    (
        "SELECT plate FROM vehicles WHERE plate = ‘AA-11’",
        "Line 1 holds a curly quote: type ' instead.",
    ),
]


@pytest.mark.parametrize(("sql", "sentence"), SAYINGS, ids=[sql for sql, _ in SAYINGS])
def test_an_error_is_said_in_plain_words(city, sql, sentence):
    with pytest.raises(QueryError) as caught:
        run_query(sql, city)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT row_number() OVER () FROM trips WHERE row_number() OVER () = 1", "window function `row_number()`"),
        ("SELECT plate FROM vehicles HAVING plate > 1", "HAVING filters groups"),
        ("SELECT 1 ORDER BY 1 UNION SELECT 2", "ORDER BY belongs behind the last SELECT"),
        ("SELECT 1 ORDER BY 1 COLLATE klingon", "SQLite can't run this query: no such collation sequence: klingon."),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", "`a` is defined by itself"),
        ("SELECT 'a' LIKE '" + "%" * 2000 + "'", "pattern of a LIKE"),
    ],
)
def test_words_that_differ_between_versions_keep_their_point(city, sql, says):
    with pytest.raises(QueryError) as caught:
        run_query(sql, city)
    assert says in str(caught.value)


def test_sqlites_own_full_stop_is_not_repeated(city):
    said = explain(sqlite3.OperationalError("something odd happened."), "SELECT 1", city, Schema.of(city))
    assert said == "SQLite can't run this query: something odd happened."


def test_a_database_without_tables_says_so(city):
    for table in Schema.of(city).tables:
        city.execute(f"DROP TABLE {table}")
    with pytest.raises(QueryError, match=r"belongs to other programs\.$"):
        run_query("SHOW TABLES", city)
    with pytest.raises(QueryError, match="the database has no tables"):
        run_query("SELECT * FROM trips", city)


def test_a_misspelt_column_in_double_quotes_is_noticed(city):
    note = quoting_note('SELECT plate FROM vehicles WHERE "is_eletric" = 1', Schema.of(city))
    assert note.startswith(
        'No column has the name "is_eletric", so SQLite took it as text. Did you mean `is_electric`?'
    )


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT plate FROM vehicles",
        'SELECT "plate" FROM vehicles',
        'SELECT plate AS "plates" FROM "vehicles" WHERE model = "Zoe"',
        'SELECT v."plate" FROM vehicles "v"',
        "SELECT 'plat' FROM vehicles",
    ],
)
def test_other_quotes_are_left_alone(city, sql):
    assert quoting_note(sql.replace('AS "plates"', "AS p"), Schema.of(city)) == ""
