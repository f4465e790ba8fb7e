"""A wrong query earns a share for its right clauses, never all, and nothing where nothing can be said."""

import pytest

from autograder import Question, same_rows
from autograder.results import Outcome
from autograder.sql.clauses import CAP
from autograder.sql.copies import image_of
from autograder.sql.further import Effort, Passed
from autograder.sql.partial import Credit, partial_credit
from autograder.sql.taxonomy import misconception

RIGHT = "SELECT trip_id, fare_cents FROM trips WHERE status = 'completed' AND fare_cents >= 900 ORDER BY 2 DESC, 1"
EXPECTED = {"answer": "it", "ordered": True, "sql": RIGHT, "wrong": []}
NO_SEARCH = Effort(databases=0)


def earned(answer, on, expected=EXPECTED, effort=NO_SEARCH):
    return partial_credit(Passed(answer, expected, image_of(on)), effort)


def test_a_reference_that_fails_earns_nothing(city):
    assert earned("SELECT 1", city, EXPECTED | {"sql": "SELECT nothing FROM trips"}) == Credit()


def test_another_query_earns_nothing(city):
    assert earned("SELECT 1 AS trip_id, 2 AS fare_cents UNION SELECT 3, 4", city) == Credit()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (">= 900", "> 900", "look at WHERE."),
        ("2 DESC, 1", "2, 1", "look at ORDER BY."),
        ("WHERE status = 'completed' AND fare_cents >= 900 ORDER BY 2 DESC, 1", "", "look at WHERE and ORDER BY."),
    ],
)
def test_the_clauses_at_fault_are_said_and_cost_their_weight(old, new, said, city):
    found = earned(RIGHT.replace(old, new), city)
    assert str(found) == f"The rest of your query is right: {said}"
    assert 0 < found.share <= CAP < 1


def test_a_mended_query_must_be_right_on_the_stored_suite_too(city):
    """Without WHERE it would do on a database whose trips are all completed; the suite has another."""
    city.execute("DELETE FROM trips WHERE status <> 'completed' OR fare_cents < 900")
    wrong = "SELECT trip_id, fare_cents FROM trips ORDER BY 2, 1"
    assert earned(wrong, city).clauses == ("ORDER BY",)
    row = [1, 1, 1, 1, "cancelled", "2025-03-03T23:59:59Z", 2000]
    assert earned(wrong, city, EXPECTED | {"suite": [{"trips": [row]}]}).clauses == ("WHERE", "ORDER BY")


def test_a_mended_query_must_be_right_on_generated_data_too(city):
    city.execute("DELETE FROM trips WHERE status <> 'completed' OR fare_cents < 900")
    wrong = "SELECT trip_id, fare_cents FROM trips ORDER BY 2, 1"
    assert earned(wrong, city, effort=Effort(databases=60)).clauses == ("WHERE", "ORDER BY")


def graded(answer, city, *, partial=True):
    q = Question("A2.2", hidden=True, partial=partial)
    with q.check("fares", points=2, advice="Look at the fares."):
        same_rows(answer, EXPECTED, on=city)
    with q.check("nothing", points=1):
        same_rows(answer, EXPECTED, on=city)
    return q.result()


def test_groups_that_a_wrong_query_fails_get_their_share(city):
    groups = graded(RIGHT.replace(">= 900", "> 900"), city).check.groups
    assert [group.outcome for group in groups] == [Outcome.WRONG] * 2
    assert [group.points / group.max for group in groups] == pytest.approx([0.5, 0.5], abs=0.3)
    assert groups[0].message == "Look at the fares.\nThe rest of your query is right: look at WHERE."


def test_a_recognised_mistake_has_its_hint(city):
    """Where the author has written nothing for it."""
    rows = [[n, 1, 1, 1, "completed", "2025-03-03T23:59:59Z", fare] for n, fare in ((1, 900), (2, 901))]
    expected = EXPECTED | {"suite": [{"trips": rows}]}
    wrong = RIGHT.replace(">= 900", "> 900")
    found = earned(wrong, city, expected)
    assert found.hint == misconception(57).hint
    unasked = partial_credit(Passed(wrong, expected, image_of(city)), NO_SEARCH, hint=False)
    assert (unasked.share, unasked.hint) == (found.share, "")


def test_without_partial_they_get_nothing(city):
    assert float(graded(RIGHT.replace(">= 900", "> 900"), city, partial=False)) == 0.0


@pytest.mark.parametrize("answer", ["", "SELECT", "SELECT nothing FROM trips"])
def test_what_did_not_run_gets_nothing(answer, city):
    assert float(graded(answer, city)) == 0.0


def test_a_right_query_gets_all(city):
    assert float(graded(RIGHT, city)) == 3.0
