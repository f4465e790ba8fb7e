"""Module A1 judges the same in a plain kernel as across the wall."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from autograder.grading.assignment import Assignment
from autograder.grading.session import grade_answers
from autograder.notebooks.master import read_module

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "solutions" / "a1_tap_to_trip" / "a1_tap_to_trip.ipynb"


def scores_in_a_kernel(answers):
    """The score of each test cell of the instructor's notebook, run in a real kernel with these answers."""
    notebook = nbformat.read(SOLUTIONS, as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {cell.id: float(cell.outputs[0].data["text/plain"]) for cell in tests}


def test_a_kernel_and_the_engine_give_the_same_points():
    """Three right answers by exotic means, and the first wrong answers of the other three questions."""
    questions = read_module(ROOT / "course" / "a1_tap_to_trip" / "a1_tap_to_trip.py").questions
    chosen = [q.right[-1] if number % 2 else q.wrong[0] for number, q in enumerate(questions)]
    answers = {f"{q.key}_answer": q.whole(one) for q, one in zip(questions, chosen, strict=True)}
    scores = dict(grade_answers(Assignment.read(SOLUTIONS), answers).result.scores)
    assert scores_in_a_kernel(answers) == scores
    assert scores["a1_4_hidden"] == 3
    assert scores["a1_3_hidden"] < 3
