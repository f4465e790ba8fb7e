"""All trips of a data set together."""

import pytest
from hopline._money import apply_promo, quote_cents

GENERATED = ["tiny", "city", "nulls", "ties", "dst", "fall", "knots", "quiet"]
TOP_TEN = "SELECT trip_id FROM trips WHERE status = 'completed' AND fare_cents IS NOT NULL ORDER BY fare_cents DESC"
SEEDS = [None, 21, 90210]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", GENERATED)
def test_a_completed_trip_has_its_driver_and_its_times(open_set, name, seed):
    """In every data set: an inner join with drivers loses no completed trip."""
    lost = """SELECT count(*) FROM trips WHERE status = 'completed'
              AND (driver_id IS NULL OR accepted_at IS NULL OR started_at IS NULL OR finished_at IS NULL)"""
    assert open_set(name, seed=seed).execute(lost).fetchone() == (0,)


@pytest.mark.parametrize("name", GENERATED)
def test_times_are_in_order_and_fit_the_status(open_set, name):
    """A later step never happens without, or before, the one before it."""
    wrong = """SELECT count(*) FROM trips WHERE accepted_at < requested_at OR started_at < accepted_at
               OR finished_at < started_at OR (finished_at IS NOT NULL) <> (status = 'completed')
               OR (started_at IS NOT NULL) <> (status IN ('in_progress', 'completed'))
               OR (accepted_at IS NOT NULL) <> (driver_id IS NOT NULL)"""
    assert open_set(name).execute(wrong).fetchone() == (0,)


@pytest.mark.parametrize("name", GENERATED)
def test_fares_follow_the_fare_rule(open_set, name):
    """Quote from distance and surge, fare from quote and promo, also for trips whose price was copied."""
    query = """SELECT distance_m, surge_bp, quoted_cents, percent_off, amount_off_cents, fare_cents FROM trips
               JOIN zones ON zone_id = pickup_zone_id LEFT JOIN promo_codes USING (promo_id)
               WHERE status = 'completed'"""
    for metres, surge, quote, percent, amount, fare in open_set(name).execute(query).fetchall():
        assert metres is None or quote == quote_cents(metres, surge)
        assert fare is None or fare == apply_promo(quote, percent, amount)


@pytest.mark.parametrize("name", ["city", "ties", "fall"])
def test_every_completed_trip_has_a_fare_unless_told(open_set, name):
    """Fares are lost only in `nulls`, `dst` and `quiet`."""
    unpriced = "SELECT count(*) FROM trips WHERE status = 'completed' AND fare_cents IS NULL"
    assert open_set(name).execute(unpriced).fetchone() == (0,)
    assert all(open_set(other).execute(unpriced).fetchone() > (0,) for other in ("nulls", "dst", "quiet"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["city", "nulls", "ties", "dst", "fall", "knots"])
def test_an_index_shows_a_missing_tie_break(open_set, name, seed):
    """SQLite sorts equal fares by number as long as it reads in that order; with an index on time it does not."""
    db = open_set(name, seed=seed)
    expected = db.execute(f"{TOP_TEN}, trip_id LIMIT 10").fetchall()
    assert db.execute(f"{TOP_TEN} LIMIT 10").fetchall() == expected
    db.execute("CREATE INDEX by_time ON trips (status, requested_at)")
    assert db.execute(f"{TOP_TEN}, trip_id LIMIT 10").fetchall() == expected
    assert db.execute(f"{TOP_TEN} LIMIT 10").fetchall() != expected


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("name", "winners"), [("city", False), ("ties", True)])
def test_the_top_zone_is_alone_in_city_and_shared_in_ties(open_set, name, winners, seed):
    """The words "the most" can mean two, but learners see one."""
    counts = "SELECT count(*) FROM trips WHERE status = 'completed' GROUP BY pickup_zone_id ORDER BY 1 DESC LIMIT 2"
    (first,), (second,) = open_set(name, seed=seed).execute(counts).fetchall()
    assert (first == second) is winners


def test_numbers_do_not_follow_time(open_set):
    """The highest number of a rider is not the latest trip."""
    rows = open_set("city").execute("SELECT requested_at FROM trips ORDER BY trip_id").fetchall()
    assert rows != sorted(rows)
