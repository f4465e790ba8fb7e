"""Only answers and free cells count; what went wrong with them on the way is put right, and told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.repair import Sorted, sort_cells
from autograder.grading.salvage import salvage

RIGHT = "def double(x):\n    return 2 * x"


@pytest.fixture
def cells(make: Any, doubling: Assignment) -> list[dict[str, Any]]:
    """The released notebook with both answers given."""
    released = make.released(doubling)
    released[3]["source"] = RIGHT
    released[6]["source"] = "small = [1, 2, 3]"
    return released  # 0 title, 1 setup, 2 prompt, 3 answer, 4 check, 5 hidden, 6 answer, 7 check


def sort(cells: list[dict[str, Any]], assignment: Assignment, **metadata: Any) -> Sorted:
    return sort_cells(salvage(json.dumps({"cells": cells, "metadata": metadata}).encode()), assignment)


def test_a_sound_submission_is_taken_as_it_is(cells: Any, doubling: Assignment) -> None:
    """Answers by grade id, no repairs."""
    found = sort(cells, doubling)
    assert found.answers == {"q1_answer": RIGHT, "q2_answer": "small = [1, 2, 3]"}
    assert (found.free, found.repairs, found.known) == ({}, (), 2)


def test_free_cells_keep_their_place(make: Any, cells: Any, doubling: Assignment) -> None:
    """Each is known by the cell it stands behind; markdown isn't run."""
    cells.insert(4, make.code("helper = 1"))
    cells.insert(5, make.code("other = 2", "unknown", grade=True))
    cells.insert(6, make.text("# Notes"))
    cells.insert(0, make.code("first = 0"))
    found = sort(cells, doubling)
    assert found.free == {"": ("first = 0",), "q1_answer": ("helper = 1", "other = 2")}
    assert found.repairs == ()


def test_a_copied_answer_counts_once(make: Any, cells: Any, doubling: Assignment) -> None:
    """The last copy that isn't the starter is graded."""
    cells.insert(4, {**cells[3], "source": RIGHT + "  # newer"})
    cells.insert(5, {**cells[3], "source": doubling.starter("q1_answer")})
    found = sort(cells, doubling)
    assert found.answers["q1_answer"] == RIGHT + "  # newer"
    assert found.repairs == ("The answer cell of q1 was there 3 times; the last one with an answer was graded.",)


def test_a_split_answer_is_put_together(cells: Any, doubling: Assignment) -> None:
    """Jupyter's split command gives both halves the same grade id."""
    cells[3:4] = [{**cells[3], "source": "def double(x):"}, {**cells[3], "source": "    return 2 * x"}]
    found = sort(cells, doubling)
    assert found.answers["q1_answer"] == RIGHT
    assert found.repairs == ("The answer cell of q1 had been split in pieces; they were put together.",)


def test_copies_that_stand_apart_are_no_pieces(make: Any, cells: Any, doubling: Assignment) -> None:
    """Only neighbours are put together."""
    cells.append({**cells[6], "source": "small = [0]"})
    assert sort(cells, doubling).answers["q2_answer"] == "small = [0]"


@pytest.mark.parametrize("kind", ["markdown", "raw", "heading"])
def test_an_answer_that_became_another_kind_of_cell_is_code(cells: Any, doubling: Assignment, kind: str) -> None:
    """One wrong key in Jupyter costs no points."""
    cells[3]["cell_type"] = kind
    found = sort(cells, doubling)
    assert found.answers["q1_answer"] == RIGHT
    assert found.repairs == (f"The answer cell of q1 had become a {kind} cell; its text was taken as code.",)


def test_a_deleted_answer_is_not_answered(cells: Any, doubling: Assignment) -> None:
    """It isn't an error: the starter stands in."""
    del cells[3]
    found = sort(cells, doubling)
    assert found.answers["q1_answer"] == doubling.starter("q1_answer")
    assert found.repairs == ("The answer cell of q1 is missing; it was graded as not answered.",)
    assert found.known == 1


def test_an_answer_without_its_id_is_recognised(make: Any, cells: Any, doubling: Assignment) -> None:
    """What a cell defines says what it answers; then it isn't a free cell any more."""
    cells[3] = make.code(RIGHT + "\n\ndef helper(): ...", "renamed", solution=True)
    cells[6]["metadata"] = {}
    found = sort(cells, doubling)
    assert found.answers["q1_answer"].startswith(RIGHT)
    assert found.answers["q2_answer"] == "small = [1, 2, 3]"
    assert found.free == {}
    assert found.repairs[0] == "The answer cell of q1 had lost its grade id; it was recognised by what it defines."


def test_a_query_without_its_id_is_recognised(make: Any) -> None:
    """The name in `%%sql NAME` says which answer it is."""
    assignment = make.assignment(make.solved("q1", "SELECT 1", before="%%sql electric"))
    found = sort([make.code("%%sql other\nSELECT 3"), make.code("%%sql electric\nSELECT 2")], assignment)
    assert found.answers == {"q1_answer": "%%sql electric\nSELECT 2"}


def test_two_cells_that_could_be_the_answer_are_not_guessed_at(make: Any, cells: Any, doubling: Assignment) -> None:
    """Better no answer than the wrong one."""
    cells[3:4] = [make.code(RIGHT), make.code(RIGHT + " + 1")]
    found = sort(cells, doubling)
    assert found.answers["q1_answer"] == doubling.starter("q1_answer")
    assert found.free == {"q1_prompt": (RIGHT, RIGHT + " + 1")}


def test_locked_cells_are_the_instructors(make: Any, cells: Any, doubling: Assignment) -> None:
    """Changed, retyped, deleted: reported, and of no effect."""
    cells[1]["source"] = "limit = 99"
    cells[4]["cell_type"] = "raw"
    del cells[5]
    found = sort(cells, doubling)
    assert found.repairs == (
        "The hidden check cell of q1 was missing; the original was used.",
        "The setup cell setup, the check cell of q1 were changed; the originals were used.",
    )


def test_a_locked_cell_without_its_id_is_not_run_twice(cells: Any, doubling: Assignment) -> None:
    """It is recognised by its text, and dropped."""
    for cell in cells:
        cell["metadata"] = {}
    found = sort(cells, doubling)
    assert found.free == {}
    assert found.known == 2


def test_order_does_not_matter(cells: Any, doubling: Assignment) -> None:
    """Moved cells are known by their ids."""
    found = sort(cells[::-1], doubling)
    assert found.answers["q1_answer"] == RIGHT
    assert found.repairs == ()


@pytest.mark.parametrize(("kernel", "told"), [("python", 0), ("ir", 1), ("Python 3", 0)])
def test_a_foreign_kernel_is_told(cells: Any, doubling: Assignment, kernel: str, told: int) -> None:
    """It was probably an accident."""
    found = sort(cells, doubling, kernelspec={"name": "x", "language": kernel})
    assert len(found.repairs) == told


def test_a_written_answer_stays_text(make: Any) -> None:
    """An essay is a markdown cell, and isn't taken for code."""
    essay = {**make.answer("q1", "YOUR ANSWER HERE"), "cell_type": "markdown"}
    assignment = make.assignment(essay)
    found = sort([{**essay, "source": "Because."}], assignment)
    assert (found.answers, found.repairs) == ({"q1_answer": "Because."}, ())
