"""Rows of all tables."""

import pytest
from hopline import TABLES
from hopline._generate import generate
from hopline.datasets import SHAPES


@pytest.mark.parametrize("name", ["tiny", "quiet"])
def test_every_table_gets_rows_in_foreign_key_order(name):
    """`fill` reads the width of a row from the first one, so no table may be empty."""
    rows = generate(SHAPES[name])
    assert tuple(rows) == TABLES
    assert all(rows.values())


def test_other_tables_stay_when_the_trips_grow():
    """Each table has dice of its own: more trips do not rename the riders."""
    small, large = (generate(SHAPES["load"]._replace(riders=20, trips=trips)) for trips in (200, 400))
    assert small["riders"] == large["riders"]
    assert small["drivers"] == large["drivers"]
