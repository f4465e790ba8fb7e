"""Results survive JSON unchanged, and what comes back from outside can't exceed its bounds."""

import json

import pytest

from autograder.results import CheckResult, GroupResult, Outcome, QuestionResult, SubmissionResult, Table

GROUP = GroupResult(
    "ties", 1.0, 2.0, Outcome.WRONG, "no", "no-tie-break", True, (Table("Yours", ("a",), (("1",),), 1, (0,)),), "hi"
)


def through_json(value):
    return json.loads(json.dumps(value.to_json()))


def test_a_check_and_a_submission_survive_json():
    check = CheckResult("A2.2", (GROUP,), hidden=True)
    assert CheckResult.from_json(through_json(check)) == check
    whole = SubmissionResult("ana", "a2", (QuestionResult("A2.2", (GROUP,), "Ten"),), ("mended",), "", "k", {"s": 1})
    assert SubmissionResult.from_json(through_json(whole)) == whole


def test_another_schema_is_refused():
    with pytest.raises(ValueError, match="engineroom-result/2"):
        SubmissionResult.from_json({"schema": "else"})


@pytest.mark.parametrize(("points", "kept"), [(99, 2.0), (-1, 0.0), (1.5, 1.5)])
def test_points_stay_within_the_groups_range(points, kept):
    data = {"name": "x", "points": points, "max": 2, "outcome": "wrong"}
    assert GroupResult.from_json(data).points == kept


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ([], Outcome.RIGHT),
        (["right", "right"], Outcome.RIGHT),
        (["right", "wrong"], Outcome.WRONG),
        (["right", "could not run"], Outcome.WRONG),
        (["not attempted", "not attempted"], Outcome.NOT_ATTEMPTED),
        (["could not run"], Outcome.COULD_NOT_RUN),
        (["not attempted", "wrong"], Outcome.WRONG),
    ],
)
def test_a_whole_is_right_only_if_every_part_is(outcomes, whole):
    assert Outcome.of_all(map(Outcome, outcomes)) is whole
