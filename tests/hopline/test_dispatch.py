"""One consistent trip at a time."""

import pytest
from hopline._dispatch import Dispatch
from hopline._drivers import drivers, vehicles
from hopline._promos import FREE, promos
from hopline._riders import riders
from hopline._roster import roster
from hopline.datasets import SHAPES

LEGS = ("accepted_at", "started_at", "finished_at")


@pytest.fixture
def dispatch():
    shape = SHAPES["city"]
    return Dispatch(shape, roster(riders(shape), drivers(shape), vehicles(shape)), promos(shape))


@pytest.mark.parametrize(
    ("status", "reached"), [("requested", 0), ("accepted", 1), ("in_progress", 2), ("completed", 3)]
)
def test_times_go_as_far_as_the_status_and_no_further(dispatch, status, reached):
    """The status and the times tell the same story, in order."""
    for _ in range(50):
        trip = dispatch.trip(status)
        times = [trip.requested_at, *(getattr(trip, leg) for leg in LEGS)]
        assert [time is not None for time in times] == [place <= reached for place in range(4)]
        assert times[: reached + 1] == sorted(times[: reached + 1])
        assert (trip.driver_id is None) == (status == "requested")


def test_a_cancelled_trip_never_started(dispatch):
    """Trips are cancelled from the first two states only, with or without a driver."""
    trips = [dispatch.trip("cancelled") for _ in range(50)]
    assert {(trip.driver_id is None) == (trip.accepted_at is None) for trip in trips} == {True}
    assert {trip.started_at for trip in trips} == {None}
    assert {trip.driver_id is None for trip in trips} == {True, False}


def test_what_is_given_is_kept(dispatch):
    """A plant decides what it needs; metres=0 is a distance, not a missing one."""
    trip = dispatch.trip("completed", at="2025-03-04T00:00:00Z", rider=5, driver=1, pickup=3, promo=FREE, metres=0)
    assert trip[1:3] == (5, 1)
    assert trip.vehicle_id in (1, 2)
    assert (trip.pickup_zone_id, trip.requested_at, trip.distance_m) == (3, "2025-03-04T00:00:00Z", 0)
    assert (trip.promo_id, trip.quoted_cents, trip.fare_cents) == (FREE, 312, 0)


def test_driver_and_dropoff_are_of_the_same_city(dispatch):
    """Nobody drives from Lisbon to New York."""
    cities = {3: "LIS", 4: "LIS", 5: "LIS", 8: "NYC", 9: "NYC", 11: "IST"}
    crews = dict(zip(("LIS", "NYC", "IST"), dispatch.roster.drivers.values(), strict=True))
    for _ in range(100):
        trip = dispatch.trip("completed")
        assert cities[trip.pickup_zone_id] == cities[trip.dropoff_zone_id]
        assert trip.driver_id in crews[cities[trip.pickup_zone_id]]
