"""A class is graded to the end, whatever a submission, a disk or a person does in between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbgrader.api
import pytest

import autograder.grading.classroom as module
from autograder.errors import EngineRoomError
from autograder.grading import supply
from autograder.grading.assignment import Assignment
from autograder.grading.classroom import Classroom
from autograder.grading.gradebook import Gradebook
from autograder.grading.handed import Handed
from autograder.grading.limits import Limits
from autograder.grading.session import Graded, grade_submission
from autograder.grading.submission import Submission
from autograder.results import SubmissionResult

RIGHT = {"q1_answer": "def double(x):\n    return 2 * x", "q2_answer": "small = [1, 2, 3]"}


class Course:
    """A course with one module, `unit`, worth three points, and a class whose grading can be counted."""

    def __init__(self, folder: Path, cells: list[Any]) -> None:
        self.folder, self.cells, self.graded = folder, cells, list[str]()
        self.classroom = Classroom(folder, folder / "submitted", folder / "out")

    def hand_in(self, learner: str, **answers: str) -> Path:
        folder = self.folder / "submitted" / learner / "unit"
        folder.mkdir(parents=True, exist_ok=True)
        cells = [{**cell, "source": answers.get(cell["id"], cell["source"])} for cell in self.cells]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
        (folder / "unit.ipynb").write_text(json.dumps(notebook))
        return folder

    def grade(self, **options: Any) -> dict[str, SubmissionResult]:
        """Grade everything; `graded` then holds the learners who were really graded."""
        self.graded.clear()
        results = self.classroom.grade(self.classroom.find(), **options)
        return {result.learner: result for result in results}

    def book(self) -> Gradebook:
        return Gradebook(self.classroom.gradebook_url)

    def score(self, learner: str) -> float:
        with self.book() as book:
            return book.score("unit", learner)

    def out(self, kind: str, learner: str = "ann") -> Path:
        names = {"results": f"{learner}/unit.json", "feedback": f"{learner}/unit/unit.html"}
        return self.folder / "out" / kind / names.get(kind, f"{learner}/unit/unit.ipynb")


@pytest.fixture
def course(make: Any, doubling: Assignment, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Grading itself is replaced by a quick look at the answers: see `test_session.py` for the real one."""
    data = (make.folder / "unit.ipynb").read_text()
    released = make.released(doubling)
    for name, text in (("solutions", data), ("exercises", json.dumps({**json.loads(data), "cells": released}))):
        (make.folder / name / "unit").mkdir(parents=True)
        (make.folder / name / "unit" / "unit.ipynb").write_text(text)
    course = Course(make.folder, released)

    def quick(assignment: Assignment, submission: Submission, limits: Limits, **_: Any) -> Graded:
        course.graded.append(submission.learner)
        if "BUG" in submission.answers["q1_answer"]:
            raise ZeroDivisionError("in the engine")
        right = {name: submission.answers[name] == answer for name, answer in RIGHT.items()}
        scores = {cell.grade_id: float(right[f"{cell.question}_answer"]) for cell in assignment.tests}
        key = module.result_key(assignment, submission, limits)
        said = (f"Scores are {scores}.",)  # so that the feedback page differs, too
        result = SubmissionResult(submission.learner, "unit", (), said, scores=scores, key=key)
        return Graded(result, ())

    monkeypatch.setattr(supply, "grade_submission", quick)
    return course


def test_a_released_notebook_among_the_solutions_is_no_master(course: Course) -> None:
    """Nobody is graded by it."""
    course.hand_in("ann", **RIGHT)
    released = course.folder / "exercises" / "unit" / "unit.ipynb"
    (course.folder / "solutions" / "unit" / "unit.ipynb").write_bytes(released.read_bytes())
    with pytest.raises(EngineRoomError, match=r"is a released notebook.*engineroom build\.$"):
        course.grade()
    assert course.graded == []


def files(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Every file but the database: when it was written, and what it holds."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".db"]
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


# --- what is graded again --------------------------------------------------------------------------------------------


def test_a_second_run_grades_only_what_changed(course: Course) -> None:
    """Unchanged: not a file is written. Changed: graded and entered."""
    course.hand_in("ann", **RIGHT)
    course.hand_in("bo")
    course.grade()
    assert sorted(course.graded) == ["ann", "bo"]
    before = files(course.folder / "out")
    results = course.grade()
    assert course.graded == []
    assert files(course.folder / "out") == before
    assert results["ann"].scores == {"q1_check": 1, "q1_hidden": 1, "q2_check": 1}
    course.hand_in("bo", q2_answer=RIGHT["q2_answer"])
    course.grade()
    assert course.graded == ["bo"]
    assert course.score("bo") == 1
    course.grade(force=True)
    assert sorted(course.graded) == ["ann", "bo"]


def test_a_changed_master_or_limit_grades_everything_again(course: Course) -> None:
    """A result depends on them, too."""
    course.hand_in("ann", **RIGHT)
    course.grade()
    course.classroom.limits = Limits(call=9.0)
    course.grade()
    assert course.graded == ["ann"]
    source = course.folder / "solutions" / "unit" / "unit.ipynb"
    source.write_text(source.read_text().replace("double(21), 42", "double(22), 44"))
    course.classroom = Classroom(
        course.folder, course.folder / "submitted", course.folder / "out", limits=Limits(call=9.0)
    )
    course.grade()
    assert course.graded == ["ann"]


@pytest.mark.parametrize(
    ("kind", "graded"), [("feedback", []), ("autograded", ["ann"]), ("results", ["ann"]), ("gradebook", [])]
)
def test_what_was_removed_is_made_again(course: Course, kind: str, graded: list[str]) -> None:
    """From the kept result where that holds enough; by grading otherwise."""
    course.hand_in("ann", **RIGHT)
    course.grade()
    path = course.folder / "out" / "gradebook.db" if kind == "gradebook" else course.out(kind)
    before = path.read_bytes()
    path.unlink()
    course.grade()
    assert course.graded == graded
    assert path.read_bytes() == before or kind == "gradebook"
    assert course.score("ann") == 3


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": "engineroom-result/1"}', '{"schema": "engineroom-result/2"}']
)
def test_a_kept_result_that_is_not_understood_is_made_again(course: Course, text: str) -> None:
    """From another version, or damaged."""
    course.hand_in("ann", **RIGHT)
    course.grade()
    course.out("results").write_text(text)
    course.grade()
    assert course.graded == ["ann"]
    assert course.score("ann") == 3


def test_a_persons_grades_outlive_every_run(course: Course) -> None:
    """Unchanged: nothing to look at again. Forced or changed: kept, and put up for another look."""
    course.hand_in("ann", **RIGHT)
    course.grade()

    def look(manual: float | None = None) -> tuple[float | None, bool, str | None]:
        gradebook = nbgrader.api.Gradebook(course.classroom.gradebook_url, "hopline")
        with gradebook:
            grade = gradebook.find_grade("q1_check", "unit", "unit", "ann")
            comment = gradebook.find_comment("q1_answer", "unit", "unit", "ann")
            if manual is not None:
                grade.manual_score, grade.needs_manual_grade, comment.manual_comment = manual, False, "Elegant."
                gradebook.db.commit()
            return grade.manual_score, grade.needs_manual_grade, comment.manual_comment

    look(0.5)
    course.grade()
    assert look() == (0.5, False, "Elegant.")
    course.grade(force=True)
    assert look() == (0.5, True, "Elegant.")
    look(0.75)
    course.hand_in("ann")
    course.grade()
    assert look() == (0.75, True, "Elegant.")
    assert course.score("ann") == 0.75


def test_a_persons_grade_for_unreadable_work_is_not_asked_for_again(course: Course) -> None:
    """Somebody looked at the file and gave points; as long as it is the same file, that is settled."""
    (course.hand_in("ann") / "unit.ipynb").write_text("{")
    course.grade()
    with course.book() as book:
        grade = book._book.find_grade("q1_check", "unit", "unit", "ann")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book._book.db.commit()
    course.grade()
    with course.book() as book:
        assert not book._book.find_grade("q1_check", "unit", "unit", "ann").needs_manual_grade
    assert course.score("ann") == 0.5


# --- damage ----------------------------------------------------------------------------------------------------------


def test_a_bug_of_ours_costs_nobody_a_score_and_stops_nobody(course: Course) -> None:
    """The others are graded; the one keeps what the gradebook holds; the next run tries again."""
    course.hand_in("ann", **RIGHT)
    course.hand_in("bo", **RIGHT)
    course.grade()
    before = files(course.folder / "out")
    for learner in ("ann", "cy"):
        course.hand_in(learner, q1_answer="BUG")
    results = course.grade(jobs=2)
    assert sorted(course.graded) == ["ann", "cy"]
    assert results["ann"].problem == (
        "The engine failed on this submission (ZeroDivisionError); it was left ungraded. "
        "Please report it with unit.failed.txt."
    )
    report = course.folder / "out" / "results" / "ann" / "unit.failed.txt"
    assert results["ann"].run == {"failed": str(report)}
    assert "in the engine" in report.read_text()
    assert "failed" not in results["bo"].run
    assert course.score("ann") == 3  # as before
    assert course.score("cy") == 0
    with course.book() as book:
        assert book._book.find_submission("unit", "cy").needs_manual_grade
    after = files(course.folder / "out")
    assert {path: after[path] for path in before} == before
    course.hand_in("ann", q2_answer=RIGHT["q2_answer"])
    course.grade()
    assert course.score("ann") == 1
    assert not report.exists()


def test_what_cannot_be_read_scores_0_and_shows_no_earlier_work(course: Course) -> None:
    """Its learner is told why; formgrader sees it as not autograded."""
    folder = course.hand_in("ann", **RIGHT)
    course.hand_in("bo", **RIGHT)
    course.grade()
    (folder / "unit.ipynb").write_bytes(b"\x89PNG")
    (course.folder / "submitted" / "cy").mkdir()
    (course.folder / "submitted" / "cy" / "unit").symlink_to(folder.parents[1] / "bo" / "unit")
    results = course.grade()
    assert "is a link to another folder" in results["cy"].problem
    assert results["ann"].points == course.score("ann") == course.score("cy") == 0
    assert results["ann"].problem
    assert results["ann"].problem in course.out("feedback").read_text()
    assert not course.out("autograded").exists()
    assert course.score("bo") == 3


def test_a_time_that_is_none_stops_nothing(course: Course) -> None:
    """It is remarked; a right one is entered, and stands where nbgrader looks for newer work."""
    (course.hand_in("ann", **RIGHT) / "timestamp.txt").write_text("last night, promise")
    (course.hand_in("bo", **RIGHT) / "timestamp.txt").write_text("2026-03-04 12:00:00 UTC\n")
    course.grade()
    assert course.classroom.notes == ["ann, unit: timestamp.txt holds no date that can be read; left out."]
    with course.book() as book:
        assert book._book.find_submission("unit", "ann").timestamp is None
        assert str(book._book.find_submission("unit", "bo").timestamp) == "2026-03-04 12:00:00"
    assert not course.out("autograded").with_name("timestamp.txt").exists()
    assert course.out("autograded", "bo").with_name("timestamp.txt").read_text() == "2026-03-04 12:00:00 UTC\n"
    (course.hand_in("bo", **RIGHT) / "timestamp.txt").write_text("2026-03-05 12:00:00 UTC\n")
    course.grade()
    assert course.graded == []
    with course.book() as book:
        assert str(book._book.find_submission("unit", "bo").timestamp) == "2026-03-05 12:00:00"


# --- interruption ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_after_ctrl_c_the_next_run_completes(course: Course, stop: type[BaseException]) -> None:
    """What was graded is kept, nothing is half-written, and only the rest is graded."""
    for number in range(6):
        course.hand_in(f"learner{number}", **RIGHT)
    seen: list[SubmissionResult] = []

    def interrupt(result: SubmissionResult) -> None:
        seen.append(result)
        if len(seen) == 2:
            raise stop

    with pytest.raises(stop):
        course.grade(done=interrupt)
    done = {path.parent.name for path in (course.folder / "out" / "results").glob("*/unit.json")}
    for path in files(course.folder / "out"):
        assert not path.name.startswith(".")
        assert path.suffix in (".html", ".txt") or json.loads(path.read_text())
    assert len(course.grade()) == 6
    assert sorted(course.graded) == sorted({f"learner{number}" for number in range(6)} - done)
    assert [course.score(f"learner{number}") for number in range(6)] == [3.0] * 6


@pytest.mark.parametrize("kind", ["autograded", "feedback", "results"])
def test_an_end_in_the_middle_of_writing_leaves_the_old_files_whole(
    course: Course, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The end comes while a file is put in its place: none is half there, and the next run makes all of them."""
    course.hand_in("ann")
    course.grade()
    course.hand_in("ann", **RIGHT)
    replace = Path.replace

    def fail(self: Path, target: Any) -> Path:
        if kind in Path(target).parts:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(KeyboardInterrupt):
            course.grade()
    assert not [path for path in files(course.folder / "out") if path.name.startswith(".")]
    assert not course.out("results").exists()  # it would say that the other files are there
    assert course.score("ann") == 0
    course.grade()
    assert course.graded == ["ann"]
    assert course.score("ann") == 3


KILLED = """
import functools, os, signal, sys
from pathlib import Path
import autograder.grading.batch as batch
from autograder.grading.classroom import Classroom

batch.Batch = functools.partial(batch.Batch, most=10**9, seconds=1e9)  # so that nothing is entered before the end
classroom = Classroom(*map(Path, sys.argv[1:]))
graded = []

def done(result):
    graded.append(result.learner)
    if len(graded) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

classroom.grade(classroom.find(), done=done)
"""


def test_after_kill_9_the_next_run_enters_what_was_graded(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results were written and none of them entered: they aren't graded again, and a person is asked all the same."""
    monkeypatch.setattr(supply, "grade_submission", grade_submission)
    for learner in ("ann", "bo", "cy"):
        course.hand_in(learner)
    course.grade()
    with course.book() as book:
        grade = book._book.find_grade("q2_check", "unit", "unit", "ann")
        grade.manual_score, grade.needs_manual_grade = 0.5, False
        book._book.db.commit()
    for learner in ("ann", "bo", "cy"):
        course.hand_in(learner, q1_answer=RIGHT["q1_answer"])
    folders = [str(course.folder / name) for name in (".", "submitted", "out")]
    killed = subprocess.run([sys.executable, "-c", KILLED, *folders], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert course.score("ann") == 0.5
    assert course.score("bo") == 0
    assert len(list((course.folder / "out" / "results").glob("*/unit.unentered.txt"))) >= 2
    before = course.out("results", "bo").read_bytes()
    course.grade()
    assert course.out("results", "bo").read_bytes() == before  # it holds the seconds that grading took
    assert [course.score(learner) for learner in ("ann", "bo", "cy")] == [2.5, 2, 2]
    with course.book() as book:  # the same 0 points as before, but for other work
        assert book._book.find_grade("q2_check", "unit", "unit", "ann").needs_manual_grade
    assert list((course.folder / "out" / "results").glob("*/unit.unentered.txt")) == []


# --- this machine ----------------------------------------------------------------------------------------------------


def a_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.mark.parametrize("name", ["out", "out/results", "out/feedback", "out/autograded"])
def test_a_folder_that_cannot_be_written_is_one_sentence(course: Course, name: str) -> None:
    """With its name and what to do."""
    course.hand_in("ann", **RIGHT)
    a_file(course.folder / name)
    with pytest.raises(EngineRoomError, match=rf"Can't write .*{name}.* choose another folder with --into"):
        course.grade()


def test_a_read_only_folder_is_one_sentence(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which file and why."""
    course.hand_in("ann", **RIGHT)

    def refuse(path: Path, text: str) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(module, "write_text", refuse)
    with pytest.raises(EngineRoomError, match=r"Can't write .*unit\.ipynb: Permission denied\. Mend that"):
        course.grade()


def test_a_machine_that_starts_no_process_stops_the_run(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """That isn't one submission's matter: thirty equal failures would help nobody."""
    course.hand_in("ann", **RIGHT)

    def refuse(*_: Any, **__: Any) -> Graded:
        raise EngineRoomError("The grader's processes can't be started: no more processes.")

    monkeypatch.setattr(supply, "grade_submission", refuse)
    with pytest.raises(EngineRoomError, match="can't be started"):
        course.grade()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda folder: (folder / "solutions" / "unit" / "unit.ipynb").unlink(), "grading needs the solutions"),
        (lambda folder: (folder / "solutions" / "unit" / "unit.ipynb").write_text("{"), "unit.ipynb"),
    ],
)
def test_a_course_without_a_usable_master_is_one_sentence(
    course: Course, prepare: Callable[[Path], None], sentence: str
) -> None:
    """A learners' bundle, or a damaged source."""
    course.hand_in("ann", **RIGHT)
    prepare(course.folder)
    with pytest.raises(EngineRoomError, match=sentence):
        course.grade()


def test_an_unknown_module_is_told_with_the_known_ones(course: Course) -> None:
    """A checkpoint or a stray notebook in solutions/ is no module."""
    for name in (".ipynb_checkpoints/unit.ipynb", "unit/scratch.ipynb"):
        a_file(course.folder / "solutions" / name)
    with pytest.raises(EngineRoomError, match=r"No module maps in .*; there is unit\."):
        course.classroom.find(["maps"])


def test_the_same_results_come_back_in_order_for_real(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two learners through real processes, at the same time."""
    monkeypatch.setattr(supply, "grade_submission", grade_submission)
    course.hand_in("bo", **RIGHT)
    course.hand_in("ann", q2_answer=RIGHT["q2_answer"])
    results = course.grade(jobs=2)
    assert {name: result.points for name, result in results.items()} == {"ann": 1, "bo": 3}
    assert list(results) == ["ann", "bo"]
    assert (course.score("ann"), course.score("bo")) == (1, 3)
    handed = Handed("bo", "unit", course.folder / "submitted" / "bo" / "unit")
    (again,) = course.classroom.grade([handed])
    assert again == results["bo"]
