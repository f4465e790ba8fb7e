"""Forced NULLs."""

from hopline._dice import Dice
from hopline._forget import forget
from hopline._rows import Rating

ROWS = [Rating(number, "rider", 5, "ok", "2025-01-01T00:00:00Z") for number in range(1, 21)]


def test_share_is_exact_and_other_columns_stay():
    """Half means half, not half on average: a promise must not hang on the seed."""
    left = forget(ROWS, ("comment",), 0.5, Dice(1, "x"))
    assert sum(row.comment is None for row in left) == 10
    assert [row._replace(comment="ok") for row in left] == ROWS


def test_first_rows_can_be_kept():
    """Planted rows survive, and the share is taken of the others."""
    left = forget(ROWS, ("comment",), 0.5, Dice(1, "x"), keep=10)
    assert all(row.comment == "ok" for row in left[:10])
    assert sum(row.comment is None for row in left) == 5


def test_nothing_is_forgotten_of_nothing():
    """No rows and no share are no errors."""
    assert forget([], ("comment",), 0.5, Dice(1, "x")) == []
    assert forget(ROWS, ("comment",), 0.0, Dice(1, "x")) == ROWS
