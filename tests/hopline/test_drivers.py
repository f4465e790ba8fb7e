"""Drivers and cars."""

import pytest

ELECTRIC_RETIRED = "SELECT count(*) FROM vehicles WHERE is_electric AND retired_at IS NOT NULL"


@pytest.mark.parametrize("name", ["city", "tiny"])
@pytest.mark.parametrize("seed", [None, 21, 90210])
def test_no_electric_car_is_retired_where_learners_look(open_set, name, seed):
    """Forgetting retirement looks right on the visible data, and only hidden data tells."""
    db = open_set(name, seed=seed)
    assert db.execute(ELECTRIC_RETIRED).fetchone() == (0,)
    assert db.execute("SELECT count(*) > 0 FROM vehicles WHERE retired_at IS NOT NULL").fetchone() == (1,)


@pytest.mark.parametrize("name", ["nulls", "ties", "dst", "fall", "knots", "quiet"])
@pytest.mark.parametrize("seed", [None, 21, 90210])
def test_some_electric_car_is_retired_in_hidden_data(open_set, name, seed):
    """One for sure, whatever the seed."""
    assert open_set(name, seed=seed).execute(ELECTRIC_RETIRED).fetchone() >= (1,)


def test_a_young_mentor_shares_the_name_of_a_pupil(open_set):
    """Two drivers of one name must not be taken for one."""
    names = (
        "SELECT d.full_name = m.full_name FROM drivers d JOIN drivers m ON m.driver_id = d.mentor_id "
        "WHERE m.joined_at > d.joined_at"
    )
    assert {same for (same,) in open_set("city").execute(names)} == {0, 1}


def test_the_default_commission_is_null_and_used(open_set):
    """A driver with NULL commission has completed trips, so NULL arithmetic loses money."""
    rides = "SELECT count(*) FROM trips JOIN drivers USING (driver_id) WHERE commission_bp IS NULL AND fare_cents > 0"
    assert open_set("city").execute(rides).fetchone() > (0,)
