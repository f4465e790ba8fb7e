"""Trying a test with the author's own solution shows how it has to be run; once is enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import autograder.grading.calibrate as module
from autograder.grading.calibrate import calibrated, hollow


def test_what_works_from_outside_runs_apart_and_the_rest_beside(plain: Any, tmp_path: Path) -> None:
    assignment = plain.assignment(
        plain.locked("import sqlite3\nconn = sqlite3.connect(':memory:')\nconn.execute('create table t(n)')"),
        plain.answer("a", "def f(x): return x + 1"),
        plain.test("value", "assert f(1) == 2"),
        plain.test("points", "2 * (f(1) == 2)", points=2),
        plain.test("source", "import inspect\nassert 'x + 1' in inspect.getsource(f)"),
        plain.test("nothing", "assert True"),
        plain.test("broken", "assert f(1) == 3"),
        plain.answer(
            "b",
            "class V:\n    def __init__(self, n): self.n = n\n    def __add__(self, other): return V(self.n + other.n)",
        ),
        plain.test("sum", "assert (V(1) + V(2)).n == 3"),
        plain.answer("c", "conn.execute('insert into t values (5)')"),
        plain.test("rows", "assert conn.execute('select n from t').fetchall() == [(5,)]"),
    )
    manners = calibrated(assignment, plain.limits, tmp_path).plain.manners
    assert {name for name, manner in manners.items() if not manner.isolated} == {"source"}
    assert {name for name, manner in manners.items() if manner.graded} == {"points"}
    assert manners["value"].powers == ()
    assert manners["sum"].powers == ("V.__add__",)
    assert manners["rows"].powers == ("database conn",)
    assert "who answers nothing" in manners["nothing"].doubt
    assert "does not pass" in manners["broken"].doubt
    assert not manners["value"].doubt


def test_it_is_kept_until_something_changes(plain: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def quick(assignment: Any, *_: Any) -> dict[str, Any]:
        tried.append(assignment.digest)
        return {cell.grade_id: module.Manner(powers=("p",)) for cell in assignment.tests}

    monkeypatch.setattr(module, "_try", quick)
    one = plain.assignment(plain.answer("a", "x = 1"), plain.test("t", "assert x == 1"))
    other = plain.assignment(plain.answer("a", "x = 1"), plain.test("t", "assert x"))
    first = calibrated(one, plain.limits, tmp_path)
    again = calibrated(one, plain.limits, tmp_path)
    assert len(tried) == 1
    assert (again.plain, again.digest) == (first.plain, first.digest)
    assert again.digest != one.digest
    calibrated(other, plain.limits, tmp_path)
    assert len(tried) == 2
    (kept,) = tmp_path.iterdir()
    kept.write_text("{")
    calibrated(other, plain.limits, tmp_path)
    assert len(tried) == 3  # a damaged file is not believed


@pytest.mark.parametrize(
    ("solution", "expected"),
    [
        ("def f(x): return x", "def f(*args, **kwargs):\n    return None"),
        ("x = 5", "x = None"),
        ("class E(ValueError): code = 1", "class E(ValueError):\n    pass"),
        ("this is no Python", "starter"),
        ("import os", "starter"),
    ],
)
def test_hollow_answers_are_there_and_right_by_chance_alone(plain: Any, solution: str, expected: str) -> None:
    (cell,) = plain.assignment(plain.answer("a", solution, "starter")).answers
    assert hollow(cell) == expected
