"""Small databases made by hand."""

import sqlite3

import hopline
import pytest
from hopline import TABLES


def test_unknown_table_is_refused_with_the_nearest_match():
    """A witness with a typing error must not pass as an empty table."""
    with pytest.raises(hopline.UnknownNameError, match=r"no table 'trip'\. Did you mean 'trips'\?"):
        hopline.load_rows(trip=[{}])


def test_unknown_column_is_refused_with_the_nearest_match():
    """The columns of the table are listed."""
    with pytest.raises(hopline.UnknownNameError, match=r"no column 'trips\.fare'\. Did you mean 'trips\.fare_cents'\?"):
        hopline.load_rows(trips=[{"fare": 700}])


def test_unknown_column_in_a_later_row_is_refused():
    """Every row is looked at, not only the first."""
    with pytest.raises(hopline.UnknownNameError, match=r"'riders\.nme'"):
        hopline.load_rows(riders=[{"full_name": "Ana"}, {"nme": "Bo"}])


def test_broken_check_is_the_error_of_sqlite():
    """Defaults do not hide a wrong value."""
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        hopline.load_rows(trips=[{"status": "lost"}])


def test_null_in_a_not_null_column_is_an_error():
    """None is a value that was given, not a column that was left out."""
    with pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        hopline.load_rows(trips=[{"status": None}])


@pytest.mark.parametrize("table", TABLES)
def test_a_row_may_leave_out_everything(open_rows, table):
    """Two rows of nothing but defaults pass every NOT NULL, CHECK and UNIQUE of each table."""
    assert open_rows(**{table: [{}, {}]}).execute(f"SELECT count(*) FROM {table}").fetchone() == (2,)


def test_given_values_win_and_the_rest_is_null(open_rows):
    """A witness says what matters and nothing else."""
    db = open_rows(trips=[{"trip_id": 41, "requested_at": "2025-03-04T00:00:00Z"}, {}])
    rows = db.execute("SELECT trip_id, status, requested_at, fare_cents, driver_id FROM trips").fetchall()
    assert rows == [
        (41, "requested", "2025-03-04T00:00:00Z", None, None),
        (42, "requested", "2025-01-01T00:00:00Z", None, None),
    ]


@pytest.mark.parametrize("column", ["percent_off", "amount_off_cents"])
def test_a_promo_keeps_the_one_discount_it_names(open_rows, column):
    """A promo has exactly one of the two, so the default must not add the other."""
    db = open_rows(promo_codes=[{column: 7}])
    assert db.execute("SELECT percent_off, amount_off_cents FROM promo_codes").fetchone().count(7) == 1


def test_foreign_keys_are_enforced_if_the_rows_satisfy_them(open_rows):
    """A whole little world is guarded; a lone trip needs no rider."""
    world = open_rows(zones=[{}], riders=[{}], trips=[{}])
    assert world.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert open_rows(trips=[{}]).execute("PRAGMA foreign_keys").fetchone() == (0,)


def test_tables_may_come_in_any_order(open_rows):
    """Payments before the trips they pay: only the whole counts."""
    db = open_rows(payments=[{}], trips=[{}], riders=[{}], zones=[{}])
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_nothing_is_committed_later(open_rows):
    """The rows are committed: a rollback by the answer does not take them away."""
    db = open_rows(riders=[{}])
    db.rollback()
    assert db.execute("SELECT count(*) FROM riders").fetchone() == (1,)


def test_two_midnights_decide_what_a_day_is(open_rows):
    """The witness rows kill a closed interval, which includes the next midnight, and an open start."""
    edges = ("2025-03-03T23:59:59Z", "2025-03-04T00:00:00Z", "2025-03-04T23:59:59Z", "2025-03-05T00:00:00Z")
    db = open_rows(trips=[{"requested_at": at} for at in edges])

    def day(condition):
        return [trip for (trip,) in db.execute(f"SELECT trip_id FROM trips WHERE requested_at {condition}")]

    assert day(">= '2025-03-04' AND requested_at < '2025-03-05'") == [2, 3]
    assert day("BETWEEN '2025-03-04T00:00:00Z' AND '2025-03-05T00:00:00Z'") == [2, 3, 4]
    assert day("> '2025-03-04T00:00:00Z' AND requested_at < '2025-03-05'") == [3]


def test_a_second_copy_knows_nothing_of_the_first(open_rows):
    """The bytes are kept, the database is not; a row of another kind than before is another database."""
    first, second = open_rows(riders=[{"full_name": "Ana"}]), open_rows(riders=[{"full_name": "Ana"}])
    first.execute("DELETE FROM riders")
    assert second.execute("SELECT full_name FROM riders").fetchall() == [("Ana",)]
    assert second.execute("PRAGMA foreign_keys").fetchone() == (1,)
    number, text = (open_rows(promo_codes=[{"code": code}]) for code in (b"1", "b'1'"))
    assert number.execute("SELECT typeof(code) FROM promo_codes").fetchone() == ("blob",)
    assert text.execute("SELECT typeof(code) FROM promo_codes").fetchone() == ("text",)


def test_rows_of_a_kind_of_their_own_are_never_mixed_up(open_rows):
    """What looks alike may not be alike: such rows are inserted anew."""

    class Cell(str):
        def __repr__(self):
            return "'same'"

    names = [open_rows(riders=[{"full_name": Cell(name)}]) for name in ("Ana", "Bo")]
    assert [con.execute("SELECT full_name FROM riders").fetchone()[0] for con in names] == ["Ana", "Bo"]
