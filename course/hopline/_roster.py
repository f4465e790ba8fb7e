"""Who takes part in the trips, and who is left out on purpose."""

from typing import NamedTuple

from hopline._places import ISTANBUL, LISBON, NEW_YORK
from hopline._rows import Driver, Rider, Vehicle


class Roster(NamedTuple):
    """The parts people play in the trips, so that absence is certain (K04) and does not hang on chance.

    Attributes:
        riders: those who ride; the last four of all never do.
        calm: riders whose cancelled trips are counted: they have two, three and four.
        drivers: those who drive, by the time zone of their city; the last two of all never do.
        unlucky: the driver whose only trip was cancelled.
        tipless: the driver whom nobody ever tips.
        cars: the cars of each driver who has any.
    """

    riders: list[int]
    calm: list[int]
    drivers: dict[str, list[int]]
    unlucky: int
    tipless: int
    cars: dict[int, list[int]]


def roster(riders: list[Rider], drivers: list[Driver], vehicles: list[Vehicle]) -> Roster:
    """Give everybody a part."""
    riding = [rider.rider_id for rider in riders[:-4]]
    *driving, unlucky, _, _ = (driver.driver_id for driver in drivers)
    cities = (LISBON, NEW_YORK, ISTANBUL)
    cars: dict[int, list[int]] = {}
    for vehicle in vehicles:
        if vehicle.driver_id is not None:
            cars.setdefault(vehicle.driver_id, []).append(vehicle.vehicle_id)
    return Roster(
        riding,
        riding[-3:] if len(riding) > 6 else [],
        {city: driving[at::3] for at, city in enumerate(cities)},
        unlucky,
        driving[-1],
        cars,
    )
