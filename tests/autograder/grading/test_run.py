"""A run goes on after every hang and crash, and ends in time."""

from __future__ import annotations

import time
from typing import Any

import pytest

from autograder.grading import run
from autograder.grading.assignment import Assignment, Kind
from autograder.grading.limits import Limits
from autograder.grading.run import steps_of
from autograder.grading.submission import Submission
from autograder.results import Outcome

RIGHT = {"q1": "def double(x): return 2 * x", "q2": "small = [1, 2, 3]"}


def outcomes(graded: Any) -> list[Outcome]:
    return [group.outcome for question in graded.result.questions for group in question.groups]


def messages(graded: Any) -> list[str]:
    return [group.message for question in graded.result.questions for group in question.groups]


def test_cells_run_in_the_instructors_order(doubling: Assignment) -> None:
    """Each free cell behind the cell that it stands behind in the learner's notebook."""
    submission = Submission("ann", {"q1_answer": "A", "q2_answer": "B"}, {"": ("first",), "q1_check": ("f1", "f2")})
    steps = steps_of(doubling, submission)
    assert [step.grade_id or step.source for step in steps] == [
        "first", "setup", "q1_answer", "q1_check", "f1", "f2", "q1_hidden", "q2_answer", "q2_check",
    ]  # fmt: skip
    assert [step.names for step in steps if step.kind is Kind.ANSWER] == [("double",), ("small",)]
    only = steps_of(doubling, submission, ["q2"])
    assert [step.grade_id for step in only if step.kind is Kind.TEST] == ["q2_check"]


def test_a_released_master_takes_the_learners_names(make: Any) -> None:
    """Checking one's own work: the starter binds nothing, so the answer says what it is about, but no setup name."""
    assignment = make.assignment(
        make.setup("limit = 1"),
        make.code("# Write your answer here.", "q1_answer", "q1", solution=True, checksum="0" * 32),
    )
    steps = steps_of(assignment, Submission("ann", {"q1_answer": "small = limit = 2"}))
    assert steps[-1].names == ("small",)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("while True: pass", "did not finish within 1.5 seconds"),
        ("import os\nos._exit(0)", "ended the Python process"),
        ("import ctypes\nctypes.string_at(0)", "ended the Python process"),
        ("import os\nos.closerange(3, 100)", "ended the Python process"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ended the Python process"),
    ],
)
def test_an_answer_that_hangs_or_crashes_costs_its_own_points_only(
    make: Any, doubling: Assignment, answer: str, words: str
) -> None:
    """The next question is graded in a fresh process, with everything before it done again."""
    graded = make.grade(doubling, {**RIGHT, "q1": answer}, {"setup": ("helper = 1",), "q2_answer": ("helper",)})
    assert outcomes(graded) == [Outcome.COULD_NOT_RUN] * 2 + [Outcome.RIGHT]
    assert words in messages(graded)[0]
    assert messages(graded)[1] == "A hidden check failed. Read the task again: which case does your answer not cover?"
    assert graded.cells[-2].text == "1\n"
    assert words in next(cell for cell in graded.cells if cell.grade_id == "q1_answer").problem
    assert graded.result.run["starts"] == 3


@pytest.mark.parametrize(
    ("body", "words"),
    [("while True: pass", "did not finish within 1 second"), ("import os; os._exit(0)", "ended the Python process")],
)
def test_a_call_that_hangs_or_crashes_costs_its_own_group(make: Any, body: str, words: str) -> None:
    """Groups before it keep their points; questions behind it are graded."""
    two = make.check("q1", "assert double(1) == 2", name="one")["source"].replace("q.result()", "")
    two += make.check("q1", "assert double(5) == 10", name="five")["source"].partition("\n")[2]
    assignment = make.assignment(
        make.setup("from autograder import Question"),
        make.solved("q1", "return 2 * x", before="def double(x):", indent="    "),
        make.code(two, "q1_check", "q1", grade=True, locked=True, points=2),
        make.solved("q2", "small = 1"),
        make.check("q2", "assert small == 1"),
    )
    answer = f"def double(x):\n    if x > 2:\n        {body}\n    return 2 * x"
    graded = make.grade(assignment, {"q1": answer, "q2": "small = 1"})
    assert outcomes(graded) == [Outcome.RIGHT, Outcome.COULD_NOT_RUN, Outcome.RIGHT]
    assert words in messages(graded)[1]


def test_a_check_that_hangs_is_ended_too(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the author's own code does."""
    monkeypatch.setattr(run, "_GRACE", 0.5)
    assignment = make.assignment(
        make.solved("q1", "x = 1"),
        make.code("while True: pass", "t1", "q1", grade=True, locked=True, points=1),
        make.code("assert x == 1", "t2", "q1", grade=True, locked=True, points=1),
    )
    graded = make.grade(assignment, {"q1": "x = 1"}, limits=Limits(call=0.2, cell=0.2))
    assert outcomes(graded) == [Outcome.COULD_NOT_RUN, Outcome.RIGHT]
    assert messages(graded)[0] == "Checking took too long (the limit is 0.2 seconds)."


@pytest.mark.parametrize("body", ["import os; os._exit(0)", "while True: pass"])
def test_silence_does_not_pass_for_an_exception(make: Any, body: str) -> None:
    """A check that expects any exception gets none from a process that is gone; groups before it stand."""
    two = make.check("q1", "assert double(1) == 2", name="one")["source"].replace("q.result()", "")
    swallow = "try:\n    double(5)\nexcept Exception:\n    pass\nelse:\n    assert False"
    two += make.check("q1", swallow, name="five")["source"].partition("\n")[2]
    assignment = make.assignment(
        make.setup("from autograder import Question"),
        make.solved("q1", "return 2 * x", before="def double(x):", indent="    "),
        make.code(two, "q1_check", "q1", grade=True, locked=True, points=2),
        make.code("try:\n    double(5)\nexcept Exception:\n    pass", "q1_t", "q1", grade=True, locked=True, points=1),
    )
    answer = f"def double(x):\n    if x > 2:\n        {body}\n    return 2 * x"
    graded = make.grade(assignment, {"q1": answer}, limits=Limits(call=0.3, cell=1, submission=20))
    assert outcomes(graded) == [Outcome.RIGHT, Outcome.COULD_NOT_RUN, Outcome.COULD_NOT_RUN]


def test_the_whole_submission_has_a_limit(make: Any, doubling: Assignment) -> None:
    """Many slow cells end together; what was graded before counts."""
    slow = tuple(["import time\ntime.sleep(0.3)"] * 50)
    limits = Limits(call=1, cell=1, submission=1.2)
    begin = time.monotonic()
    graded = make.grade(doubling, RIGHT, {"q1_hidden": slow}, limits=limits)
    assert time.monotonic() - begin < 6
    assert outcomes(graded)[0] is Outcome.RIGHT
    assert outcomes(graded)[2] is Outcome.COULD_NOT_RUN
    assert "The time for the whole submission (1.2 seconds) was used up" in messages(graded)[2]


def test_an_answer_that_is_too_long_is_not_run(make: Any, doubling: Assignment) -> None:
    """Its question could not run, and the sentence says why."""
    graded = make.grade(doubling, {**RIGHT, "q2": f"small = [1, 2, 3]  # {'x' * 70_000}"})
    assert outcomes(graded) == [Outcome.RIGHT, Outcome.RIGHT, Outcome.COULD_NOT_RUN]
    assert messages(graded)[2] == "This cell's text has 68.4 KiB; at most 64 KiB can be graded. Shorten it."


@pytest.mark.parametrize(
    ("answer", "outcome", "words"),
    [
        ("SELECT 1 AS n", Outcome.COULD_NOT_RUN, "The answer cell must begin with `%%sql one`."),
        (
            "-- Columns: n\n/* x */ with a AS (SELECT 1 AS n) SELECT n FROM a",
            Outcome.COULD_NOT_RUN,
            "begin with `%%sql",
        ),
        ("%%sql\nSELECT 1 AS n", Outcome.NOT_ATTEMPTED, "The answer cell must begin with `%%sql one`; run it"),
        ("%%sql One\nSELECT 1 AS n", Outcome.NOT_ATTEMPTED, "`one` holds no query yet."),
        ("%%sql city\nSELECT 1 AS n", Outcome.NOT_ATTEMPTED, "`one` holds no query yet."),
        ("select = 1 +", Outcome.COULD_NOT_RUN, "The answer cell must begin with `%%sql one`."),
        ("one = 1 +", Outcome.COULD_NOT_RUN, "SyntaxError"),
        ("with open('x') as file: pass", Outcome.COULD_NOT_RUN, "FileNotFoundError"),
        ("one = 'SELECT 1 AS n'", Outcome.RIGHT, ""),
        ("%%sql one\nSELECT 1 AS n;;", Outcome.RIGHT, ""),
    ],
)
def test_a_query_without_its_first_line_is_told_so(make: Any, answer: str, outcome: Outcome, words: str) -> None:
    """Wherever a solution is a `%%sql NAME` cell; other answers keep Python's own words."""
    assignment = make.assignment(
        make.setup(
            "import sqlite3\nfrom autograder import Question, same_rows, use_database\n"
            "city = use_database(sqlite3.connect(':memory:'))"
        ),
        make.solved("q1", "SELECT 1 AS n", before="%%sql one"),
        make.check("q1", "same_rows(one, {'answer': 'one', 'sql': 'SELECT 1 AS n'}, on=city)"),
        make.code(
            "q = Question('q2')\nexpected = {'answer': 'one', 'sql': 'SELECT 1 AS n'}\n"
            "with q.check('again', points=1):\n    same_rows(one, expected, on=city)\nq.result()",
            "q2_check",
            "q2",
            grade=True,
            locked=True,
            points=1,
        ),
    )
    graded = make.grade(assignment, {"q1": answer})
    assert outcomes(graded) == [outcome, outcome]
    assert words in messages(graded)[1]


def test_a_setup_cell_that_fails_is_nobodys_wrong_answer(make: Any) -> None:
    """Nothing can be graded, and the sentence names the cell."""
    assignment = make.assignment(
        make.setup("import no_such_module"), make.solved("q1", "x = 1"), make.check("q1", "assert x")
    )
    graded = make.grade(assignment, {"q1": "x = 1"})
    assert outcomes(graded) == [Outcome.COULD_NOT_RUN]
    assert graded.result.problem.startswith(
        "The setup cell setup can't be run by the grader: ModuleNotFoundError in line 1"
    )
    assert messages(graded) == [graded.result.problem]
