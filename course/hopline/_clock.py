"""Arithmetic on UTC text. Nothing here, or in the whole package, reads the real clock."""

from datetime import date, datetime, timedelta

DAY = 86_400


def later(stamp: str, seconds: int) -> str:
    """Move a time such as `2025-03-04T09:15:00Z` by whole seconds, which may be negative."""
    return (datetime.fromisoformat(stamp[:-1]) + timedelta(seconds=seconds)).isoformat() + "Z"


def month_ends(start: str, days: int) -> list[str]:
    """List the last days of a month (`2025-01-31`) that lie in a window of so many days."""
    first = date.fromisoformat(start[:10])
    window = [first + timedelta(days=n) for n in range(days)]
    return [day.isoformat() for day in window if (day + timedelta(days=1)).day == 1]
