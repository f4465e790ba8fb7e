"""When drivers are on duty."""

from hopline._clock import later
from hopline._dice import Dice
from hopline._forget import forget
from hopline._rows import Driver, Shift
from hopline._shape import Shape

HOUR = 3_600

# K16, as hours since the start: driver, from, to. Driver 1 has a nested, an overlapping and a touching shift, one that
# never ends and one more inside it; driver 2 has two that stay apart.
CAST: tuple[tuple[int, int, int | None], ...] = (
    (1, 0, 10),
    (1, 1, 2),
    (1, 5, 12),
    (1, 12, 13),
    (1, 14, None),
    (1, 38, 39),
    (2, 0, 1),
    (2, 3, 5),
)


def shifts(shape: Shape, drivers: list[Driver]) -> list[Shift]:
    """Make the shifts: the cast, then up to six in a row for every other driver."""
    dice = Dice(shape.seed, "shifts")
    plan = [(driver, HOUR * since, None if until is None else HOUR * until) for driver, since, until in CAST]
    for driver in drivers[2:]:
        start = HOUR * dice.below(48)
        for _ in range(dice.below(7)):
            end = start + HOUR * dice.between(2, 8)
            plan.append((driver.driver_id, start, None if dice.chance(0.05) else end))
            start = end + HOUR * dice.pick((0, -1, 6, 24))
    rows = [
        Shift(number, driver, later(shape.start, since), None if until is None else later(shape.start, until))
        for number, (driver, since, until) in enumerate(plan, 1)
    ]
    return forget(rows, ("ended_at",), shape.null_share, dice, keep=len(CAST))
