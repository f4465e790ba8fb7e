"""One try: written in UTC, read back exactly, refused when it makes no sense."""

from datetime import datetime, timedelta, timezone

import pytest

from autograder.progress.attempt import Attempt, attempt_at, failure_of
from autograder.results import CheckResult, GroupResult, Outcome, Table

LISBON = timezone(timedelta(hours=1))
CHECK = CheckResult(
    "A2.1",
    (
        GroupResult("a", 1.0, 1.0, Outcome.RIGHT),
        GroupResult("b", 0.0, 1.0, Outcome.WRONG, "no", "null-equals"),
        GroupResult("c", 0.0, 1.0, Outcome.WRONG, "no", "null-equals"),
    ),
)


@pytest.fixture
def attempt():
    return attempt_at(CHECK, datetime(2025, 7, 1, 12, tzinfo=LISBON), hint=1)


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"tags": "null-equals"},
        {"at": "2025-07-01T12:00:00"},
        {"at": "yesterday"},
        {"outcome": "splendid"},
        {"points": 4},
        {"points": float("nan")},
        {"max": "three"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(attempt, change):
    with pytest.raises((ValueError, TypeError)):
        Attempt.from_json(attempt.to_json() | change)


def test_a_missing_value_is_refused(attempt):
    data = attempt.to_json()
    del data["question"]
    with pytest.raises(KeyError):
        Attempt.from_json(data)


def test_it_says_what_was_found(attempt):
    assert (attempt.question, attempt.at, attempt.outcome) == ("A2.1", "2025-07-01T11:00:00Z", Outcome.WRONG)
    assert (attempt.points, attempt.max, attempt.share) == (1.0, 3.0, pytest.approx(1 / 3))
    assert attempt.tags == ("null-equals",)


def test_it_survives_json(attempt):
    assert Attempt.from_json(attempt.to_json()) == attempt


def test_no_two_have_the_same_id(attempt):
    assert attempt_at(CHECK, datetime(2025, 7, 1, 12, tzinfo=LISBON)).id != attempt.id


def test_the_same_failure_has_the_same_digest():
    def failure(message="m", rows=(("1",),)):
        table = Table("yours", ("n",), rows, 1)
        return failure_of([GroupResult("g", 0.0, 1.0, Outcome.WRONG, message, tables=(table,))])

    assert failure() == failure()
    assert len({failure(), failure("other"), failure(rows=(("2",),))}) == 3
    assert failure_of([GroupResult("g", 1.0, 1.0, Outcome.RIGHT)]) == ""


def test_a_lone_surrogate_in_a_message_breaks_nothing():
    assert failure_of([GroupResult("g", 0.0, 1.0, Outcome.WRONG, "\ud800")])
