"""A plain notebook is played in the author's order, the author's unlocked cells on the checker's side."""

from __future__ import annotations

from typing import Any

from autograder.grading.assignment import Kind
from autograder.grading.plain_run import plain_steps
from autograder.grading.submission import Submission


def test_the_order_is_the_authors_and_free_cells_stand_where_the_learner_has_them(plain: Any) -> None:
    assignment = plain.assignment(
        plain.free("import math"),
        plain.free("# Text", "markdown"),
        plain.locked("limit = 1", "s"),
        plain.answer("a", "def f(): return 1"),
        plain.free("f()"),
        plain.free("example = f()"),
        plain.test("t", "assert f() == 1"),
    )
    submission = Submission("ann", {"a": "def f(): return 2"}, {"": ("first",), "a": ("own",), "t": ("last",)})
    steps = plain_steps(assignment, submission)
    assert [(step.kind, step.source) for step in steps] == [
        (Kind.FREE, "first"),
        (Kind.SETUP, "import math"),
        (Kind.SETUP, "limit = 1"),
        (Kind.ANSWER, "def f(): return 2"),
        (Kind.FREE, "own"),
        (Kind.SETUP, "example = f()"),  # the cell that only shows f() is left out: it binds nothing
        (Kind.TEST, "assert f() == 1"),
        (Kind.FREE, "last"),
    ]
