"""Arithmetic on UTC text."""

import pytest
from hopline._clock import later, month_ends


@pytest.mark.parametrize(
    ("stamp", "seconds", "expected"),
    [
        ("2025-03-04T23:59:59Z", 1, "2025-03-05T00:00:00Z"),
        ("2025-03-01T00:00:00Z", -1, "2025-02-28T23:59:59Z"),
        ("2025-03-30T00:59:59Z", 3_600, "2025-03-30T01:59:59Z"),  # Lisbon loses an hour, UTC does not
        ("2025-03-04T09:15:00Z", 0, "2025-03-04T09:15:00Z"),
    ],
)
def test_later_moves_across_days_months_and_clock_changes(stamp, seconds, expected):
    """UTC has no clock changes, and midnight is an ordinary second."""
    assert later(stamp, seconds) == expected


def test_month_ends_lists_only_days_in_the_window():
    """The end of the window is not part of it."""
    assert month_ends("2025-01-31T00:00:00Z", 28) == ["2025-01-31"]
    assert month_ends("2025-01-31T00:00:00Z", 29) == ["2025-01-31", "2025-02-28"]
    assert month_ends("2025-02-01T00:00:00Z", 27) == []
