"""A submission of a plain notebook gets nbgrader's points, whatever it does, and no word of a hidden test."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from autograder.grading.assignment import Manner, Plain
from autograder.results import Outcome


def groups(graded: Any) -> dict[str, Any]:
    return {group.name: group for question in graded.result.questions for group in question.groups}


def test_each_test_is_judged_by_itself(plain: Any) -> None:
    """Wrong, not attempted, without end, ended by a crash: the tests after it go on, and the points are right."""
    assignment = plain.assignment(
        plain.locked("limit = 10\n1 / 0"),  # an error in a setup cell stops nothing, as in nbgrader
        plain.answer("a", "def right(): return limit"),
        plain.test("ta", "assert right() == 10"),
        plain.answer("b", "def wrong(): return 1"),
        plain.test("tb", "assert wrong() == 1, 'not one'\nassert wrong() != 7", "assert wrong() == 1, 'not one'"),
        plain.answer("c", "def absent(): return 1"),
        plain.test("tc", "assert absent() == 1"),
        plain.answer("d", "def endless(): return 1"),
        plain.test("td", "assert endless() == 1"),
        plain.answer("e", "def fatal(): return 1"),
        plain.test("te", "assert fatal() == 1"),
        plain.answer("f", "def some(): return [1, 2]"),
        plain.test("tf", "len(set(some()) & {1, 2})", points=2),
    )
    answers = {
        "b": "def wrong(): return 2",
        "c": "",
        "d": "def endless():\n    while True: pass",
        "e": "import os\ndef fatal(): os._exit(3)",
        "f": "def some(): return [2, 3]",
    }
    graded = plain.grade(assignment, answers)
    found = groups(graded)
    assert graded.result.scores == {"ta": 1, "tb": 0, "tc": 0, "td": 0, "te": 0, "tf": 1}
    outcomes = {name: group.outcome for name, group in found.items()}
    assert outcomes == {
        "ta": Outcome.RIGHT,
        "tb": Outcome.WRONG,
        "tc": Outcome.NOT_ATTEMPTED,
        "td": Outcome.COULD_NOT_RUN,
        "te": Outcome.COULD_NOT_RUN,
        "tf": Outcome.WRONG,
    }
    assert found["tb"].message == "not one `assert wrong() == 1, 'not one'`"
    assert found["tc"].message == "There is no `absent` yet."
    assert "did not finish" in found["td"].message
    assert found["tf"].message == "1 of 2 points."


def test_a_hidden_test_decides_and_says_nothing(plain: Any) -> None:
    """Not what it expects, not what it prints, not what the learner's code prints of what it was given."""
    assignment = plain.assignment(
        plain.answer("a", "def double(x): return 2 * x"),
        plain.test(
            "t",
            "assert double(1) == 2\nprint('SECRET')\nassert double(4711) == 9422, 'SECRET'",
            "assert double(1) == 2",
        ),
        plain.answer("b", "y = 1"),
        plain.test("u", "assert y == 1"),
    )
    nosy = "seen = []\ndef double(x):\n    seen.append(x)\n    print('got', x)\n    return 2"
    graded = plain.grade(assignment, {"a": nosy, "b": "print(seen)\ny = 1"})
    assert graded.result.scores == {"t": 0, "u": 1}
    assert groups(graded)["t"].message == "A hidden test fails."
    everything = json.dumps(graded.result.to_json()) + "".join(cell.text for cell in graded.cells)
    assert "SECRET" not in everything
    assert "4711" not in everything
    assert "[1]" in everything  # what the visible test gave may be seen


def test_the_assignments_files_are_on_both_sides(plain: Any) -> None:
    files = {"data/numbers.csv": b"1\n2\n", "plainhelper.py": b"def same(a, b): assert a == b\n"}
    assignment = plain.assignment(
        plain.answer("a", "total = sum(map(int, open('data/numbers.csv')))"),
        plain.test("t", "from plainhelper import same\nsame(total, sum(map(int, open('data/numbers.csv'))))"),
        files=files,
    )
    assert plain.grade(assignment).result.scores == {"t": 1}


def test_a_setup_cell_that_is_not_locked_serves_the_tests(plain: Any) -> None:
    """Many authors leave their imports in cells that nbgrader doesn't protect: the learner may have lost them."""
    assignment = plain.assignment(
        plain.free(
            "import math, sqlite3\nconn = sqlite3.connect(':memory:')\ndef near(a, b): return abs(a - b) < 1e-6"
        ),
        plain.answer(
            "a",
            "import math\ndef area(r): return math.pi * r * r\ndef ask(c): return c.execute('select 1').fetchone()[0]",
        ),
        plain.test("t", "assert near(area(2), 4 * math.pi)"),
        plain.test("u", "assert ask(conn) == 1"),
        plain.free("area(1)"),
    )
    assert plain.grade(assignment).result.scores == {"t": 1, "u": 1}


def test_a_test_beside_the_learners_code_is_marked(plain: Any) -> None:
    """It gives the points, and the result says that they could be forged."""
    assignment = plain.assignment(
        plain.answer("a", "def f(a, *, b): return a"),
        plain.test("t", "import inspect\nassert list(inspect.signature(f).parameters) == ['a', 'b']"),
        plain.test("u", "assert f(1, b=2) == 1"),
    )
    trusting = replace(assignment, plain=Plain({}, {"t": Manner(isolated=False)}))
    graded = plain.grade(trusting)
    assert graded.result.scores == {"t": 1, "u": 1}
    assert graded.result.run["reduced_trust"] == ["t"]
    wrong = plain.grade(trusting, {"a": "def f(a, b): return a\nf.__signature__ = None"})
    assert wrong.result.scores["u"] == 1


@pytest.mark.parametrize(
    "forged",
    [
        "class Same(list):\n    __eq__ = lambda *a: True\n    __ne__ = lambda *a: False\n    __len__ = lambda *a: 3\n",
        "class Same:\n    __eq__ = __lt__ = lambda *a: True\n    __sub__ = __len__ = __abs__ = lambda *a: 0\n",
    ],
)
def test_an_object_that_equals_everything_wins_nothing(plain: Any, forged: str) -> None:
    assignment = plain.assignment(
        plain.answer("a", "def three(): return [1, 2, 3]\ndef pi(): return 3.14"),
        plain.test("t", "assert three() == [1, 2, 3]"),
        plain.test("u", "assert abs(pi() - 3.14) < 0.01"),
    )
    graded = plain.grade(assignment, {"a": f"{forged}three = pi = lambda: Same()"})
    assert graded.result.points == 0


def test_pythons_own_names_are_never_the_learners(plain: Any) -> None:
    """Even where the author's own solution takes one of them."""
    assignment = plain.assignment(
        plain.answer("a", "def three(): return 3\nsum = 0"),
        plain.test("t", "assert sum([three(), 1]) == 4"),
    )
    forged = plain.grade(assignment, {"a": "def three(): return 5\nsum = lambda values: 4"})
    assert forged.result.scores == {"t": 0}
    assert plain.grade(assignment).result.scores == {"t": 1}
