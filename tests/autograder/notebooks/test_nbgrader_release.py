"""The release: what nbgrader's own classes, and our one stub, leave for the learner."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbgrader.preprocessors import ClearSolutions as NbgraderClearSolutions

from autograder.notebooks.build import build_module
from autograder.notebooks.nbgrader_release import RELEASE, ClearSolutions, release_text


@pytest.fixture
def built(module, course):
    """Both notebooks of the module, read back."""
    made = build_module(module, course)
    return json.loads(made.solution), json.loads(made.exercise)


def source(notebook, name):
    return "".join(next(one for one in notebook["cells"] if one["id"] == name)["source"])


def test_an_instructor_needs_none_of_the_authors_tools():
    """With `[grade]` installed there is no jupytext; grading and nbgrader's configuration must not ask for it."""
    code = (
        "import sys\nfor name in ('jupytext', 'hatchling'): sys.modules[name] = None\n"
        "import autograder.cli, autograder.grading.classroom, autograder.notebooks.nbgrader_release"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)


def test_a_solution_region_outside_an_answer_is_refused():
    """nbgrader's own guard stays in force."""
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("### BEGIN SOLUTION\n### END SOLUTION")])
    with pytest.raises(RuntimeError, match="non-solution cell"):
        release_text(node)


def test_hidden_tests_stand_between_markers_and_are_gone_from_the_release(built):
    """The learner sees one comment that says what will happen."""
    lines = source(built[0], "a2_1_hidden").split("\n")
    public = "# Hidden checks of A2.1 run here when your work is graded (1 point)."
    assert (lines[0], lines[1], lines[-1]) == (public, "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
    assert source(built[1], "a2_1_hidden") == public


@pytest.mark.parametrize(
    ("name", "starter"),
    [
        ("a2_1_answer", "%%sql electric\n-- Columns: plate\n-- Write your query here."),
        (
            "a2_2_answer",
            "def half(cents):\n    # Write your code here, then remove the next line.\n    raise NotImplementedError",
        ),
        ("a2_3_answer", "# Write your answer here."),
    ],
)
def test_the_stub_fits_the_answer(built, name, starter):
    """A query, the body of a function, a value."""
    assert source(built[1], name) == starter


def test_the_chain_holds_one_class_that_is_not_nbgraders():
    """Everything but the stub is stock."""
    assert issubclass(ClearSolutions, NbgraderClearSolutions)
    assert [step for step in RELEASE if not step.__module__.startswith("nbgrader.")] == [ClearSolutions]
