"""Payments."""

import pytest
from hopline._payments import STORIES, steps

NET = """
SELECT t.trip_id, t.fare_cents, coalesce(sum(p.amount_cents), 0) AS paid FROM trips t
LEFT JOIN payments p ON p.trip_id = t.trip_id AND p.status IN ('captured', 'refunded')
WHERE t.status = 'completed' AND t.fare_cents IS NOT NULL GROUP BY t.trip_id
"""


@pytest.mark.parametrize(
    ("story", "net"),
    [
        ("paid", 901),
        ("retried", 901),
        ("authorized_first", 901),
        ("unpaid", 0),
        ("only_failed", 0),
        ("only_authorized", 0),
        ("paid_twice", 1_802),
        ("overpaid", 1_001),
        ("partly_refunded", 451),
        ("refunded", 0),
    ],
)
def test_a_story_leaves_this_much_money(story, net):
    """Only captures and refunds are money."""
    assert sum(cents for status, cents, _ in steps(story, 901) if status in ("captured", "refunded")) == net


def test_every_story_can_be_told():
    """A story without steps is a mistake in the table, except for the unpaid trip."""
    assert [story for story in dict.fromkeys(STORIES) if not steps(story, 100)] == ["unpaid"]


@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall"])
def test_books_are_over_under_and_balanced(open_set, name):
    """Some trips are paid too much, some too little, and a free trip balances without a payment."""
    rows = open_set(name).execute(NET).fetchall()
    assert {(paid > fare) - (paid < fare) for _, fare, paid in rows} == {-1, 0, 1}
    assert any(fare == 0 == paid for _, fare, paid in rows)


def test_only_refunds_are_negative(open_set):
    """And all of them are."""
    signs = open_set("city").execute("SELECT DISTINCT status = 'refunded', amount_cents < 0 FROM payments").fetchall()
    assert sorted(signs) == [(0, 0), (1, 1)]


def test_cash_has_no_reference_and_the_rest_has_one(open_set):
    """In `city` a missing reference means cash."""
    pairs = open_set("city").execute("SELECT DISTINCT method = 'cash', provider_ref IS NULL FROM payments").fetchall()
    assert sorted(pairs) == [(0, 0), (1, 1)]


def test_a_trip_has_two_equal_captures_and_two_ratings(open_set):
    """Joining both tables doubles the sum, and DISTINCT loses the second capture."""
    query = """SELECT count(*) FROM (SELECT trip_id FROM payments WHERE status = 'captured' GROUP BY trip_id
               HAVING count(*) = 2 AND min(amount_cents) = max(amount_cents))
               WHERE trip_id IN (SELECT trip_id FROM ratings GROUP BY trip_id HAVING count(*) = 2)"""
    assert any(open_set(name).execute(query).fetchone()[0] for name in ("city", "nulls", "ties", "dst", "fall"))
