"""A class is graded again beside what is kept, and what was shown is then what is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import EngineRoomError
from autograder.grading import supply
from autograder.grading.assignment import Assignment
from autograder.grading.classroom import Classroom
from autograder.grading.gradebook import Gradebook
from autograder.grading.limits import Limits
from autograder.grading.regrade import Comparison, Regrade

RIGHT = {"q1_answer": "def double(x):\n    return 2 * x", "q2_answer": "small = [1, 2, 3]"}
SLOW = RIGHT | {"q2_answer": "import time\ntime.sleep(1)\nsmall = [1, 2, 3]"}


class Class:
    """A course with the module `unit`, worth three points, graded for real."""

    def __init__(self, folder: Path, cells: list[Any]) -> None:
        self.folder, self.cells, self.limits = folder, cells, Limits()

    def hand_in(self, learner: str, **answers: str) -> Path:
        folder = self.folder / "submitted" / learner / "unit"
        folder.mkdir(parents=True, exist_ok=True)
        cells = [{**cell, "source": answers.get(cell["id"], cell["source"])} for cell in self.cells]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        (folder / "unit.ipynb").write_text(json.dumps(notebook))
        return folder

    @property
    def classroom(self) -> Classroom:
        return Classroom(self.folder, self.folder / "submitted", self.folder / "out", limits=self.limits)

    @property
    def book(self) -> Gradebook:
        return Gradebook(self.classroom.gradebook_url)

    def grade(self) -> None:
        self.classroom.grade(self.classroom.find(), jobs=2)

    def change_master(self, old: str, new: str) -> None:
        source = self.folder / "solutions" / "unit" / "unit.ipynb"
        text = source.read_text()
        assert old in text
        source.write_text(text.replace(old, new))

    def preview(self, *, write: bool = False) -> Comparison:
        """Compare in a new folder; then write, if asked to."""
        beside = self.folder / f"beside{len(list(self.folder.glob('beside*')))}"
        classroom = self.classroom
        handed = classroom.find()
        again = Regrade(classroom, beside)
        comparison = again.preview(handed, jobs=2)
        if write:
            again.write(handed, jobs=2)
        return comparison

    def files(self) -> dict[Path, tuple[int, bytes]]:
        found = [path for path in sorted((self.folder / "out").rglob("*")) if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


@pytest.fixture
def unit(make: Any, doubling: Assignment) -> Class:
    data = (make.folder / "unit.ipynb").read_text()
    released = make.released(doubling)
    for name, text in (("solutions", data), ("exercises", json.dumps({**json.loads(data), "cells": released}))):
        (make.folder / name / "unit").mkdir(parents=True)
        (make.folder / name / "unit" / "unit.ipynb").write_text(text)
    return Class(make.folder, released)


def test_a_preview_writes_nothing_and_the_regrade_what_it_showed(unit: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who changes, by how much and why; a person's score stays; nothing is graded a third time."""
    for learner in ("ann", "bo"):
        unit.hand_in(learner, **RIGHT)
    unit.grade()
    with unit.book as book:
        grade = book._book.find_grade("q1_hidden", "unit", "unit", "bo")
        grade.manual_score, grade.needs_manual_grade = 0.75, False
        book._book.db.commit()
    unit.change_master("double(21), 42", "double(21), 43")
    unit.hand_in("cy")
    before = unit.files()
    shown = unit.preview()
    assert unit.files() == before
    assert (shown.compared, shown.changed, shown.failed, shown.notes) == (3, 3, (), ())
    ann, bo, cy = shown.changes
    assert (ann.learner, ann.question, ann.before, ann.after) == ("ann", "q1", 2, 1)
    assert ann.reasons == ("the master changed: this question's cells",)
    assert ann.flips == ("hidden: right → wrong",)
    assert (bo.before, bo.after) == (1.75, 1.75)
    assert bo.kept == ("q1_hidden: a person gave 0.75, and that stays; the checks now give 0",)
    assert (cy.before, cy.after) == (None, 0)

    graded = []
    real = supply.grade_submission
    monkeypatch.setattr(
        supply,
        "grade_submission",
        lambda assignment, submission, limits, **more: (
            graded.append(submission.learner) or real(assignment, submission, limits, **more)  # type: ignore[func-returns-value]
        ),
    )
    assert unit.preview(write=True).to_json() == shown.to_json()
    assert sorted(graded) == ["ann", "bo", "cy"]
    with unit.book as book:
        assert [book.score("unit", learner) for learner in ("ann", "bo", "cy")] == [2, 2.75, 0]
        assert book._book.find_grade("q1_hidden", "unit", "unit", "bo").needs_manual_grade
    assert list((unit.folder / "out").rglob("*.unentered.txt")) == []
    assert (unit.folder / "out" / "autograded" / "cy" / "unit" / "unit.ipynb").is_file()
    assert "right → wrong" not in str(unit.preview().to_json())
    unit.grade()
    assert sorted(graded) == ["ann", "ann", "bo", "bo", "cy", "cy"]  # the last preview, and nothing since


def test_a_limit_that_was_hit_before_is_the_reason(unit: Class) -> None:
    """With the limit that let the answer through."""
    unit.hand_in("ann", **SLOW)
    unit.limits = Limits(cell=0.5, call=0.5)
    unit.grade()
    unit.limits = Limits()
    (change,) = unit.preview().changes
    assert (change.question, change.before, change.after) == ("q2", 0, 1)
    assert change.reasons[0] == "the limits changed: call from 0.5 to 10, cell from 0.5 to 10"
    assert change.reasons[1].startswith("a limit was hit before: ")


def test_work_that_can_not_be_read_any_more_loses_what_it_had(unit: Class) -> None:
    """It is told before it is written, and then the earlier notebook is gone, as in any run."""
    folder = unit.hand_in("ann", **RIGHT)
    unit.grade()
    (folder / "unit.ipynb").write_bytes(b"\x89PNG")
    shown = unit.preview(write=True)
    assert [change.difference for change in shown.changes] == [-2, -1]
    assert shown.changes[0].reasons[0].startswith("now, nothing can be graded: ")
    with unit.book as book:
        assert book.score("unit", "ann") == 0
    assert not (unit.folder / "out" / "autograded" / "ann" / "unit" / "unit.ipynb").exists()


def test_where_the_engine_fails_the_grade_stays(unit: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no change; it is told, and the others go on."""
    for learner in ("ann", "bo"):
        unit.hand_in(learner, **RIGHT)
    unit.grade()
    real = supply.grade_submission

    def fail(assignment: Any, submission: Any, limits: Any, **more: Any) -> Any:
        if submission.learner == "ann":
            raise ZeroDivisionError
        return real(assignment, submission, limits, **more)

    monkeypatch.setattr(supply, "grade_submission", fail)
    unit.hand_in("ann")
    unit.hand_in("bo", **RIGHT | {"q2_answer": "small = []"})
    shown = unit.preview(write=True)
    assert [(change.learner, change.difference) for change in shown.changes] == [("bo", -1)]
    assert [result.learner for result in shown.failed] == ["ann"]
    assert shown.to_json()["failed"][0]["learner"] == "ann"
    with unit.book as book:
        assert [book.score("unit", learner) for learner in ("ann", "bo")] == [3, 2]


def add_a_cell(notebook: dict[str, Any]) -> None:
    extra = json.loads(json.dumps(notebook["cells"][-1]))
    extra["id"] = extra["metadata"]["nbgrader"]["grade_id"] = "q3_check"
    notebook["cells"].append(extra)


def remove_a_cell(notebook: dict[str, Any]) -> None:
    del notebook["cells"][-1]


@pytest.mark.parametrize(("change", "name"), [(add_a_cell, "q3_check"), (remove_a_cell, "q2_check")])
def test_cells_that_the_gradebook_can_not_take_are_told_while_nothing_is_written(
    unit: Class, change: Callable[[dict[str, Any]], None], name: str
) -> None:
    """nbgrader lets none come or go once there are submissions."""
    unit.hand_in("ann", **RIGHT)
    unit.grade()
    for kind in ("solutions", "exercises"):
        path = unit.folder / kind / "unit" / "unit.ipynb"
        data = json.loads(path.read_text())
        change(data)
        path.write_text(json.dumps(data))
    before = unit.files()
    with pytest.raises(EngineRoomError, match=rf"holds submissions of unit with other cells \({name}\)\. .*new name"):
        unit.preview(write=True)
    assert unit.files() == before


def test_a_crash_between_the_files_and_the_gradebook_is_made_good(unit: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run enters what was put in place."""
    unit.hand_in("ann", **RIGHT)
    unit.grade()
    unit.hand_in("ann", q1_answer=RIGHT["q1_answer"])
    with monkeypatch.context() as patched:

        def crash(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        classroom = unit.classroom
        handed = classroom.find()
        again = Regrade(classroom, unit.folder / "beside")
        again.preview(handed)
        patched.setattr(Classroom, "grade", crash)
        with pytest.raises(KeyboardInterrupt):
            again.write(handed)
    with unit.book as book:
        assert book.score("unit", "ann") == 3
    unit.grade()
    with unit.book as book:
        assert book.score("unit", "ann") == 2
