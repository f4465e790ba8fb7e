"""Two connections of the same name hold the same where a test may share them, and stay apart where it may not."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from autograder.grading.databases import Databases, answer_content, answer_load
from autograder.grading.specials import Powers


class Sides:
    """The check's connection and the learner's, in one process."""

    def __init__(self) -> None:
        self.here, self.there = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
        for one in (self.here, self.there):
            one.executescript("create table t(n); insert into t values (1)")
        self.asked: list[str] = []
        self.databases = Databases({"conn": self.here, "other": 5}, self.ask)
        self.databases.note()

    def ask(self, op: str, **fields: Any) -> Any:
        self.asked.append(op)
        if op == "content":
            return answer_content(self.there, fields["only"])
        return answer_load(self.there, fields["data"])


@pytest.fixture
def sides() -> Any:
    made = Sides()
    yield made
    made.here.close()
    made.there.close()


def numbers(connection: sqlite3.Connection) -> list[int]:
    return [n for (n,) in connection.execute("select n from t order by n")]


def test_what_the_learner_writes_stays_there_without_leave(sides: Sides) -> None:
    """Else a learner could change the data that a test takes its truth from."""
    sides.asked.clear()
    sides.there.execute("delete from t")
    sides.databases.pull(Powers())
    sides.databases.push(Powers())
    assert numbers(sides.here) == [1]
    assert sides.asked == []


def test_with_leave_it_comes_over(sides: Sides) -> None:
    powers = Powers(["database conn"])
    sides.there.execute("insert into t values (2)")
    sides.databases.pull(powers)
    assert numbers(sides.here) == [1, 2]
    assert powers.used == {"database conn"}


def test_what_the_test_writes_goes_over(sides: Sides) -> None:
    sides.here.execute("insert into t values (3)")
    sides.databases.push(Powers(None))
    assert numbers(sides.there) == [1, 3]


def test_nothing_changed_nothing_is_noted(sides: Sides) -> None:
    """So an assignment whose solution only reads gets no such power."""
    powers = Powers(None)
    sides.databases.push(powers)
    sides.databases.pull(powers)
    assert powers.used == set()


def test_what_is_no_connection_gives_nothing() -> None:
    assert answer_content("text", "data")["data"] == ""
    assert answer_load(None, "")["digest"] == ""
