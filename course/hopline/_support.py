"""Tickets from the old support tool, which never checked what they point at."""

from hopline._clock import DAY, later
from hopline._dice import Dice
from hopline._forget import forget
from hopline._roster import Roster
from hopline._rows import Ticket, Trip
from hopline._shape import Shape

TOPICS = ("lost item", "refund", "driver", "app", "safety")
BODIES = (
    "I was charged twice",
    "50% too much",
    "my_code failed",
    "O'Brien was rude",
    "Where is my bag?",
    "C:\\temp\\receipt.pdf does not open",
    "Şoför gelmedi",
)
PRIORITIES = ("low", "normal", "normal", "high", "urgent")
GONE = 9_000_000  # no data set has that many trips, so a ticket about trip 9 000 001 points nowhere


def tickets(shape: Shape, roster: Roster, trips: list[Trip]) -> list[Ticket]:
    """Make the tickets: K14 first, then by chance; a ticket about a trip comes from its rider."""
    dice = Dice(shape.seed, "tickets")
    opened = [_ticket(number, shape, trips, dice) for number in range(1, max(12, shape.trips // 8) + 1)]
    opened = forget(opened, ("rider_id", "trip_id"), shape.null_share, dice)
    busy = roster.calm[-1] if roster.calm else roster.riders[0]  # several tickets and several cancelled trips
    parts = ((busy, None), (busy, GONE + 2), (None, None), (None, GONE + 4), (trips[0].rider_id, trips[0].trip_id))
    for at, (rider, trip) in enumerate(parts):
        opened[at] = opened[at]._replace(rider_id=rider, trip_id=trip)
    for at, priority in enumerate(dict.fromkeys(PRIORITIES)):  # K19: the alphabet puts high before low
        opened[at] = opened[at]._replace(priority=priority)
    return opened


def _ticket(number: int, shape: Shape, trips: list[Trip], dice: Dice) -> Ticket:
    trip = dice.pick(trips)
    about = dice.pick((None, trip.trip_id, trip.trip_id, GONE + number))
    rider = trip.rider_id if about == trip.trip_id else dice.between(1, shape.riders)
    when = later(shape.start, dice.below(shape.days * DAY))
    closed = dice.chance(0.6)
    return Ticket(
        number,
        None if dice.chance(0.2) else rider,
        about,
        dice.pick(TOPICS),
        dice.pick(BODIES),
        "closed" if closed else dice.pick(("open", "waiting")),
        dice.pick(PRIORITIES),
        when,
        later(when, dice.between(300, 6 * DAY)) if closed else None,
    )
