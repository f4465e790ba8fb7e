"""What a result rests on, part by part: kept with it, so that a later result can say why it is another one.

The key of a result says *whether* anything changed. This says what: one short hash for each part. No text of a hidden
check or of an answer can be read out of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from autograder import __version__
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.limits import Limits
from autograder.grading.submission import Submission

__all__ = ["Basis", "basis_of"]


@dataclass(frozen=True, slots=True)
class Basis:
    """The parts of one result.

    Args:
        engine: the engine's version.
        limits: the limits by name.
        setup: the instructor's setup cells.
        free: the learner's own cells.
        answers: the learner's answers by question.
        master: the instructor's cells by question: the starter, the solution, the checks and their points.
    """

    engine: str
    limits: Mapping[str, float]
    setup: str
    free: str
    answers: Mapping[str, str]
    master: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Basis | None:
        """Build from ``to_json`` data; None for anything else, as a result of an older version has it."""
        try:
            return cls(
                engine=str(data["engine"]),
                limits={str(name): float(value) for name, value in data["limits"].items()},
                setup=str(data["setup"]),
                free=str(data["free"]),
                answers={str(question): str(found) for question, found in data["answers"].items()},
                master={str(question): str(found) for question, found in data["master"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


def basis_of(assignment: Assignment, submission: Submission, limits: Limits) -> Basis:
    """Note the parts of what is graded."""
    answers: dict[str, list[list[str]]] = {}
    master: dict[str, list[list[Any]]] = {}
    for cell in assignment.cells:
        if cell.kind is Kind.ANSWER:
            given = submission.answers.get(cell.grade_id, cell.released)
            answers.setdefault(cell.question, []).append([cell.grade_id, given])
        if cell.kind in (Kind.ANSWER, Kind.TEST):
            master.setdefault(cell.question, []).append([cell.grade_id, cell.source, cell.released, cell.points])
    return Basis(
        engine=__version__,
        limits=limits.to_json(),
        setup=_hash([cell.source for cell in assignment.cells if cell.kind is Kind.SETUP]),
        free=_hash(sorted(submission.free.items())),
        answers={question: _hash(parts) for question, parts in answers.items()},
        master={question: _hash(parts) for question, parts in master.items()},
    )


def _hash(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]
