"""An assignment as its instructor's notebook has it: the cells in order, and what may be taken from a submission."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.errors import EngineRoomError
from autograder.grading.names import Bound, bound_by
from autograder.grading.released import HIDDEN_MARK, SOLUTION_MARK, released_text
from autograder.notebooks.markers import without_markers
from autograder.notebooks.points import Group, GroupError, groups_of

__all__ = ["Assignment", "Cell", "Kind", "Manner", "Plain", "grade_id_of", "kind_of", "source_of"]


class Kind(StrEnum):
    """What a cell is for."""

    SETUP = "setup"
    ANSWER = "answer"
    TEST = "test"
    FREE = "free"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the instructor's notebook.

    ``released`` is its text in the learner's notebook; for an answer that is the starter. ``groups`` are a test cell's
    check groups; a test without any counts as one group, and then ``whole`` is True. ``bound`` is what an answer binds.
    """

    kind: Kind
    cell_type: str
    source: str
    grade_id: str = ""
    question: str = ""
    released: str = ""
    points: float = 0.0
    hidden: bool = False
    whole: bool = False
    groups: tuple[Group, ...] = ()
    bound: Bound = field(default_factory=Bound)

    @property
    def solution(self) -> str:
        """An answer cell's text with the author's solution, without nbgrader's marker lines."""
        return without_markers(self.source)

    @property
    def runs(self) -> bool:
        """Whether there is code in it to run."""
        return self.cell_type == "code"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plain test cell is graded, as trying it with the author's own solution showed.

    Args:
        isolated: whether the test runs apart from the learner's code; else both share a process, and the verdict can be
            fooled from inside.
        graded: whether the author's solution ends it with a number of points.
        powers: what the author's solution needed beyond calls and data; see `standins.Borrowed`.
        doubt: a sentence for the instructor when something is odd about the cell.
    """

    isolated: bool = True
    graded: bool = False
    powers: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """What grading a plain nbgrader notebook needs beside its cells.

    Args:
        files: contents of the files beside the source notebook by path, with ``/``: they are in the working folder.
        manners: how each test cell is graded, by grade id; isolated where nothing is said.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    manners: Mapping[str, Manner] = field(default_factory=dict)

    def manner(self, grade_id: str) -> Manner:
        """How a test cell is graded."""
        return self.manners.get(grade_id, Manner())


@dataclass(frozen=True)
class Assignment:
    """One module, ready to grade submissions of it.

    ``titles`` are the prompts' headings by question id. ``digest`` changes when anything that matters to a grade does.
    ``is_source`` is False for a notebook that was released to learners: its starters needn't bind anything.
    ``plain`` is set for an nbgrader notebook that isn't one of ours: its test cells are judged as nbgrader judges them.
    """

    module: str
    title: str
    cells: tuple[Cell, ...]
    titles: Mapping[str, str]
    digest: str
    is_source: bool = True
    plain: Plain | None = None

    @classmethod
    def read(cls, path: Path, released: Path | None = None) -> Assignment:
        """Read nbgrader's source notebook.

        Args:
            path: such as ``solutions/a2_one_table/a2_one_table.ipynb``.
            released: the learner's notebook, for its starters; without it they are worked out from the source.

        Raises:
            EngineRoomError: when a notebook can't be read.
        """
        starters = {grade_id_of(cell): source_of(cell) for cell in _cells(released)} if released else {}
        raw = _cells(path)
        cells = tuple(_cell(one, starters) for one in raw)
        ids = [cell.grade_id for cell in cells if cell.grade_id]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise EngineRoomError(f"{path} has two cells with the grade id {twice[0]}. Give one of them another id.")
        headings = [(_about(one).get("question", ""), _heading(source_of(one))) for one in raw if not _is_code(one)]
        is_source = not any("checksum" in _flags(one) for one in raw) or any(SOLUTION_MARK in c.source for c in cells)
        if not is_source:
            cells = tuple(cell for cell in cells if not _was_emptied(cell))
        return cls(
            module=path.stem,
            title=next((heading for _, heading in headings if heading), path.stem),
            cells=cells,
            titles=_titles(headings),
            digest=_digest(cells),
            is_source=is_source,
        )

    def for_a_class(self) -> Assignment:
        """Return this assignment, if a class may be graded by it.

        Raises:
            EngineRoomError: its hidden checks are gone, so everybody would be graded out of fewer points.
        """
        if not self.is_source or any(_was_emptied(cell) for cell in self.cells):
            raise EngineRoomError(
                f"solutions/{self.module}/{self.module}.ipynb is a released notebook: its hidden checks are gone. "
                "Build it again: engineroom build."
            )
        return self

    @functools.cached_property
    def by_id(self) -> Mapping[str, Cell]:
        """All cells that have a grade id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id}

    @property
    def answers(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind is Kind.ANSWER)

    @property
    def tests(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.kind is Kind.TEST)

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids of all questions with tests, in order."""
        return tuple(dict.fromkeys(cell.question for cell in self.tests))

    @property
    def free(self) -> Mapping[str, tuple[str, ...]]:
        """The author's own free code cells, by the grade id they stand behind; "" is the notebook's beginning."""
        found: dict[str, list[str]] = {}
        last = ""
        for cell in self.cells:
            last = cell.grade_id or last
            if cell.kind is Kind.FREE:
                found.setdefault(last, []).append(cell.source)
        return {anchor: tuple(sources) for anchor, sources in found.items()}

    def starter(self, grade_id: str) -> str:
        """The text that a learner finds in an answer cell."""
        return self.by_id[grade_id].released

    def untouched(self, grade_id: str, source: str) -> bool:
        """Say whether an answer is still the starter, give or take blanks."""
        return source.split() == self.starter(grade_id).split()


def source_of(cell: Mapping[str, Any]) -> str:
    """A cell's text, whether it is kept as one text or as lines."""
    source = cell.get("source", "")
    return "".join(source) if isinstance(source, list) else str(source)


def grade_id_of(cell: Mapping[str, Any]) -> str:
    """A cell's grade id; empty when it has none, or when something else stands there."""
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    found = ours.get("grade_id") if isinstance(ours, dict) else None
    return found if isinstance(found, str) else ""


def _cells(path: Path) -> list[dict[str, Any]]:
    """Read an instructor's notebook. Plain JSON will do: importing nbformat takes longer than grading."""
    try:
        found = json.loads(path.read_bytes())["cells"]
        if isinstance(found, list) and all(isinstance(cell, dict) for cell in found):
            return found
        raise ValueError("it has no list of cells")
    except FileNotFoundError:
        raise EngineRoomError(f"There is no notebook {path}. Build the module first: engineroom build.") from None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise EngineRoomError(f"{path} can't be read as a notebook ({error}). Build the module again.") from None


def _cell(raw: Mapping[str, Any], starters: Mapping[str, str]) -> Cell:
    """Sort one cell by nbgrader's metadata."""
    grade_id, source, code = grade_id_of(raw), source_of(raw), _is_code(raw)
    kind = kind_of(raw)
    text = starters.get(grade_id) if grade_id else None
    if text is None:
        text = released_text(source, code=code, answer=kind is Kind.ANSWER)
    cell = Cell(
        kind=kind,
        cell_type=str(raw.get("cell_type", "raw")),
        source=source,
        grade_id=grade_id,
        question=str(_about(raw).get("question") or grade_id),
        released=text,
        points=float(_flags(raw).get("points") or 0),
    )
    if kind is Kind.ANSWER:
        return dataclasses.replace(cell, bound=bound_by(cell.solution) if code else Bound())
    return _test(cell) if kind is Kind.TEST else cell


def kind_of(raw: Mapping[str, Any]) -> Kind:
    """What a cell is for, by nbgrader's metadata."""
    flags = _flags(raw)
    if flags.get("solution"):
        return Kind.ANSWER
    if not _is_code(raw):
        return Kind.MARKDOWN
    if flags.get("grade"):
        return Kind.TEST
    return Kind.SETUP if flags.get("locked") else Kind.FREE


def _test(cell: Cell) -> Cell:
    """Add what is known of a test cell without running it."""
    try:
        groups = groups_of(cell.source)
    except (GroupError, SyntaxError, ValueError, RecursionError):
        groups = ()
    whole = not groups
    return dataclasses.replace(
        cell,
        hidden=HIDDEN_MARK in cell.source,
        whole=whole,
        groups=(Group(cell.grade_id, cell.points, 1),) if whole else groups,
    )


def _was_emptied(cell: Cell) -> bool:
    """Whether the release took all of a test cell away: what is left would pass with full marks and prove nothing."""
    return cell.kind is Kind.TEST and not any(
        line.strip() and not line.lstrip().startswith("#") for line in cell.source.splitlines()
    )


def _flags(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    found = raw.get("metadata", {}).get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def _about(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Our own metadata."""
    found = raw.get("metadata", {}).get("engineroom", {})
    return found if isinstance(found, dict) else {}


def _is_code(raw: Mapping[str, Any]) -> bool:
    return raw.get("cell_type") == "code"


def _heading(text: str) -> str:
    found = re.search(r"^#{1,6}[ \t]+(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _bare(heading: str, question: str) -> str:
    """The heading without the question's id before it."""
    return heading.removeprefix(question).lstrip(" :.\u00b7\u2013\u2014-") or heading


def _titles(headings: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first heading of each question."""
    titles: dict[str, str] = {}
    for question, heading in headings:
        if question and heading:
            titles.setdefault(question, _bare(heading, question))
    return titles


def _digest(cells: tuple[Cell, ...]) -> str:
    """Hash what grading depends on: texts, kinds, ids and points, not metadata or outputs."""
    parts = [[c.kind, c.cell_type, c.grade_id, c.question, c.source, c.released, c.points] for c in cells]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
