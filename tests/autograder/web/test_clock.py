"""The clock that stands still."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from autograder.errors import CheckFailed
from autograder.web import VirtualClock


@pytest.mark.parametrize("seconds", [-1, -0.001, math.nan, math.inf, 1e300, 10**400])
def test_time_never_goes_back_nor_leaves_the_calendar(seconds):
    """A wait that can't be is refused, and leaves clock and record alone."""
    clock = VirtualClock()
    with pytest.raises(ValueError, match=r"seconds|century"):
        clock.sleep(seconds)
    with pytest.raises(ValueError, match=r"seconds|century"):
        clock.advance(seconds)
    assert clock.sleeps == []
    assert clock.now() == datetime(2025, 3, 4, 9, tzinfo=UTC)


def test_a_loop_that_only_sleeps_ends():
    """One sleep more than is fair fails the check; time set forward by the check itself isn't counted."""
    clock = VirtualClock(budget=3)
    for _ in range(5):
        clock.advance(1)
    for _ in range(3):
        clock.sleep(1)
    with pytest.raises(CheckFailed, match="more than 3 times"):
        clock.sleep(1)
    assert clock.sleeps == [1, 1, 1]


def test_only_numbers_are_waited_for():
    """A text says nothing about seconds."""
    with pytest.raises(TypeError, match="number of seconds"):
        VirtualClock().sleep("2")  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["2025-03-04T09:00:00", "yesterday"])
def test_a_start_names_its_offset(start):
    """A moment without an offset is no moment."""
    with pytest.raises(ValueError, match=start):
        VirtualClock(start)


def test_sleeping_takes_no_time_and_is_written_down():
    """Sleeps are on record, an advance isn't, and both move the clock."""
    clock = VirtualClock("2025-03-04T10:00:00+01:00")
    before = clock.time()
    clock.sleep(0.5)
    clock.advance(30)
    clock.sleep(2)
    assert clock.sleeps == [0.5, 2.0]
    assert clock.time() - before == 32.5
    assert clock.now() == datetime(2025, 3, 4, 9, 0, 32, 500_000, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)


def test_the_other_side_may_only_tell_and_spend_time():
    """What a learner's function gets from the checker is this much of a clock."""
    assert VirtualClock.__offered__ == ("now", "time", "sleep")
