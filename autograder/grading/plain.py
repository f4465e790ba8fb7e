"""Makes an `Assignment` of a plain nbgrader notebook."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment, Cell, Kind, Plain, grade_id_of, kind_of
from autograder.grading.names import Bound, bound_by
from autograder.notebooks.points import Group

__all__ = ["plain_assignment"]

_HEADING = re.compile(r"^#{1,6}[ \t]+(.+)$", re.MULTILINE)


def plain_assignment(
    module: str, solved: Sequence[Mapping[str, Any]], released: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]
) -> Assignment:
    """Make an assignment of nbgrader's cells.

    Args:
        module: ``assignment`` or ``assignment/notebook``.
        solved: the cells with the author's solutions.
        released: the same cells as the learner gets them.
        files: what lies beside the notebook, by path.

    Raises:
        EngineRoomError: two cells have the same grade id.
    """
    if len(solved) != len(released):
        raise EngineRoomError(f"The steps that release {module} add or remove cells, so it can't be graded here.")
    cells = tuple(_cell(one, str(given["source"])) for one, given in zip(solved, released, strict=True))
    ids = [cell.grade_id for cell in cells if cell.grade_id]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise EngineRoomError(f"{module} has two cells with the grade id {twice[0]}. Give one of them another id.")
    return Assignment(
        module=module,
        title=next(filter(None, map(_heading, cells)), module),
        cells=cells,
        titles=_titles(cells),
        digest=_digest(cells, files),
        plain=Plain(files),
    )


def _cell(raw: Mapping[str, Any], released: str) -> Cell:
    grade_id, source, kind = grade_id_of(raw), str(raw["source"]), kind_of(raw)
    points = float(raw["metadata"].get("nbgrader", {}).get("points") or 0)
    test = kind is Kind.TEST
    return Cell(
        kind=kind,
        cell_type=str(raw["cell_type"]),
        source=source,
        grade_id=grade_id,
        question=grade_id,
        released=released,
        points=points,
        hidden=test and released != source,
        whole=test,
        groups=(Group(grade_id, points, 1),) if test else (),
        bound=bound_by(source) if raw["cell_type"] == "code" and not test else Bound(),
    )


def _heading(cell: Cell) -> str:
    found = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
    return found[1].strip() if found else ""


def _titles(cells: Sequence[Cell]) -> dict[str, str]:
    """For each test, the last heading above it."""
    titles, last = {}, ""
    for cell in cells:
        last = _heading(cell) or last
        if cell.kind is Kind.TEST and last:
            titles[cell.grade_id] = last
    return titles


def _digest(cells: Sequence[Cell], files: Mapping[str, bytes]) -> str:
    """Hash everything that a grade depends on."""
    parts = [[c.kind, c.cell_type, c.grade_id, c.source, c.released, c.points] for c in cells]
    contents = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    return hashlib.sha256(json.dumps(["plain", parts, contents]).encode()).hexdigest()
