"""The names of a database, and those a query mentions."""

import sqlite3
from contextlib import closing

import pytest

from autograder.sql.schema import Schema, sources
from autograder.sql.text import tokens


def test_a_closed_connection_has_no_names():
    connection = sqlite3.connect(":memory:")
    connection.close()
    assert Schema.of(connection).tables == {}


def test_a_broken_view_hides_no_error_and_raises_none(city):
    city.execute("CREATE VIEW broken AS SELECT * FROM nowhere")
    assert isinstance(Schema.of(city), Schema)


def test_names_are_read_whatever_the_connections_factories():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        connection.text_factory = bytes
        connection.execute("CREATE TABLE a (x, y)")
        assert Schema.of(connection).tables == {"a": ("x", "y")}


def test_tables_and_views_come_in_the_order_of_their_creation(city):
    city.execute("CREATE VIEW fares AS SELECT trip_id, fare_cents FROM trips")
    assert list(Schema.of(city).tables) == ["vehicles", "riders", "trips", "ratings", "fares"]
    assert Schema.of(city).tables["fares"] == ("trip_id", "fare_cents")


@pytest.mark.parametrize(
    ("sql", "known"),
    [
        ("SELECT 1", {}),
        ("SELECT * FROM", {}),
        ("SELECT * FROM trips", {"trips": "trips"}),
        ("SELECT * FROM Trips AS T", {"t": "trips"}),
        ("SELECT * FROM main.trips t WHERE 1", {"t": "trips"}),
        ("SELECT * FROM trips WHERE 1", {"trips": "trips"}),
        ("SELECT * FROM trips t, riders r", {"t": "trips", "r": "riders"}),
        ("SELECT * FROM trips t LEFT JOIN riders ON 1", {"t": "trips", "riders": "riders"}),
        ("WITH dear AS (SELECT * FROM trips) SELECT * FROM dear", {"dear": "dear", "trips": "trips"}),
    ],
)
def test_sources_are_the_names_that_from_and_join_give(city, sql, known):
    assert sources(tokens(sql), Schema.of(city)) == known
