"""The checker judges, explains, and never runs what a learner wrote."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.session import Graded
from autograder.results import GroupResult, Outcome


def group(graded: Graded, number: int = 0) -> GroupResult:
    return [group for question in graded.result.questions for group in question.groups][number]


def test_it_is_light_and_never_unpickles() -> None:
    """No IPython in it, and no module that turns bytes into objects with code."""
    code = (
        "import autograder.grading.checker, sys; print({'IPython', 'nbformat', 'pickle', 'dill'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("body", "outcome", "message"),
    [
        ("x = missing", Outcome.COULD_NOT_RUN, "The check stopped: NameError in line 1: name 'missing' is not defined"),
        ("double(1)", Outcome.NOT_ATTEMPTED, "Not written yet"),
        ("small", Outcome.NOT_ATTEMPTED, "There is no `small` yet."),
        ("raise ValueError('author')", Outcome.COULD_NOT_RUN, "The check stopped: ValueError in line 1: author"),
        ("assert 1 == 2, 'no'", Outcome.WRONG, "no"),
        ("assert 1 == 2", Outcome.WRONG, "AssertionError in line 1"),
        ("1 +", Outcome.COULD_NOT_RUN, "The check stopped: SyntaxError"),
        ("import sys; sys.exit()", Outcome.COULD_NOT_RUN, "The check stopped: SystemExit in line 1"),
        ("pass", Outcome.RIGHT, ""),
    ],
)
def test_a_cell_without_groups_is_judged_as_a_whole(make: Any, body: str, outcome: Outcome, message: str) -> None:
    """What ends it outside of a group decides for all of it."""
    assignment = make.assignment(
        make.solved("q1", "return 2 * x", before="def double(x):", indent="    "),
        make.solved("q2", "small = 1"),
        make.code(body, "t1", "q1", grade=True, locked=True, points=3),
    )
    found = group(make.grade(assignment, {}))
    assert (found.outcome, found.max, found.points) == (outcome, 3, 3 * (outcome is Outcome.RIGHT))
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("body", "message", "outcome"),
    [
        ("same_row(x)", "The check stopped: NameError in line 5: name 'same_row' is not defined", "could not run"),
        ("{}['nowhere']", "The check stopped: KeyError in line 5: 'nowhere'", "could not run"),
        ("assert x == 2, 'not two'", "not two", "wrong"),
        ("same_value(x, 2)", "It should be 2 (int), yours is 1 (int).", "wrong"),
    ],
)
def test_an_author_reads_what_really_ended_a_hidden_group(make: Any, body: str, message: str, outcome: str) -> None:
    """And a learner reads nothing of it."""
    setup = make.setup("from autograder import Question, same_value")
    assignment = make.assignment(setup, make.solved("q1", "x = 1"), make.hidden("q1", body))
    told = group(make.grade(assignment, {"q1": "x = 1"}, reveal=True, sealed=False))
    assert (told.message, told.outcome.value) == (message, outcome)
    assert message not in group(make.grade(assignment, {"q1": "x = 1"})).message


def test_an_answer_that_is_not_there_stays_not_attempted_for_the_author(make: Any) -> None:
    """That is no fault of the check's."""
    setup = make.setup("from autograder import Question")
    assignment = make.assignment(setup, make.solved("q1", "x = 1"), make.hidden("q1", "assert x"))
    told = group(make.grade(assignment, {"q1": "pass"}, reveal=True, sealed=False))
    assert told.outcome is Outcome.NOT_ATTEMPTED


def test_an_error_outside_the_groups_costs_all_of_them(make: Any) -> None:
    """And is explained in each, but not where the check is hidden."""
    open_, hidden = (
        maker("q1", "assert x == 1", name=name)["source"] for maker, name in ((make.check, "a"), (make.hidden, "b"))
    )
    flags = {"grade": True, "locked": True, "points": 1}
    assignment = make.assignment(
        make.setup("from autograder import Question"),
        make.solved("q1", "x = 1"),
        make.code("secret = x['key']\n" + open_, "c1", "q1", **flags),
        make.code(hidden.replace("q = ", "secret = x['key']\nq = "), "h1", "q1", **flags),
        make.code(open_.replace("q.result()", ""), "c2", "q1", **flags),
    )
    answers = {"q1": "x = 1"}
    found = make.grade(assignment, answers)
    assert group(found).message == "The check stopped: TypeError in line 1: 'int' object is not subscriptable"
    assert (group(found, 1).message, group(found, 1).hidden) == ("A hidden check could not be run.", True)
    assert "q.result()" in group(found, 2).message
    revealed = make.grade(assignment, answers, reveal=True, sealed=False)
    assert "TypeError in line 3" in group(revealed, 1).message


def test_a_failed_answer_is_not_called_unattempted(make: Any, doubling: Assignment) -> None:
    """The learner is told what stopped the cell, in the group that misses its name."""
    graded = make.grade(doubling, {"q2": "small = 1 / 0", "q1": "def double(x:"})
    assert group(graded, 2).outcome is Outcome.COULD_NOT_RUN
    assert "could not be run: ZeroDivisionError in line 1: division by zero" in group(graded, 2).message
    assert "SyntaxError in line 1" in group(graded, 0).message


def test_the_learners_exceptions_reach_the_check(make: Any) -> None:
    """Also those of the setup cells and of the learner's own making."""
    assignment = make.assignment(
        make.setup("from autograder import Question, raises\nclass Declined(Exception): ..."),
        make.solved("q1", "raise Declined(x)", before="def pay(x):", indent="    "),
        make.check("q1", "raises(Declined, pay, 5)\nraises(ValueError, pay, 'a')"),
    )
    source = "class Odd(ValueError): ...\ndef pay(x):\n    raise Declined(x) if x == 5 else Odd(x)"
    assert group(make.grade(assignment, {"q1": source})).outcome is Outcome.RIGHT
    wrong = group(make.grade(assignment, {"q1": "class Mine(Exception): ...\ndef pay(x): raise Mine"}))
    assert wrong.message == "`pay(5)` should raise Declined, yours raised Mine."


def test_what_an_answer_prints_is_shown_with_its_group(make: Any, doubling: Assignment) -> None:
    """In visible groups only."""
    graded = make.grade(doubling, {"q1": "def double(x):\n    print('got', x)\n    return 2 * x"})
    assert [one.printed for one in graded.result.questions[0].groups] == ["got 2\n", ""]
    assert graded.result.questions[0].outcome is Outcome.RIGHT


def test_state_is_shared_between_answers_and_setup(make: Any) -> None:
    """Answers use what setup cells made; checks see setup cells' names and what calls have changed."""
    assignment = make.assignment(
        make.setup("from autograder import Question\nbook = {}"),
        make.solved("q1", "log = []\ndef note(x):\n    log.append((limit, x))"),
        make.setup("limit = 3", "setup_2"),
        make.check("q1", "assert log == []\nnote(1)\nassert log == [(3, 1)]\nassert (book, limit) == ({}, 3)"),
    )
    found = group(make.grade(assignment, {"q1": "log = []\ndef note(x): log.append((limit, x))"}))
    assert (found.outcome, found.message) == (Outcome.RIGHT, "")


APPS = """
def create_app(clock):
    import os
    def app(environ, start_response):
        path = environ["PATH_INFO"]
        while path == "/hang":
            clock.now()
        if path == "/crash":
            os._exit(3)
        if path == "/exit":
            raise SystemExit
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(clock.time()).encode()]
    return app
"""


def test_an_app_that_hangs_or_crashes_fails_its_group_and_no_other(make: Any) -> None:
    """With a sentence; a crash is the end of its cell, and the next cell has a fresh process."""
    bodies = {
        "fine": "assert Client(app).get('/').status == 200",
        "hangs": "Client(app, limits=ExchangeLimits(seconds=0.3)).get('/hang')",
        "exits": "Client(app).get('/exit')",
        "still fine": "assert Client(app).get('/').status == 200",
        "crashes": "Client(app).get('/crash')",
        "too late": "Client(app).get('/')",
    }
    groups = "".join(f"with q.check({name!r}, points=1):\n    {body}\n" for name, body in bodies.items())
    start = "q = Question('q1')\napp = create_app(VirtualClock())\n"
    assignment = make.assignment(
        make.setup(
            "from autograder import Question\nfrom autograder.web.client import Client\n"
            "from autograder.web.clock import VirtualClock\nfrom autograder.web.answer import ExchangeLimits"
        ),
        make.solved("q1", "pass", before="def create_app(clock):", indent="    "),
        make.code(f"{start}{groups}q.result()", "q1_check", "q1", grade=True, locked=True, points=6),
        make.check("q2", "assert Client(create_app(VirtualClock())).get('/').text == '1741078800.0'"),
    )
    graded = make.grade(assignment, {"q1": APPS})
    first, second = graded.result.questions
    assert [one.points for one in first.groups] == [1, 0, 0, 1, 0, 0]
    assert "0.3 seconds" in first.groups[1].message
    assert "sys.exit()" in first.groups[2].message
    assert "ended the Python process" in first.groups[4].message
    assert "ended the Python process" in first.groups[5].message
    assert (second.points, graded.result.run["starts"]) == (1, 2)


def test_calls_back_and_forth_have_a_bottom(make: Any) -> None:
    """Each calls the other for ever: the group fails with a sentence, the next one is whole."""
    assignment = make.assignment(
        make.setup("from autograder import Question"),
        make.solved("q1", "def again(step, n): return step(n + 1)"),
        make.check("q1", "def step(n): return again(step, n)\nagain(step, 0)"),
        make.check("q2", "assert again(lambda n: n, 1) == 2"),
    )
    graded = make.grade(assignment, {"q1": "def again(step, n): return step(n + 1)"})
    found = group(graded)
    assert (found.outcome, found.points) == (Outcome.COULD_NOT_RUN, 0)
    assert "call each other more than 8 deep" in found.message
    assert (group(graded, 1).points, graded.result.run["starts"]) == (1, 1)
    quiet = "def again(step, n):\n    try: return step(n + 1)\n    except BaseException: return n"
    assert group(make.grade(assignment, {"q1": quiet})).points == 0
