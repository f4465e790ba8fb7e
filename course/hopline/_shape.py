"""What makes one data set different from another."""

from collections.abc import Mapping
from typing import NamedTuple

from hopline._clock import DAY, later
from hopline._dice import spread
from hopline._places import BUSY_PICKUPS, DROPOFFS

USUAL_STATUSES = spread(completed=78, cancelled=14, requested=4, accepted=2, in_progress=2)
# Half of the trips never finished, so half of their times are NULL without one completed trip losing its own.
UNFINISHED_STATUSES = spread(completed=50, cancelled=20, requested=14, accepted=10, in_progress=6)


class Shape(NamedTuple):
    """The measures of a data set; the same shape always gives the same bytes.

    Attributes:
        plants: names of the functions in `_plants` whose trips are mixed into the random ones.
        null_share: share of NULLs forced upon every nullable column.
        coarse: values come from tiny domains, so that ties and boundaries are everywhere.
        hard: rows that only hidden tests show, such as retired electric cars.
        knots: referral loops and zones that lie deeper than their codes tell.
    """

    seed: int
    trips: int
    riders: int
    drivers: int
    plants: tuple[str, ...]
    start: str = "2025-01-06T00:00:00Z"
    days: int = 310
    statuses: tuple[str, ...] = USUAL_STATUSES
    methods: tuple[str, ...] = spread(card=3, wallet=1, cash=1)
    pickups: tuple[int, ...] = BUSY_PICKUPS
    dropoffs: Mapping[str, tuple[int, ...]] = DROPOFFS
    null_share: float = 0.0
    coarse: bool = False
    hard: bool = False
    knots: bool = False

    @property
    def end(self) -> str:
        """The first moment after the window in which trips are requested."""
        return later(self.start, self.days * DAY)

    def covers(self, stamp: str) -> bool:
        """Tell whether a moment lies in the window."""
        return self.start <= stamp < self.end
