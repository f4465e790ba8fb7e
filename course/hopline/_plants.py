"""Trips that are in a data set for a reason, whatever its seed.

Chance alone lets promised cases slip away with an unlucky seed: each function here makes the few trips that show one
thing. A `Shape` names the functions it wants, and `_trips` shuffles their trips among the random ones.
"""

from collections.abc import Callable

from hopline._clock import DAY, later, month_ends
from hopline._dispatch import Dispatch
from hopline._places import AIRPORT, CITY_OF, CLOCK_CHANGES, LISBON
from hopline._promos import FREE, FREE_USES
from hopline._rows import Trip

NO_SHOW_CENTS = 19_900  # above any fare: the longest ride at the highest surge costs 4 820


def fees(dispatch: Dispatch) -> list[Trip]:
    """K09: a cancelled trip without a fee, one with the usual fee, and one dearer than any completed trip."""
    driver = dispatch.roster.drivers[LISBON][0]
    trips = [dispatch.trip("cancelled", driver=driver) for _ in range(3)]
    fares = zip(trips, (None, 300, NO_SHOW_CENTS), strict=True)
    return [trip._replace(fare_cents=fee, dropoff_zone_id=None) for trip, fee in fares]


def free_rides(dispatch: Dispatch) -> list[Trip]:
    """K08, K17: trips that cost 0, which is not NULL, and use the code FREE up."""
    return [dispatch.trip("completed", promo=FREE) for _ in range(FREE_USES)]


def oddities(dispatch: Dispatch) -> list[Trip]:
    """K08, K20: a ride of no distance by the driver nobody tips, a ride in an unknown car, an unmatched request."""
    return [
        dispatch.trip("completed", metres=0, driver=dispatch.roster.tipless),
        dispatch.trip("completed")._replace(vehicle_id=None),
        dispatch.trip("requested")._replace(dropoff_zone_id=None),
    ]


def unpriced(dispatch: Dispatch) -> list[Trip]:
    """Completed trips whose fare was never worked out; not in `city`, where every completed trip has one."""
    return [dispatch.trip("completed")._replace(fare_cents=None) for _ in range(2)]


def same_second(dispatch: Dispatch) -> list[Trip]:
    """K10: the two latest trips of one rider, requested in the same second."""
    moment = later(dispatch.shape.end, -1)
    return [dispatch.trip("completed", at=moment, rider=dispatch.roster.riders[0]) for _ in range(2)]


def airport(dispatch: Dispatch) -> list[Trip]:
    """Every unfinished status at the airport, and the same ones in the next zone."""
    statuses = ("cancelled", "requested", "accepted")
    return [dispatch.trip(status, pickup=zone) for zone in (AIRPORT, AIRPORT - 1) for status in statuses]


def only_cancelled(dispatch: Dispatch) -> list[Trip]:
    """K04: the one trip of the unlucky driver, accepted and then cancelled."""
    return [dispatch.trip("cancelled", driver=dispatch.roster.unlucky)]


def cancellers(dispatch: Dispatch) -> list[Trip]:
    """Three riders with exactly two, three and four cancelled trips."""
    riders = zip(dispatch.roster.calm, (2, 3, 4), strict=True)
    return [dispatch.trip("cancelled", rider=rider) for rider, count in riders for _ in range(count)]


def cancelled_promos(dispatch: Dispatch) -> list[Trip]:
    """Cancelled trips that carry a promo, so that a count of uses must look at the status."""
    return [dispatch.trip("cancelled", promo=promo) for promo in (1, 2)]


def one_day(dispatch: Dispatch) -> list[Trip]:
    """Two requests in the middle of 4 March 2025, so that the day is never empty."""
    return [dispatch.trip("completed", at=at) for at in ("2025-03-04T09:15:00Z", "2025-03-04T18:40:10Z")]


def midnights(dispatch: Dispatch) -> list[Trip]:
    """The four requests that decide where 4 March 2025 begins and ends."""
    edges = ("2025-03-03T23:59:59Z", "2025-03-04T00:00:00Z", "2025-03-04T23:59:59Z", "2025-03-05T00:00:00Z")
    return [dispatch.trip("completed", at=at) for at in edges]


def month_end(dispatch: Dispatch) -> list[Trip]:
    """K15: rides that begin before midnight of a month's last day and finish in the next month."""
    days = month_ends(dispatch.shape.start, dispatch.shape.days)
    requests = [f"{day}T23:50:00Z" for day in days]
    return [_timed(dispatch.trip("completed", at=at), later(at, 300), 1_500) for at in requests]


def clock_changes(dispatch: Dispatch) -> list[Trip]:
    """K15: rides that start in the last second of the old time, the first of the new one, and either side of both."""
    trips = []
    for change, city in CLOCK_CHANGES.items():
        if dispatch.shape.covers(change):
            pickup = dispatch.dice.pick([zone for zone in dispatch.shape.pickups if CITY_OF[zone] == city])
            for shift in (-3_600, -1, 0, 3_600):
                start = later(change, shift)
                trips.append(_timed(dispatch.trip("completed", at=later(start, -300), pickup=pickup), start, 900))
    return trips


def handful(dispatch: Dispatch) -> list[Trip]:
    """A quiet week: seven completed trips with a fare and one without, and one trip of each other status.

    Harlem and Kadıköy earn the same 304 cents, and the codes of these zones sort the other way round than their ids;
    so do those of Alfama, which earned 0, and of the airport, whose only fare is unknown.
    """
    rides = [(3, 0, 4_000), (3, 1, 2_000), (8, 1, 5_000), (8, 5, 5_000), (9, 5, 600), (11, 6, 300)]
    days = [later(dispatch.shape.start, day * DAY + 30_000) for day in range(7)]
    trips = [
        dispatch.trip("completed", at=days[day], pickup=zone, metres=m)._replace(promo_id=None)
        for zone, day, m in rides
    ]
    trips = [trip._replace(fare_cents=trip.quoted_cents) for trip in trips]
    trips.append(dispatch.trip("completed", at=days[6], pickup=4, promo=FREE))
    trips.append(dispatch.trip("completed", at=days[5], pickup=AIRPORT)._replace(fare_cents=None))
    return trips + [dispatch.trip(status) for status in ("cancelled", "requested", "accepted", "in_progress")]


def _timed(trip: Trip, started: str, seconds: int) -> Trip:
    return trip._replace(
        accepted_at=later(trip.requested_at, 60), started_at=started, finished_at=later(started, seconds)
    )


Plant = Callable[[Dispatch], list[Trip]]

PLANTS: dict[str, Plant] = {
    plant.__name__: plant
    for plant in (
        airport,
        cancelled_promos,
        cancellers,
        clock_changes,
        fees,
        free_rides,
        handful,
        midnights,
        month_end,
        oddities,
        one_day,
        only_cancelled,
        same_second,
        unpriced,
    )
}
