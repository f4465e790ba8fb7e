"""The trips of a data set: planted ones, random ones, and the ties between them."""

from collections import Counter

from hopline._dice import Dice
from hopline._dispatch import Dispatch
from hopline._forget import forget
from hopline._places import EVEN_PICKUPS
from hopline._plants import PLANTS
from hopline._roster import Roster
from hopline._rows import Promo, Trip
from hopline._shape import Shape

TOP = 10


def trips(shape: Shape, roster: Roster, promos: list[Promo]) -> list[Trip]:
    """Make all trips and number them from 1, in an order that has nothing to do with their times.

    A completed trip always keeps its driver and its times, even where half of everything else is NULL: the life cycle
    requested → accepted → in_progress → completed has to stay believable.
    """
    dispatch = Dispatch(shape, roster, promos)
    planted = [trip for name in shape.plants for trip in PLANTS[name](dispatch)]
    statuses = [dispatch.dice.pick(shape.statuses) for _ in range(shape.trips - len(planted))]
    by_chance = _level(dispatch, planted, statuses) if shape.coarse else [dispatch.trip(s) for s in statuses]
    columns = ("vehicle_id", "dropoff_zone_id", "distance_m", "fare_cents", "tip_cents")
    by_chance = forget(by_chance, columns, shape.null_share, Dice(shape.seed, "lost trips"))
    shuffled = Dice(shape.seed, "order").shuffled(planted + by_chance)
    numbered = [trip._replace(trip_id=number) for number, trip in enumerate(shuffled, 1)]
    _tie_at_cut(numbered)
    return numbered


def _level(dispatch: Dispatch, planted: list[Trip], statuses: list[str]) -> list[Trip]:
    """K11: serve the zone with the fewest completed trips next, so that zones share the top in the end."""
    served = Counter(dict.fromkeys(EVEN_PICKUPS, 0))
    served.update(trip.pickup_zone_id for trip in planted if trip.status == "completed")
    if (served.total() + statuses.count("completed")) % len(served) == 1:
        statuses[statuses.index("completed")] = "cancelled"  # one ride too many would leave one zone alone at the top
    by_chance = []
    for status in statuses:
        pickup = min(EVEN_PICKUPS, key=served.__getitem__) if status == "completed" else None
        by_chance.append(dispatch.trip(status, pickup=pickup))
        if pickup:
            served[pickup] += 1
    return by_chance


def _tie_at_cut(trips: list[Trip]) -> None:
    """K11: make the tenth and eleventh dearest trip cost the same, so that a top ten needs a second sort key.

    The price comes from a trip of the same pick-up zone, promo and all, so that the fare still follows the fare rule.
    """
    priced = _dearest_first(trips)
    if len(priced) > TOP and priced[TOP - 1].fare_cents != priced[TOP].fare_cents:
        last = priced[TOP - 1]
        # Free rides and rides of no distance have their own part to play, so they keep their price.
        rest = [trip for trip in priced[TOP:] if trip.fare_cents and trip.distance_m != 0]
        neighbour = next((trip for trip in rest if trip.pickup_zone_id == last.pickup_zone_id), None)
        if neighbour:
            trips[neighbour.trip_id - 1] = neighbour._replace(
                promo_id=last.promo_id,
                distance_m=last.distance_m,
                quoted_cents=last.quoted_cents,
                fare_cents=last.fare_cents,
            )
    _later_request_first(trips)


def _later_request_first(trips: list[Trip]) -> None:
    """Give the smaller number of the two trips at the cut to the one requested later.

    SQLite happens to sort equal fares by trip_id while it reads the table in that order. With an index on (status,
    requested_at) it reads by time instead, and a query that forgets the second sort key shows the wrong trip.
    """
    pair = _dearest_first(trips)[TOP - 1 : TOP + 1]
    if len(pair) < 2:
        return
    inside, outside = pair
    if inside.fare_cents == outside.fare_cents and inside.requested_at < outside.requested_at:
        trips[inside.trip_id - 1] = outside._replace(trip_id=inside.trip_id)
        trips[outside.trip_id - 1] = inside._replace(trip_id=outside.trip_id)


def _dearest_first(trips: list[Trip]) -> list[Trip]:
    priced = [trip for trip in trips if trip.status == "completed" and trip.fare_cents is not None]
    return sorted(priced, key=lambda trip: (-(trip.fare_cents or 0), trip.trip_id))
