"""Finds out, once for each assignment, which tests of a plain notebook can run apart from the learner's code.

Each test is tried with the author's own solution, with nothing answered, and with answers that are there but hollow;
each apart and in one process. A test whose verdicts agree everywhere runs apart, any other in the learner's process.
"""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.files import write_text
from autograder.grading.assignment import Assignment, Cell, Manner, Plain
from autograder.grading.limits import Limits
from autograder.grading.names import plain_python
from autograder.grading.pairs import Pairs
from autograder.grading.plain_run import Mode, PlainRun, plain_steps
from autograder.grading.submission import Submission
from autograder.grading.verdict import Ending, points_for
from autograder.grading.warm_pairs import own_pairs
from autograder.python_source import parse

__all__ = ["calibrated", "hollow"]

_TRIALS = ("solution", "starter", "hollow")
_VERSION = 1  # of what is kept


@dataclass(frozen=True, slots=True)
class _Tried:
    """How one test ended with one set of answers: apart from the learner's code, and beside it."""

    apart: Ending | None
    beside: Ending | None

    def agrees(self, most: float, graded: bool) -> bool:
        """Whether both give the same verdict."""
        return _verdict(self.apart, most, graded) == _verdict(self.beside, most, graded)


def calibrated(assignment: Assignment, limits: Limits, folder: Path | None = None) -> Assignment:
    """Add to a plain assignment how each of its tests is graded.

    Args:
        assignment: as `plain.plain_assignment` made it.
        limits: how long and how much.
        folder: where to keep what was found; left out, it isn't kept.

    Raises:
        EngineRoomError: the grader's own processes can't be started on this machine.
    """
    key = hashlib.sha256(json.dumps([_VERSION, __version__, assignment.digest, limits.to_json()]).encode()).hexdigest()
    kept = folder / f"{assignment.module.replace('/', '~')}.json" if folder else None
    manners = _read(kept, key) if kept else None
    if manners is None:
        with own_pairs(assignment, limits, rehearse=False) as pairs:
            manners = _try(assignment, limits, pairs)
        if kept:
            found = {name: asdict(manner) for name, manner in manners.items()}
            write_text(kept, json.dumps({"key": key, "manners": found}, indent=1) + "\n")
    told = [assignment.digest, sorted((name, asdict(manner)) for name, manner in manners.items())]
    digest = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    files = assignment.plain.files if assignment.plain else {}
    return replace(assignment, plain=Plain(files, manners), digest=digest)


def hollow(cell: Cell) -> str:
    """An answer that binds every name of the solution, to functions that return None and to None."""
    try:
        tree = parse(plain_python(cell.source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return cell.released
    kinds = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return "\n".join(_hollow(name, kinds.get(name)) for name in sorted(cell.bound.names)) or cell.released


def _hollow(name: str, node: ast.FunctionDef | ast.ClassDef | None) -> str:
    if node is None:
        return f"{name} = None"
    if isinstance(node, ast.FunctionDef):
        return f"def {name}(*args, **kwargs):\n    return None"
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    return f"class {name}({bases}):\n    pass"


def _read(path: Path, key: str) -> dict[str, Manner] | None:
    """What was found before for the very same; None otherwise."""
    try:
        kept = json.loads(path.read_bytes())
        if kept["key"] != key:
            return None
        return {name: Manner(**{**one, "powers": tuple(one["powers"])}) for name, one in kept["manners"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _try(assignment: Assignment, limits: Limits, pairs: Pairs) -> dict[str, Manner]:
    answers = {
        "solution": {cell.grade_id: cell.source for cell in assignment.answers},
        "starter": {cell.grade_id: cell.released for cell in assignment.answers},
        "hollow": {cell.grade_id: hollow(cell) if cell.runs else cell.released for cell in assignment.answers},
    }
    play = partial(_play, assignment, limits=limits, pairs=pairs)
    first = play(answers["solution"], mode=Mode.SHUT)
    powers = {name: Manner(powers=used) for name, used in first.used.items()}
    tried: dict[str, dict[Mode, PlainRun]] = {}
    for name in _TRIALS:
        shut = first if name == "solution" else play(answers[name], mode=Mode.SHUT, manners=powers)
        tried[name] = {Mode.SHUT: shut, Mode.TOGETHER: play(answers[name], mode=Mode.TOGETHER)}
    return {
        cell.grade_id: _manner(cell, {name: _pair(tried[name], cell) for name in _TRIALS}, first.used)
        for cell in assignment.tests
    }


def _play(
    assignment: Assignment,
    answers: Mapping[str, str],
    limits: Limits,
    pairs: Pairs,
    mode: Mode,
    manners: Mapping[str, Manner] | None = None,
) -> PlainRun:
    """Play one set of answers; without manners, every power is granted and noted."""
    steps = plain_steps(assignment, Submission("", answers, assignment.free))
    files = assignment.plain.files if assignment.plain else {}
    deadline = time.monotonic() + limits.submission
    run = PlainRun(steps, limits, deadline, pairs.pair, plain=Plain(files, manners or {}), mode=mode)
    run.all_powers = manners is None
    run.play()
    return run


def _pair(runs: Mapping[Mode, PlainRun], cell: Cell) -> _Tried:
    return _Tried(runs[Mode.SHUT].endings.get(cell.grade_id), runs[Mode.TOGETHER].endings.get(cell.grade_id))


def _manner(cell: Cell, tried: Mapping[str, _Tried], used: Mapping[str, tuple[str, ...]]) -> Manner:
    """Decide on one test."""
    right, empty = tried["solution"], tried["starter"]
    graded = right.beside is not None and right.beside.kind == "number"
    isolated = all(one.agrees(cell.points, graded) for one in tried.values())
    return Manner(isolated, graded, used.get(cell.grade_id, ()), doubt=_doubt(cell, right.beside, empty.beside, graded))


def _doubt(cell: Cell, right: Ending | None, empty: Ending | None, graded: bool) -> str:
    """What an instructor should know about a test."""
    if _verdict(right, cell.points, graded)[0] == "error":
        why = right.text if right else "it did not run"
        return f"{cell.grade_id}: the author's own solution does not pass this test ({why[:200]})."
    if _verdict(right, cell.points, graded) == _verdict(empty, cell.points, graded):
        return f"{cell.grade_id}: who answers nothing gets as many points as the author's own solution."
    return ""


def _verdict(ending: Ending | None, most: float, graded: bool) -> tuple[str, Any]:
    if ending is None or ending.kind == "error":
        return "error", 0.0
    return "passed", points_for(ending, most, graded)
