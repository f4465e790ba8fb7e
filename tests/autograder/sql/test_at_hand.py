"""The course's own query is found in a self-study clone, and nowhere else."""

import json

import pytest

from autograder import Question, same_rows
from autograder.results import Outcome
from autograder.sql.at_hand import reference_at_hand
from autograder.sql.check import expected_rows

HIDDEN = """q = Question("X", hidden=True)
reference = {'answer': 'leaf', 'ordered': False, 'sql': "SELECT plate FROM vehicles WHERE model = 'Leaf'", 'wrong': []}
"""
WRONG = "SELECT plate FROM vehicles WHERE model LIKE 'Leaf%'"


@pytest.fixture
def clone(tmp_path):
    """A folder with exercises and solutions of one module."""
    exercise = tmp_path / "exercises" / "a9"
    exercise.mkdir(parents=True)
    solution = tmp_path / "solutions" / "a9" / "a9.ipynb"
    solution.parent.mkdir(parents=True)
    cells = [{"cell_type": "markdown", "source": ["'sql'"]}, {"cell_type": "code", "source": HIDDEN.splitlines(True)}]
    solution.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return exercise


def test_the_reference_is_found_beside_the_exercises(clone):
    assert reference_at_hand("leaf", clone)["sql"].startswith("SELECT plate")
    assert reference_at_hand("other", clone) is None


@pytest.mark.parametrize("text", ["", "{}", '{"cells": [{"cell_type": "code", "source": "x = {\'sql\': f()}"}]}', "[]"])
def test_a_solution_that_can_not_be_read_is_none(clone, text):
    (clone.parent.parent / "solutions" / "a9" / "a9.ipynb").write_text(text, encoding="utf-8")
    assert reference_at_hand("leaf", clone) is None


def test_without_solutions_and_outside_of_exercises_there_is_none(clone, tmp_path):
    assert reference_at_hand("leaf", tmp_path) is None
    (clone.parent.parent / "solutions" / "a9" / "a9.ipynb").unlink()
    assert reference_at_hand("leaf", clone) is None


def test_a_visible_check_shows_a_counterexample_and_keeps_its_points(clone, city, monkeypatch):
    monkeypatch.chdir(clone)
    expected = {"answer": "leaf", **expected_rows(WRONG, on=city)}
    question = Question("X")
    with question.check("the city data", points=1):
        same_rows(WRONG, expected, on=city)
    panel = question.result()
    assert float(panel) == 1
    shown = panel.check.groups[-1]
    assert (shown.name, shown.max, shown.outcome) == ("other data", 0, Outcome.WRONG)
    assert [table.caption for table in shown.tables] == ["Table vehicles", "Your result", "Expected result"]
    assert "use_database(counterexample())" in shown.message


def test_in_a_release_to_a_class_nothing_more_is_said(city, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    question = Question("X")
    with question.check("the city data", points=1):
        same_rows(WRONG, {"answer": "leaf", **expected_rows(WRONG, on=city)}, on=city)
    assert [group.name for group in question.result().check.groups] == ["the city data"]


def test_a_wrong_answer_too_is_shown_on_a_small_database_but_never_before_its_columns_are_right(
    clone, city, monkeypatch
):
    monkeypatch.chdir(clone)
    expected = {"answer": "leaf", **expected_rows("SELECT plate FROM vehicles WHERE model = 'Leaf'", on=city)}
    for answer, names in (
        ("SELECT plate FROM vehicles", ["the city data", "other data"]),
        ("SELECT plate, model FROM vehicles", ["the city data"]),
    ):
        question = Question("X")
        with question.check("the city data", points=1):
            same_rows(answer, expected, on=city)
        assert [group.name for group in question.result().check.groups] == names
