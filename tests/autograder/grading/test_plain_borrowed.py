"""What the learner's process says of rows, named tuples and exceptions becomes this side's own, or nothing."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from autograder.errors import CheckFailed, WireError
from autograder.grading.judge import PlainNamespace
from autograder.grading.plain_borrowed import PlainBorrowed
from autograder.grading.specials import Powers
from autograder.grading.standins import StandIn

NO_VALUE: dict[str, list[Any]] = {"names": ["a"], "v": []}


class Lines:
    """A line to a learner's process that answers as it is told."""

    def __init__(self) -> None:
        self.offers: Any = None
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.replies: dict[str, dict[str, Any]] = {}
        self.failures: list[Any] = []

    def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self.asked.append((op, fields))
        return self.replies.get(op, {"value": None})

    def unanswered(self, why: str) -> CheckFailed:
        return CheckFailed(why)


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def borrowed(lines: Lines) -> PlainBorrowed:
    link: Any = lines
    return PlainBorrowed(link, PlainNamespace(["Low", "f"], {}))


LENT = {"$": "ref", "id": 1, "callable": False, "iterator": False, "type": "V", "name": "", "text": "v"}


def test_a_row_is_a_real_row(borrowed: PlainBorrowed) -> None:
    row = borrowed._decoded({"$": "row", "names": ["a", 'q"x'], "v": [1, "two"]})
    assert isinstance(row, sqlite3.Row)
    assert (row["a"], row['q"x'], tuple(row)) == (1, "two", (1, "two"))


@pytest.mark.parametrize(
    "fields", [{"names": [], "v": []}, {"names": ["a"] * 5000, "v": [1] * 5000}, {"names": ["a"], "v": []}]
)
def test_a_row_that_cannot_be_is_an_error_in_words(borrowed: PlainBorrowed, fields: Any) -> None:
    with pytest.raises(WireError):
        borrowed._decoded({"$": "row", **fields})


def test_a_named_tuple_has_its_names(borrowed: PlainBorrowed) -> None:
    made = borrowed._decoded({"$": "named", "type": "P", "names": ["x", "y"], "v": [1, [2]]})
    assert (made.x, made.y, made) == (1, [2], (1, [2]))


@pytest.mark.parametrize("names", [["__eq__"], ["_x"], ["class"], ["a b"], ["x", "x"], []])
def test_names_that_could_do_harm_are_dropped(borrowed: PlainBorrowed, names: list[str]) -> None:
    """Then it is a tuple as any other."""
    made = borrowed._decoded({"$": "named", "type": "P", "names": names, "v": [1] * max(len(names), 1)})
    assert type(made) is tuple


def test_an_exception_class_can_be_caught_and_is_no_verdict(borrowed: PlainBorrowed, lines: Lines) -> None:
    bases = [["__main__", "Low"], ["autograder.errors", "CheckFailed"], ["builtins", "ValueError"]]
    lines.replies["get"] = {"value": {**LENT, "id": 7, "callable": True, "bases": bases}}
    problem = {"types": [["__main__", "Low"], ["builtins", "ValueError"]], "type": "Low", "text": "low", "line": 1}
    lines.replies["call"] = {"error": problem}
    borrowed._space.borrowed = borrowed
    with pytest.raises(ValueError, match="low") as caught:
        borrowed.call(1, [], [], {})
    low = borrowed._space["Low"]
    assert type(caught.value) is low
    assert low.__name__ == "Low"
    assert not issubclass(low, CheckFailed)
    assert borrowed.encoded(low)["id"] == 7


def test_operators_are_forwarded_only_where_the_cell_may(borrowed: PlainBorrowed, lines: Lines) -> None:
    one = borrowed._decoded({**LENT, "specials": ["__eq__", "__add__"]})
    other = borrowed._decoded({**LENT, "id": 2, "specials": ["__eq__", "__add__"]})
    lines.replies["special"] = {"value": True}
    assert one != other
    assert one != 5
    borrowed.powers = Powers(["V.__eq__"])
    assert one == other
    assert one != 5  # with data it would be another power
    borrowed.powers = Powers(["V.__eq__ with data"])
    assert one == 5
    assert isinstance(one, StandIn)


def test_changed_arguments_are_changed_here(borrowed: PlainBorrowed, lines: Lines) -> None:
    items = [3, 1]
    lines.replies["call"] = {"value": None, "changed": {"0": [1, 3]}}
    borrowed.call(1, [items], [[3, 1]], {})
    assert items == [1, 3]


@pytest.mark.parametrize("changed", [{"9": [1]}, {"a": [1]}, {"0": {"$": "no"}}])
def test_changes_that_make_no_sense_are_no_answer(borrowed: PlainBorrowed, lines: Lines, changed: Any) -> None:
    items = [3, 1]
    lines.replies["call"] = {"value": 5, "changed": changed}
    with pytest.raises(CheckFailed, match="can't be checked"):
        borrowed.call(1, [items], [[3, 1]], {})
    assert items == [3, 1]
