"""Unmodified nbgrader courses: our engine fills the gradebook as stock nbgrader does, and says where it doesn't."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import nbgrader
import pytest
from nbgrader.api import Gradebook as NbgraderGradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.grading.classroom import Classroom
from autograder.grading.nbgrader_course import NbgraderCourse

pytestmark = pytest.mark.slow

_spec = importlib.util.spec_from_file_location("nbgrader_foreign", Path(__file__).with_name("foreign.py"))
assert _spec is not None
assert _spec.loader is not None
foreign = sys.modules[_spec.name] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(foreign)

GUIDE = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
PLUGIN = '\nc.Autograde.autograde_preprocessors = ["autograder.grading.plugin.EngineRoom"]\n'
HALF = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError('small')\n"
    "    return [i * i for i in range(n)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(i * i for i in range(1, n + 1))",
    "sum_of_squares_equation": "I don't know.",
}
RIGHT = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError('small')\n"
    "    return list(map(lambda i: i * i, range(1, n + 1)))",
    "sum_of_squares": "def sum_of_squares(n):\n    total = 0\n    for square in squares(n):\n        total += square\n"
    "    return total",
}
PENALTIES = """SELECT s.student_id, n.late_submission_penalty FROM submitted_notebook n
    JOIN submitted_assignment s ON s.id = n.assignment_id"""
COMMENTS = """SELECT s.student_id, o.name, b.name, x.auto_comment, x.manual_comment FROM comment x
    JOIN submitted_notebook n ON n.id = x.notebook_id JOIN notebook o ON o.id = n.notebook_id
    JOIN submitted_assignment s ON s.id = n.assignment_id JOIN base_cell b ON b.id = x.cell_id"""
CELLS = """SELECT o.name, c.name, c.source, c.checksum, c.locked FROM source_cell c
    JOIN notebook o ON o.id = c.notebook_id"""


def rows(database: Path, query: str) -> set[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        return set(connection.execute(query).fetchall())
    finally:
        connection.close()


def ours(course: Path, into: Path) -> tuple[Classroom, dict[tuple[str, str], Any]]:
    opened = NbgraderCourse(course)
    classroom = Classroom(course, opened.submitted, into, course=opened)
    results = classroom.grade(classroom.find(), jobs=2)
    return classroom, {(result.learner, result.module): result for result in results}


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example course of nbgrader's own documentation with its two learners and three more, graded by nbgrader."""
    course = tmp_path_factory.mktemp("guide") / "course101"
    made = foreign.nbgrader(course.parent, "quickstart", course.name)
    assert made.returncode == 0, made.stderr
    made = foreign.nbgrader(course, "generate_assignment", "ps1")
    assert made.returncode == 0, made.stderr
    shutil.copytree(GUIDE / "submitted", course / "submitted")
    for learner, answers in (("empty", {}), ("half", HALF), ("right", RIGHT)):
        foreign.submit(course, learner, "ps1", "problem1", answers)
        if learner != "half":  # who handed in one notebook of two
            foreign.submit(course, learner, "ps1", "problem2", {"part-a": "It counts."} if answers else {})
    foreign.stock(course, "ps1")
    shutil.move(course / "gradebook.db", course / "stock.db")
    shutil.rmtree(course / "autograded")
    return course


@pytest.fixture(scope="module")
def graded(guide: Path) -> tuple[Classroom, dict[tuple[str, str], Any]]:
    return ours(guide, guide)


def test_the_documentation_course_gets_nbgraders_scores(guide: Path, graded: Any) -> None:
    """Automatic scores, answers and tasks for a person, the missing notebook's zeros: every grade is the same."""
    stock, written = foreign.scores(guide / "stock.db"), foreign.scores(guide / "gradebook.db")
    assert len(stock) == 5 * 9
    assert written == stock
    assert {key[2] for key, grade in stock.items() if grade[2]} >= {"sum_of_squares_application", "part-a"}


def test_its_comments_and_cells_are_the_same(guide: Path, graded: Any) -> None:
    assert rows(guide / "gradebook.db", COMMENTS) == rows(guide / "stock.db", COMMENTS)
    assert rows(guide / "gradebook.db", CELLS) == rows(guide / "stock.db", CELLS)


def test_no_test_of_it_needs_the_learners_process(graded: Any) -> None:
    """Not even the one that deletes a learner's function to see whether another one misses it."""
    classroom, results = graded
    assert results["right", "ps1/problem1"].run["reduced_trust"] == []
    assert not [note for note in classroom.notes if "reduced trust" in note]


def test_stock_nbgrader_goes_on_with_what_we_wrote(guide: Path, graded: Any, tmp_path: Path) -> None:
    course = tmp_path / "course"
    shutil.copytree(guide, course)
    feedback = foreign.nbgrader(course, "generate_feedback", "ps1", "--force")
    assert feedback.returncode == 0, feedback.stderr
    skipped = foreign.nbgrader(course, "autograde", "ps1")
    assert skipped.returncode == 0, skipped.stderr
    assert "Skipping existing assignment" in skipped.stderr


def test_the_plug_in_gives_stock_autograde_the_same_scores(guide: Path, tmp_path: Path) -> None:
    """One line in the configuration; the cells are run by our engine."""
    course = tmp_path / "course101"
    shutil.copytree(guide, course, ignore=shutil.ignore_patterns("gradebook.db", "autograded", "feedback", "results"))
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(PLUGIN)
    made = foreign.nbgrader(course, "generate_assignment", "ps1", "--force")
    assert made.returncode == 0, made.stderr
    foreign.stock(course, "ps1")
    assert foreign.scores(course / "gradebook.db") == foreign.scores(course / "stock.db")
    assert rows(course / "gradebook.db", COMMENTS) == rows(course / "stock.db", COMMENTS)
    notebook = json.loads((course / "autograded" / "right" / "ps1" / "problem1.ipynb").read_text())
    test = next(
        one for one in notebook["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") == "correct_squares"
    )
    assert "text/html" in test["outputs"][0]["data"]  # the panel of our engine


# Test cells that nbgrader judges unjustly: the cell's text, a right answer's score there, ours, a word of the reason.
UNFAIR = {
    "warns": ("import warnings\nwarnings.warn('old')\nassert twice(2) == 4", 0, 2, "stderr"),
    "logs": ("import sys\nprint('asked', file=sys.stderr)\nassert twice(2) == 4", 0, 2, "stderr"),
    "false": ("twice(2) == 5", 2, 0, "False"),
    "negative": ("1 - twice(2)", 2, 0, "less than nothing"),
    "nan": ("float('nan')", 2, 0, "isn't a number"),
    "fraction": ("import fractions\nfractions.Fraction(3, 2)", 2, 1.5, "is a number"),
    "silent": ("2 if twice(2) == 4 else None", 2, 2, ""),
    "true": ("twice(2) == 4", 2, 2, ""),
    "text": ("assert twice(2) == 4\n'all fine'", 2, 2, ""),
    "partial": ("sum(twice(n) == 2 * n for n in (1, 2, 3)) / 2", 1.5, 1.5, ""),
}


def test_where_nbgrader_is_unjust_we_are_right_and_say_so(tmp_path: Path) -> None:
    course = tmp_path / "unfair"
    cells = [foreign.cell(foreign.solved("def twice(x): return 2 * x"), "twice", solution=True)]
    cells += [foreign.cell(text, name, grade=True, locked=True, points=2) for name, (text, *_) in UNFAIR.items()]
    foreign.notebook(cells, course / "source" / "ps" / "ps.ipynb")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    assert foreign.nbgrader(course, "generate_assignment", "ps").returncode == 0
    foreign.submit(course, "ann", "ps", "ps", {"twice": "def twice(x): return x + x"})
    foreign.submit(course, "bob", "ps", "ps", {"twice": "def twice(x): return 1"})
    foreign.stock(course, "ps")
    stock = foreign.scores(course / "gradebook.db")
    _, results = ours(course, course / "ours")
    told = results["ann", "ps"].run["differences"]
    for name, (_, theirs, right, reason) in UNFAIR.items():
        assert stock["ann", "ps", name][0] == theirs, name
        assert results["ann", "ps"].scores[name] == right, name
        mine = [one for one in told if one.startswith(f"{name}: nbgrader gives {theirs:g}, we give {right:g}.")]
        assert bool(mine) is (theirs != right), name
        assert all(reason in one for one in mine), name
    assert stock["bob", "ps", "silent"][0] == 2  # no output is full marks there
    assert results["bob", "ps"].scores["silent"] == 0
    assert any("none here" in one for one in results["bob", "ps"].run["differences"])


def test_another_kernel_is_refused_in_words(tmp_path: Path) -> None:
    """The R notebook is left to stock nbgrader; the Python one beside it, without a kernel, is graded."""
    course = tmp_path / "mixed"
    answer = [foreign.cell(foreign.solved("x = 1"), "a", solution=True)]
    test = [foreign.cell("assert x == 1", "t", grade=True, locked=True, points=1)]
    r = {"name": "ir", "display_name": "R", "language": "R"}
    foreign.notebook([foreign.cell("y <- 1", "b", solution=True)], course / "source" / "ps" / "r.ipynb", kernelspec=r)
    foreign.notebook(answer + test, course / "source" / "ps" / "py.ipynb", title="no kernel")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    assert foreign.nbgrader(course, "generate_assignment", "ps").returncode == 0
    foreign.submit(course, "ann", "ps", "py", {"a": "x = 1"})
    done = CliRunner().invoke(app, ["grade", "--course", str(course)], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert "ps/r is a notebook for R" in done.output
    assert "nbgrader autograde ps" in done.output
    assert "1 / 1" in done.output
    refused = CliRunner().invoke(app, ["grade", "--course", str(course), "ps/r"])
    assert refused.exit_code == 1
    assert "stock nbgrader" in str(refused.exception)


def test_penalties_for_late_work_are_those_of_the_course(tmp_path: Path) -> None:
    """nbgrader's own plug-in for them, or the course's, is asked as its configuration says."""
    course = tmp_path / "late"
    cells = [foreign.cell(foreign.solved("x = 1"), "a", solution=True)]
    cells.append(foreign.cell("assert x == 1", "t", grade=True, locked=True, points=3))
    foreign.notebook(cells, course / "source" / "ps" / "ps.ipynb")
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    assert foreign.nbgrader(course, "generate_assignment", "ps").returncode == 0
    foreign.submit(course, "ann", "ps", "ps", {"a": "x = 1"})
    foreign.submit(course, "bob", "ps", "ps", {"a": "x = 1"})
    for learner, day in (("ann", 1), ("bob", 3)):
        (course / "submitted" / learner / "ps" / "timestamp.txt").write_text(f"2026-01-0{day} 12:00:00 UTC")
    with NbgraderGradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.update_or_create_assignment("ps", duedate="2026-01-02 12:00:00 UTC")
    shutil.copy(course / "gradebook.db", course / "before.db")
    foreign.stock(course, "ps")
    stock = rows(course / "gradebook.db", PENALTIES)
    assert stock == {("ann", None), ("bob", 3.0)}
    shutil.rmtree(course / "autograded")
    shutil.move(course / "before.db", course / "gradebook.db")
    ours(course, course)
    assert rows(course / "gradebook.db", PENALTIES) == stock


def test_what_a_learner_wrote_for_a_task_reaches_the_grader(tmp_path: Path) -> None:
    """In cells of their own, code and text: a person grades them in the autograded notebook."""
    course = tmp_path / "task"
    task = foreign.text("Show it.", "task", task=True, locked=True, points=2)
    foreign.notebook([foreign.text("# Words"), task, foreign.text("The end.")], course / "source" / "ps" / "ps.ipynb")
    (course / "nbgrader_config.py").write_text("c = get_config()\n")
    assert foreign.nbgrader(course, "generate_assignment", "ps").returncode == 0
    path = foreign.submit(course, "ann", "ps", "ps", {})
    handed = json.loads(path.read_text())
    own = [foreign.text("My **words**."), foreign.cell("print(6 * 7)")]
    handed["cells"][2:2] = [json.loads(json.dumps(one)) for one in own]
    path.write_text(json.dumps(handed))
    ours(course, course)
    made = json.loads((course / "autograded" / "ann" / "ps" / "ps.ipynb").read_text())["cells"]
    texts = ["".join(one["source"]) for one in made]
    assert sum("My **words**." in text for text in texts) == 1
    assert sum("The end." in text for text in texts) == 1
    assert any("42" in "".join(out["text"]) for one in made for out in one.get("outputs", ()) if "text" in out)
