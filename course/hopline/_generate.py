"""Build a data set from its shape."""

from collections.abc import Mapping, Sequence
from itertools import chain

from hopline._dice import Dice
from hopline._drivers import drivers, vehicles
from hopline._forget import forget
from hopline._payments import payments
from hopline._places import DEEP_ZONES, ZONES
from hopline._promos import promos
from hopline._ratings import ratings
from hopline._riders import riders
from hopline._roster import roster
from hopline._shape import Shape
from hopline._shifts import shifts
from hopline._support import tickets
from hopline._trips import trips

Rows = Sequence[tuple[int | str | None, ...]]


def generate(shape: Shape) -> Mapping[str, Rows]:
    """Return the rows of all ten tables, by table, in foreign-key order."""
    zones = forget(list(ZONES), ("parent_id",), shape.null_share, Dice(shape.seed, "zones"))
    people, crew, cars, codes = riders(shape), drivers(shape), vehicles(shape), promos(shape)
    cast = roster(people, crew, cars)
    rides = trips(shape, cast, codes)
    return {
        "zones": list(chain(zones, DEEP_ZONES if shape.knots else ())),
        "riders": people,
        "drivers": crew,
        "vehicles": cars,
        "promo_codes": codes,
        "trips": rides,
        "payments": payments(shape, rides),
        "ratings": ratings(shape, rides),
        "support_tickets": tickets(shape, cast, rides),
        "driver_shifts": shifts(shape, crew),
    }
