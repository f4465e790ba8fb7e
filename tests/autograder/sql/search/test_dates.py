"""Dates are recognised in SQLite's formats, and written back in the same one."""

from datetime import datetime

import pytest

from autograder.sql.search.dates import format_of, moments, neighbours, written


@pytest.mark.parametrize("text", ["", "2025-13-01", "2025-02-30", "20250301", "noon", None, 2025, "2025-3-1"])
def test_what_names_no_moment_has_no_format(text):
    assert format_of(text) == ""


@pytest.mark.parametrize(
    "text", ["2025-03-01", "2025-03-01 10:00:00", "2025-03-01T10:00:00Z", "2025-03-01 10:00", "2025-03", "0987-01-01"]
)
def test_a_moment_is_written_back_as_it_was(text):
    assert written(moments([text])[0], format_of(text)) == text


def test_a_year_a_month_and_a_pattern_name_moments_too():
    assert datetime(2024, 12, 31) in moments(["2024"])
    assert datetime(2020, 3, 15) in moments([3])
    assert datetime(2025, 3, 1) in moments(["2025-03%"])
    assert moments(["Berlin", 10**9]) == []


def test_neighbours_reach_both_sides_and_stop_at_the_end_of_time():
    around = neighbours(datetime(2025, 1, 1), clock=True)
    assert {datetime(2024, 12, 31), datetime(2025, 1, 1, 23, 59, 59), datetime(2024, 12, 31, 23, 59, 59)} <= set(around)
    assert datetime.max.replace(microsecond=0) in neighbours(datetime.max.replace(microsecond=0), clock=True)


def test_a_year_and_a_month_asked_for_apart_are_put_together():
    assert datetime(1981, 2, 15) in moments(["1981", "02"])
