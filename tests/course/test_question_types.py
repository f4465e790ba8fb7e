"""One module with every ready type of question: the same verdicts in a kernel, in `verify` and across the wall."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.grading.assignment import Assignment
from autograder.grading.session import grade_answers
from autograder.notebooks.build import build_module
from autograder.notebooks.master import read_module
from autograder.question_types import TYPES
from autograder.verify import verify

MASTER = Path(__file__).with_name("a1_types.py")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    path = root / "course" / "a1_types" / "a1_types.py"
    path.parent.mkdir(parents=True)
    shutil.copy(MASTER, path)
    module = read_module(path)
    built = build_module(module, root)
    for kind, text in (("solutions", built.solution), ("exercises", built.exercise)):
        target = root / kind / "a1_types" / "a1_types.ipynb"
        target.parent.mkdir(parents=True)
        target.write_text(text, "utf-8")
    return root, module


def test_verify_proves_every_type(course):
    """Solutions pass, starters are not attempted, wrong answers show their tags, unusual right ones pass."""
    root, module = course
    report = verify(root)
    assert not report.problems
    assert [row.ok for row in report.modules[0].rows] == [True] * 10
    assert {question.type for question in module.questions} == {name for name, kind in TYPES.items() if kind.ready}


def run_in_kernel(notebook, answers):
    """Run the instructor's notebook in a real kernel with answers; the score of each test cell as nbgrader reads it."""
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    scores = {}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            assert [output.output_type for output in cell.outputs] == ["execute_result"], (cell.id, cell.outputs)
            scores[cell.id] = float(cell.outputs[0].data["text/plain"])
    return scores


@pytest.mark.parametrize("number", range(4))
def test_a_kernel_and_the_engine_give_the_same_points(course, number):
    """The same test text judges in one process and across the wall; noise on stderr costs nothing in either."""
    root, module = course
    source = root / "solutions" / "a1_types" / "a1_types.ipynb"
    variants = {
        q.key: [*(q.whole(one) for one in q.wrong), *(q.whole(one) for one in q.right)] for q in module.questions
    }
    answers = {f"{key}_answer": found[min(number, len(found) - 1)] for key, found in variants.items()}
    graded = grade_answers(Assignment.read(source), answers)
    in_kernel = run_in_kernel(nbformat.read(source, as_version=4), answers)
    assert in_kernel == dict(graded.result.scores)
    assert sum(in_kernel.values()) > 0


def test_the_released_notebook_holds_no_key(course):
    """What a learner gets has neither the picks nor the order nor the status."""
    root, _ = course
    text = Path(root / "exercises" / "a1_types" / "a1_types.ipynb").read_text("utf-8")
    for secret in ('ride = [\\"a\\", \\"b\\"', 'pricing = \\"b\\"', '\\"404', "DISTINCT a", "divmod", "notify-early"):
        assert secret not in text
