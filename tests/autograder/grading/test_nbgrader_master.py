"""A source notebook goes through nbgrader's own steps, and stands still at three places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from autograder.errors import EngineRoomError
from autograder.grading.nbgrader_master import make_master


def write(path: Path, *cells: Any) -> Path:
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def cell(source: str, grade_id: str, **flags: Any) -> Any:
    known = {"grade": False, "solution": False, "locked": False, "schema_version": 3, "grade_id": grade_id}
    return new_code_cell(source, metadata={"nbgrader": known | flags})


SOLUTION = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
TEST = "assert x\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS"


def test_the_three_places(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.ipynb", cell(SOLUTION, "a", solution=True), cell(TEST, "t", grade=True, locked=True, points=1)
    )
    master = make_master(path, tmp_path, Config())
    sources = [[one.source for one in notebook.cells] for notebook in (master.solved, master.saved, master.released)]
    stub = "# YOUR CODE HERE\nraise NotImplementedError()"
    assert sources == [[SOLUTION, TEST], [stub, TEST], [stub, "assert x"]]
    assert "checksum" in master.saved.cells[0].metadata.nbgrader


def test_header_and_footer_belong_to_it(tmp_path: Path) -> None:
    write(tmp_path / "header.ipynb", new_markdown_cell("Your name:"))
    path = write(tmp_path / "a.ipynb", cell(SOLUTION, "a", solution=True))
    master = make_master(path, tmp_path, Config({"IncludeHeaderFooter": {"header": "header.ipynb"}}))
    assert [one.source for one in master.solved.cells] == ["Your name:", SOLUTION]


@pytest.mark.parametrize(
    ("source", "flags", "said"),
    [
        ("### BEGIN SOLUTION\nx = 1", {"solution": True}, "no end solution"),
        (SOLUTION, {"locked": True}, "Solution region"),
        (TEST, {"locked": True}, "Hidden test region"),
        ("x", {"grade": True, "locked": True}, "points"),
    ],
)
def test_what_nbgrader_refuses_is_told_in_a_sentence(tmp_path: Path, source: str, flags: Any, said: str) -> None:
    path = write(tmp_path / "a.ipynb", cell(source, "a", **flags))
    with pytest.raises(EngineRoomError, match=said):
        make_master(path, tmp_path, Config())


def test_what_is_no_notebook_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(EngineRoomError, match="can't be read as a notebook"):
        make_master(tmp_path / "a.ipynb", tmp_path, Config())
