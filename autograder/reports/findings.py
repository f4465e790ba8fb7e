"""What is wrong with an answer, each thing said once, and the few steps that help most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.display import count_text
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult

__all__ = ["Finding", "Step", "findings_of", "next_steps"]

_MOST_STEPS = 3


@dataclass(slots=True)
class Finding:
    """One thing that keeps an answer from being right, with all the check groups that it fails."""

    outcome: Outcome
    message: str
    tag: str
    groups: list[GroupResult] = field(default_factory=list)

    def tells(self, group: GroupResult) -> bool:
        """Whether all that a group has to tell is told here: visible checks add their data to the same advice.

        What could not be run in a visible check couldn't in a hidden one either, which may not say why.
        """
        if self.outcome is not group.outcome:
            return False
        if group.hidden and group.outcome is Outcome.COULD_NOT_RUN and not self.groups[0].hidden:
            return True
        return self.message == group.message or (group.message != "" and self.message.endswith(f"\n{group.message}"))

    @property
    def lost(self) -> float:
        """The points that it costs."""
        return sum(group.max - group.points for group in self.groups)


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: in which questions, what, and how many points there are to gain."""

    questions: tuple[QuestionResult, ...]
    text: str
    gain: float


def findings_of(question: QuestionResult) -> list[Finding]:
    """Collect the failed groups of a question. Groups that say the same, or less, are told together."""
    found: list[Finding] = []
    for group in sorted(question.groups, key=lambda group: group.hidden):
        if group.outcome is Outcome.RIGHT:
            continue
        same = next((one for one in found if one.tells(group)), None)
        if same is None:
            same = Finding(group.outcome, group.message, group.tag)
            found.append(same)
        same.groups.append(group)
    return found


def next_steps(result: SubmissionResult) -> list[Step]:
    """Pick the two or three most useful steps: first what doesn't run, then what is wrong, the dearest first.

    A mistake that was made in several questions is one step. Questions without an answer are one step, and the last.
    """
    wrong: dict[str, list[tuple[QuestionResult, Finding]]] = {}
    empty: list[QuestionResult] = []
    for question in result.questions:
        if question.outcome is Outcome.NOT_ATTEMPTED:
            empty.append(question)
        elif question.outcome is not Outcome.RIGHT:
            chief = min(findings_of(question), key=_urgency)
            wrong.setdefault(chief.tag or f"\n{question.question}", []).append((question, chief))
    ranked = sorted(wrong.values(), key=_rank)[: _MOST_STEPS - bool(empty)]
    return [_step(pairs) for pairs in ranked] + ([_begin(empty)] if empty else [])


def _urgency(finding: Finding) -> tuple[bool, bool]:
    """What to mend first in one question: what stops, then a mistake that its author knows and has advice for."""
    return finding.outcome is not Outcome.COULD_NOT_RUN, not finding.tag


def _rank(pairs: Sequence[tuple[QuestionResult, Finding]]) -> tuple[bool, float]:
    runs = all(finding.outcome is not Outcome.COULD_NOT_RUN for _, finding in pairs)
    return runs, -_gain(pairs)


def _gain(pairs: Sequence[tuple[QuestionResult, Finding]]) -> float:
    return sum(finding.lost for _, finding in pairs)


def _step(pairs: Sequence[tuple[QuestionResult, Finding]]) -> Step:
    """The last line of a message is the advice; what was found stands before it, and where to look behind it."""
    lines = [line for line in pairs[0][1].message.split("\n") if line.strip() and not line.startswith("Next:")]
    text = lines[-1] if lines else "Read the task again, and compare it with your answer."
    return Step(tuple(question for question, _ in pairs), text, _gain(pairs))


def _begin(empty: Sequence[QuestionResult]) -> Step:
    text = "Still as it was handed out. Write an answer; a wrong one costs nothing."
    if len(empty) > 1:
        text = f"{count_text(len(empty), 'question')} are still as they were handed out. A wrong answer costs nothing."
    return Step(tuple(empty), text, sum(question.max for question in empty))
