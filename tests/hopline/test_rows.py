"""Typed rows."""

import pytest
from hopline import _rows


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("zones", _rows.Zone),
        ("riders", _rows.Rider),
        ("drivers", _rows.Driver),
        ("vehicles", _rows.Vehicle),
        ("promo_codes", _rows.Promo),
        ("trips", _rows.Trip),
        ("payments", _rows.Payment),
        ("ratings", _rows.Rating),
        ("support_tickets", _rows.Ticket),
        ("driver_shifts", _rows.Shift),
    ],
)
def test_fields_stand_in_the_order_of_the_columns(open_set, table, row):
    """Rows are inserted by position, so a swapped field would put an end before its start."""
    columns = [name for _, name, *_ in open_set("empty").execute(f"PRAGMA table_info({table})")]
    assert list(row._fields) == columns
