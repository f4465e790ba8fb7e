"""The fare rule, in whole cents."""

import pytest
from hopline._money import apply_promo, driver_cut_cents, quote_cents


@pytest.mark.parametrize(
    ("distance_m", "surge_bp", "cents"),
    [
        (0, 10_000, 250),
        (99, 10_000, 250),
        (100, 10_000, 259),
        (101, 10_000, 259),
        (100, 12_500, 323),  # 323.75
        (10_000_000, 20_000, 1_800_500),
    ],
)
def test_quote_counts_full_hundreds_and_floors(distance_m, surge_bp, cents):
    """Both steps floor; the second one after the surge."""
    assert quote_cents(distance_m, surge_bp) == cents


@pytest.mark.parametrize(
    ("percent", "amount", "left"),
    [(50, None, 500), (33, None, 670), (100, None, 0), (None, 500, 499), (None, 2_000, 0)],
)
def test_promo_floors_the_discount_and_stops_at_zero(percent, amount, left):
    """999 cents minus a floored third is 670; no amount makes a fare negative."""
    assert apply_promo(999, percent, amount) == left


def test_promo_of_nothing_changes_nothing():
    """A percentage of 0 is a percentage, not a missing one."""
    assert apply_promo(999, 0, None) == 999


@pytest.mark.parametrize(("rate", "cut"), [(None, 800), (2_000, 800), (0, 999), (1_500, 850), (10_000, 0)])
def test_driver_gets_what_the_floored_commission_leaves(rate, cut):
    """None means 20 %; 0 means no commission at all."""
    assert driver_cut_cents(999, rate) == cut
