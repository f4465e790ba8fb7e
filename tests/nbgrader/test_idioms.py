"""Forty-eight idioms of nbgrader tests: right and wrong answers get the scores that stock nbgrader gives."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from autograder.grading.classroom import Classroom
from autograder.grading.nbgrader_course import NbgraderCourse

pytestmark = pytest.mark.slow


def load(name: str) -> ModuleType:
    """Import a helper that lies beside this file."""
    spec = importlib.util.spec_from_file_location(f"nbgrader_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


foreign, idioms = load("foreign"), load("idioms")
NUMBERED = list(enumerate(idioms.IDIOMS))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[Any, Any], dict[Any, Any], Any]:
    """One assignment that holds all idioms, graded by stock nbgrader and by us: both gradebooks, and our assignment."""
    course = tmp_path_factory.mktemp("idioms")
    cells = [foreign.cell(idioms.SETUP, "setup", locked=True)]
    for number, one in NUMBERED:
        cells.append(foreign.cell(foreign.solved(one.solution), f"a{number}", solution=True))
        cells.append(foreign.cell(one.test, f"t{number}", grade=True, locked=True, points=one.points))
    source = foreign.notebook(cells, course / "source" / "idioms" / "idioms.ipynb").parent
    (source / "numbers.csv").write_text("n\n1\n2\n3\n")
    (source / "idiomchecks.py").write_text("def equal(a, b):\n    assert a == b, (a, b)\n")
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'idioms'\n")
    made = foreign.nbgrader(course, "generate_assignment", "idioms")
    assert made.returncode == 0, made.stderr
    for learner in ("right", "wrong"):
        answers = {f"a{number}": getattr(one, learner) or one.solution for number, one in NUMBERED}
        foreign.submit(course, learner, "idioms", "idioms", answers)
    foreign.stock(course, "idioms")
    stock = foreign.scores(course / "gradebook.db")
    shutil.rmtree(course / "autograded")
    opened = NbgraderCourse(course)
    classroom = Classroom(course, opened.submitted, course / "ours", course=opened)
    classroom.grade(classroom.find(), jobs=2)
    return stock, foreign.scores(course / "ours" / "gradebook.db"), classroom.assignment("idioms")


@pytest.mark.parametrize(("number", "one"), NUMBERED, ids=[one.name for one in idioms.IDIOMS])
def test_right_and_wrong_answers_score_as_in_nbgrader(both: Any, number: int, one: Any) -> None:
    stock, ours, _ = both
    for learner in ("right", "wrong"):
        assert ours[learner, "idioms", f"t{number}"] == stock[learner, "idioms", f"t{number}"], learner
    assert stock["right", "idioms", f"t{number}"][0] == one.points, "the idiom itself is wrong"
    assert stock["wrong", "idioms", f"t{number}"][0] < one.points, "the idiom itself is wrong"


def test_it_is_known_which_idioms_need_the_learners_process(both: Any) -> None:
    """Whoever teaches the wall another idiom takes it from this list."""
    _, _, assignment = both
    beside = [one.name for number, one in NUMBERED if not assignment.plain.manners[f"t{number}"].isolated]
    assert beside == [one.name for one in idioms.IDIOMS if not one.apart]
    assert len(beside) == 6
