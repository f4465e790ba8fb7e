"""The stars that riders and drivers give each other."""

from hopline._dice import Dice
from hopline._forget import forget
from hopline._rows import Rating, Trip
from hopline._shape import Shape

SIDES = (("rider", "driver"), ("rider",), (), ("rider",), ("rider", "driver"), ("driver",), ("rider",), ())
STARS = (1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 5)

# K13: the first ones are what LIKE must be asked about with care.
COMMENTS = (
    "100% ok",
    "_meh_",
    None,
    "",
    "didn't smile",
    "back\\slash",
    "%",
    "_",
    "50%_off \\o/",
    "great",
    "late",
    "très bien",
    "çok iyi",
    "   ",
    "nice car, wrong exit",
    "👍",
)


def ratings(shape: Shape, trips: list[Trip]) -> list[Rating]:
    """Make the ratings: every comment once, then by chance; drivers seldom write any."""
    dice = Dice(shape.seed, "ratings")
    rated: list[Rating] = []
    comments = list(COMMENTS)
    completed = [trip for trip in trips if trip.status == "completed"]
    for number, trip in enumerate(completed):
        for side in SIDES[number] if number < len(SIDES) else dice.pick(SIDES):
            comment = dice.pick(COMMENTS) if side == "rider" or dice.chance(0.2) else None
            if side == "rider" and comments:
                comment = comments.pop(0)
            when = trip.finished_at or trip.requested_at
            rated.append(Rating(trip.trip_id, side, dice.pick(STARS), comment, when))
    return forget(rated, ("comment",), shape.null_share, dice, keep=2 * len(COMMENTS))
