"""What a plain test expects of a value crosses with it: names of a tuple's parts, columns of a row, operators."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from typing import Any

import pytest

from autograder.grading.exotic import about, exotic, special
from autograder.values import encode

Point = namedtuple("Point", "x y")


class Sly(tuple):  # type: ignore[type-arg]
    """A tuple that pretends to have names."""

    _fields = ("a", "b", "c")


def test_named_tuples_and_rows_keep_their_names() -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row = connection.execute("select 1 as a, 'b' as b").fetchone()
    connection.close()
    assert exotic(Point(1, 2), encode) == {"$": "named", "type": "Point", "names": ["x", "y"], "v": [1, 2]}
    assert exotic(row, encode) == {"$": "row", "names": ["a", "b"], "v": [1, "b"]}


@pytest.mark.parametrize("value", [(1, 2), Sly((1, 2)), [1], "text", object(), type("L", (list,), {})([1])])
def test_every_other_value_goes_the_usual_way(value: Any) -> None:
    """A subclass of a list in particular, which might equal everything."""
    assert exotic(value, encode) is None


def test_a_class_tells_its_operators_and_bases() -> None:
    class Low(ValueError):
        """Too low."""

    told = about(Low)
    assert told["class"] is True
    assert told["doc"] == "Too low."
    assert ["builtins", "ValueError"] in told["bases"]
    assert "bases" not in about(Point)
    assert "__getitem__" in about(iter([1])) or about(iter([1]))["specials"] == ["__iter__"]


def test_an_operator_is_used_as_python_does() -> None:
    assert special([1], "__add__", [[2]], encode) == {"value": [1, 2]}
    assert special(1, "__add__", ["a"], encode) == {"value": None, "not": True}
    assert special(int, "__instancecheck__", [True], encode) == {"value": True}
    assert special(int, "__subclasscheck__", [str], encode) == {"value": False}
