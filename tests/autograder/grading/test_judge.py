"""The checker's names in a plain notebook are those of a kernel, and a test's end is told without a learner's word."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.judge import PlainNamespace, ending_with, shown_value
from autograder.grading.namespace import run_cell


def namespace() -> PlainNamespace:
    return PlainNamespace(["f", "len"], {"math": "import math"})


def test_what_is_not_there_is_missing_in_every_way() -> None:
    space = namespace()
    run_cell("assert 'f' not in globals()\nassert globals().get('f', 5) == 5", "t", space)
    with pytest.raises(NameError):
        run_cell("f", "t", space)
    with pytest.raises(NameError):
        run_cell("del f", "t", space)


def test_a_name_that_a_test_binds_can_be_unbound_again() -> None:
    space = namespace()
    run_cell("f = 1\nassert 'f' in globals()\ndel f\nassert 'f' not in globals()", "t", space)


def test_pythons_own_names_and_imports_are_not_the_learners() -> None:
    space = namespace()
    assert space.names == {"f"}
    run_cell("assert math.pi > 3\nassert len([1]) == 1\ndisplay(5)", "t", space)


def test_a_semicolon_hides_the_value() -> None:
    """As in a notebook: then nbgrader sees no number."""
    assert shown_value(1.5, "1.5;\n") is None
    assert shown_value(1.5, "1.5") == 1.5


def test_an_error_is_told_with_its_line() -> None:
    def ended(source: str) -> Any:
        try:
            run_cell(source, "t", {})
        except BaseException as error:
            return ending_with(error, "<t>", stderr=True)
        raise AssertionError("it did not end")

    failed = ended("x = 1\nassert x == 2, 'not two'")
    assert (failed.text, failed.line, failed.asserted, failed.stderr) == ("not two", 2, True, True)
    assert ended("{}['a']").text == "KeyError: 'a'"
    assert ended("raise SystemExit").text == "SystemExit"
