"""Support tickets."""

import pytest


@pytest.mark.parametrize("name", ["city", "nulls", "dst"])
def test_a_rider_has_several_tickets_and_several_cancelled_trips(open_set, name):
    """Joining both tables repeats this rider."""
    busy = """SELECT count(*) FROM riders r
              WHERE (SELECT count(*) FROM support_tickets s WHERE s.rider_id = r.rider_id) > 1
              AND (SELECT count(*) FROM trips t WHERE t.rider_id = r.rider_id AND status = 'cancelled') > 1"""
    assert open_set(name).execute(busy).fetchone() >= (1,)


def test_a_ticket_about_a_trip_comes_from_its_rider(open_set):
    """Unless it is anonymous."""
    stranger = "SELECT count(*) FROM support_tickets s JOIN trips t USING (trip_id) WHERE s.rider_id <> t.rider_id"
    assert open_set("city").execute(stranger).fetchone() == (0,)


def test_only_closed_tickets_have_an_end(open_set):
    """And it comes after the beginning."""
    wrong = (
        "SELECT count(*) FROM support_tickets WHERE (status = 'closed') = (closed_at IS NULL) OR closed_at <= opened_at"
    )
    assert open_set("city").execute(wrong).fetchone() == (0,)
