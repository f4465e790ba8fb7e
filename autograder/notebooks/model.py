"""A module as the author wrote it, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.notebooks.cells import Cell
from autograder.notebooks.markers import without_markers
from autograder.notebooks.points import Group, groups_of

__all__ = ["Module", "Passage", "Question", "Right", "Wrong"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A cell that belongs to no question: lesson text, lesson code, or the module's setup."""

    role: str  # "lesson" or "setup"
    cell: Cell


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer that must lose points. `Question.whole` makes an answer cell of its ``source``.

    ``when`` is a regular expression: only a text that is written so is told about this mistake. Empty for any text.
    """

    tag: str
    says: str
    source: str
    line: int
    when: str = ""

    @property
    def sql(self) -> str:
        """The statement without the magic and the leading comments."""
        return _statement(self.source)


@dataclass(frozen=True, slots=True)
class Right:
    """An unusual answer that must pass. `Question.whole` makes an answer cell of its ``source``."""

    name: str
    says: str
    source: str
    line: int

    @property
    def sql(self) -> str:
        """The statement without the magic and the leading comments."""
        return _statement(self.source)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: everything the author wrote about it."""

    id: str
    title: str
    type: str
    core: bool
    prompt: Cell
    answer: Cell
    check: Cell
    hidden: Cell
    hints: tuple[str, str, str]
    hints_cell: Cell
    wrong: tuple[Wrong, ...] = ()
    right: tuple[Right, ...] = ()

    @property
    def key(self) -> str:
        """The id as it stands in cell ids: ``a2_1``."""
        return self.id.lower().replace(".", "_")

    @property
    def line(self) -> int:
        return self.prompt.line

    @property
    def sql_name(self) -> str:
        """The name under which a ``%%sql NAME`` answer is kept; empty for an answer in Python."""
        return self.answer.magic.split()[1] if self.answer.is_sql else ""

    @property
    def solution(self) -> str:
        """The answer cell with its solution and without marker lines."""
        return without_markers(self.answer.source)

    @property
    def sql(self) -> str:
        """The solution's statement, without the magic, the markers and the leading comments."""
        return _statement(self.solution)

    def whole(self, variant: Wrong | Right) -> str:
        """The answer cell as a learner would have it who gave this answer."""
        head, _, body = variant.source.partition("\n")
        return f"%%sql {self.sql_name}\n{body}" if head.startswith("%%sql") else variant.source

    @property
    def groups(self) -> tuple[Group, ...]:
        """All check groups, the visible ones first."""
        return groups_of(self.check.source) + groups_of(self.hidden.source)

    @property
    def points(self) -> float:
        return sum(group.points for group in self.groups)


@dataclass(frozen=True, slots=True)
class Module:
    """One module of the course, its parts in the author's order."""

    id: str
    path: Path
    title: str
    minutes: int
    needs: tuple[str, ...]
    parts: tuple[Passage | Question, ...]
    front: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The letter and number, as in ``a2``."""
        return self.id.partition("_")[0]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(part for part in self.parts if isinstance(part, Question))

    @property
    def setup(self) -> tuple[Cell, ...]:
        return tuple(part.cell for part in self.parts if isinstance(part, Passage) and part.role == "setup")

    @property
    def points(self) -> float:
        return sum(question.points for question in self.questions)


def _statement(source: str) -> str:
    """Drop a leading magic line and the comments and blank lines before the statement."""
    lines = source.split("\n")
    if lines[0].startswith("%%"):
        lines = lines[1:]
    while lines and (not lines[0].strip() or lines[0].lstrip().startswith("--")):
        lines = lines[1:]
    return "\n".join(lines).strip()
