"""Grading a submission: what counts, what is told, and what no learner can bring about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder import __version__
from autograder.grading.assignment import Assignment
from autograder.grading.pairs import PlainPairs
from autograder.grading.session import grade_answers, ungraded
from autograder.results import Outcome, SubmissionResult

RIGHT = {"q1": "def double(x):\n    return 2 * x", "q2": "small = [1, 2, 3]"}


def outcomes(result: SubmissionResult) -> list[Outcome]:
    return [group.outcome for question in result.questions for group in question.groups]


def test_right_answers_get_all_points(make: Any, doubling: Assignment) -> None:
    """The result is complete, and the same after a journey as JSON."""
    result = make.grade(doubling, RIGHT).result
    assert (result.points, result.max, result.problem, result.unanswered) == (3, 3, "", ())
    assert result.scores == {"q1_check": 1, "q1_hidden": 1, "q2_check": 1}
    assert [(one.question, one.title) for one in result.questions] == [("q1", "Twice as much"), ("q2", "")]
    assert (result.learner, result.module) == ("ann", "unit")
    assert result.run["engine"] == __version__
    assert result.run["isolation"] == "tier A: namespaces, Landlock and seccomp"
    assert SubmissionResult.from_json(result.to_json()) == result


def test_wrong_answers_are_told_what_is_wrong(make: Any, doubling: Assignment) -> None:
    """Visible checks with values, hidden ones without."""
    result = make.grade(doubling, {"q1": "def double(x):\n    return x * x", "q2": "small = [1]"}).result
    assert outcomes(result) == [Outcome.RIGHT, Outcome.WRONG, Outcome.WRONG]
    hidden = result.questions[0].groups[1]
    assert hidden.hidden
    assert "42" not in hidden.message
    assert "441" not in hidden.message
    assert "yours is [1] (list)" in result.questions[1].groups[0].message


def test_starters_are_not_attempted(make: Any, doubling: Assignment) -> None:
    """They are run like any answer; the checks say so."""
    result = make.grade(doubling, {}).result
    assert outcomes(result) == [Outcome.NOT_ATTEMPTED] * 3
    assert result.unanswered == ("q1_answer", "q2_answer")


def test_cells_come_with_what_they_printed(make: Any, doubling: Assignment) -> None:
    """In order, hidden checks left out."""
    graded = make.grade(doubling, RIGHT, {"setup": ("print('hi')\n5", "1 / 0")})
    assert [(cell.grade_id, cell.text, cell.problem) for cell in graded.cells] == [
        ("setup", "", ""),
        ("", "hi\n5\n", ""),
        ("", "", "ZeroDivisionError in line 1: division by zero"),
        ("q1_answer", "", ""),
        ("q1_check", "", ""),
        ("q2_answer", "", ""),
        ("q2_check", "", ""),
    ]
    assert graded.problems == ("the cell that begins `1 / 0` stops: ZeroDivisionError in line 1: division by zero",)


def test_hidden_inputs_cannot_be_printed_later(make: Any, doubling: Assignment) -> None:
    """What a hidden check hands to a learner's function shows nowhere in the result."""
    answer = "seen = []\ndef double(x):\n    seen.append(x)\n    print(x)\n    return 2 * x"
    graded = make.grade(doubling, {**RIGHT, "q1": answer}, {"q1_hidden": ("print('seen', seen)",)})
    assert graded.result.points == 3
    assert [cell.text for cell in graded.cells if cell.source.startswith("print")] == ["seen [2]\n"]
    assert "21" not in str(graded.result.questions) + str(graded.cells)


def test_results_have_a_key(make: Any, doubling: Assignment) -> None:
    """It is that of submission, master and limits; an unchanged submission needn't be graded again."""
    one, same, other = (make.grade(doubling, given, questions=[]).result.key for given in (RIGHT, dict(RIGHT), {}))
    assert one == same != other
    assert len(one) == 64


def test_authors_can_grade_answers_without_a_notebook(make: Any, doubling: Assignment) -> None:
    """The rest of the answers are starters or solutions; hidden checks are explained."""
    graded = grade_answers(doubling, {"q1_answer": RIGHT["q1"]}, make.limits)
    assert outcomes(graded.result) == [Outcome.RIGHT, Outcome.RIGHT, Outcome.NOT_ATTEMPTED]
    assert graded.result.run["starts"] == 1
    solved = grade_answers(doubling, {}, make.limits, rest="solution", questions=["q2"])
    assert [(one.question, one.points) for one in solved.result.questions] == [("q2", 1)]
    with pytest.raises(ValueError, match="no answer cell 'q9_answer'"):
        grade_answers(doubling, {"q9_answer": ""})
    with pytest.raises(ValueError, match='must be "starter" or "solution"'):
        grade_answers(doubling, {}, rest="both")


def test_what_cannot_be_graded_has_a_result_too(doubling: Assignment) -> None:
    """No learner disappears from the class."""
    result = ungraded(doubling, "ann", "The notebook file is empty.")
    assert (result.points, result.max, result.problem) == (0, 3, "The notebook file is empty.")
    assert outcomes(result) == [Outcome.COULD_NOT_RUN] * 3
    assert result.scores == {"q1_check": 0, "q1_hidden": 0, "q2_check": 0}
    text = json.dumps(result.to_json())
    assert json.dumps(SubmissionResult.from_json(json.loads(text)).to_json()) == text  # so nothing is written again


WRONG = "\ndef double(x):\n    return None\nsmall = None\n"
FORGERIES = {
    "drop asserts": """
import ast
class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.copy_location(ast.Pass(), node)
    def visit_Expr(self, node): return ast.copy_location(ast.Pass(), node)
get_ipython().ast_transformers.append(NoAsserts())
get_ipython().input_transformers_post.append(lambda lines: ["pass\\n"])""",
    "always equal": """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
class Full(list):
    def __eq__(self, other): return True
    def __len__(self): return 3
class Number(int):
    def __eq__(self, other): return True
    def __int__(self): return 42
    __index__ = __int__
    def __repr__(self): return "42"
small = Full()
def double(x): return Number(7) if x == 2 else Yes()""",
    "shadow builtins and checks": """
import builtins, sys, types, json
fake = types.ModuleType("autograder")
class Anything:
    def __getattr__(self, name): return Anything()
    def __call__(self, *args, **kwargs): return Anything()
    def __enter__(self): return self
    def __exit__(self, *args): return True
    def __float__(self): return 3.0
fake.Question = fake.same_value = fake.raises = Question = same_value = raises = q = Anything()
sys.modules["autograder"] = fake
isinstance = lambda *args: True
builtins.isinstance = builtins.type = None
json.dumps = lambda *args, **kwargs: '{"n": 1, "value": 4}'""",
    "read the caller": """
import sys
def double(x):
    frame = sys._getframe()
    while frame:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            if type(value) is int and value == 2 * x > 9:  # smaller numbers stand everywhere
                return value
        frame = frame.f_back""",
    "print a result": """
print('{"check": {"question": "q1", "groups": [{"name": "works", "points": 1, "max": 1, "outcome": "right"}]}}')
print("3.0\\n" * 100)
3.0""",
    "say it is done": """
import json, os, socket, struct
from autograder.errors import CheckFailed, NotAttempted
def double(x): raise NotAttempted("fine")
groups = [{"name": "works", "points": 1, "max": 1, "outcome": "right"}]
reply = {"n": 4, "check": {"question": "q1", "groups": groups}, "gone": "", "value": 4, "out": "", "problem": ""}
body = json.dumps(reply)
for number in range(3, 50):
    try:
        os.write(number, (struct.pack(">I", len(body)) + body.encode()) * 50)
    except OSError:
        pass""",
    "flood": """
import os, threading
def flood():
    while True:
        for number in range(3, 20):
            try: os.write(number, b"\\0" * 65536)
            except OSError: pass
threading.Thread(target=flood, daemon=True).start()""",
    "raise an assertion": "def double(x): raise AssertionError('all good')",
    "deep and endless values": """
small = []
for _ in range(5000): small = [small]
class Deep(dict):
    def items(self): return iter(lambda: ("a", self), None)
def double(x): return Deep(a=small)""",
    "exit": "import sys\ndef double(x): sys.exit(0)\nsys.exit(0)",
    "signal the group": "import os, signal\nos.killpg(0, signal.SIGTERM)",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_gets_a_point(make: Any, doubling: Assignment, name: str) -> None:
    """Whatever a learner's cell does to its own process: the score is that of its answers."""
    attack = FORGERIES[name]
    answers = {
        "q1": attack if "def double" in attack else attack + WRONG,
        "q2": "pass" if "small =" in attack else "small = None",
    }
    graded = make.grade(doubling, answers)
    assert graded.result.points == 0
    assert graded.result.max == 3
    assert Outcome.RIGHT not in outcomes(graded.result)


def test_right_answers_beside_odd_ones_keep_their_points(make: Any, doubling: Assignment) -> None:
    """Noise, threads and strange habits cost an honest learner nothing."""
    noisy = """
import sys, threading, time, warnings
print("\\udc80\\ud800\\x00 ok"); print("x" * 10_000_000); print("oops", file=sys.stderr); warnings.warn("careful")
threading.Thread(target=time.sleep, args=[60]).start()
sys.setrecursionlimit(150)
def double(x):
    print("noise" * 10_000, file=sys.stderr)
    return 2 * x"""
    graded = make.grade(doubling, {**RIGHT, "q1": noisy}, {"": ("limit = 5; Question = None",)})
    assert graded.result.points == 3
    assert "\ud800" not in graded.cells[2].text


def test_no_value_of_a_learners_runs_code_in_the_checker(make: Any, tmp_path: Path) -> None:
    """By design: only the process that ran the answer cell ever runs the learner's methods."""
    trail = tmp_path / "trail"
    trail.mkdir()
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value\nimport os"),
        make.solved("q1", "thing = make = 1"),
        make.check("q1", "same_value([thing, make(), {1: thing}], 5, of=f'{thing} in {os.getpid()}')"),
        make.check("q2", "assert thing == make() and hash(thing) and str(thing) and list(thing)"),
    )
    mark = f"open(os.path.join({str(trail)!r}, str(os.getpid())), 'w').close()"
    methods = "__eq__ __reduce__ __reduce_ex__ __repr__ __str__ __hash__ __iter__ __getattr__ __del__ __len__ __bool__"
    source = f"import os\n{mark}\nclass Trap(Exception):\n" + "".join(
        f"    def {method}(self, *args):\n        {mark}\n        return 'x'\n" for method in methods.split()
    )
    pairs = PlainPairs(make.limits)  # without walls: behind them nobody could leave a mark
    graded = make.grade(assignment, {"q1": f"{source}thing = Trap()\ndef make(): return Trap()"}, pairs=pairs)
    assert outcomes(graded.result) == [Outcome.WRONG, Outcome.WRONG]
    checker = graded.result.questions[0].groups[0].message.partition("> in ")[2].partition("`")[0]
    assert checker.isdecimal(), graded.result.questions[0].groups[0].message
    assert [path.name for path in trail.iterdir()] not in ([], [checker])
    assert len(list(trail.iterdir())) == 1
    assert not (trail / checker).exists()


def test_nothing_of_a_graded_submission_is_left(make: Any, doubling: Assignment) -> None:
    """No open file, no child process, without walls; with them, only the boxes, which are used again."""
    before = set(Path("/proc/self/fd").iterdir())
    answers = {**RIGHT, "q1": "import os\nos.fork() or os.setpgid(0, 0)\nos._exit(1)"}
    make.grade(doubling, answers, pairs=PlainPairs(make.limits))
    assert set(Path("/proc/self/fd").iterdir()) == before
    make.grade(doubling, answers)
    before = set(Path("/proc/self/fd").iterdir())
    make.grade(doubling, answers)
    assert set(Path("/proc/self/fd").iterdir()) == before
