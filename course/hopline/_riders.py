"""The people who ride."""

from hopline._clock import DAY, later
from hopline._dice import Dice
from hopline._forget import forget
from hopline._places import EVEN_PICKUPS
from hopline._rows import Rider
from hopline._shape import Shape

FIRST_NAMES = ("Ana", "Bo", "Chidi", "Dana", "Elif", "Farah", "Goran", "Hana", "Iker", "Jun", "Kaya", "Liam", "Mara")
LAST_NAMES = ("O'Brien", "Núñez", "Silva", "Kim", "Okafor", "Haddad", "Novák", "van der Berg", "Łukasik", "D'Angelo")
WHOLE_NAMES = ("王小明", "محمد علي", "Ирина Волкова", "Ελένη Παππά", "Şule Yıldız", "Nguyễn Thị Mai", "さくら", "X Æ")

# K01, K02, K03, K05, K06, K18 in nine rows that every data set has: name, e-mail, phone, referred by, deleted.
CAST: tuple[tuple[str, str | None, str | None, int | None, bool], ...] = (
    ("Ana Sousa", "ana.sousa@example.com", "+351910000001", None, False),
    ("Sam Kim", "sam.kim@example.com", None, 1, False),
    ("Zoë O'Brien", "zoe.obrien@example.com", "+351910000003", 2, False),
    ("Zoe OBrien", "Zoe.OBrien@Example.com", "", 3, False),
    ("Sam Kim", None, "   ", 4, False),
    ("Łukasz Wiśniewski", " lukasz@example.com", "+351910000006", 5, False),
    ("  Nguyễn Thị Mai ", None, None, None, False),
    ("Sam Kim", "SAM.KIM@example.com", "  ", None, True),
    ("王小明", "lukasz@example.com ", "", 1, False),
)


def riders(shape: Shape) -> list[Rider]:
    """Make the riders: first the cast, then people by chance, referred by anybody who came before them."""
    dice = Dice(shape.seed, "riders")
    people = [_by_chance(number, shape, dice) for number in range(1, shape.riders + 1)]
    columns = ("email", "phone", "home_zone_id", "referred_by")
    people = forget(people, columns, shape.null_share, dice)
    for at, (name, email, phone, referrer, deleted) in enumerate(CAST):
        people[at] = people[at]._replace(
            full_name=name,
            email=email,
            phone=phone,
            referred_by=referrer,
            deleted_at=later(shape.start, DAY) if deleted else None,
        )
    if shape.knots:  # K06: 1 → 2 → 3 → 4 → 1, and somebody who referred himself
        people[0] = people[0]._replace(referred_by=4)
        people[6] = people[6]._replace(referred_by=7)
    return people


def _by_chance(number: int, shape: Shape, dice: Dice) -> Rider:
    if dice.chance(0.12):
        name = dice.pick(WHOLE_NAMES)
        address = f"rider{number}@example.com"
    else:
        name = f"{dice.pick(FIRST_NAMES)} {dice.pick(LAST_NAMES)}"
        address = f"{name.split()[0].lower()}{number}@example.com"
    return Rider(
        number,
        f" {name}" if dice.chance(0.03) else name,
        dice.pick((address,) * 12 + (None, None, address.upper(), f" {address}", f"{address} ")),
        dice.pick((f"+3519{dice.between(10_000_000, 99_999_999)}",) * 10 + (None, None, "", "   ")),
        dice.pick((None, *EVEN_PICKUPS)),
        dice.between(1, number - 1) if number > 1 and dice.chance(0.4) else None,
        later(shape.start, -dice.between(1, 400 * DAY)),
        later(shape.start, dice.below(shape.days * DAY)) if dice.chance(0.08) else None,
    )
