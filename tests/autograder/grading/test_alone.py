"""Answers that are data are judged without a learner's process, and exactly as with one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autograder.errors import WireError
from autograder.grading.alone import Alone, values_in
from autograder.grading.assignment import Assignment
from autograder.grading.pairs import BoxedPairs, Pair
from autograder.grading.run import Run
from autograder.grading.session import Graded
from autograder.grading.warm_pairs import warm_pairs

SETUP = """\
import sqlite3
from autograder import Question, same_rows, same_value, use_database
town = sqlite3.connect(":memory:")
town.executescript("CREATE TABLE cars (plate TEXT, seats INTEGER); INSERT INTO cars VALUES ('A', 4), ('B', NULL)")
_ = use_database(town)
"""


EXPECTED = "{'ordered': False, 'columns': ['plate'], 'rows': [['A'], ['B']]}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("%%sql busy\nSELECT 1", {"busy": "SELECT 1"}),
        ("%%sql\nSELECT 1", {}),
        ("# nothing yet", {}),
        ("letter = 'b'", {"letter": "b"}),
        ("letter = 'b'\nmany = [1, -2.5, {'a': {3}}]  # so", {"letter": "b", "many": [1, -2.5, {"a": {3}}]}),
        ("many = ((None, True), b'')", None),
    ],
)  # fmt: skip
def test_data_is_recognised(source: str, found: dict[str, Any] | None) -> None:
    assert values_in(source, ["busy", "letter", "many"]) == found


@pytest.mark.parametrize(
    "source",
    [
        "%%sql other\nSELECT 1",  # a name that no answer has
        "%%time\nletter = 'b'",
        "other = 1",
        "letter = many = 1",
        "letter, many = 1, 2",
        "letter: str = 'b'",
        "letter = 'a'\nletter = 'b'",
        "letter = ...",
        "letter = 1j",
        "letter = print()",
        "letter = f'{1}'",
        "letter = [x for x in (1, 2)]",
        "letter = 'b'\nprint(letter)",
        "letter = 'why?'",  # IPython might see a question in it
        "letter = {[]: 1}",
        "letter =",
        "letter = " + "[" * 500 + "]" * 500,
        "letter = " + "-" * 5_000 + "1",
        "letter = '" + "x" * 20_000 + "'",
        "import os",
    ],
)
def test_what_may_be_code_is_no_data(source: str) -> None:
    """Or what only a process knows to read."""
    assert values_in(source, ["letter", "many"]) is None


@pytest.mark.parametrize("op", ["call", "attr", "exchange", "plain", "set"])
def test_what_needs_a_process_ends_the_attempt(op: str) -> None:
    with pytest.raises(WireError):
        Alone(100).send({"n": 1, "op": op})


@pytest.fixture
def town(make: Any) -> Assignment:
    """A query, a letter, and a query's hidden check."""
    return make.assignment(
        make.setup(SETUP),
        make.solved("q1", "%%sql plates\nSELECT plate FROM cars"),
        make.check("q1", f"same_rows(plates, {EXPECTED}, on=town)"),
        make.hidden("q1", "same_rows(plates, {'sql': 'SELECT plate FROM cars'}, on=town)"),
        make.solved("q2", "letter = 'b'"),
        make.check("q2", "same_value(letter.upper(), 'B')"),
        make.hidden("q2", "same_value(letter, 'b')"),
    )


class Counting:
    """Pairs that tell how they were asked for."""

    def __init__(self, pairs: BoxedPairs) -> None:
        self.tier, self._pairs, self.asked = pairs.tier, pairs, list[bool]()

    def pair(self, *, alone: bool = False) -> Pair:
        self.asked.append(alone)
        return self._pairs.pair(alone=alone)

    def close(self) -> None:
        self._pairs.close()


@pytest.fixture
def pairs(make: Any, town: Assignment) -> Any:
    counting = Counting(warm_pairs(town, make.limits))
    yield counting
    counting.close()


def plain(graded: Graded) -> Graded:
    """Without what differs from run to run."""
    return replace(graded, result=replace(graded.result, run={**graded.result.run, "seconds": 0}))


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize(
    ("query", "letter"),
    [
        ("SELECT plate FROM cars", "letter = 'b'"),
        ("SELECT plate FROM cars WHERE seats > 3", "letter = 'a'"),
        ("SELECT plat FROM cars", "letter = 3"),
        ("", "# nothing yet"),
        ("DELETE FROM cars", "letter = ['b']"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "letter = None"),
        ("SELECT '\ud800', x'ff'", "letter = '\\ud800'"),
    ],
)
def test_the_result_is_that_of_a_pair(
    make: Any, town: Assignment, pairs: Any, monkeypatch: pytest.MonkeyPatch, query: str, letter: str, sealed: bool
) -> None:
    """What cells printed included."""
    answers = {"q1": f"%%sql plates\n{query}", "q2": letter}
    free = {"q1_check": ("%%sql\nSELECT count(*) AS n FROM cars", "%%sql plates")[: 1 if query else 2]}
    found = make.grade(town, answers, free, pairs=pairs, sealed=sealed)
    assert pairs.asked == [True]
    monkeypatch.setattr(Run, "is_all_data", False)
    assert plain(make.grade(town, answers, free, pairs=pairs, sealed=sealed)) == plain(found)


def test_a_line_of_python_gets_its_process(make: Any, town: Assignment, pairs: Any) -> None:
    right = {"q1": "%%sql plates\nSELECT plate FROM cars", "q2": "letter = 'b'.lower()"}
    assert make.grade(town, right, pairs=pairs).result.points == 4
    assert make.grade(town, {**right, "q2": "letter = 'b'"}, {"": ("print(1)",)}, pairs=pairs).result.points == 4
    assert pairs.asked == [False, False]


@pytest.mark.parametrize("setup", [SETUP.replace("(town)", "(town, scripts=True)"), f"{SETUP}town", f"{SETUP}print(1)"])
def test_what_turns_out_to_need_one_is_played_again(make: Any, pairs: Any, setup: str) -> None:
    """Here a database whose cells may hold scripts, and setup cells that display something."""
    other = make.assignment(
        make.setup(setup),
        make.solved("q1", "%%sql plates\nSELECT plate FROM cars"),
        make.check("q1", f"same_rows(plates, {EXPECTED}, on=town)"),
    )
    graded = make.grade(other, {"q1": "%%sql plates\nSELECT plate FROM cars"}, pairs=pairs)
    assert (graded.result.points, pairs.asked) == (1, [True, False])
