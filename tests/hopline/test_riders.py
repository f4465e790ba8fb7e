"""Riders."""

import pytest
from hopline._riders import CAST

LOOP = """
WITH RECURSIVE walk(rider_id, steps) AS (
  SELECT rider_id, 1 FROM riders WHERE referred_by = 1
  UNION ALL SELECT r.rider_id, steps + 1 FROM riders r JOIN walk w ON r.referred_by = w.rider_id WHERE steps < 60)
SELECT count(*) FROM walk WHERE rider_id = 1
"""
NO_PHONE = "SELECT count(*) FROM riders WHERE deleted_at IS NULL AND"


@pytest.mark.parametrize("name", ["tiny", "city", "nulls", "ties", "dst", "fall", "knots"])
def test_the_cast_is_in_every_data_set(open_set, name):
    """The nine rows that show most quirks are the same everywhere, forgotten NULLs or not."""
    rows = open_set(name).execute("SELECT full_name, email, phone FROM riders LIMIT 9").fetchall()
    assert rows == [member[:3] for member in CAST]


@pytest.mark.parametrize("name", ["tiny", "city", "nulls", "ties", "dst", "fall"])
def test_each_kind_of_missing_phone_counts(open_set, name):
    """Living riders have NULL, empty and blank phones; deleted riders with blank ones catch a missing bracket."""
    db = open_set(name)
    kinds = ("phone IS NULL", "phone = ''", "phone LIKE ' %' AND trim(phone) = ''")
    assert all(db.execute(f"{NO_PHONE} {kind}").fetchone() > (0,) for kind in kinds)
    deleted = "SELECT count(*) FROM riders WHERE deleted_at IS NOT NULL AND trim(phone) = ''"
    assert db.execute(deleted).fetchone() > (0,)


def test_only_knots_has_a_referral_circle(open_set):
    """An unguarded walk ends on the visible data and never ends on `knots`."""
    assert open_set("city").execute(LOOP).fetchone() == (0,)
    assert open_set("knots").execute(LOOP).fetchone() > (1,)
    themselves = "SELECT count(*) FROM riders WHERE referred_by = rider_id"
    assert open_set("city").execute(themselves).fetchone() == (0,)
    assert open_set("knots").execute(themselves).fetchone() == (1,)


@pytest.mark.parametrize("seed", [None, 21])
def test_a_deleted_twin_shares_an_address_with_a_living_rider(open_set, seed):
    """Counting the deleted one makes a pair where there is none."""
    twins = """SELECT count(*) FROM riders a JOIN riders b ON lower(trim(a.email)) = lower(trim(b.email))
               WHERE a.deleted_at IS NULL AND b.deleted_at IS NOT NULL"""
    assert open_set("nulls", seed=seed).execute(twins).fetchone() >= (1,)
