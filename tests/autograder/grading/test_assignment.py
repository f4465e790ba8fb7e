"""The instructor's notebook says what is graded, in which order, and for how much."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment, Kind


def test_cells_are_sorted_by_nbgrader_metadata(doubling: Assignment) -> None:
    """Setup, answers, tests and the rest, each with what grading needs to know of it."""
    kinds = [cell.kind for cell in doubling.cells]
    assert kinds == [
        Kind.MARKDOWN,
        Kind.SETUP,
        Kind.MARKDOWN,
        Kind.ANSWER,
        Kind.TEST,
        Kind.TEST,
        Kind.ANSWER,
        Kind.TEST,
    ]
    answer, check, hidden = (doubling.by_id[f"q1_{role}"] for role in ("answer", "check", "hidden"))
    assert answer.bound.names == {"double"}
    assert answer.solution == "def double(x):\n    return 2 * x"
    assert (check.question, check.hidden, check.whole) == ("q1", False, False)
    assert [(group.name, group.points) for group in check.groups] == [("works", 1)]
    assert hidden.hidden
    assert hidden.released == "# Hidden checks."


def test_titles_come_from_headings(doubling: Assignment) -> None:
    """The question's id isn't repeated in its title."""
    assert doubling.title == "Doubling"
    assert doubling.titles == {"q1": "Twice as much"}
    assert doubling.questions == ("q1", "q2")
    assert doubling.module == "unit"


def test_the_starter_is_what_a_learner_finds(make: Any) -> None:
    """The released notebook has the last word; blanks don't make an answer."""
    source = make.write(make.solved("q1", "x = 1"))
    assert Assignment.read(source).starter("q1_answer") == "# Write your answer here."
    released = make.write(make.answer("q1", "# Yours:\nx = ..."), name="released/unit.ipynb")
    assignment = Assignment.read(source, released)
    assert assignment.starter("q1_answer") == "# Yours:\nx = ..."
    assert assignment.untouched("q1_answer", "# Yours:\n\nx = ...\n")
    assert not assignment.untouched("q1_answer", "# Yours:\nx = 1")


def test_the_digest_changes_with_what_matters_only(make: Any) -> None:
    """Outputs and other metadata don't change a grade; texts and points do."""
    cells = [make.solved("q1", "x = 1"), make.check("q1", "assert x == 1")]
    digest = make.assignment(*cells).digest
    cells[0]["outputs"] = [{"output_type": "stream", "text": "hi", "name": "stdout"}]
    cells[0]["metadata"]["tags"] = ["new"]
    assert make.assignment(*cells).digest == digest
    assert make.assignment(cells[0], make.check("q1", "assert x == 2")).digest != digest
    assert make.assignment(make.solved("q1", "x = 2"), cells[1]).digest != digest


def test_free_cells_are_known_by_the_cell_before_them(make: Any) -> None:
    """The author's own are run when no notebook was handed in."""
    assignment = make.assignment(make.code("a = 1"), make.solved("q1", "x = 1"), make.code("b = 1"), make.code("c = 1"))
    assert assignment.free == {"": ("a = 1",), "q1_answer": ("b = 1", "c = 1")}


def test_a_test_without_groups_is_one_group(make: Any) -> None:
    """Plain nbgrader tests are graded as a whole."""
    assignment = make.assignment(make.code("assert x == 1", "t1", grade=True, locked=True, points=3))
    (test,) = assignment.tests
    assert test.whole
    assert [(group.name, group.points) for group in test.groups] == [("t1", 3.0)]


def test_a_released_notebook_is_known_as_such(make: Any) -> None:
    """nbgrader writes a checksum when it releases."""
    cells = [make.solved("q1", "x = 1")]
    assert make.assignment(*cells).is_source
    assert not make.assignment(make.code("# Write", "q1_answer", solution=True, checksum="0" * 32)).is_source


def test_a_class_is_never_graded_by_a_released_notebook(make: Any) -> None:
    """Everybody would be graded out of fewer points, without a word. One's own work may be."""
    source = make.assignment(make.solved("q1", "x = 1"), make.hidden("q1", "assert x"))
    assert source.for_a_class() is source
    empty = make.code("# Hidden checks.", "q1_hidden", "q1", grade=True, locked=True, points=1)
    released = make.code("# Write", "q1_answer", solution=True, checksum="0" * 32)
    for cells in ([released, empty], [make.solved("q1", "x = 1"), empty]):
        with pytest.raises(EngineRoomError, match=r"^solutions/unit/unit\.ipynb is a released notebook: its hidden"):
            make.assignment(*cells).for_a_class()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 5}', '{"cells": [5]}', "\xff", "[" * 100_000])
def test_a_broken_master_is_the_authors_to_mend(make: Any, text: str) -> None:
    """One sentence with the file's name."""
    path = make.folder / "unit.ipynb"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(EngineRoomError, match=r"unit\.ipynb can't be read as a notebook"):
        Assignment.read(path)
    with pytest.raises(EngineRoomError, match="There is no notebook"):
        Assignment.read(make.folder / "other.ipynb")


def test_grade_ids_are_unique(make: Any) -> None:
    """Two cells with one id would grade the wrong text."""
    with pytest.raises(EngineRoomError, match="two cells with the grade id q1_answer"):
        make.assignment(make.solved("q1", "x = 1"), make.solved("q1", "x = 2"))


def test_reading_an_assignment_needs_neither_nbformat_nor_nbgrader(make: Any) -> None:
    """Importing them takes longer than grading."""
    path = make.write(make.solved("q1", "x = 1"))
    code = (
        "import sys, pathlib; from autograder.grading.session import grade_submission, Assignment;"
        f"Assignment.read(pathlib.Path({str(path)!r}));"
        "print(sorted({'nbformat', 'nbgrader', 'jupytext', 'IPython'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_json_written_by_hand_is_read(tmp_path: Path) -> None:
    """A source may be one text or a list of lines; metadata may be missing."""
    path = tmp_path / "unit.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": ["a = 1\n", "b = 2"]}, {"cell_type": "raw"}]})
    )
    assert [cell.source for cell in Assignment.read(path).cells] == ["a = 1\nb = 2", ""]
