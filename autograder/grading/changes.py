"""Compare a new result with the one that is kept: what changes for the learner, by how much, and why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograder.grading.basis import Basis
from autograder.grading.persons import ByHand
from autograder.results import GroupResult, Outcome, QuestionResult, SubmissionResult

__all__ = ["Change", "changes"]

# How messages speak of a limit that was hit; see `limits`, `link` and `run`.
_LIMIT = re.compile(
    r"the limit is |did not finish within |took longer than |was used up|takes too long|at most .* can be graded"
)
_FIRST = "no earlier result is kept"
_UNSTABLE = "nothing that we know of changed: this question's result isn't the same every time"


@dataclass(frozen=True, slots=True)
class Change:
    """One question of one learner whose result is another one now.

    Args:
        learner: the learner's id.
        module: the assignment.
        question: the question's id; empty when it is about the whole submission.
        before: points that count in the gradebook until now; None when no earlier result is kept.
        after: points that count from now on. A person's score counts more than ours, and extra credit is added.
        max: points to be had.
        reasons: why, each in words.
        flips: the check groups whose outcome is another one.
        kept: what a person gave, and that it stays.
    """

    learner: str
    module: str
    question: str
    before: float | None
    after: float
    max: float
    reasons: tuple[str, ...]
    flips: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        return self.after - (self.before or 0.0)

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        lists = {"reasons": list(self.reasons), "flips": list(self.flips), "kept": list(self.kept)}
        return asdict(self) | {"difference": self.difference} | lists


def changes(
    before: SubmissionResult | None,
    after: SubmissionResult,
    cells: Mapping[str, Collection[str]],
    by_hand: Mapping[str, ByHand],
) -> list[Change]:
    """List the questions whose result is another one than before.

    Args:
        before: the kept result; None when there is none.
        after: the new one, of the same learner and module.
        cells: the grade ids of each question's test cells.
        by_hand: what persons gave, by grade id.
    """
    if before is None:
        scores = _scored(after, [cell for found in cells.values() for cell in found])
        kept, counted = tuple(_kept({}, scores, by_hand)), _counted(scores, by_hand)
        return [Change(after.learner, after.module, "", None, counted, after.max, (_FIRST,), (), kept)]
    old = {question.question: question for question in before.questions}
    new = {question.question: question for question in after.questions}
    found = []
    for name in dict.fromkeys((*new, *old)):
        flips = tuple(_flips(old.get(name), new.get(name)))
        was, now = (_scored(result, cells.get(name, ())) for result in (before, after))
        if not flips and was == now:
            continue
        reasons = tuple(_reasons(name, before, after, old.get(name), new.get(name)))
        points = max(question.max for question in (old.get(name), new.get(name)) if question)
        counted_before, counted = _counted(was, by_hand), _counted(now, by_hand)
        kept = tuple(_kept(was, now, by_hand))
        found.append(Change(after.learner, after.module, name, counted_before, counted, points, reasons, flips, kept))
    return found


def _scored(result: SubmissionResult, cells: Collection[str]) -> dict[str, float]:
    """The automatic points by test cell; a cell without any has 0, as in the gradebook."""
    return {cell: result.scores.get(cell, 0.0) for cell in cells}


def _counted(scores: Mapping[str, float], by_hand: Mapping[str, ByHand]) -> float:
    """The points that count: a person's where there are any."""
    nothing = ByHand()
    total = 0.0
    for cell, score in scores.items():
        given = by_hand.get(cell, nothing)
        total += (score if given.score is None else given.score) + given.extra
    return total


def _kept(was: Mapping[str, float], now: Mapping[str, float], by_hand: Mapping[str, ByHand]) -> Iterator[str]:
    """Say where a person's score stands against a new automatic one."""
    for cell, score in now.items():
        given = by_hand.get(cell)
        if given and given.score is not None and score != was.get(cell):
            yield f"{cell}: a person gave {given.score:g}, and that stays; the checks now give {score:g}"


def _flips(old: QuestionResult | None, new: QuestionResult | None) -> Iterator[str]:
    """Which check groups have another outcome, or other points."""
    was = {(group.name, group.hidden): group for group in (old.groups if old else ())}
    now = {(group.name, group.hidden): group for group in (new.groups if new else ())}
    for key in dict.fromkeys((*was, *now)):
        pair = [_said(groups.get(key)) for groups in (was, now)]
        if pair[0] != pair[1]:
            yield f"{key[0]}: {pair[0]} → {pair[1]}"


def _said(group: GroupResult | None) -> str:
    if group is None:
        return "not there"
    partly = group.outcome is not Outcome.RIGHT and group.points
    return f"{group.outcome} ({group.points:g} of {group.max:g})" if partly else str(group.outcome)


def _reasons(
    name: str,
    before: SubmissionResult,
    after: SubmissionResult,
    old: QuestionResult | None,
    new: QuestionResult | None,
) -> list[str]:
    """Why a question's result is another one: everything that changed and may matter to it."""
    said = [
        *_problems(before, after),
        *_differences(name, Basis.from_json(before.run.get("basis")), Basis.from_json(after.run.get("basis"))),
        *_stopped(old, new, {before.problem, after.problem}),
    ]
    return said or [_UNSTABLE]


def _problems(before: SubmissionResult, after: SubmissionResult) -> Iterator[str]:
    """A submission that could not be graded at all."""
    if before.problem != after.problem:
        if before.problem:
            yield f"before, nothing could be graded: {before.problem}"
        if after.problem:
            yield f"now, nothing can be graded: {after.problem}"


def _differences(name: str, was: Basis | None, now: Basis | None) -> Iterator[str]:
    """What the two results rest on, compared: what is nearest to the question first."""
    if now is None:
        return
    if was is None:
        yield "the kept result doesn't say what it was graded with"
        return
    if was.answers.get(name) != now.answers.get(name):
        yield "the answer changed"
    if was.master.get(name) != now.master.get(name):
        yield "the master changed: this question's cells"
    if was.setup != now.setup:
        yield "the master changed: its setup cells"
    if was.engine != now.engine:
        yield f"the engine changed, from {was.engine} to {now.engine}"
    other = sorted(limit for limit in was.limits.keys() | now.limits if was.limits.get(limit) != now.limits.get(limit))
    if other:
        yield f"the limits changed: {', '.join(_limit(limit, was, now) for limit in other)}"
    if was.answers.get(name) == now.answers.get(name) and (was.answers, was.free) != (now.answers, now.free):
        yield "other cells of the submission changed"


def _limit(name: str, was: Basis, now: Basis) -> str:
    pair = [f"{basis.limits[name]:g}" if name in basis.limits else "none" for basis in (was, now)]
    return f"{name} from {pair[0]} to {pair[1]}"


def _stopped(old: QuestionResult | None, new: QuestionResult | None, told: Collection[str]) -> Iterator[str]:
    """What kept a check from being run to its end, once and not the other time."""
    was, now = (_stops(question) for question in (old, new))
    for message in was:
        if message not in now and message not in told:
            yield f"{'a limit was hit' if _LIMIT.search(message) else 'it could not run'} before: {message}"
    for message in now:
        if message not in was and message not in told:
            yield f"{'a limit is hit' if _LIMIT.search(message) else 'it can not run'} now: {message}"


def _stops(question: QuestionResult | None) -> list[str]:
    """The messages of groups that were stopped, each once."""
    groups = question.groups if question else ()
    stopped = (group for group in groups if group.outcome is Outcome.COULD_NOT_RUN or _LIMIT.search(group.message))
    return list(dict.fromkeys(group.message for group in stopped))
