"""Grade one submission: an open run for what the learner may read, a sealed run for the hidden checks' verdicts.

In the sealed run a learner's cell could print what a hidden check handed to an earlier one, so nothing that is printed
in it gets out: only the hidden groups' results do.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from autograder import __version__
from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.basis import basis_of
from autograder.grading.limits import Limits
from autograder.grading.pairs import Pairs
from autograder.grading.run import RanCell, Run, Step, not_run, steps_of
from autograder.grading.submission import Submission
from autograder.grading.warm_pairs import shared_pairs
from autograder.grading.work import redrawn, work_of
from autograder.results import CheckResult, GroupResult, Outcome, QuestionResult, SubmissionResult
from autograder.sandbox.walls import Tier

__all__ = [
    "Graded",
    "grade_answers",
    "grade_submission",
    "isolation",
    "missing",
    "result_key",
    "result_of",
    "unanswered",
    "ungraded",
]

_LAST = re.compile(r"(?<!\w)_\d*(?![\w,]| in | =)")  # what IPython keeps of a displayed value
_DID_NOT_RUN = "This check did not run."


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's result, and what its cells printed: in the order in which they ran, hidden checks left out."""

    result: SubmissionResult
    cells: tuple[RanCell, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """One sentence for each setup or free cell that ended with an error."""
        found = [self.result.problem] if self.result.problem else []
        for cell in self.cells:
            if cell.kind in (Kind.SETUP, Kind.FREE) and cell.problem:
                first = next((line.strip() for line in cell.source.split("\n") if line.strip()), "")
                where = f"the cell {cell.grade_id}" if cell.grade_id else f"the cell that begins `{first[:60]}`"
                found.append(f"{where} stops: {cell.problem}")
        return tuple(found)


def grade_submission(
    assignment: Assignment,
    submission: Submission,
    limits: Limits | None = None,
    *,
    pairs: Pairs | None = None,
    reveal: bool = False,
    made: bool = False,
    sealed: bool = True,
    questions: Collection[str] | None = None,
    enough: Mapping[str, str] | None = None,
) -> Graded:
    """Run a submission's cells and the instructor's checks, each side in a process of its own.

    Args:
        assignment: the instructor's notebook.
        submission: what the learner handed in.
        limits: how long and how much.
        pairs: where checker and worker come from; left out, from behind the strongest walls of this machine.
        reveal: whether messages may quote hidden checks: for authors only.
        made: whether hidden checks may show a database that was made for this answer, with the result expected there:
            for a learner who has the solutions at hand. It holds nothing of the checks' own data.
        sealed: whether hidden checks get a run of their own. One's own work, or an author's, needs none.
        questions: grade only these questions; left out, all.
        enough: by question, the tag of a mistake: its hidden checks need not go on when they have shown it. For authors
            who only want to know whether they do; where nothing is sealed.

    Raises:
        EngineRoomError: the grader's own processes can't be started on this machine, or no sandbox holds.
    """
    limits = limits or Limits()
    pairs = pairs or shared_pairs(assignment, limits)
    begin = time.monotonic()
    steps = steps_of(assignment, submission, questions)
    play = partial(Run, steps, limits, begin + limits.submission, reveal=reveal, made=made, enough=enough or {})
    runs = _play(steps, play, pairs, sealed)
    checks = {grade_id: check for run in runs for grade_id, check in run.checks.items()}
    problem = next((run.problem for run in runs if run.problem), "")
    tests = [step.cell for step in steps if step.kind is Kind.TEST and step.cell]
    judged = {cell.grade_id: _settled(cell, checks.get(cell.grade_id), problem, reveal or made) for cell in tests}
    cells = redrawn([cell for _, cell in sorted(runs[0].cells.items(), key=lambda pair: pair[0])])
    result = replace(
        result_of(assignment, submission.learner, judged),
        repairs=submission.repairs,
        problem=problem,
        key=result_key(assignment, submission, limits),
        unanswered=unanswered(assignment, submission),
        run=_about(runs, pairs.tier, time.monotonic() - begin)
        | {"basis": basis_of(assignment, submission, limits).to_json()},
        work=work_of(assignment, submission, cells),
    )
    return Graded(result, cells)


def grade_answers(
    assignment: Assignment,
    answers: Mapping[str, str],
    limits: Limits | None = None,
    *,
    pairs: Pairs | None = None,
    rest: str = "starter",
    questions: Collection[str] | None = None,
    lesson: bool = True,
    enough: Mapping[str, str] | None = None,
) -> Graded:
    """Grade answers that aren't in a notebook, as an author does to prove a module.

    Args:
        assignment: the instructor's notebook.
        answers: text by the answer cell's grade id.
        limits: how long and how much.
        pairs: where checker and worker come from; left out, from behind the strongest walls of this machine.
        rest: what stands in the other answer cells, "starter" or "solution".
        questions: grade only these questions; left out, all.
        lesson: whether the notebook's own free cells are run, too.
        enough: as in `grade_submission`.
    """
    if rest not in ("starter", "solution"):
        raise ValueError(f'rest must be "starter" or "solution", not {rest!r}.')
    if unknown := sorted(answers.keys() - {cell.grade_id for cell in assignment.answers}):
        raise ValueError(f"{assignment.module} has no answer cell {unknown[0]!r}.")
    full = {cell.grade_id: cell.released if rest == "starter" else cell.solution for cell in assignment.answers}
    submission = Submission("", {**full, **answers}, assignment.free if lesson else {})
    return grade_submission(
        assignment, submission, limits, pairs=pairs, reveal=True, sealed=False, questions=questions, enough=enough
    )


def ungraded(assignment: Assignment, learner: str, problem: str) -> SubmissionResult:
    """The result of a submission that can't be graded at all: every group could not run, and why."""
    judged = {cell.grade_id: not_run(cell, problem) for cell in assignment.tests}
    return replace(result_of(assignment, learner, judged), problem=problem)


def missing(assignment: Assignment, learner: str, problem: str) -> SubmissionResult:
    """The result of a notebook that wasn't handed in: nothing for every cell, those that a person grades included."""
    nothing = dict.fromkeys((cell.grade_id for cell in assignment.cells if cell.points), 0.0)
    return replace(ungraded(assignment, learner, problem), scores=nothing)


def _play(steps: list[Step], play: Callable[..., Run], pairs: Pairs, sealed: bool) -> list[Run]:
    """Do the runs that are needed: one, or an open and a sealed one. ``play`` makes them."""
    sealed = sealed and any(step.cell.hidden for step in steps if step.kind is Kind.TEST and step.cell)
    play = partial(play, start=pairs.pair)
    opening = {"tests": lambda cell: not cell.hidden, "hold": True} if sealed else {}
    opened = play(**opening)
    if opened.is_all_data:
        alone = play(**opening, start=partial(pairs.pair, alone=True)).play()
        if not (alone.lost or alone.problem) and (alone.sealed is not None or not sealed):
            alone.checks |= alone.sealed or {}
            return [alone]
    opened.play()
    if not sealed:
        return [opened]
    if opened.problem:
        return [opened]
    if opened.sealed is not None:
        opened.checks |= opened.sealed
        return [opened]
    blind = not any(_uses_last_value(step) for step in steps)
    shut = play(blind=blind, lost=dict(opened.lost)).play()
    shut.checks = {
        step.grade_id: shut.checks[step.grade_id] for step in steps if _is_hidden(step) and step.grade_id in shut.checks
    }
    return [opened, shut]


def _uses_last_value(step: Step) -> bool:
    """Whether a cell may ask for what an earlier cell displayed: then all of them have to."""
    return (
        step.kind is not Kind.TEST and not step.source.lstrip().startswith("%%sql") and bool(_LAST.search(step.source))
    )


def _is_hidden(step: Step) -> bool:
    return step.kind is Kind.TEST and step.cell is not None and step.cell.hidden


def _settled(cell: Cell, check: CheckResult | None, problem: str, evident: bool) -> CheckResult:
    """Hold a check's result against the master: its groups and their points are what the text of the cell says.

    ``evident`` says whether hidden groups keep the tables that they have.
    """
    if check is None or problem:
        return not_run(cell, problem or _DID_NOT_RUN)
    if cell.whole and [group.name for group in check.groups] != [cell.grade_id]:
        groups = check.groups
    else:
        found = {group.name: group for group in check.groups}
        groups = tuple(
            found[want.name]
            if want.name in found and found[want.name].max == want.points
            else GroupResult(want.name, 0.0, float(want.points), Outcome.COULD_NOT_RUN, _DID_NOT_RUN)
            for want in cell.groups
        )
    if cell.hidden and not evident:
        groups = tuple(replace(group, tables=(), printed="") for group in groups)
    return CheckResult(cell.question, tuple(replace(group, hidden=cell.hidden) for group in groups), cell.hidden)


def result_of(assignment: Assignment, learner: str, judged: Mapping[str, CheckResult]) -> SubmissionResult:
    """Sum up by question and by grade id."""
    groups: dict[str, tuple[GroupResult, ...]] = {}
    for check in judged.values():
        groups[check.question] = groups.get(check.question, ()) + check.groups
    return SubmissionResult(
        learner=learner,
        module=assignment.module,
        questions=tuple(QuestionResult(name, found, assignment.titles.get(name, "")) for name, found in groups.items()),
        scores={grade_id: check.points for grade_id, check in judged.items()},
    )


def _about(runs: list[Run], tier: Tier, seconds: float) -> dict[str, Any]:
    """How it was graded."""
    starts = sum(run.starts for run in runs)
    return {"engine": __version__, "seconds": round(seconds, 3), "isolation": isolation(tier), "starts": starts}


def isolation(tier: Tier) -> str:
    """How a submission was kept apart, in words for its record."""
    return "unsandboxed" if tier is Tier.NONE else f"tier {tier}: {tier.words}"


def unanswered(assignment: Assignment, submission: Submission) -> tuple[str, ...]:
    """The answers that are still as they were handed out."""
    return tuple(
        cell.grade_id
        for cell in assignment.answers
        if assignment.untouched(cell.grade_id, submission.answers.get(cell.grade_id, cell.released))
    )


def result_key(assignment: Assignment, submission: Submission, limits: Limits) -> str:
    """Hash everything a result depends on, so that an unchanged submission need not be graded again."""
    parts = [__version__, assignment.digest, submission.digest, limits.to_json()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
