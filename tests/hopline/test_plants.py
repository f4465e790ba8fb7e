"""Trips that are there for a reason, whatever the seed."""

import pytest
from hopline._plants import PLANTS
from hopline.datasets import SHAPES

SEEDS = [None, 21, 90210]


def test_every_plant_is_used_and_every_used_one_exists():
    """A plant nobody names shows nothing; a misspelt name would stop `load`."""
    assert {name for shape in SHAPES.values() for name in shape.plants} == set(PLANTS)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall"])
def test_the_airport_has_every_unfinished_status(open_set, name, seed):
    """Cancelled, requested and accepted trips at the airport, and requested ones elsewhere."""
    rows = set(open_set(name, seed=seed).execute("SELECT pickup_zone_id = 5, status FROM trips").fetchall())
    assert {(1, "cancelled"), (1, "requested"), (1, "accepted"), (0, "requested")} <= rows


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["nulls", "ties"])
def test_midnights_around_the_fourth_of_march_are_there(open_set, name, seed):
    """The four seconds that decide where the day begins and ends."""
    edges = "'2025-03-03T23:59:59Z', '2025-03-04T00:00:00Z', '2025-03-04T23:59:59Z', '2025-03-05T00:00:00Z'"
    query = f"SELECT count(DISTINCT requested_at) FROM trips WHERE requested_at IN ({edges})"
    assert open_set(name, seed=seed).execute(query).fetchone() == (4,)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall"])
def test_riders_cancelled_exactly_two_three_and_four_times(open_set, name, seed):
    """The words "at least three" need a rider just below, at and above it."""
    counts = "SELECT DISTINCT count(*) FROM trips WHERE status = 'cancelled' GROUP BY rider_id"
    assert {2, 3, 4} <= {count for (count,) in open_set(name, seed=seed).execute(counts)}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["nulls", "ties", "dst", "fall", "knots"])
def test_cancelled_trips_carry_promos_in_hidden_data(open_set, name, seed):
    """A promo on a cancelled trip is not a use of it."""
    carried = "SELECT count(*) FROM trips WHERE status = 'cancelled' AND promo_id IS NOT NULL"
    assert open_set(name, seed=seed).execute(carried).fetchone() >= (2,)


@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall"])
def test_a_driver_gets_no_tips_at_all(open_set, name):
    """An average that skips NULL is NULL for this one."""
    drivers = "SELECT count(tip_cents) FROM trips WHERE status = 'completed' GROUP BY driver_id"
    assert (0,) in open_set(name).execute(drivers).fetchall()


def test_a_quiet_week_has_equal_revenues_and_a_lost_fare(open_set):
    """Two pairs of zones earn the same, one pair nothing, and their codes sort against their ids."""
    revenue = """SELECT code, coalesce(sum(fare_cents), 0) AS cents FROM trips JOIN zones ON zone_id = pickup_zone_id
                 WHERE status = 'completed' GROUP BY zone_id ORDER BY cents, zone_id LIMIT 4"""
    rows = open_set("quiet", seed=9).execute(revenue).fetchall()
    assert rows == [("LIS-C-ALF", 0), ("LIS-AIR", 0), ("NYC-M-HAR", 304), ("IST-KAD", 304)]
