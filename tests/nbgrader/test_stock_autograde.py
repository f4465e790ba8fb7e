"""Stock nbgrader and our engine give the sample class the same scores, wherever stock nbgrader gives any."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading.classroom import Classroom
from autograder.grading.gradebook import Gradebook

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
MODULE = "a2_one_table"
FAILS_IN_STOCK = {
    "hana": "a pasted answer cell: two cells with one grade id abort the whole run",
    "jun": "a split answer cell: two cells with one grade id abort the whole run",
    "liam": "a truncated file is not JSON",
}


def nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real command; it needs `alembic` and `jupyter` on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=course,
        env=os.environ | {"PATH": path, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class's folder as an instructor has it, graded by stock nbgrader."""
    folder = tmp_path_factory.mktemp("stock")
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "tests" / "samples" / "submitted", folder / "submitted")
    for learner in FAILS_IN_STOCK:
        shutil.move(folder / "submitted" / learner, folder / f"aside-{learner}")
    made = nbgrader(folder, "generate_assignment", MODULE, "--create", "--force")
    assert made.returncode == 0, made.stderr
    graded = nbgrader(folder, "autograde", MODULE)
    assert graded.returncode == 0, graded.stderr
    return folder


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The same class graded by our engine, into a gradebook of its own."""
    into = tmp_path_factory.mktemp("ours")
    classroom = Classroom(ROOT, ROOT / "tests" / "samples" / "submitted", into)
    results = classroom.grade(classroom.find(), jobs=2)
    return {result.learner: result for result in results}, classroom.gradebook_url


def stock_score(course, learner):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return book.score(MODULE, learner)


def test_the_scores_are_equal(course, ours):
    results, url = ours
    with Gradebook(url) as book:
        for learner, result in results.items():
            assert book.score(MODULE, learner) == result.points, learner
            if learner not in FAILS_IN_STOCK:
                assert stock_score(course, learner) == result.points, learner


@pytest.mark.parametrize("learner", sorted(FAILS_IN_STOCK))
def test_where_stock_nbgrader_fails_ours_still_grades(course, ours, learner):
    target = course / "submitted" / learner
    if not target.exists():
        shutil.move(course / f"aside-{learner}", target)
    try:
        assert nbgrader(course, "autograde", MODULE, "--student", learner, "--force").returncode != 0
    finally:
        shutil.move(target, course / f"aside-{learner}")
    assert ours[0][learner].points > 0
    assert ours[0][learner].repairs


def test_stock_feedback_and_export_work_on_a_gradebook_that_we_wrote(course, ours, tmp_path):
    results, _ = ours
    classroom = Classroom(ROOT, ROOT / "tests" / "samples" / "submitted", tmp_path)
    classroom.grade([one for one in classroom.find() if one.learner in ("ana", "dana")], jobs=2)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.rmtree(tmp_path / "feedback")
    feedback = nbgrader(tmp_path, "generate_feedback", MODULE)
    assert feedback.returncode == 0, feedback.stderr
    assert (tmp_path / "feedback" / "ana" / MODULE / f"{MODULE}.html").is_file()
    export = nbgrader(tmp_path, "export", "--to", "grades.csv")
    assert export.returncode == 0, export.stderr
    rows = (tmp_path / "grades.csv").read_text().splitlines()
    assert any(f",{results['dana'].points}," in row for row in rows if ",dana," in row)
