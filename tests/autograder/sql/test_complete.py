"""Which words are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sql.complete import suggestions
from autograder.sql.schema import Schema

SCHEMA = Schema(
    {"trips": ("trip_id", "status", "fare_cents"), "vehicles": ("vehicle_id", "plate"), "tariffs": ("tariff_id",)}
)


def offered(text, schema=SCHEMA):
    """Complete where the bar stands."""
    return [suggestion.text for suggestion in suggestions(text.replace("|", ""), text.index("|"), schema)[1]]


@pytest.mark.parametrize(
    "text", ["SELECT 'fr|", 'SELECT "pl|', "SELECT xyz|", "SELECT t.xyz| FROM trips t", "SELECT u.| FROM trips t"]
)
def test_nothing_is_offered_where_nothing_fits(text):
    assert offered(text) == []


def test_after_a_dot_only_the_columns_of_that_table():
    assert offered("SELECT t.| FROM trips t") == ["trip_id", "status", "fare_cents"]
    assert offered("SELECT vehicles.p| FROM trips t") == ["plate"]


def test_after_from_and_join_only_tables():
    assert offered("SELECT * FROM t|") == ["trips", "tariffs"]
    assert offered("SELECT * FROM trips JOIN |") == ["trips", "vehicles", "tariffs"]


def test_columns_of_the_tables_in_from_come_first():
    assert offered("SELECT t| FROM tariffs")[:2] == ["tariff_id", "tariffs"]
    assert offered("SELECT t| FROM trips")[:3] == ["trip_id", "trips", "tariffs"]


def test_keywords_follow_the_case_of_what_was_typed():
    assert offered("SELECT * F|") == ["fare_cents", "FROM"]
    assert offered("select * f|") == ["fare_cents", "from"]


def test_keywords_are_offered_without_a_database():
    assert offered("SEL|", Schema({})) == ["SELECT"]


def test_a_word_is_offered_once():
    assert len(set(offered("SELECT | FROM trips, vehicles"))) == len(offered("SELECT | FROM trips, vehicles"))


def test_a_closed_quote_is_behind_us():
    assert offered("SELECT 'a', [b], \"c\" FROM tr|") == ["trips"]


@given(st.text(), st.integers(0, 20))
def test_any_text_can_be_completed(text, cursor):
    typed, found = suggestions(text, min(cursor, len(text)), SCHEMA)
    assert all(suggestion.text.casefold().startswith(typed.casefold()) for suggestion in found)
