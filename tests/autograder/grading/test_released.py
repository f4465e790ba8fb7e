"""Starters are worked out as nbgrader's release step makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.grading.assignment import Assignment, Kind, grade_id_of, source_of
from autograder.grading.released import released_text

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.stem for path in (ROOT / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("module", MODULES)
def test_the_course_is_released_as_we_say(module: str) -> None:
    """What nbgrader's own classes wrote for every cell of the course is what we work out without them."""
    source = Assignment.read(ROOT / "solutions" / module / f"{module}.ipynb")
    released = json.loads((ROOT / "exercises" / module / f"{module}.ipynb").read_bytes())["cells"]
    texts = {grade_id_of(cell): source_of(cell) for cell in released if grade_id_of(cell)}
    assert {cell.grade_id: cell.released for cell in source.cells if cell.grade_id} == texts
    assert any(cell.kind is Kind.ANSWER for cell in source.cells)


@pytest.mark.parametrize(
    ("source", "released"),
    [
        (
            "def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION",
            "def f():\n    # Write your code here, then remove the next line.\n    raise NotImplementedError",
        ),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION\ny = 2", "# Write your answer here.\ny = 2"),
        ("%%sql a\n### BEGIN SOLUTION\nSELECT 1\n### END SOLUTION", "%%sql a\n-- Write your query here."),
        ("x = 1", "# Write your answer here."),
    ],
)
def test_each_kind_of_answer_has_its_stub(source: str, released: str) -> None:
    """A function, a value, a query, and a cell without a region."""
    assert released_text(source, code=True, answer=True) == released


def test_hidden_tests_are_cut_out() -> None:
    """Only what a learner gets is left."""
    source = "# open\n### BEGIN HIDDEN TESTS\nassert secret\n### END HIDDEN TESTS"
    assert released_text(source, code=True, answer=False) == "# open"
