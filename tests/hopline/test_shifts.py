"""Shifts."""

import pytest


@pytest.mark.parametrize("name", ["city", "nulls", "ties"])
def test_driver_one_has_a_shift_inside_an_overlapping_one(open_set, name):
    """Comparing with the previous shift only, not with the longest so far, splits these three."""
    rows = open_set(name).execute("SELECT started_at, ended_at FROM driver_shifts WHERE driver_id = 1").fetchall()
    (a, a_end), (b, b_end), (c, c_end), (d, _), (e, e_end), (f, f_end) = rows
    assert a < b < b_end < c < a_end < c_end
    assert d == c_end
    assert e < f < f_end
    assert e_end is None


def test_every_shift_ends_after_it_starts(open_set):
    """Or has not ended."""
    assert open_set("city").execute("SELECT count(*) FROM driver_shifts WHERE ended_at <= started_at").fetchone() == (
        0,
    )
