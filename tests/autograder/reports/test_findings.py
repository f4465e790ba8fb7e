"""Each mistake is told once, and the steps that help most come first."""

from __future__ import annotations

from autograder.reports.findings import findings_of, next_steps
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult

WRONG, EMPTY, STOPPED = Outcome.WRONG, Outcome.NOT_ATTEMPTED, Outcome.COULD_NOT_RUN


def group(outcome: Outcome, message: str = "", most: float = 1.0, hidden: bool = False, tag: str = "") -> GroupResult:
    return GroupResult("x", most if outcome is Outcome.RIGHT else 0.0, most, outcome, message, tag, hidden)


def steps(**questions: GroupResult | tuple[GroupResult, ...]) -> list[tuple[list[str], str, float]]:
    made = [QuestionResult(name, found if isinstance(found, tuple) else (found,)) for name, found in questions.items()]
    found = next_steps(SubmissionResult("ana", "a2", tuple(made)))
    return [([question.question for question in step.questions], step.text, step.gain) for step in found]


def test_the_same_advice_is_given_once() -> None:
    """A visible check adds what was found; hidden ones repeat the advice."""
    hidden = [group(WRONG, "Use IS NULL.", hidden=True)] * 2
    found = findings_of(QuestionResult("q", (*hidden, group(WRONG, "3 rows are missing.\nUse IS NULL."))))
    assert [(one.message, len(one.groups), one.lost) for one in found] == [
        ("3 rows are missing.\nUse IS NULL.", 3, 3.0)
    ]


def test_different_mistakes_stay_apart() -> None:
    """Also those that only end alike."""
    groups = (group(WRONG, "a"), group(WRONG, "b"), group(WRONG), group(EMPTY, "a"), group(Outcome.RIGHT, "a"))
    assert len(findings_of(QuestionResult("q", groups))) == 4


def test_a_hidden_check_that_could_not_run_adds_nothing() -> None:
    """The visible one says why."""
    groups = (group(STOPPED, "No table trip."), group(STOPPED, "See the visible check.", hidden=True))
    assert [len(one.groups) for one in findings_of(QuestionResult("q", groups))] == [2]


def test_first_what_does_not_run_then_the_dearest_then_what_is_empty() -> None:
    """At most three steps, each with its points."""
    found = steps(
        a=group(WRONG, "a"), b=group(EMPTY), c=group(WRONG, "What.\nc", 3), d=group(STOPPED, "d"), e=group(EMPTY)
    )
    assert [names for names, _, _ in found] == [["d"], ["c"], ["b", "e"]]
    assert [text for _, text, _ in found][:2] == ["d", "c"]
    assert [gain for _, _, gain in found] == [1, 3, 2]


def test_one_mistake_in_many_questions_is_one_step() -> None:
    """Mending it helps everywhere."""
    found = steps(a=group(WRONG, "a", 3), b=group(WRONG, "n", 2, tag="null"), c=group(WRONG, "n", 2, tag="null"))
    assert [names for names, _, _ in found] == [["b", "c"], ["a"]]


def test_a_mistake_that_is_known_is_the_step_of_its_question() -> None:
    """Its author wrote what to do."""
    assert steps(a=(group(WRONG, "body.email is null."), group(WRONG, "Leave it.", tag="null")))[0][1] == "Leave it."
    assert steps(a=(group(WRONG, "n", tag="null"), group(STOPPED, "It stops.")))[0][1] == "It stops."


def test_without_mistakes_there_is_nothing_to_do() -> None:
    """And without a message there is still a step."""
    assert steps(a=group(Outcome.RIGHT)) == []
    assert steps() == []
    assert steps(a=group(WRONG, "`x` is 3.\nNext: look at the table."))[0][1] == "`x` is 3."
    assert "Read the task again" in steps(a=group(WRONG))[0][1]
