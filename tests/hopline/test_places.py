"""Zones and cities."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hopline._places import CLOCK_CHANGES

SUBTREE = """
WITH RECURSIVE under(zone_id, code, depth) AS (
  SELECT zone_id, code, 0 FROM zones WHERE code = 'LIS'
  UNION ALL SELECT z.zone_id, z.code, depth + 1 FROM zones z JOIN under u ON z.parent_id = u.zone_id)
SELECT code, depth FROM under
"""


@pytest.mark.parametrize(("change", "zone"), CLOCK_CHANGES.items())
def test_the_clock_changes_at_that_second(change, zone):
    """The offset of the zone differs between this second and the one before; nobody else's word is taken for it."""
    moment = datetime.fromisoformat(change).timestamp()
    before, after = (datetime.fromtimestamp(at, ZoneInfo(zone)).utcoffset() for at in (moment - 1, moment))
    assert before != after


def test_lisbon_has_five_zones_in_city(open_set):
    """The lesson shows five rows."""
    assert len(open_set("city").execute(SUBTREE).fetchall()) == 5


def test_knots_are_deeper_than_their_codes(open_set):
    """A zone four levels down has another prefix, and a city has Lisbon's prefix without being under it."""
    under = dict(open_set("knots").execute(SUBTREE).fetchall())
    assert under["BN-1"] == 4
    assert not any(code.startswith("LISBURN") for code in under)


@pytest.mark.parametrize(("name", "zones"), [("city", {9}), ("fall", {5, 9})])
def test_some_zones_are_left_but_never_reached(open_set, name, zones):
    """Pick-ups that are never drop-offs, among NULL drop-offs that make NOT IN return nothing."""
    db = open_set(name)
    one_way = db.execute("SELECT pickup_zone_id FROM trips EXCEPT SELECT dropoff_zone_id FROM trips").fetchall()
    assert {zone for (zone,) in one_way} == zones
    assert db.execute("SELECT count(*) FROM trips WHERE dropoff_zone_id IS NULL").fetchone() > (0,)
