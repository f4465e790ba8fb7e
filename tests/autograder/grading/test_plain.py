"""A plain nbgrader notebook becomes an assignment: which cell is what, what is hidden, what a grade depends on."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Kind
from autograder.grading.plain import plain_assignment


def test_every_kind_of_cell_is_told_apart(plain: Any) -> None:
    essay = plain.cell("Because.", "essay", "markdown", grade=True, solution=True, points=3), "YOUR ANSWER HERE"
    task = plain.cell("Show it.", "task", "markdown", locked=True, task=True, points=2), "Show it."
    assignment = plain.assignment(
        plain.free("# Week 1\n## Sums", "markdown"),
        plain.locked("import math"),
        plain.free("x = 1"),
        plain.answer("a", "def f(): return 1"),
        plain.test("t", "assert f() == 1\nassert f() > 0", "assert f() == 1", points=2),
        essay,
        task,
    )
    kinds = [cell.kind for cell in assignment.cells]
    assert kinds == [Kind.MARKDOWN, Kind.SETUP, Kind.FREE, Kind.ANSWER, Kind.TEST, Kind.ANSWER, Kind.MARKDOWN]
    (test,) = assignment.tests
    assert (test.hidden, test.whole, test.points, test.released) == (True, True, 2, "assert f() == 1")
    assert assignment.titles == {"t": "Week 1"}
    assert assignment.by_id["a"].bound.names == {"f"}


def test_two_cells_with_one_id_are_refused(plain: Any) -> None:
    with pytest.raises(EngineRoomError, match="two cells with the grade id a"):
        plain.assignment(plain.answer("a", "x = 1"), plain.answer("a", "x = 2"))


def test_a_release_that_adds_cells_is_refused(plain: Any) -> None:
    """Then nobody can tell which cell is which."""
    with pytest.raises(EngineRoomError, match="add or remove cells"):
        plain_assignment("unit", [plain.cell("x = 1")], [], {})


def test_the_digest_changes_with_all_that_a_grade_depends_on(plain: Any) -> None:
    def digest(test: str = "assert x", files: dict[str, bytes] | None = None, points: float = 1) -> str:
        made = plain.assignment(plain.answer("a", "x = 1"), plain.test("t", test, points=points), files=files)
        return str(made.digest)

    found = {digest(), digest("assert not x"), digest(files={"a": b"1"}), digest(files={"a": b"2"}), digest(points=2)}
    assert len(found) == 5
    assert digest() == digest()
