"""Limits travel as JSON, and are told in words."""

from __future__ import annotations

import json

import pytest

from autograder.grading.limits import Limits, in_seconds, in_size


def test_limits_travel_as_json() -> None:
    """The processes get the same limits."""
    limits = Limits(call=1.5, output=7)
    assert Limits.from_json(json.loads(json.dumps(limits.to_json()))) == limits


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.04 seconds"),
        (1, "1 second"),
        (1.5, "1.5 seconds"),
        (10, "10 seconds"),
        (90, "90 seconds"),
        (120, "2 minutes"),
    ],
)
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    """No learner has to read 120.0s."""
    assert in_seconds(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"), [(12, "12 bytes"), (64 << 10, "64 KiB"), (1_500_000, "1.4 MiB"), (200 << 20, "200 MiB")]
)
def test_sizes_are_told_in_words(size: int, words: str) -> None:
    """Sizes have one unit and at most one decimal."""
    assert in_size(size) == words


def test_an_answer_that_is_too_long_is_refused_with_both_numbers() -> None:
    """The limit is in bytes, not characters."""
    limits = Limits(answer=10)
    assert limits.refusal("x" * 10) == ""
    assert limits.refusal("é" * 6) == "This cell's text has 12 bytes; at most 10 bytes can be graded. Shorten it."
