"""What a result rests on is noted part by part, and nothing can be read out of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from autograder import __version__
from autograder.grading.assignment import Assignment
from autograder.grading.basis import Basis, basis_of
from autograder.grading.limits import Limits
from autograder.grading.submission import Submission

ANSWERS = {"q1_answer": "def double(x):\n    return 2 * x", "q2_answer": "small = [1, 2, 3]"}


def fields(basis: Basis, other: Basis) -> dict[str, Any]:
    """The parts that differ; of those by question, the questions."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(Basis):
        one, two = getattr(basis, field.name), getattr(other, field.name)
        if one != two:
            found[field.name] = sorted(key for key in one if one[key] != two[key]) if isinstance(one, dict) else True
    return found


def changed(make: Any, old: str, new: str) -> Assignment:
    """The assignment with one of its texts replaced."""
    path = make.folder / "unit.ipynb"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return Assignment.read(path)


def test_equal_parts_give_an_equal_basis_through_json(doubling: Assignment) -> None:
    """It is kept in a file between two runs."""
    basis = basis_of(doubling, Submission("ann", ANSWERS), Limits())
    assert Basis.from_json(json.loads(json.dumps(basis.to_json()))) == basis
    assert basis == basis_of(doubling, Submission("bo", dict(ANSWERS)), Limits())
    assert basis.engine == __version__


def test_an_answer_and_a_free_cell_are_told_apart(doubling: Assignment) -> None:
    """One answer's change touches its own question only; an answer that isn't there is the starter."""
    basis = basis_of(doubling, Submission("ann", ANSWERS), Limits())
    other = basis_of(doubling, Submission("ann", ANSWERS | {"q2_answer": "small = []"}), Limits())
    assert fields(basis, other) == {"answers": ["q2"]}
    free = basis_of(doubling, Submission("ann", ANSWERS, {"q1_answer": ("print(1)",)}), Limits())
    assert fields(basis, free) == {"free": True}
    starter = basis_of(doubling, Submission("ann", {"q1_answer": doubling.starter("q1_answer")}), Limits())
    assert starter.answers == basis_of(doubling, Submission("ann", {}), Limits()).answers


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("double(21), 42", "double(22), 44", {"master": ["q1"]}),
        ("small = [1, 2, 3]", "small = list([1, 2, 3])", {"master": ["q2"]}),
        ("limit = 10", "limit = 11", {"setup": True}),
        ("# Doubling", "# Twice", {}),
    ],
)
def test_the_masters_parts_are_told_apart(
    make: Any, doubling: Assignment, old: str, new: str, parts: dict[str, Any]
) -> None:
    """A hidden check, a solution, a setup cell; a lesson's words don't matter."""
    submission = Submission("ann", ANSWERS)
    before = basis_of(doubling, submission, Limits())
    assert fields(before, basis_of(changed(make, old, new), submission, Limits())) == parts


def test_limits_are_kept_by_name(doubling: Assignment) -> None:
    """So that a reason can say which one."""
    basis = basis_of(doubling, Submission("ann", {}), Limits(cell=3.0))
    assert basis.limits["cell"] == 3.0


def test_no_text_is_kept(doubling: Assignment) -> None:
    """Results may be shown to people who may not see hidden checks."""
    text = json.dumps(basis_of(doubling, Submission("ann", ANSWERS), Limits()).to_json())
    for secret in ("double", "42", "small", "same_value"):
        assert secret not in text


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        lambda _: "text",
        lambda data: data | {"limits": {"cell": "long"}},
        lambda data: data | {"answers": []},
        lambda data: {name: value for name, value in data.items() if name != "master"},
    ],
)
def test_what_is_no_basis_is_none(doubling: Assignment, change: Callable[[Any], Any]) -> None:
    """A result of an older version has none, and a damaged one anything."""
    assert Basis.from_json(change(basis_of(doubling, Submission("ann", {}), Limits()).to_json())) is None
