"""Play a plain nbgrader notebook with one learner's cells, in one of three modes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autograder.errors import WireError
from autograder.grading.assignment import Assignment, Cell, Kind, Plain
from autograder.grading.folder import packed
from autograder.grading.names import imported_by, loads
from autograder.grading.pairs import Pair
from autograder.grading.run import RanCell, Run, Step, steps_of
from autograder.grading.submission import Submission
from autograder.grading.verdict import Ending
from autograder.values import Json

__all__ = ["Mode", "PlainRun", "plain_steps"]

_GRACE = 3.0  # seconds that the checker may take beyond its own deadline before it is killed
_FILE_SECONDS = 60.0  # for a piece of a file to reach both folders


class Mode(StrEnum):
    """What a run is for."""

    OPEN = "open"  # tests without their hidden parts: what they say may be shown
    SHUT = "shut"  # whole tests, apart from the learner's code
    TOGETHER = "together"  # whole tests in the learner's process, as nbgrader runs them


def plain_steps(assignment: Assignment, submission: Submission) -> list[Step]:
    """The cells to run: as in `steps_of`, and the author's free cells on the checker's side.

    A cell that only shows something of the learner's is left out there: it binds nothing that a test could need.
    """
    steps: list[Step] = []
    learners = {name for cell in assignment.answers for name in cell.bound.names}
    own = {id(cell) for cell in assignment.cells if cell.kind is Kind.FREE and _matters(cell, learners)}
    rest = iter(steps_of(assignment, submission))
    waiting = next(rest, None)
    for cell in assignment.cells:
        while waiting and waiting.cell is None:
            steps.append(waiting)
            waiting = next(rest, None)
        if waiting and waiting.cell is cell:
            steps.append(waiting)
            waiting = next(rest, None)
        elif id(cell) in own:
            steps.append(Step(Kind.SETUP, cell.source, "", cell))
    return steps + ([waiting, *rest] if waiting else [])


def _matters(cell: Cell, learners: set[str]) -> bool:
    return bool(cell.bound.names or cell.bound.imports) or not learners & loads(cell.source)


@dataclass
class PlainRun(Run):
    """One pass over the steps of a plain notebook. A cell that fails stops nothing, as in nbgrader."""

    plain: Plain = field(default_factory=Plain)
    mode: Mode = Mode.OPEN
    endings: dict[str, Ending] = field(default_factory=dict)
    used: dict[str, tuple[str, ...]] = field(default_factory=dict)
    all_powers: bool = False

    def _greet(self, pair: Pair, names: list[str], imports: Mapping[str, str]) -> None:
        super()._greet(pair, names, imports)
        for message in packed(self.plain.files):
            pair.ask({"op": "put", **message}, _FILE_SECONDS)
        beside = self.mode is Mode.TOGETHER or any(not manner.isolated for manner in self.plain.manners.values())
        modules = sorted({name for step in self.steps if step.cell for name in imported_by(step.cell.source)})
        about = {"imports": dict(imports), "beside": beside, "modules": modules if beside else []}
        pair.ask({"op": "plain", **about}, _FILE_SECONDS)

    def _setup(self, pair: Pair, index: int, step: Step, request: Mapping[str, object], again: bool) -> bool:
        """Run a cell of the author's, on both sides or on the checker's alone."""
        free = step.cell is not None and step.cell.kind is Kind.FREE
        if free and self.mode is Mode.TOGETHER:
            return True  # the learner's own version runs there
        op = "own" if free else "learner" if self.mode is Mode.TOGETHER else "setup"
        try:
            reply = pair.ask({"op": op, **request, "locked": True}, 2 * self.limits.cell + _GRACE)
        except WireError:
            return self._give_up(index, step, "This cell took too long, or ended the process it ran in.")
        if not free:
            self._keep(index, step, {"out": "", "problem": "", **reply}, again)
        if reply["gone"]:
            self.lost[index] = reply["gone"]
        return not reply["gone"]

    def _test(self, pair: Pair, index: int, step: Step, request: Mapping[str, Any]) -> bool:
        assert step.cell is not None
        beside = self.mode is Mode.TOGETHER or not self.plain.manner(step.grade_id).isolated
        source = step.cell.released if self.mode is Mode.OPEN else step.cell.source
        about = {"op": "beside" if beside else "judge", "source": source, "powers": self._powers(step.grade_id)}
        reply = pair.ask({**request, **about}, self.limits.cell + _GRACE)
        self.used[step.grade_id] = tuple(map(str, reply.get("used") or ()))
        self.cells[index] = RanCell(step.kind, step.grade_id, step.source, str(reply.get("out", "")))
        self._note(step, reply)
        if reply["gone"]:
            self.lost[index] = reply["gone"]
        return not reply["gone"]

    def _powers(self, grade_id: str) -> tuple[str, ...] | None:
        """What a test may do beyond calls and data; None for everything, which is noted in ``used``."""
        return None if self.all_powers else self.plain.manner(grade_id).powers

    def _note(self, step: Step, reply: Mapping[str, Json]) -> None:
        try:
            self.endings[step.grade_id] = Ending.from_json(reply["ending"])
        except (KeyError, TypeError, ValueError, OverflowError):
            why = str(reply.get("gone") or reply.get("error") or "The test's result can't be read.")
            self.endings[step.grade_id] = Ending("error", text=why, lost=why)
