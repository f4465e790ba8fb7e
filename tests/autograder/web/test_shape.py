"""The first difference between a JSON body and its contract is named by its path."""

import re

import pytest

from autograder.web.shape import first_difference


def even(value):
    """An even number."""
    return isinstance(value, int) and value % 2 == 0


@pytest.mark.parametrize(
    ("wanted", "got", "sentence"),
    [
        ({"errors": {"rider_id": str}}, {"errors": {}}, "`body.errors.rider_id` is missing. The object is empty."),
        ({"a": 1}, {"b": 1, "c": 2}, "`body.a` is missing. There are: b, c."),
        ({"a": 1}, {"b": 1}, "`body.a` is missing. There is: b."),
        ({"a": 1}, [], "`body` should be an object, and is `[]`."),
        ({"a": 1}, {"a": True}, "`body.a` should be `1`, and is `true`."),
        ({"a": True}, {"a": 1}, "`body.a` should be `true`, and is `1`."),
        ({"a": 1}, {"a": "1"}, '`body.a` should be `1`, and is `"1"`.'),
        ({"a": None}, {"a": 0}, "`body.a` should be `null`, and is `0`."),
        ({"a": int}, {"a": 1.0}, "`body.a` should be a whole number, and is `1.0`."),
        ({"a": int}, {"a": True}, "`body.a` should be a whole number, and is `true`."),
        ({"a": str}, {"a": None}, "`body.a` should be a text, and is `null`."),
        ({"a": re.compile(r"\d+")}, {"a": "7x"}, '`body.a` should be a text like `\\d+`, and is `"7x"`.'),
        ({"a": even}, {"a": 7}, "`body.a` should be An even number, and is `7`."),
        ([1, 2], [1, 3], "`body[1]` should be `2`, and is `3`."),
        ([1, 2], [1], "`body` should have 2 items, and has 1."),
        ([1], [1, 2], "`body` should have 1 item, and has 2."),
        ([], {}, "`body` should be a list, and is `{}`."),
        ({"a b": 1}, {"a b": 2}, '`body["a b"]` should be `1`, and is `2`.'),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, "`body.a[0].b` is missing. There is: c."),
    ],
)
def test_the_first_difference_has_a_path(wanted, got, sentence):
    assert first_difference(wanted, got) == sentence


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ({}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}, "d": 3}),
        ({"a": 3}, {"a": 3.0}),
        ({"a": float}, {"a": 3}),
        ({"a": ...}, {"a": None}),
        ({"a": [int, str]}, {"a": [1, "b"]}),
        ({"a": re.compile(r"/trips/\d+")}, {"a": "/trips/7"}),
        ({"a": even}, {"a": 8}),
        (..., None),
        ("x", "x"),
    ],
)
def test_what_fits_has_none(wanted, got):
    assert first_difference(wanted, got) == ""


def test_exact_allows_no_other_member_at_any_depth():
    assert first_difference({"a": {}}, {"a": {"password_hash": "x"}}, exact=True) == (
        "`body.a.password_hash` shouldn't be there."
    )
    assert first_difference({"a": [1]}, {"a": [1]}, exact=True) == ""


def test_values_from_outside_are_cut_and_escaped():
    told = first_difference({"a": 1}, {"a": "\u202e" + "x" * 5000})
    assert "\u202e" not in told
    assert len(told) < 300
