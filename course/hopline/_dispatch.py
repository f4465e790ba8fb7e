"""Make one consistent trip at a time."""

from typing import NamedTuple

from hopline._clock import later
from hopline._dice import Dice
from hopline._money import apply_promo, quote_cents
from hopline._places import CITY_OF, SURGE_BP
from hopline._promos import usable
from hopline._roster import Roster
from hopline._rows import Promo, Trip
from hopline._shape import Shape

MATCHED = ("accepted", "in_progress", "completed")
COARSE_SECONDS = (0, 1_800, 18_000, 80_999)


class Legs(NamedTuple):
    """The moments of a trip after its request; None where it never got that far."""

    accepted_at: str | None
    started_at: str | None
    finished_at: str | None


class Dispatch:
    """A source of trips whose times, driver, car and fare agree with their status.

    Every trip it makes has number 0: numbers are given once all trips are shuffled together.
    """

    def __init__(self, shape: Shape, roster: Roster, promos: list[Promo]) -> None:
        self.shape = shape
        self.roster = roster
        self.dice = Dice(shape.seed, "trips")
        self._promos = promos

    def trip(
        self,
        status: str,
        *,
        at: str | None = None,
        rider: int | None = None,
        driver: int | None = None,
        pickup: int | None = None,
        promo: int | None = None,
        metres: int | None = None,
    ) -> Trip:
        """Make a trip of this status; whatever is not given is left to chance."""
        requested = at or self._moment()
        pickup = pickup or self._pickup(driver)
        metres = self._metres() if metres is None else metres
        driver = driver or self._driver(status, pickup)
        code = self._promo(status, requested, promo)
        quote = quote_cents(metres, SURGE_BP[pickup])
        legs = self._legs(requested, status if driver else "requested")
        return Trip(
            0,
            rider or self._rider(status),
            driver,
            self.dice.pick(self.roster.cars[driver]) if driver in self.roster.cars else None,
            pickup,
            self._dropoff(status, pickup),
            code.promo_id if code else None,
            status,
            requested,
            *legs,
            metres if status == "completed" else None,
            quote,
            self._fare(status, quote, code),
            self._tip(status, driver),
        )

    def _moment(self) -> str:
        if self.shape.coarse:
            day, second = self.dice.below(self.shape.days), self.dice.pick(COARSE_SECONDS)
            return later(self.shape.start, day * 86_400 + second)
        return later(self.shape.start, self.dice.below(self.shape.days * 86_400))

    def _metres(self) -> int:
        return self.dice.pick((0, 1_000, 2_500)) if self.shape.coarse else self.dice.between(400, 24_000)

    def _pickup(self, driver: int | None) -> int:
        city = next((city for city, crew in self.roster.drivers.items() if driver in crew), None)
        zones = self.shape.pickups
        return self.dice.pick([zone for zone in zones if CITY_OF[zone] == city] if city else zones)

    def _dropoff(self, status: str, pickup: int) -> int | None:
        known = status in ("in_progress", "completed") or self.dice.chance(0.75)
        return self.dice.pick(self.shape.dropoffs[CITY_OF[pickup]]) if known else None

    def _rider(self, status: str) -> int:
        crowd = self.roster.riders
        # The calm riders stand last: their cancelled trips are planted, so chance must not add to them.
        return self.dice.pick(crowd[: len(crowd) - len(self.roster.calm)] if status == "cancelled" else crowd)

    def _driver(self, status: str, pickup: int) -> int | None:
        matched = status in MATCHED or (status == "cancelled" and self.dice.chance(0.5))
        return self.dice.pick(self.roster.drivers[CITY_OF[pickup]]) if matched else None

    def _promo(self, status: str, requested: str, wanted: int | None) -> Promo | None:
        if wanted:
            return self._promos[wanted - 1]
        choice = usable(self._promos, requested) if status == "completed" and self.dice.chance(0.2) else []
        return self.dice.pick(choice) if choice else None

    def _legs(self, requested: str, status: str) -> Legs:
        coarse, dice = self.shape.coarse, self.dice
        if status == "requested":
            return Legs(None, None, None)
        accepted = later(requested, dice.pick((30, 60, 120, 300)) if coarse else dice.between(5, 600))
        if status not in ("in_progress", "completed"):
            return Legs(accepted, None, None)
        started = later(accepted, dice.between(30, 900))
        if status == "in_progress":
            return Legs(accepted, started, None)
        seconds = dice.pick((600, 900, 1_200)) if coarse else dice.between(120, 5_400)
        return Legs(accepted, started, later(started, seconds))

    def _fare(self, status: str, quote: int, code: Promo | None) -> int | None:
        if status == "completed":
            return apply_promo(quote, code.percent_off, code.amount_off_cents) if code else quote
        return self.dice.pick((None, None, 300)) if status == "cancelled" else None

    def _tip(self, status: str, driver: int | None) -> int | None:
        if status != "completed" or driver == self.roster.tipless:
            return None
        return self.dice.pick((None, None, 0, 100, 200, 350))
