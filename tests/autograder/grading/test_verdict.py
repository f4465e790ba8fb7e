"""A plain test cell is worth what nbgrader gives for it, but where that is unjust; then the difference is told."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from autograder.grading.verdict import Ending, difference, ending_of, points_for, stock_points

MOST = 2.0
VALUES: list[Any] = [None, True, False, 0, 1, 1.5, 2, 2.5, -1, "text", "1.5", b"1", [], (1,), {}, object(), 1j]
VALUES += [float("nan"), float("inf"), Decimal("1.5"), Fraction(1, 2)]


def by_nbgrader(value: Any, stderr: bool) -> float | None:
    """What nbgrader itself gives a test cell whose last line has this value; None when it stops."""
    outputs = [new_output("stream", name="stderr", text="!")] if stderr else []
    if value is not None:
        outputs.append(new_output("execute_result", data={"text/plain": repr(value)}))
    cell = new_code_cell(outputs=outputs)
    cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": "t", "points": MOST}
    try:
        return float(determine_grade(cell)[0])
    except ValueError:
        return None


@pytest.mark.parametrize("stderr", [False, True])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_we_know_what_nbgrader_gives(value: Any, stderr: bool) -> None:
    """Else the differences that we tell would be wrong."""
    assert stock_points(ending_of(value, stderr), MOST) == by_nbgrader(value, stderr)


@pytest.mark.parametrize("value", [False, -1, float("nan")])
def test_a_value_that_says_no_gives_nothing(value: Any) -> None:
    assert points_for(ending_of(value), MOST, graded=False) == 0


def test_more_than_the_most_is_the_most() -> None:
    """There nbgrader stops, and the submission has no score at all."""
    ending = ending_of(2.5)
    assert points_for(ending, MOST, graded=True) == MOST
    told = difference("t", ending, MOST, graded=True)
    assert told is not None
    assert str(told) == "t: nbgrader gives nothing: it stops, we give 2. The cell ends with 2.5, and 2 is the most."


def test_no_number_is_no_points_where_the_author_ends_with_one() -> None:
    assert points_for(ending_of(None), MOST, graded=True) == 0
    assert points_for(ending_of(None), MOST, graded=False) == MOST
    assert points_for(ending_of("fine"), MOST, graded=True) == 0


def test_stderr_costs_nothing() -> None:
    told = difference("t", ending_of(None, stderr=True), MOST, graded=False)
    assert told is not None
    assert (told.stock, told.ours) == (0, MOST)
    assert "stderr" in told.why


def test_where_both_agree_nothing_is_told() -> None:
    assert difference("t", ending_of(1.5), MOST, graded=True) is None
    assert difference("t", Ending("error", text="no"), MOST, graded=True) is None
    assert difference("t", None, MOST, graded=True) is None


def test_a_number_that_cannot_be_had_is_none() -> None:
    class Broken:
        def __float__(self) -> float:
            raise OSError("gone")

    assert ending_of(Broken()).kind == "other"


@pytest.mark.parametrize(
    "said",
    [{}, {"kind": "won", "number": 1}, {"kind": "number", "number": "all"}, {"kind": "number", "number": [2]}, 7],
)
def test_what_is_no_ending_is_not_taken_for_one(said: Any) -> None:
    """It comes from a process that may be the learner's."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        Ending.from_json(said)


def test_an_ending_survives_the_wire() -> None:
    ending = Ending("error", text="no", asserted=True, line=3, stderr=True, missing="f", lost="x")
    assert Ending.from_json(ending.to_json()) == ending
    assert Ending.from_json({"kind": "number", "number": float("inf")}).number is None
