"""A query that passes every hidden check but is wrong loses points; its counterexample is shown only on request."""

from pathlib import Path

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.limits import Limits
from autograder.grading.session import grade_submission
from autograder.grading.submission import Submission
from autograder.results import Outcome

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
REFERENCE = "SELECT plate, model FROM vehicles WHERE is_electric = 1 AND retired_at IS NULL"
WRONG = f"%%sql electric\n{REFERENCE} AND plate <> 'ZZ-999-ZZ'"


@pytest.fixture(scope="module")
def assignment():
    return Assignment.read(ROOT / "solutions" / "a2_one_table" / "a2_one_table.ipynb")


def hidden_groups(assignment, answer, limits=None, **options):
    submission = Submission("ana", {"a2_1_answer": answer}, assignment.free)
    result = grade_submission(assignment, submission, limits, questions=["A2.1"], **options).result
    return [group for question in result.questions for group in question.groups if group.hidden]


def test_a_class_learns_that_it_is_wrong_and_nothing_of_the_data(assignment):
    last = hidden_groups(assignment, WRONG)[-1]
    assert (last.outcome, last.points) == (Outcome.WRONG, 0)
    assert last.tables == ()
    assert "ZZ" not in last.message


def test_who_has_the_solutions_at_hand_sees_the_database_that_was_made(assignment):
    last = hidden_groups(assignment, WRONG, made=True)[-1]
    assert [table.caption for table in last.tables] == ["Table vehicles", "Your result", "Expected result"]
    assert "look at WHERE" in last.message
    assert "'2025" not in last.message


def test_the_search_is_a_limit_that_can_be_set_to_nothing(assignment):
    assert all(group.outcome is Outcome.RIGHT for group in hidden_groups(assignment, WRONG, Limits(search=0)))


def test_a_right_answer_passes(assignment):
    answer = f"%%sql electric\n{REFERENCE.replace('is_electric = 1', 'is_electric')}"
    assert all(group.outcome is Outcome.RIGHT for group in hidden_groups(assignment, answer))
