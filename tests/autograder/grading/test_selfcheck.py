"""One's own notebook is checked against the best master at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading.assignment import Assignment
from autograder.grading.selfcheck import check_notebook
from autograder.results import SubmissionResult

RIGHT = {"q1_answer": "def double(x):\n    return 2 * x", "q2_answer": "small = [1, 2, 3]"}


@pytest.fixture
def work(make: Any, doubling: Assignment) -> Path:
    """A learner's right notebook in a folder of its own below the course's, where no master is yet."""
    cells = [{**cell, "source": RIGHT.get(cell["id"], cell["source"])} for cell in make.released(doubling)]
    path: Path = make.write(*cells, name="course/mine/unit.ipynb")
    (make.folder / "unit.ipynb").rename(make.folder / "master.json")
    return path


def put(make: Any, work: Path, kind: str) -> None:
    """Put the master where a course keeps it: whole, or as it was released."""
    data = json.loads((make.folder / "master.json").read_text())
    if kind == "exercises":
        data["cells"] = [cell for cell in data["cells"] if not cell["id"].endswith("_hidden")]
    target = work.parents[1] / kind / "unit" / "unit.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(json.dumps(data))


def hidden(result: SubmissionResult) -> int:
    return sum(group.hidden for question in result.questions for group in question.groups)


@pytest.mark.parametrize(
    ("kinds", "maximum", "secret"),
    [(["solutions", "exercises"], 3, 1), (["solutions"], 3, 1), (["exercises"], 2, 0)],
)
def test_the_best_master_at_hand_is_used(make: Any, work: Path, kinds: list[str], maximum: float, secret: int) -> None:
    """The source with its hidden checks where there is one; else the released notebook."""
    for kind in kinds:
        put(make, work, kind)
    result = check_notebook(work)
    assert (result.points, result.max, hidden(result)) == (maximum, maximum, secret)
    assert result.learner == "you"


def test_with_no_master_the_checks_in_the_notebook_run(work: Path) -> None:
    """A notebook that was mailed to a friend."""
    result = check_notebook(work)
    assert result.points == result.max >= 2


def test_a_relative_path_is_looked_up_from_where_one_is(make: Any, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`engineroom check unit.ipynb` in the notebook's own folder."""
    put(make, work, "solutions")
    monkeypatch.chdir(work.parent)
    assert check_notebook(Path("unit.ipynb")).max == 3


@pytest.mark.parametrize("name", ["none.ipynb", "."])
def test_no_notebook_is_one_sentence(tmp_path: Path, name: str) -> None:
    """Neither a file that isn't there nor a folder."""
    with pytest.raises(EngineRoomError, match="No notebook at"):
        check_notebook(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"[]", b'{"cells": 1}'])
def test_a_file_that_is_none_is_one_sentence(make: Any, work: Path, content: bytes) -> None:
    """With or without a master."""
    work.write_bytes(content)
    with pytest.raises(EngineRoomError):
        check_notebook(work)
    put(make, work, "solutions")
    with pytest.raises(EngineRoomError):
        check_notebook(work)
