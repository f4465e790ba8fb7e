"""The promo codes, placed relative to the window in which trips are requested."""

from hopline._clock import DAY, later
from hopline._rows import Promo
from hopline._shape import Shape

FREE = 4
FREE_USES = 3


def promos(shape: Shape) -> list[Promo]:
    """Make five codes: expired, open-ended, seasonal, used up, and not yet valid (so never used)."""
    start, length = shape.start, shape.days * DAY
    return [
        Promo(1, "WELCOME50", 50, None, start, later(start, length // 3), None),
        Promo(2, "AIR500", None, 500, start, None, None),
        Promo(3, "SUMMER10", 10, None, later(start, length // 2), later(start, length * 3 // 4), None),
        Promo(FREE, "FREE", 100, None, start, None, FREE_USES),
        Promo(5, "NEVERUSED", 20, None, later(start, length + 30 * DAY), None, 5),
    ]


def usable(codes: list[Promo], at: str) -> list[Promo]:
    """List the codes anybody may use at this moment; codes with limited uses are handed out elsewhere."""
    return [
        code
        for code in codes
        if code.max_uses is None and code.starts_at <= at and (code.ends_at is None or at < code.ends_at)
    ]
