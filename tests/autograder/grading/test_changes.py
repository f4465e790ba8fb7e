"""What changes between two results is told with its size and its reasons, and a person's word wins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from autograder.grading.basis import Basis
from autograder.grading.changes import Change, changes
from autograder.grading.persons import ByHand
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult

CELLS = {"q1": ("q1_check", "q1_hidden"), "q2": ("q2_check",)}
BASIS = Basis(
    engine="1.0",
    limits={"call": 10.0, "cell": 10.0},
    setup="s",
    free="f",
    answers={"q1": "a1", "q2": "a2"},
    master={"q1": "m1", "q2": "m2"},
)
SPINS = "Your code did not finish within 10 seconds. Look for a loop that never ends."


def group(name: str, points: float = 1.0, outcome: str = "right", message: str = "", **more: Any) -> GroupResult:
    return GroupResult(name, points, 1.0, Outcome(outcome), message, **more)


def result(*groups: GroupResult, basis: Basis | None = BASIS, problem: str = "", q2: float = 1.0) -> SubmissionResult:
    """A result with these groups of q1, the last of them hidden; q2 has one group."""
    *visible, hidden = groups
    hidden = replace(hidden, hidden=True)
    points = {"q1_check": sum(one.points for one in visible), "q1_hidden": hidden.points, "q2_check": q2}
    other = group("small", q2, "right" if q2 else "wrong")
    questions = (QuestionResult("q1", (*visible, hidden)), QuestionResult("q2", (other,)))
    run = {"basis": basis.to_json()} if basis else {}
    return SubmissionResult("ann", "unit", questions, problem=problem, run=run, scores=points)


RIGHT = result(group("works"), group("hidden"))
WRONG = result(group("works"), group("hidden", 0, "wrong"))


def one(before: SubmissionResult, after: SubmissionResult, by_hand: Mapping[str, ByHand] | None = None) -> Change:
    (change,) = changes(before, after, CELLS, by_hand or {})
    return change


def test_equal_results_are_no_change() -> None:
    """Whatever they rest on, and however long they took."""
    other = replace(RIGHT, key="other", run={"basis": replace(BASIS, engine="2.0").to_json(), "seconds": 9})
    assert changes(RIGHT, other, CELLS, {}) == []
    assert changes(RIGHT, other, CELLS, {"q1_check": ByHand(0.5)}) == []


def test_the_first_result_is_one_line() -> None:
    """Its points all come at once; what a person gave before is kept."""
    (change,) = changes(None, RIGHT, CELLS, {"q1_check": ByHand(0.5), "q2_check": ByHand(None, 0.25)})
    assert (change.question, change.before, change.after, change.max) == ("", None, 2.75, 3)
    assert change.difference == 2.75
    assert change.reasons == ("no earlier result is kept",)
    assert change.kept == ("q1_check: a person gave 0.5, and that stays; the checks now give 1",)


def test_a_group_that_flips_is_named_with_its_points() -> None:
    """A question's points are those of its cells, the visible and the hidden one."""
    change = one(RIGHT, WRONG)
    assert (change.learner, change.module, change.question) == ("ann", "unit", "q1")
    assert (change.before, change.after, change.max, change.difference) == (2, 1, 2, -1)
    assert change.flips == ("hidden: right → wrong",)


@pytest.mark.parametrize(
    ("before", "after", "flip"),
    [
        (group("part", 0.5, "wrong"), group("part", 0, "wrong"), "part: wrong (0.5 of 1) → wrong"),
        (group("part", 0, "not attempted"), group("part", 0, "wrong"), "part: not attempted → wrong"),
        (group("old"), group("new"), "old: right → not there"),
        (group("part"), group("part", hidden=True), "part: right → not there"),
    ],
)
def test_other_points_and_other_groups_are_flips_too(before: GroupResult, after: GroupResult, flip: str) -> None:
    """Also where no point is won or lost."""
    assert one(result(before, group("hidden")), result(after, group("hidden"))).flips[0] == flip


def test_a_persons_score_wins_and_is_said_to() -> None:
    """The automatic score changes behind it; what counts doesn't. Extra credit is added to both."""
    change = one(RIGHT, WRONG, {"q1_hidden": ByHand(0.75, 0.5), "q2_check": ByHand(0.25)})
    assert (change.before, change.after, change.difference) == (2.25, 2.25, 0)
    assert change.kept == ("q1_hidden: a person gave 0.75, and that stays; the checks now give 0",)
    extra = one(RIGHT, WRONG, {"q1_hidden": ByHand(None, 0.5)})
    assert (extra.before, extra.after, extra.kept) == (2.5, 1.5, ())


@pytest.mark.parametrize(
    ("basis", "reasons"),
    [
        (replace(BASIS, answers={"q1": "b1", "q2": "a2"}), ["the answer changed"]),
        (replace(BASIS, answers={"q1": "a1", "q2": "b2"}), ["other cells of the submission changed"]),
        (replace(BASIS, free="g"), ["other cells of the submission changed"]),
        (replace(BASIS, master={"q1": "n1", "q2": "m2"}), ["the master changed: this question's cells"]),
        (replace(BASIS, setup="t"), ["the master changed: its setup cells"]),
        (replace(BASIS, engine="2.0"), ["the engine changed, from 1.0 to 2.0"]),
        (replace(BASIS, limits={"call": 10.0, "cell": 20.0}), ["the limits changed: cell from 10 to 20"]),
        (
            replace(BASIS, limits={"cell": 20.0, "wall": 5.0}),
            ["the limits changed: call from 10 to none, cell from 10 to 20, wall from none to 5"],
        ),
        (
            replace(BASIS, answers={"q1": "b1", "q2": "a2"}, engine="2.0"),
            ["the answer changed", "the engine changed, from 1.0 to 2.0"],
        ),
        (replace(BASIS, master={"q1": "m1", "q2": "n2"}), ["nothing that we know of changed: this question's"]),
        (BASIS, ["nothing that we know of changed: this question's result isn't the same every time"]),
    ],
)
def test_each_part_that_changed_is_a_reason(basis: Basis, reasons: list[str]) -> None:
    """What is nearest to the question first; a result that differs for no reason is told, too."""
    found = one(RIGHT, replace(WRONG, run={"basis": basis.to_json()})).reasons
    assert [text[: len(want)] for text, want in zip(found, reasons, strict=True)] == reasons


def test_a_kept_result_of_an_older_version_can_not_say_why() -> None:
    """It is said, instead of a guess."""
    assert one(result(group("works"), group("hidden", 0, "wrong"), basis=None), RIGHT).reasons == (
        "the kept result doesn't say what it was graded with",
    )


@pytest.mark.parametrize(
    ("stopped", "reason"),
    [
        (group("works", 0, "could not run", SPINS), f"a limit was hit before: {SPINS}"),
        (group("works", 0, "wrong", SPINS), f"a limit was hit before: {SPINS}"),
        (group("works", 0, "could not run", "No module."), "it could not run before: No module."),
    ],
)
def test_what_stopped_a_check_is_quoted(stopped: GroupResult, reason: str) -> None:
    """Before, or now."""
    cut = result(stopped, group("hidden"))
    assert one(cut, RIGHT).reasons == (reason,)
    now = reason.replace("a limit was hit before", "a limit is hit now")
    assert one(RIGHT, cut).reasons == (now.replace("it could not run before", "it can not run now"),)


def test_a_submission_that_can_not_be_graded_says_so_once() -> None:
    """For every question that it costs."""
    gone = [group(name, 0, "could not run", "It is a link.") for name in ("works", "hidden")]
    found = changes(RIGHT, result(*gone, basis=None, problem="It is a link.", q2=0), CELLS, {})
    assert [change.question for change in found] == ["q1", "q2"]
    assert found[0].reasons == ("now, nothing can be graded: It is a link.",)
    back = one(result(*gone, basis=None, problem="It is a link."), RIGHT)
    assert back.reasons[0] == "before, nothing could be graded: It is a link."


def test_a_question_that_is_gone_is_told() -> None:
    """Its points are, too."""
    change = one(replace(RIGHT, questions=RIGHT.questions), replace(RIGHT, questions=RIGHT.questions[:1]))
    assert (change.question, change.flips) == ("q2", ("small: right → not there",))


def test_a_change_is_json() -> None:
    """For `--json`."""
    change = one(RIGHT, WRONG)
    assert json.loads(json.dumps(change.to_json())) == {
        "learner": "ann",
        "module": "unit",
        "question": "q1",
        "before": 2.0,
        "after": 1.0,
        "difference": -1.0,
        "max": 2.0,
        "reasons": ["nothing that we know of changed: this question's result isn't the same every time"],
        "flips": ["hidden: right → wrong"],
        "kept": [],
    }
