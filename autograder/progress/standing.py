"""Work out where a learner stands: what is mastered, what is begun, what comes next and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.progress.attempt import Attempt
from autograder.progress.course_map import CourseMap, MapModule, MapQuestion
from autograder.progress.guidance import HINTS

__all__ = ["ENOUGH", "CourseStanding", "ModuleStanding", "QuestionStanding", "State", "course_standing"]

ENOUGH = 0.8  # of a module's points, besides all its core questions


class State(StrEnum):
    """What can be said of a module."""

    MASTERED = "mastered"
    BEGUN = "begun"
    NEW = "not begun"


@dataclass(frozen=True, slots=True)
class QuestionStanding:
    """The best of all attempts at one question.

    Args:
        question: the question.
        earned: points, of ``most``.
        most: what can be earned with the checks that this learner has.
        right: whether all of those passed.
        seen: whether the checks in the notebook passed.
        tried: whether there was any attempt.
        hinted: whether the last hint was open.
    """

    question: MapQuestion
    earned: float
    most: float
    right: bool
    seen: bool
    tried: bool
    hinted: bool

    @property
    def label(self) -> str:
        """The id, with a star where it is a core question; no line ends between the two."""
        return f"{self.question.id}\N{NO-BREAK SPACE}★" if self.question.core else self.question.id


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """One module.

    Args:
        module: the module.
        questions: where the learner stands with each.
        needs: the modules of the course that it needs; one that isn't there yet asks for nothing.
        missing: the open core questions of those.
    """

    module: MapModule
    questions: tuple[QuestionStanding, ...]
    needs: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def earned(self) -> float:
        return sum(one.earned for one in self.questions)

    @property
    def most(self) -> float:
        return sum(one.most for one in self.questions)

    @property
    def open(self) -> tuple[QuestionStanding, ...]:
        return tuple(one for one in self.questions if not one.right)

    @property
    def core(self) -> tuple[QuestionStanding, ...]:
        return tuple(one for one in self.questions if one.question.core)

    @property
    def state(self) -> State:
        if self.questions and self.earned >= ENOUGH * self.most - 1e-9 and all(one.right for one in self.core):
            return State.MASTERED
        return State.BEGUN if any(one.tried for one in self.questions) else State.NEW

    @property
    def only_hidden_left(self) -> bool:
        """Whether all that is open are checks that the notebook doesn't hold."""
        return bool(self.open) and all(one.seen for one in self.questions)


@dataclass(frozen=True, slots=True)
class CourseStanding:
    """The whole course.

    Args:
        modules: in the order of the course.
        misconceptions: those met, with how often, most often first.
        began: the day of the first attempt, such as ``2025-03-04``; empty before it.
    """

    modules: tuple[ModuleStanding, ...]
    misconceptions: tuple[tuple[str, int], ...]
    began: str

    @property
    def next(self) -> ModuleStanding | None:
        """What to do now: the first module that isn't mastered and for which nothing is missing."""
        left = [one for one in self.modules if one.state is not State.MASTERED]
        return next((one for one in left if not one.missing), left[0] if left else None)

    @property
    def why(self) -> str:
        """The reason for `next`, in one sentence."""
        step = self.next
        return "You have mastered every module." if step is None else _why(step)

    @property
    def review(self) -> tuple[QuestionStanding, ...]:
        """What is worth another look: questions that were solved with the last hint open."""
        return tuple(one for module in self.modules for one in module.questions if one.right and one.hinted)


def course_standing(course: CourseMap, attempts: Sequence[Attempt], sealed: Collection[str] = ()) -> CourseStanding:
    """Put attempts and course together.

    Args:
        course: the map.
        attempts: all attempts.
        sealed: ids of the modules whose hidden checks are on this machine. They count then; and they count for a
            question that was tried with them elsewhere.
    """
    by_question: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_question.setdefault(attempt.question, []).append(attempt)
    judged = {
        module.short: tuple(
            _question(question, by_question.get(question.id, []), module.id in sealed) for question in module.questions
        )
        for module in course.modules
    }
    modules = tuple(_module(module, judged) for module in course.modules)
    met = Counter(tag for attempt in attempts for tag in attempt.tags)
    began = min((attempt.at for attempt in attempts), default="")[:10]
    return CourseStanding(modules, tuple(met.most_common()), began)


def _question(question: MapQuestion, tried: Sequence[Attempt], sealed: bool) -> QuestionStanding:
    whole = [one for one in tried if one.whole]
    seen = [one for one in tried if not one.whole]
    sealed = sealed or bool(whole)
    most = question.seen + question.sealed if sealed else question.seen
    in_notebook = max((one.share for one in seen), default=0.0) * question.seen
    return QuestionStanding(
        question=question,
        earned=max([in_notebook, *(one.share * most for one in whole)]),
        most=most,
        right=any(one.right for one in (whole if sealed else seen)),
        seen=any(one.right for one in tried),
        tried=bool(tried),
        hinted=any(one.hint >= HINTS for one in tried),
    )


def _module(module: MapModule, judged: Mapping[str, tuple[QuestionStanding, ...]]) -> ModuleStanding:
    needs = tuple(need for need in module.needs if need in judged)
    missing = (one.label for need in needs for one in judged[need] if one.question.core and not one.right)
    return ModuleStanding(module, judged[module.short], needs, tuple(missing))


def _why(step: ModuleStanding) -> str:
    left = ", ".join(one.label for one in step.open)
    if step.missing:
        return f"Nothing else is open to you; before it, look at {', '.join(step.missing)}."
    if step.state is State.BEGUN and step.only_hidden_left:
        return "Every check in its notebook passes. Run its last cell: it runs the hidden checks, too."
    if step.state is State.BEGUN:
        return f"You have begun it. Still open: {left}."
    needs = " and ".join(need.upper() for need in step.needs)
    return f"You are ready for it: the core questions of {needs} are done." if needs else "It needs nothing before it."
