"""What was paid for the completed trips, and what went wrong on the way (K12)."""

from hopline._clock import later
from hopline._dice import Dice, spread
from hopline._forget import forget
from hopline._rows import Payment, Trip
from hopline._shape import Shape

# How paying for one trip went. Each story happens at least once in every data set that has enough priced trips.
STORIES = spread(
    paid=72,
    retried=18,
    authorized_first=2,
    unpaid=2,
    only_failed=1,
    only_authorized=1,
    paid_twice=1,
    overpaid=1,
    partly_refunded=1,
    refunded=1,
)
HOUR = 3_600


def steps(story: str, fare: int) -> list[tuple[str, int, int]]:
    """Tell a story as (status, cents, seconds after the ride); refunds are negative."""
    captured = ("captured", fare, 5)
    return {
        "paid": [captured],
        "retried": [("failed", fare, 1), captured],
        "authorized_first": [("authorized", fare, 2), captured],
        "unpaid": [],
        "only_failed": [("failed", fare, 1), ("failed", fare, 60)],
        "only_authorized": [("authorized", fare, 2)],
        "paid_twice": [captured, ("captured", fare, 6)],
        "overpaid": [("captured", fare + 100, 5)],
        "partly_refunded": [captured, ("refunded", -(fare // 2), HOUR)],
        "refunded": [captured, ("refunded", -fare, HOUR)],
    }[story]


def payments(shape: Shape, trips: list[Trip]) -> list[Payment]:
    """Make the payments, one story a trip; a free trip is paid by doing nothing.

    A trip that lost its fare (`nulls`) was still paid: its quote stands in for the lost number.
    """
    dice = Dice(shape.seed, "payments")
    promised = [story for story in dict.fromkeys(STORIES) if story != "paid"]
    paid: list[Payment] = []
    completed = [trip for trip in trips if trip.status == "completed" and trip.fare_cents != 0]
    for number, trip in enumerate(completed):
        story, method = dice.pick(STORIES), dice.pick(shape.methods)
        # Every second trip only, so that ordinary payments stand between the unusual ones.
        if promised and number % 2 and trip.fare_cents is not None:
            story = promised.pop(0)
        for status, cents, seconds in steps(story, trip.fare_cents or trip.quoted_cents):
            reference = None if method == "cash" else f"pi_{shape.seed}_{len(paid) + 1}"
            when = later(trip.finished_at or trip.requested_at, seconds)
            paid.append(Payment(len(paid) + 1, trip.trip_id, method, status, cents, when, reference))
    return forget(paid, ("provider_ref",), shape.null_share, dice)
