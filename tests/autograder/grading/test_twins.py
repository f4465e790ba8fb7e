"""What a setup cell bound crosses as its name, and means on the other side what it meant then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.errors import WireError
from autograder.grading.twins import Twins, new_names


def test_an_object_is_known_by_the_name_it_was_bound_to() -> None:
    """The first name counts; an equal object is not the same object."""
    twins, one = Twins(), object()
    twins.note(["http", "again", "one", "missing"], {"http": json, "again": json, "one": one})
    assert twins.reference(json) == {"$": "twin", "v": "http"}
    assert twins.reference(one) == {"$": "twin", "v": "one"}
    assert twins.reference(object()) is None
    assert twins.find({"$": "twin", "v": "again"}) is json


def test_binding_the_name_later_changes_nothing_but_another_setup_cell_does() -> None:
    """It is a snapshot."""
    space: dict[str, Any] = {"a": [].append}
    twins, first = Twins(), space["a"]
    twins.note(["a"], space)
    space["a"] = print
    assert twins.find({"$": "twin", "v": "a"}) is first
    twins.note(["a"], space)
    assert twins.reference(first) is None
    assert twins.find({"$": "twin", "v": "a"}) is print


def test_pythons_own_are_known_without_a_setup_cell() -> None:
    """As long as they are really Python's own."""
    twins = Twins()
    assert twins.reference(ValueError) == {"$": "builtin", "v": "ValueError"}
    assert twins.reference(len) == {"$": "builtin", "v": "len"}
    assert twins.find({"$": "builtin", "v": "ValueError"}) is ValueError
    assert twins.reference(type("ValueError", (Exception,), {})) is None
    assert twins.reference([].append) is None


@pytest.mark.parametrize("fields", [{"$": "twin", "v": "len"}, {"$": "builtin", "v": "nothing"}, {"$": "twin", "v": 5}])
def test_a_name_that_is_not_bound_is_an_error(fields: dict[str, Any]) -> None:
    """With a sentence."""
    with pytest.raises(WireError, match="bind no"):
        Twins().find(fields)


def test_names_of_objects_are_found_plain_data_crosses_by_value() -> None:
    """Names that were bound before and not touched are left out."""
    after = {"http": json, "limit": 5, "table": {}, "f": print, "__name__": "x", "old": len, "kind": ValueError}
    assert new_names({"old": len, "f": len}, after) == ["http", "f", "kind"]


def test_learners_cells_do_not_change_what_a_twin_means(make: Any) -> None:
    """Neither a free cell nor an answer that binds the name; a later setup cell may."""
    assignment = make.assignment(
        make.setup("from autograder import Question, same_value\nimport json as http\ndef tax(x): return x // 5"),
        make.solved("q1", "def name(module, rate): return module.__name__, rate(100)"),
        make.check("q1", "same_value(name(http, tax), ('json', 20))"),
        make.setup("import csv as http", "setup_2"),
        make.check("q2", "same_value(name(http, tax), ('csv', 20))"),
    )
    answer = "def name(module, rate): return module.__name__, rate(100)\nhttp = None\ndef tax(x): return 0"
    graded = make.grade(assignment, {"q1": answer}, {"setup": ("http = 5\ndef tax(x): return 7",)})
    assert [question.groups[0].message for question in graded.result.questions] == ["", ""]
