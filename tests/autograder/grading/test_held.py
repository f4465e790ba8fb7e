"""Hidden checks of data are judged by notes, when the learner's process is gone: with the verdicts of a second run."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.assignment import Assignment
from autograder.grading.pairs import PlainPairs
from autograder.results import Outcome

WRONG, RIGHT, NOTHING, STOPPED = Outcome.WRONG, Outcome.RIGHT, Outcome.NOT_ATTEMPTED, Outcome.COULD_NOT_RUN


@pytest.fixture
def data(make: Any) -> Assignment:
    """Two questions whose answers are data, each with a hidden check behind its visible one."""
    return make.assignment(
        make.setup("from autograder import Question, same_value"),
        make.solved("q1", "small = [1, 2, 3]"),
        make.check("q1", "same_value(len(small), 3)"),
        make.hidden("q1", "same_value(small, [1, 2, 3])"),
        make.solved("q2", "word = 'tap'"),
        make.check("q2", "same_value(len(word), 3)"),
        make.hidden("q2", "same_value(word, 'tap')"),
    )


def hidden(graded: Any) -> list[Outcome]:
    return [group.outcome for one in graded.result.questions for group in one.groups if group.hidden]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"q1": "small = [1, 2, 3]", "q2": "word = 'tap'"}, [RIGHT, RIGHT]),
        ({"q1": "small = [1, 2, 4]", "q2": "word = 'tip'"}, [WRONG, WRONG]),
        ({"q2": "word = 'tap'"}, [NOTHING, RIGHT]),
        ({"q1": "small = 1 / 0", "q2": "word = 'tap'"}, [STOPPED, RIGHT]),
        ({"q1": "small = object()", "q2": "word = 'tap'"}, [WRONG, RIGHT]),
        ({"q1": "small = [1, 2, lambda: 3]", "q2": "word = 'tap'"}, [WRONG, RIGHT]),
    ],
)
def test_verdicts_are_those_of_a_run_of_their_own(make: Any, data: Assignment, answers: Any, expected: Any) -> None:
    """Right, wrong, missing, stopped, and what isn't data after all."""
    graded = make.grade(data, answers)
    assert hidden(graded) == expected
    assert hidden(make.grade(data, answers, sealed=False)) == expected


def test_data_needs_no_second_run(make: Any, data: Assignment) -> None:
    """One pair of processes plays both parts."""
    assert make.grade(data, {"q1": "small = [1]", "q2": "word = ''"}).result.run["starts"] == 1
    assert make.grade(data, {"q1": "small = [1, 2, print]"}).result.run["starts"] == 2


def test_the_learner_is_gone_before_the_first_hidden_check(make: Any) -> None:
    """Nothing that a hidden check does can be seen by a thread of the learner's."""
    seen = "open(f'/proc/{pid}/stat').read().rpartition(')')[2].split()[0] if os.path.exists(f'/proc/{pid}') else 'Z'"
    assignment = make.assignment(
        make.setup("import os\nfrom autograder import Question, same_value"),
        make.solved("q1", "pid = 1"),
        make.check("q1", f"assert ({seen}) != 'Z'"),
        make.hidden("q1", f"same_value(({seen}) in 'ZX', True)"),
    )
    graded = make.grade(assignment, {"q1": "import os\npid = os.getpid()"}, pairs=PlainPairs(make.limits))
    assert graded.result.points == 2
    assert graded.result.run["starts"] == 1


def test_a_check_reads_what_stood_at_its_place(make: Any) -> None:
    """Neither an answer nor a check further down changes what a hidden check finds."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value\nlimit = 1"),
        make.solved("q1", "small = [1]"),
        make.check("q1", "same_value(small, [1])"),
        make.hidden("q1", "same_value(small, [1])\nsame_value(limit, 1)"),
        make.setup("limit = 2", name="later"),
        make.solved("q2", "small = [2]"),
        make.check("q2", "same_value(small, [2])"),
        make.hidden("q2", "same_value(small, [2])\nsame_value(limit, 2)"),
    )
    graded = make.grade(assignment, {"q1": "small = [1]", "q2": "small.append(1)\nsmall = [2]"})
    assert graded.result.points == 4
    assert graded.result.run["starts"] == 1


def test_hidden_checks_share_what_they_bind(make: Any) -> None:
    """As they do in a run: the second uses the first one's helper."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value"),
        make.solved("q1", "small = [1]"),
        make.check("q1", "same_value(small, [1])"),
        make.hidden("q1", "def first(values):\n    return values[0]\nsame_value(first(small), 1)"),
        make.solved("q2", "more = [2]"),
        make.check("q2", "same_value(more, [2])"),
        make.hidden("q2", "same_value(first(more), 2)"),
    )
    graded = make.grade(assignment, {"q1": "small = [1]", "q2": "more = [2]"})
    assert graded.result.points == 4
    assert graded.result.run["starts"] == 1


def test_what_the_notes_do_not_hold_brings_a_second_run(make: Any) -> None:
    """A helper of the setup cell asks for a name that the hidden check doesn't mention."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value\ndef first():\n    return small[0]"),
        make.solved("q1", "small = [1]"),
        make.check("q1", "same_value(first(), 1)"),
        make.hidden("q1", "same_value(first(), 1)"),
    )
    graded = make.grade(assignment, {"q1": "small = [1]"})
    assert graded.result.points == 2
    assert graded.result.run["starts"] == 2


def test_a_hanging_hidden_check_ends_nothing_else(make: Any) -> None:
    """It is judged again in a run of its own, where it fails alone."""
    assignment = make.assignment(
        make.setup("import time\nfrom autograder import Question, same_value"),
        make.solved("q1", "small = [1]"),
        make.check("q1", "same_value(small, [1])"),
        make.hidden("q1", "time.sleep(60 if small == [5] else 0)\nsame_value(small, [1])"),
        make.solved("q2", "more = [2]"),
        make.check("q2", "same_value(more, [2])"),
        make.hidden("q2", "same_value(more, [2])"),
    )
    graded = make.grade(assignment, {"q1": "small = [5]", "q2": "more = [2]"})
    assert hidden(graded) == [STOPPED, RIGHT]
