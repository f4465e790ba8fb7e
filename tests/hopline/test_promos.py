"""Promo codes."""

import pytest
from hopline._promos import promos, usable
from hopline.datasets import SHAPES


def test_a_promo_starts_at_its_first_second_and_ends_before_its_last():
    """`starts_at` is valid, `ends_at` is not."""
    codes = promos(SHAPES["city"])
    summer = codes[2]
    assert summer in usable(codes, summer.starts_at)
    assert summer not in usable(codes, summer.ends_at)


@pytest.mark.parametrize("name", ["city", "dst", "load"])
def test_completed_trips_use_promos_that_were_valid(open_set, name):
    """Nobody used a code before it began, after it ended, or more often than allowed."""
    db = open_set(name, **({"trips": 1_000} if name == "load" else {}))
    wrong = """SELECT count(*) FROM trips JOIN promo_codes USING (promo_id) WHERE status = 'completed'
               AND (requested_at < starts_at OR requested_at >= ends_at)"""
    often = """SELECT count(*) FROM promo_codes p WHERE max_uses <
               (SELECT count(*) FROM trips t WHERE t.promo_id = p.promo_id AND status = 'completed')"""
    assert db.execute(wrong).fetchone() == (0,)
    assert db.execute(often).fetchone() == (0,)


def test_one_of_five_promos_is_unused(open_set):
    """The lesson shows five rows, one with 0."""
    uses = "SELECT count(trip_id) FROM promo_codes LEFT JOIN trips USING (promo_id) GROUP BY promo_id ORDER BY 1"
    counts = [count for (count,) in open_set("city").execute(uses)]
    assert counts[0] == 0 < counts[1]
    assert len(counts) == 5
