"""The people who drive, and their cars."""

from hopline._clock import DAY, later
from hopline._dice import Dice, spread
from hopline._forget import forget
from hopline._places import EVEN_PICKUPS
from hopline._riders import FIRST_NAMES, LAST_NAMES, WHOLE_NAMES
from hopline._rows import Driver, Vehicle
from hopline._shape import Shape

MODELS = ("Leaf", "Octavia", "Prius", "Model 3", "Zoe")
STATUSES = spread(active=8, paused=2, banned=1)
CARS_PER_DRIVER = (0, 1, 1, 1, 1, 1, 1, 1, 2, 2)
CAST = 4


def drivers(shape: Shape) -> list[Driver]:
    """Make the drivers; the first four have a fixed part to play."""
    dice = Dice(shape.seed, "drivers")
    crew = [_by_chance(number, shape, dice) for number in range(1, shape.drivers + 1)]
    crew = forget(crew, ("email", "mentor_id", "home_zone_id", "commission_bp"), shape.null_share, dice)
    # K07: driver 2 mentors two drivers who were there before, one of them with the mentor's own name.
    parts = (
        ("Maria Silva", 2, "active", None, 300),
        ("Maria Silva", None, "active", 1500, 100),
        ("Tariq O'Neill", 2, "banned", 2500, 200),
        ("Elif Şahin", 1, "paused", 2000, 50),
    )
    for at, (name, mentor, status, commission, days) in enumerate(parts):
        crew[at] = crew[at]._replace(
            full_name=name,
            mentor_id=mentor,
            status=status,
            commission_bp=commission,
            joined_at=later(shape.start, -days * DAY),
        )
    return crew


def _by_chance(number: int, shape: Shape, dice: Dice) -> Driver:
    name = f"{dice.pick(FIRST_NAMES)} {dice.pick(LAST_NAMES)}"
    return Driver(
        number,
        dice.pick(WHOLE_NAMES) if dice.chance(0.1) else name,
        f"D{shape.seed % 97:02d}{number:04d}",
        f"driver{number}@hopline.example" if dice.chance(0.92) else None,
        dice.between(1, number - 1) if number > 2 and dice.chance(0.6) else None,
        dice.pick((None, *EVEN_PICKUPS)),
        dice.pick(STATUSES),
        dice.pick((None, None, 1500, 2000, 2500)),
        later(shape.start, -dice.between(5 * DAY, 700 * DAY)),
    )


def vehicles(shape: Shape) -> list[Vehicle]:
    """Make the cars: two for driver 1, none for driver 2, two for driver 3, and two that belong to nobody.

    An electric car is never retired where learners look (`city`, `tiny`), so a query that forgets retirement looks
    right there; the `hard` sets have one for sure.
    """
    dice = Dice(shape.seed, "vehicles")
    owners: list[int | None] = [1, 1, 3, 3, None, None]
    for number in range(4, shape.drivers + 1):
        owners += [number] * dice.pick(CARS_PER_DRIVER)
    cars = [_car(number, owner, shape, dice) for number, owner in enumerate(owners, 1)]
    cars = forget(cars, ("driver_id",), shape.null_share, dice, keep=6)
    retired = later(shape.start, DAY)
    cars[0] = cars[0]._replace(is_electric=1, retired_at=None)
    cars[2] = cars[2]._replace(is_electric=0, retired_at=retired)
    cars[4] = cars[4]._replace(is_electric=1, retired_at=retired if shape.hard else None)
    return cars


def _car(number: int, owner: int | None, shape: Shape, dice: Dice) -> Vehicle:
    electric = dice.chance(0.5)
    retired = dice.chance(0.3 if shape.hard else 0.1)
    when = later(shape.start, dice.below(shape.days * DAY))
    return Vehicle(
        number,
        owner,
        f"{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}-{100 + number}-XY",
        dice.pick(MODELS),
        dice.pick((4, 4, 4, 6)),
        int(electric),
        when if retired and (shape.hard or not electric) else None,
    )
