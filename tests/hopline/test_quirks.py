"""The trouble that is in the data on purpose."""

import pytest
from hopline import QUIRKS

SPRING = {"spring_new_york", "spring_lisbon"}
AUTUMN = {"autumn_new_york", "autumn_lisbon"}

# The forms a data set cannot show: its window, or its lack of cash, leaves them out.
ABSENT = {
    "city": set(),
    "nulls": set(),
    "ties": SPRING | AUTUMN,
    "dst": AUTUMN | {"no_reference"},
    "fall": SPRING,
}


def test_ids_run_from_k01_to_k20():
    """Prompts and tests name quirks by id."""
    assert list(QUIRKS) == [f"K{number:02}" for number in range(1, 21)]
    assert all(quirk.id == id and quirk.text.endswith(".") for id, quirk in QUIRKS.items())


@pytest.mark.parametrize("seed", [None, 21, 90210])
@pytest.mark.parametrize("name", ABSENT)
def test_every_form_of_every_quirk_is_there(open_set, name, seed):
    """Whatever the seed: a promised case without a row is not a test."""
    db = open_set(name, seed=seed)
    missing = {f"{quirk.id} {form}" for quirk in QUIRKS.values() for form, n in db.execute(quirk.sql) if not n}
    assert {entry.split()[1] for entry in missing} <= ABSENT[name], missing


def test_city_shows_every_form(open_set):
    """The daily database has the whole list."""
    db = open_set("city")
    counts = {f"{quirk.id} {form}": n for quirk in QUIRKS.values() for form, n in db.execute(quirk.sql)}
    assert [form for form, n in counts.items() if n == 0] == []
    assert len(counts) > 60


def test_an_empty_database_shows_none(open_set):
    """The queries count rows of the data, not rows of their own making."""
    db = open_set("empty")
    assert [(id, row) for id, quirk in QUIRKS.items() for row in db.execute(quirk.sql) if row[1]] == []
