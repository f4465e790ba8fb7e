"""Repeatable chance."""

from hopline._dice import Dice, spread


def test_sequence_is_fixed_for_ever():
    """Stored results depend on it: if this fails, the generator of another Python version differs."""
    dice = Dice(2025, "trips")
    assert [dice.below(1_000) for _ in range(5)] == [871, 355, 253, 808, 137]


def test_streams_are_independent():
    """Each table has its own dice, so that a new column in one leaves the others alone."""
    trips, riders = Dice(1, "trips"), Dice(1, "riders")
    assert [trips.below(10**6) for _ in range(3)] != [riders.below(10**6) for _ in range(3)]


def test_between_reaches_both_ends_and_below_stops_short():
    """`between` includes both limits; `below` excludes its own."""
    dice = Dice(1, "limits")
    assert {dice.between(1, 3) for _ in range(100)} == {1, 2, 3}
    assert {dice.below(3) for _ in range(100)} == {0, 1, 2}


def test_shuffled_keeps_every_item_and_the_original_order():
    """A shuffle makes a new list."""
    cards = list(range(50))
    deck = Dice(1, "cards").shuffled(cards)
    assert sorted(deck) == cards == list(range(50))
    assert deck != cards


def test_spread_repeats_each_name_by_its_weight():
    """A weight of 0 leaves the name out."""
    assert spread(card=2, cash=1, wallet=0) == ("card", "card", "cash")
