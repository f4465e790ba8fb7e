"""Grade one submission of a plain nbgrader notebook: nbgrader's scores, without its trust in the learner's code.

An open run gives all the text that a learner may read, a shut one the verdicts of whole tests. Tests that only work
inside the learner's process have a third run of their own, so that no other test's text is near the learner's code.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autograder import __version__
from autograder.grading.assignment import Assignment, Cell, Kind
from autograder.grading.basis import basis_of
from autograder.grading.limits import Limits
from autograder.grading.pairs import Pairs
from autograder.grading.plain_run import Mode, PlainRun, plain_steps
from autograder.grading.run import Step
from autograder.grading.session import Graded, isolation, result_key, result_of, unanswered
from autograder.grading.submission import Submission
from autograder.grading.verdict import Ending, difference, points_for
from autograder.grading.warm_pairs import shared_pairs
from autograder.results import CheckResult, GroupResult, Outcome

__all__ = ["grade_plain"]

_HIDDEN = "A hidden test fails."


@dataclass(frozen=True)
class _Found:
    """How one test cell ended: where learners may see it, and where it counts."""

    cell: Cell
    graded: bool
    open: Ending | None
    shut: Ending | None

    @property
    def points(self) -> float:
        return points_for(self.shut, self.cell.points, self.graded)


def grade_plain(
    assignment: Assignment, submission: Submission, limits: Limits | None = None, *, pairs: Pairs | None = None
) -> Graded:
    """Run a submission's cells and the author's tests.

    Args:
        assignment: a plain nbgrader notebook.
        submission: what the learner handed in.
        limits: how long and how much.
        pairs: where checker and worker come from; left out, from behind the strongest walls of this machine.

    Raises:
        EngineRoomError: the grader's own processes can't be started on this machine.
    """
    limits, begin = limits or Limits(), time.monotonic()
    steps = plain_steps(assignment, submission)
    pairs = pairs or shared_pairs(assignment, limits)
    runs = _play(assignment, steps, limits, pairs, begin + limits.submission)
    found = [_found(assignment, cell, runs) for cell in assignment.tests]
    judged = {one.cell.grade_id: CheckResult(one.cell.question, (_group(one),), one.cell.hidden) for one in found}
    result = replace(
        result_of(assignment, submission.learner, judged),
        repairs=submission.repairs,
        key=result_key(assignment, submission, limits),
        unanswered=unanswered(assignment, submission),
        run=_about(assignment, found, list(runs.values()), time.monotonic() - begin)
        | {"isolation": isolation(pairs.tier), "basis": basis_of(assignment, submission, limits).to_json()},
    )
    return Graded(result, tuple(cell for _, cell in sorted(runs[Mode.OPEN].cells.items(), key=lambda pair: pair[0])))


def _play(
    assignment: Assignment, steps: list[Step], limits: Limits, pairs: Pairs, deadline: float
) -> dict[Mode, PlainRun]:
    """Do the runs that are needed."""
    plain = assignment.plain
    assert plain is not None
    beside = {cell.grade_id for cell in assignment.tests if not plain.manner(cell.grade_id).isolated}
    modes = [Mode.OPEN]
    if any(cell.hidden and cell.grade_id not in beside for cell in assignment.tests):
        modes.append(Mode.SHUT)
    if beside:
        modes.append(Mode.TOGETHER)
    runs: dict[Mode, PlainRun] = {}
    for mode in modes:
        lost = {n: why for n, why in runs[Mode.OPEN].lost.items() if steps[n].kind is not Kind.TEST} if runs else {}
        run = PlainRun(steps, limits, deadline, pairs.pair, lost=lost, plain=plain, mode=mode)
        if mode is Mode.SHUT:
            run.tests = lambda cell: cell.grade_id not in beside
        run.play()
        runs[mode] = run
    return runs


def _found(assignment: Assignment, cell: Cell, runs: Mapping[Mode, PlainRun]) -> _Found:
    assert assignment.plain is not None
    manner = assignment.plain.manner(cell.grade_id)
    counts = runs.get(Mode.SHUT, runs[Mode.OPEN]) if manner.isolated else runs[Mode.TOGETHER]
    return _Found(cell, manner.graded, *(_ending(run, cell) for run in (runs[Mode.OPEN], counts)))


def _ending(run: PlainRun, cell: Cell) -> Ending | None:
    """How a test ended in a run; one that could not run says why."""
    if cell.grade_id in run.endings:
        return run.endings[cell.grade_id]
    check = run.checks.get(cell.grade_id)
    return Ending("error", text=check.groups[0].message, lost=check.groups[0].message) if check else None


def _group(one: _Found) -> GroupResult:
    """The result that a learner reads."""
    points, most = one.points, one.cell.points
    outcome, message = (Outcome.RIGHT, "") if points >= most else _outcome(one)
    return GroupResult(one.cell.grade_id, points, most, outcome, message, hidden=one.cell.hidden)


def _outcome(one: _Found) -> tuple[Outcome, str]:
    if one.points > 0:
        return Outcome.WRONG, f"{one.points:g} of {one.cell.points:g} points."
    shown = one.open
    if shown is not None and shown.lost:
        return Outcome.COULD_NOT_RUN, shown.lost
    if shown is not None and shown.missing:
        return Outcome.NOT_ATTEMPTED, f"There is no `{shown.missing}` yet."
    if shown is not None and shown.text.startswith("NotImplementedError"):
        return Outcome.NOT_ATTEMPTED, "Not written yet: replace the line that raises NotImplementedError."
    if shown is not None and shown.kind == "error":
        return Outcome.WRONG, _placed(one.cell, shown)
    if one.shut is not None and one.shut.lost:
        return Outcome.COULD_NOT_RUN, _HIDDEN
    return Outcome.WRONG, _HIDDEN if one.cell.hidden else "The test gives no points."


def _placed(cell: Cell, ending: Ending) -> str:
    """What a visible test says, with its own line: a failed assertion without words is only that."""
    lines = cell.released.splitlines()
    line = lines[ending.line - 1].strip() if 0 < ending.line <= len(lines) else ""
    text = ending.text or "This is not so:"
    return f"{text} `{line}`" if line else text


def _about(assignment: Assignment, found: list[_Found], runs: list[PlainRun], seconds: float) -> dict[str, object]:
    """How it was graded, for the instructor."""
    assert assignment.plain is not None
    different = [difference(one.cell.grade_id, one.shut, one.cell.points, one.graded) for one in found]
    ids = [cell.grade_id for cell in assignment.tests]
    return {
        "engine": __version__,
        "seconds": round(seconds, 3),
        "starts": sum(run.starts for run in runs),
        "reduced_trust": [name for name in ids if not assignment.plain.manner(name).isolated],
        "differences": [str(one) for one in different if one],
    }
