"""A small database with every quirk that the queries of these tests trip over."""

import sqlite3
from contextlib import closing

import pytest

SCHEMA = """
CREATE TABLE vehicles (vehicle_id INTEGER PRIMARY KEY, plate TEXT, model TEXT, is_electric INTEGER, retired_at TEXT);
CREATE TABLE riders (rider_id INTEGER PRIMARY KEY, full_name TEXT, phone TEXT, deleted_at TEXT);
CREATE TABLE trips (
  trip_id INTEGER PRIMARY KEY, rider_id INTEGER, vehicle_id INTEGER, pickup_zone_id INTEGER, status TEXT,
  requested_at TEXT, fare_cents INTEGER);
CREATE TABLE ratings (trip_id INTEGER, stars INTEGER, comment TEXT);
"""
VEHICLES = [
    (1, "AA-11", "Leaf", 1, None),
    (2, "BB-22", "Leaf", 1, "2025-01-01T00:00:00Z"),
    (3, "CC-33", "Golf", 0, None),
    (4, "DD-44", "Zoe", 1, None),
]
RIDERS = [
    (1, "Ana", "912 345 678", None),
    (2, "Ben", None, None),
    (3, "Cem", "", None),
    (4, "Dia", "   ", None),
    (5, "Eva", None, "2025-01-01T00:00:00Z"),
    (6, "Fay", "", "2025-01-01T00:00:00Z"),
    (7, "Gil", "917", "2025-01-01T00:00:00Z"),
]
TRIPS = [
    # Ties at the cut of the ten dearest, a cancellation fee above every fare, and 900 which as text is above 2000.
    *[(n, 1, 1, n % 6, "completed", f"2025-03-0{n % 9 + 1}T10:00:00Z", 2000 - 10 * (n // 3)) for n in range(1, 16)],
    (16, 2, 2, 5, "cancelled", "2025-03-03T23:59:59Z", 9000),
    (17, 2, 2, 5, "requested", "2025-03-04T00:00:00Z", None),
    (18, 3, 1, 4, "requested", "2025-03-04T23:59:59Z", None),
    (19, 3, None, 5, "accepted", "2025-03-05T00:00:00Z", None),
    (20, 3, 4, 5, "completed", "2025-03-04T12:00:00Z", 0),
    (21, 3, 4, 1, "completed", "2025-03-06T12:00:00Z", 900),
    (22, 3, 4, 1, "completed", "2025-03-06T12:30:00Z", 1000),
]
RATINGS = [
    (1, 5, "100% happy"),
    (2, 4, "snake_case"),
    (3, 3, None),
    (4, 2, ""),
    (5, 1, "back\\slash"),
    (6, 5, "%"),
    (7, 5, "plain"),
]


@pytest.fixture
def city():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        for table, rows in (("vehicles", VEHICLES), ("riders", RIDERS), ("trips", TRIPS), ("ratings", RATINGS)):
            connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        connection.commit()
        yield connection


@pytest.fixture
def empty():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        yield connection
