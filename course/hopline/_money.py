"""The fare rule in whole cents: integer division floors, so no amount is ever a float."""

DEFAULT_COMMISSION_BP = 2000


def quote_cents(distance_m: int, surge_bp: int) -> int:
    """Price a ride: 250 cents plus 9 for each full 100 m, times the surge of the pick-up zone, floored."""
    return (250 + distance_m // 100 * 9) * surge_bp // 10_000


def apply_promo(cents: int, percent_off: int | None, amount_off_cents: int | None) -> int:
    """Take a promo off a fare; the discount is floored and the fare never falls below 0."""
    discount = cents * percent_off // 100 if percent_off is not None else amount_off_cents or 0
    return max(0, cents - discount)


def driver_cut_cents(fare_cents: int, commission_bp: int | None) -> int:
    """Leave the driver the fare minus Hopline's floored commission; None means the default rate."""
    rate = DEFAULT_COMMISSION_BP if commission_bp is None else commission_bp
    return fare_cents - fare_cents * rate // 10_000
