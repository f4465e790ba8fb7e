"""Deciding and explaining with one list."""

import re

import pytest

from autograder.web import Request
from autograder.web.expectation import Expectation, shown

SENT = Request.of(
    "POST",
    "/charges?dry=1&tag=a&tag=b",
    {"Content-Type": "application/json", "Idempotency-Key": "k-1"},
    b'{"amount_cents": 1250, "paid": true, "trip": {"id": 7}}',
)
SAME = {"amount_cents": 1250, "paid": True, "trip": {"id": 7}}


@pytest.mark.parametrize(
    ("expectation", "sentences"),
    [
        ({"method": "PUT"}, ["The method is POST, expected PUT."]),
        ({"path": "/charge"}, ["The path is '/charges', expected '/charge'."]),
        ({"query": {"dry": 1}}, ["The query parameter 'tag' is 'a' and 'b', expected not sent."]),
        ({"query": {"dry": 1, "tag": "a"}}, ["The query parameter 'tag' is 'a' and 'b', expected 'a'."]),
        ({"query": {"dry": 1, "tag": ["b", "a"], "x": 2}}, ["The query parameter 'x' is not sent, expected '2'."]),
        ({"headers": {"Authorization": ...}}, ["The header Authorization is not sent, expected sent, with any value."]),
        ({"headers": {"idempotency-key": None}}, ["The header idempotency-key is 'k-1', expected not sent."]),
        ({"headers": {"Idempotency-Key": "k"}}, ["The header Idempotency-Key is 'k-1', expected 'k'."]),
        (
            {"headers": {"Idempotency-Key": re.compile("[0-9]+")}},
            ["The header Idempotency-Key is 'k-1', expected text like '[0-9]+'."],
        ),
        ({"body": b""}, [f"The body is {SENT.body.decode()!r}, expected empty."]),
        ({"json": {**SAME, "paid": 1}}, ["The JSON field 'paid' is true, expected 1."]),
        ({"json": {**SAME, "trip": {"id": 8}}}, ['The JSON field \'trip\' is {"id": 7}, expected {"id": 8}.']),
        ({"json": {"amount_cents": 1250, "paid": True}}, ["The JSON field 'trip' is {\"id\": 7}, expected not sent."]),
        ({"json": {**SAME, "card": "x"}}, ["The JSON field 'card' is not sent, expected 'x'."]),
    ],
)
def test_every_difference_is_a_sentence(expectation, sentences):
    """What was sent, and what was expected."""
    assert [difference.sentence for difference in Expectation(**expectation).differences(SENT)] == sentences


@pytest.mark.parametrize(
    "expectation",
    [
        {},
        {"method": "POST", "path": "/charges", "query": {"tag": ["b", "a"], "dry": "1"}},
        {"headers": {"idempotency-key": re.compile("k-[0-9]"), "Content-Type": ..., "Authorization": None}},
        {"json": {**SAME, "amount_cents": 1250.0}},
        {"body": SENT.body},
        {"body": SENT.body.decode()},
    ],
)
def test_what_fits_has_no_differences(expectation):
    """Only what is described is looked at; parameters have no order, names no case, 3 is 3.0."""
    assert Expectation(**expectation).differences(SENT) == []


@pytest.mark.parametrize(
    ("json", "body", "says"),
    [
        (None, b"", "The body is empty, which isn't JSON, expected JSON null."),
        ([1], b"[true]", "The JSON body is [true], expected [1]."),
        ([1], b"[1, 2]", "The JSON body is [1, 2], expected [1]."),
        ({}, b"[]", "The JSON body is [], expected {}."),
    ],
)
def test_bodies_that_are_no_objects_are_compared_whole(json, body, says):
    """JSON null can be expected, too."""
    assert [d.sentence for d in Expectation(json=json).differences(Request.of("POST", "/", (), body))] == [says]


def test_an_expectation_reads_as_a_phrase():
    """It stands in the middle of a sentence."""
    said = str(Expectation("GET", "/distance", {"from": "A & B"}, {"Accept": "x"}, b"b", {"a": 1}))
    assert said == "GET /distance with query from=A & B and header Accept: 'x' and body 'b' and JSON {\"a\": 1}"
    assert str(Expectation()) == "a request"


def test_long_and_odd_values_are_cut():
    """A message stays readable."""
    assert shown("x" * 500) == "'" + "x" * 299 + "..."
    assert shown({1, 2}) == "{1, 2}"
    assert len(shown(b"x" * 10_000)) < 310
