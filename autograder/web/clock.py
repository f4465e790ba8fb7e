"""A clock that stands still until somebody sleeps or sets it forward: waiting takes no time, and can be counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from autograder.errors import CheckFailed

__all__ = ["VirtualClock"]

_LONGEST = 100 * 366 * 86_400  # a century: further on, dates run out


class VirtualClock:
    """Tells and spends time without waiting.

    Args:
        start: the moment at which it stands, with an offset: ``2025-03-04T09:00:00Z``.
        budget: how many sleeps are fair. One more fails the check: the loop probably doesn't end.

    Raises:
        ValueError: `start` isn't a moment, or has no offset.

    Example:
        >>> clock = VirtualClock()
        >>> clock.sleep(1.5)
        >>> clock.now().isoformat(), clock.sleeps
        ('2025-03-04T09:00:01.500000+00:00', [1.5])
    """

    __offered__ = ("now", "time", "sleep")

    def __init__(self, start: str = "2025-03-04T09:00:00Z", *, budget: int = 1_000) -> None:
        moment = datetime.fromisoformat(start)
        if moment.tzinfo is None:
            raise ValueError(f"Expected a start with an offset, such as '2025-03-04T09:00:00Z', got {start!r}.")
        self._start, self._passed = moment.astimezone(UTC), 0.0
        self.sleeps: list[float] = []
        self.budget = budget

    def now(self) -> datetime:
        """The present moment, in UTC and aware of it."""
        return self._start + timedelta(seconds=self._passed)

    def time(self) -> float:
        """The present moment in seconds since 1970, as ``time.time()`` gives it."""
        return self._start.timestamp() + self._passed

    def sleep(self, seconds: float) -> None:
        """Let time pass, and note how much in `sleeps`.

        Raises:
            ValueError: `seconds` is negative, not a number, or more than a century.
            CheckFailed: the budget of sleeps is spent.
        """
        if len(self.sleeps) >= self.budget:
            raise CheckFailed(f"Your code slept more than {self.budget} times: does the loop end?")
        self.sleeps.append(self._let_pass(seconds))

    def advance(self, seconds: float) -> None:
        """Let time pass without a note: what happened elsewhere took that long. Raises as `sleep` does."""
        self._let_pass(seconds)

    def _let_pass(self, seconds: float) -> float:
        if not isinstance(seconds, int | float):
            raise TypeError(f"Expected a number of seconds, got {seconds!r}.")
        if not seconds >= 0:  # not a number isn't either
            raise ValueError(f"Time passes forwards only: expected seconds >= 0, got {seconds!r}.")
        if seconds > _LONGEST or self._passed + seconds > _LONGEST:
            raise ValueError(f"This clock ends after a century: {seconds!r} seconds are too many.")
        self._passed += float(seconds)
        return float(seconds)

    def __repr__(self) -> str:
        return f"<VirtualClock at {self.now():%Y-%m-%d %H:%M:%S} UTC>"
