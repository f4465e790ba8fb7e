"""Play an assignment with one learner's cells: in order, with deadlines, and on after every hang and crash."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import WireError
from autograder.grading.alone import values_in
from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.limits import Limits, in_seconds
from autograder.grading.names import bound_by, plain_python, shows_a_query, shows_standing, sql_name
from autograder.grading.pairs import Pair
from autograder.grading.query_cell import taken_apart
from autograder.grading.submission import Submission
from autograder.grading.wire import PeerGone
from autograder.python_source import parse
from autograder.results import CheckResult, GroupResult, Outcome
from autograder.sql.text import tokens
from autograder.values import Json

__all__ = ["RanCell", "Run", "Step", "not_run", "steps_of"]

_GRACE = 3.0  # seconds that the checker may take beyond its own deadline before it is killed


@dataclass(frozen=True, slots=True)
class Step:
    """One cell to run.

    ``names`` are those that an answer should bind; ``authors`` marks a free cell that is as the author wrote it.
    """

    kind: Kind
    source: str
    grade_id: str = ""
    cell: Cell | None = None
    names: tuple[str, ...] = ()
    authors: bool = False

    @property
    def only_shows(self) -> bool:
        """Whether it is only for the reader's eyes: it binds no name and changes nothing."""
        return self.kind is Kind.FREE and (shows_a_query(self.source) or shows_standing(self.source))


@dataclass(frozen=True, slots=True)
class RanCell:
    """What running a cell gave: what it printed, what ended it early if anything did, and the pictures it displayed.

    ``pictures`` are base64 of anything at all until `work.redrawn` has made them ours.
    """

    kind: Kind
    grade_id: str
    source: str
    text: str = ""
    problem: str = ""
    pictures: tuple[str, ...] = ()


def steps_of(assignment: Assignment, submission: Submission, questions: Collection[str] | None = None) -> list[Step]:
    """The cells to run: the instructor's order, the learner's answers, free cells where the learner has them.

    Args:
        assignment: the instructor's notebook.
        submission: the learner's.
        questions: only the tests of these questions; left out, all.
    """
    examples = {source.strip() for sources in assignment.free.values() for source in sources}

    def free(anchor: str) -> list[Step]:
        sources = submission.free.get(anchor, ())
        return [Step(Kind.FREE, source, authors=source.strip() in examples) for source in sources]

    steps = free("")
    for cell in assignment.cells:
        if cell.runs and cell.kind is Kind.ANSWER:
            source = submission.answers.get(cell.grade_id, cell.released)
            steps.append(Step(cell.kind, source, cell.grade_id, cell, tuple(sorted(_names(assignment, cell, source)))))
        elif cell.kind is Kind.SETUP or (cell.kind is Kind.TEST and (questions is None or cell.question in questions)):
            steps.append(Step(cell.kind, cell.source, cell.grade_id, cell))
        if cell.grade_id:
            steps += free(cell.grade_id)
    return steps


def _names(assignment: Assignment, cell: Cell, source: str) -> frozenset[str]:
    """The names to take from the learner's answer: those that the author's solution binds, and no other.

    A released notebook has no solution. Checking one's own work against it, the learner's text has to say them.
    """
    if assignment.is_source or cell.bound.names:
        return cell.bound.names
    taken = {name for other in assignment.cells if other.kind is Kind.SETUP for name in bound_by(other.source).names}
    return bound_by(source).names - taken


@dataclass
class Run:
    """One pass over the steps.

    Args:
        steps: the cells to run, in order.
        limits: how long each may take.
        deadline: when everything must be over, on the monotonic clock.
        start: makes a fresh pair of processes.
        reveal: whether messages may quote hidden tests.
        blind: nobody will see what cells display, so what only displays something isn't run.
        made: whether hidden tests may show data that was made for this answer.
        enough: by question, the tag of a mistake: a hidden test cell that has shown it need not go on.
        tests: says which test cells to run.
        hold: whether the test cells that aren't to be run are held back: noted at their place, and judged by the notes
            when everything else is over and the learner's process has ended. It works where they need nothing but
            data; ``sealed`` are their results, or None.
        lost: steps not to run, by index, with the reason; the run adds those that hang or crash.
    """

    steps: Sequence[Step]
    limits: Limits
    deadline: float
    start: Callable[[], Pair]
    reveal: bool = False
    blind: bool = False
    made: bool = False
    enough: Mapping[str, str] = field(default_factory=dict)
    tests: Callable[[Cell], bool] = lambda _cell: True
    hold: bool = False
    lost: dict[int, str] = field(default_factory=dict)
    cells: dict[int, RanCell] = field(default_factory=dict)
    checks: dict[str, CheckResult] = field(default_factory=dict)
    sealed: dict[str, CheckResult] | None = None
    problem: str = ""
    starts: int = 0
    _asked: int = -1  # the index of the test cell that was held back together with the one before it

    @property
    def is_all_data(self) -> bool:
        """Whether no step runs a line of a learner's Python: all are queries and literal values."""
        names = {name for step in self.steps for name in step.names}
        ours = {name for step in self.steps if step.kind is Kind.SETUP for name in bound_by(step.source).names}
        return names.isdisjoint(ours) and all(
            values_in(step.source, names if taken_apart(step.source) else step.names) is not None
            for step in self.steps
            if step.kind in (Kind.ANSWER, Kind.FREE) and not self._is_skipped(step)
        )

    def _is_skipped(self, step: Step) -> bool:
        """Whether a step only displays something, which nobody wants to see, or everybody has seen."""
        return step.only_shows and (self.blind or (step.authors and not self.reveal))

    def play(self) -> Run:
        """Run every step. Never raises for what a learner's cell does."""
        names = sorted({name for step in self.steps for name in step.names})
        imports: dict[str, str] = {}
        for step in self.steps:
            if step.kind is Kind.ANSWER and step.cell:
                imports |= step.cell.bound.imports
        done = 0
        while done < len(self.steps) and not self.problem:
            self.hold = self.hold and not self.starts  # what was noted went with the first pair
            with self.start() as pair:
                self._greet(pair, names, imports)
                done = self._play_in(pair, done)
                self.starts += 1
                if self.hold and done == len(self.steps):
                    self.sealed = self._judge_held(pair)
        return self

    def _greet(self, pair: Pair, names: list[str], imports: Mapping[str, str]) -> None:
        """Begin with a fresh pair."""
        pair.hello(names, imports)

    def _play_in(self, pair: Pair, done: int) -> int:
        """Run in one pair: again what was done before, then on. Returns the index to go on with in a fresh pair."""
        for index, step in enumerate(self.steps):
            again = index < done
            if step.kind is Kind.TEST and step.cell and (again or not self.tests(step.cell)):
                if index != self._asked:
                    self.hold = self.hold and not again and self._held_back(pair, step)
                continue
            if self._is_skipped(step):
                continue
            if not self._step(pair, index, step, again=again):
                return max(done, index + 1)
        return len(self.steps)

    def _step(self, pair: Pair, index: int, step: Step, *, again: bool) -> bool:
        """Run one step; False when the pair is of no more use."""
        left = self.deadline - time.monotonic()
        if reason := self._reason_against(index, step, left):
            return self._leave_out(pair, index, step, reason)
        seconds = min(self.limits.cell, left)
        request = {
            "source": step.source,
            "grade_id": step.grade_id,
            "seconds": seconds,
            "names": step.names,
            "blind": self.blind,
        }
        try:
            if step.kind is Kind.TEST:
                return self._test(pair, index, step, request)
            if step.kind is Kind.SETUP:
                return self._setup(pair, index, step, request, again)
            return self._learner(pair, index, step, request, again)
        except WireError as error:
            what = "was ended by a crash" if isinstance(error, PeerGone) else "took too long"
            reason = f"Checking {what} (the limit is {in_seconds(seconds)})."
            if step.kind is Kind.SETUP:
                self.problem = f"The setup cell {step.grade_id} can't be run by the grader. {reason}"
            return self._give_up(index, step, reason)

    def _reason_against(self, index: int, step: Step, left: float) -> str:
        """Why a step can't be run; empty when it can."""
        if index in self.lost:
            return self.lost[index]
        if left <= 0:
            return f"The time for the whole submission ({in_seconds(self.limits.submission)}) was used up before this."
        if step.kind not in (Kind.ANSWER, Kind.FREE):
            return ""
        return self.limits.refusal(step.source) or _lost_magic(step)

    def _setup(self, pair: Pair, index: int, step: Step, request: Mapping[str, object], again: bool) -> bool:
        """Run a setup cell on both sides, one after the other."""
        reply = pair.ask({"op": "setup", **request}, 2 * self.limits.cell + _GRACE)
        self._keep(index, step, reply, again)
        if reason := reply["error"] or reply["gone"]:
            self.problem = f"The setup cell {step.grade_id} can't be run by the grader: {reason}"
        return not self.problem

    def _learner(self, pair: Pair, index: int, step: Step, request: Mapping[str, object], again: bool) -> bool:
        reply = pair.ask({"op": "learner", **request}, self.limits.cell + _GRACE)
        if reply["gone"] and (cause := pair.cause):
            reply = {**reply, "gone": cause, "problem": cause}
        self._keep(index, step, reply, again and not reply["gone"])
        if reply["gone"]:
            self.lost[index] = reply["gone"]
        return not reply["gone"]

    def _keep(self, index: int, step: Step, reply: Mapping[str, Any], again: bool) -> None:
        """Keep what a cell printed and displayed, the first time it is run."""
        if not again:
            gave = (reply["out"], reply["problem"], tuple(reply["pictures"]))
            self.cells[index] = RanCell(step.kind, step.grade_id, step.source, *gave)

    def _held_back(self, pair: Pair, step: Step) -> bool:
        """Note what a test cell needs. False when it can't be held back."""
        try:
            return self._is_held(pair.ask({"op": "hold", **self._about_held(step)}, self.limits.cell + _GRACE))
        except WireError:
            return False

    def _about_held(self, step: Step) -> dict[str, Json]:
        return {"source": step.source, "grade_id": step.grade_id, "seconds": self.limits.cell}

    def _is_held(self, reply: Mapping[str, Any]) -> bool:
        return reply.get("held") is True and not reply["gone"]

    def _judge_held(self, pair: Pair) -> dict[str, CheckResult] | None:
        """End the learner's process and run the test cells that were held back; None when that isn't enough."""
        waiting = [
            step.cell for step in self.steps if step.kind is Kind.TEST and step.cell and not self.tests(step.cell)
        ]
        left = self.deadline - time.monotonic()
        tests = [self._about_test(cell, min(self.limits.cell, left)) for cell in waiting]
        try:
            pair.end_worker()
            reply = pair.ask({"op": "sealed", "tests": tests}, min(self.limits.cell * len(tests), left) + _GRACE)
            if reply.get("missed") is not False or reply["gone"]:
                return None
            checks = map(CheckResult.from_json, reply["checks"])
            return {cell.grade_id: check for cell, check in zip(waiting, checks, strict=True)}
        except (WireError, KeyError, TypeError, ValueError, AttributeError):
            return None

    def _about_test(self, cell: Cell, seconds: float) -> dict[str, Any]:
        """The request to run a test cell."""
        return {
            "source": cell.source,
            "grade_id": cell.grade_id,
            "seconds": seconds,
            "question": cell.question,
            "hidden": cell.hidden,
            "whole": cell.whole,
            "groups": [[group.name, group.points, group.line] for group in cell.groups],
            "reveal": self.reveal,
            "made": self.made,
            "enough": self.enough.get(cell.question, "") if cell.hidden else "",
        }

    def _test(self, pair: Pair, index: int, step: Step, request: Mapping[str, Any]) -> bool:
        assert step.cell is not None
        about = self._about_test(step.cell, request["seconds"])
        behind = self.steps[index + 1] if self.hold and index + 1 < len(self.steps) else None
        if behind and behind.kind is Kind.TEST and behind.cell and not self.tests(behind.cell):
            about["hold"] = self._about_held(behind)
        reply = pair.ask({"op": "test", **about}, self.limits.cell + _GRACE)
        if "hold" in about:
            self.hold = self._is_held(reply)
            self._asked = index + 1
        try:
            check = CheckResult.from_json(reply["check"])
        except (KeyError, TypeError, ValueError, AttributeError):
            why = str(reply.get("error", "The checker's result can't be read."))
            return self._give_up(index, step, why)
        self.checks[step.grade_id] = check
        self.cells[index] = RanCell(step.kind, step.grade_id, step.source, str(reply.get("out", "")))
        if reply["gone"]:
            self.lost[index] = reply["gone"]
        return not reply["gone"]

    def _leave_out(self, pair: Pair, index: int, step: Step, reason: str) -> bool:
        """Go on without this step."""
        self._give_up(index, step, reason)
        if step.names:
            try:
                pair.ask({"op": "excuse", "names": step.names, "why": reason}, _GRACE)
            except WireError:
                return False
        return True

    def _give_up(self, index: int, step: Step, reason: str) -> bool:
        """Note that a step gave nothing."""
        self.lost.setdefault(index, reason)
        if index not in self.cells or self.cells[index].kind is not Kind.TEST:
            self.cells[index] = RanCell(step.kind, step.grade_id, step.source, "", reason)
        if step.kind is Kind.TEST and step.cell and step.grade_id not in self.checks:
            self.checks[step.grade_id] = not_run(step.cell, reason)
        return False


def _lost_magic(step: Step) -> str:
    """Recognise a query whose first line ``%%sql NAME`` was deleted: as Python it is nothing but a syntax error."""
    name = sql_name(step.cell.source) if step.cell else ""
    if not name or step.source.lstrip().startswith("%%"):
        return ""
    if [token.upper for token in tokens(step.source)[:1]] not in (["SELECT"], ["WITH"]):
        return ""
    try:
        parse(plain_python(step.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return f"The answer cell must begin with `%%sql {name}`."
    return ""


def not_run(cell: Cell, reason: str) -> CheckResult:
    """The result of a test cell that could not be run."""
    groups = tuple(
        GroupResult(group.name, 0.0, float(group.points), Outcome.COULD_NOT_RUN, reason, hidden=cell.hidden)
        for group in cell.groups
    )
    return CheckResult(cell.question, groups, cell.hidden)
