"""What grading finds out, as plain frozen data: the same in a notebook, between processes and in a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = [
    "SCHEMA",
    "CheckResult",
    "GroupResult",
    "Outcome",
    "QuestionResult",
    "SubmissionResult",
    "Table",
    "WorkCell",
]

SCHEMA = "engineroom-result/2"


class Outcome(StrEnum):
    """The four things that can be said of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    NOT_ATTEMPTED = "not attempted"
    COULD_NOT_RUN = "could not run"

    @classmethod
    def of_all(cls, outcomes: Iterable[Outcome]) -> Outcome:
        """Sum up several outcomes: right only if all are; otherwise the one that tells most about what to do next."""
        seen = set(outcomes)
        if seen <= {cls.RIGHT}:
            return cls.RIGHT
        missed = seen - {cls.RIGHT}
        return missed.pop() if len(missed) == 1 and cls.RIGHT not in seen else cls.WRONG


@dataclass(frozen=True, slots=True)
class Table:
    """A few rows shown as evidence. Every cell is text already; ``marks`` are the rows (from 0) at fault.

    ``kind`` is "exchange" for an HTTP request with its response: what is sent and received, row by row.
    ``notes`` may hold a word for each row, such as "missing"; it is empty where there is nothing to say.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    marks: tuple[int, ...] = ()
    kind: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Table:
        """Build from ``to_json`` data. Raises KeyError or TypeError where it doesn't fit."""
        return cls(
            caption=str(data["caption"]),
            columns=tuple(map(str, data["columns"])),
            rows=tuple(tuple(map(str, row)) for row in data["rows"]),
            total=int(data["total"]),
            marks=tuple(map(int, data.get("marks", ()))),
            kind=str(data.get("kind", "")),
            notes=tuple(map(str, data.get("notes", ()))),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "caption": self.caption,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "total": self.total,
            "marks": list(self.marks),
            "kind": self.kind,
            "notes": list(self.notes),
        }

    def note(self, row: int) -> str:
        """Return the word for a row; empty when it has none."""
        return self.notes[row] if row < len(self.notes) else ""


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One check group: named in plain words, worth some points, right or not, with what to tell the learner."""

    name: str
    points: float
    max: float
    outcome: Outcome
    message: str = ""
    tag: str = ""
    hidden: bool = False
    tables: tuple[Table, ...] = ()
    printed: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> GroupResult:
        """Build from ``to_json`` data. Points outside 0..max are pulled back to the nearer end."""
        highest = float(data["max"])
        return cls(
            name=str(data["name"]),
            points=min(max(float(data["points"]), 0.0), highest),
            max=highest,
            outcome=Outcome(data["outcome"]),
            message=str(data.get("message", "")),
            tag=str(data.get("tag", "")),
            hidden=bool(data.get("hidden", False)),
            tables=tuple(Table.from_json(table) for table in data.get("tables", ())),
            printed=str(data.get("printed", "")),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "points": self.points,
            "max": self.max,
            "outcome": self.outcome,
            "message": self.message,
            "tag": self.tag,
            "hidden": self.hidden,
            "tables": [table.to_json() for table in self.tables],
            "printed": self.printed,
        }


class _Scored:
    """Points, maximum and outcome of anything that has groups."""

    __slots__ = ()
    groups: tuple[GroupResult, ...]

    @property
    def points(self) -> float:
        return sum(group.points for group in self.groups)

    @property
    def max(self) -> float:
        return sum(group.max for group in self.groups)

    @property
    def outcome(self) -> Outcome:
        return Outcome.of_all(group.outcome for group in self.groups)


@dataclass(frozen=True, slots=True)
class CheckResult(_Scored):
    """What one test cell found out about one question."""

    question: str
    groups: tuple[GroupResult, ...]
    hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "groups": [group.to_json() for group in self.groups],
            "hidden": self.hidden,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckResult:
        groups = tuple(GroupResult.from_json(group) for group in data["groups"])
        return cls(question=str(data["question"]), groups=groups, hidden=bool(data.get("hidden", False)))


@dataclass(frozen=True, slots=True)
class QuestionResult(_Scored):
    """All groups of one question, visible and hidden."""

    question: str
    groups: tuple[GroupResult, ...]
    title: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "question": self.question,
            "groups": [group.to_json() for group in self.groups],
            "title": self.title,
            "points": self.points,
            "max": self.max,
            "outcome": self.outcome,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> QuestionResult:
        groups = tuple(GroupResult.from_json(group) for group in data["groups"])
        return cls(question=str(data["question"]), groups=groups, title=str(data.get("title", "")))


@dataclass(frozen=True, slots=True)
class WorkCell:
    """One cell that the learner wrote, and what running it gave where only visible checks ran.

    Args:
        question: whose answer it is; empty for a cell of the learner's own.
        source: what stands in it.
        untouched: whether it is still as it was handed out.
        printed: what it printed.
        problem: why it stopped early, in one sentence; empty when it didn't.
        pictures: what it displayed, as base64 of a PNG that we wrote ourselves; empty for one that can't be shown.
    """

    question: str
    source: str
    untouched: bool = False
    printed: str = ""
    problem: str = ""
    pictures: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkCell:
        return cls(
            question=str(data["question"]),
            source=str(data["source"]),
            untouched=bool(data.get("untouched", False)),
            printed=str(data.get("printed", "")),
            problem=str(data.get("problem", "")),
            pictures=tuple(map(str, data.get("pictures", ()))),
        )


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """One learner's graded module.

    ``repairs`` are sentences about what was mended before grading. ``run`` says how it was graded: the engine's
    version, the seconds it took, the isolation, and a hash of each part that it rests on (``basis``). ``key``
    identifies submission, master and engine together, so that an unchanged submission need not be graded again.
    ``problem`` is set when nothing could be graded at all.
    ``scores`` are the points by nbgrader's grade id of the test cell, ``unanswered`` the grade ids of answers left as
    they were released: what nbgrader's gradebook keeps. ``work`` is what the learner wrote, cut to a page's measure.
    """

    learner: str
    module: str
    questions: tuple[QuestionResult, ...]
    repairs: tuple[str, ...] = ()
    problem: str = ""
    key: str = ""
    run: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    work: tuple[WorkCell, ...] = ()

    @property
    def points(self) -> float:
        return sum(question.points for question in self.questions)

    @property
    def max(self) -> float:
        return sum(question.max for question in self.questions)

    def to_json(self) -> dict[str, Any]:
        """The document kept per submission: JSON types only, its schema's name first."""
        return {
            "schema": SCHEMA,
            "learner": self.learner,
            "module": self.module,
            "points": self.points,
            "max": self.max,
            "problem": self.problem,
            "repairs": list(self.repairs),
            "questions": [question.to_json() for question in self.questions],
            "scores": dict(self.scores),
            "unanswered": list(self.unanswered),
            "work": [dataclasses.asdict(cell) for cell in self.work],
            "key": self.key,
            "run": dict(self.run),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SubmissionResult:
        """Build from ``to_json`` data. Raises ValueError when the schema is another one."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"Expected a result with schema {SCHEMA!r}, got {data.get('schema')!r}.")
        return cls(
            learner=str(data["learner"]),
            module=str(data["module"]),
            questions=tuple(QuestionResult.from_json(question) for question in data["questions"]),
            repairs=tuple(map(str, data.get("repairs", ()))),
            problem=str(data.get("problem", "")),
            key=str(data.get("key", "")),
            run=dict(data.get("run", {})),
            scores={str(name): float(points) for name, points in data.get("scores", {}).items()},
            unanswered=tuple(map(str, data.get("unanswered", ()))),
            work=tuple(WorkCell.from_json(cell) for cell in data.get("work", ())),
        )
