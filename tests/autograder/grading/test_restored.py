"""A list that a learner's function changes is changed on the check's side, too: the same object, and those in it."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.restored import restore


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([3, 1], [1, 3, 5]),
        ([1], []),
        ({"a": 1, "b": 2}, {"b": 3}),
        ({1, 2}, {2, 5}),
        (bytearray(b"ab"), bytearray(b"c")),
    ],
)
def test_the_object_becomes_what_came_back(before: Any, after: Any) -> None:
    restore(before, after)
    assert before == after


def test_what_is_inside_keeps_its_identity() -> None:
    row = [0, 0]
    board = {"rows": [row, [1]]}
    restore(board, {"rows": [[0, 7], [1], [2]]})
    assert row == [0, 7]
    assert board["rows"][0] is row
    assert board["rows"][2] == [2]


def test_another_kind_is_left_aside() -> None:
    kept = [1]
    restore(kept, {"a": 1})
    assert kept == [1]
