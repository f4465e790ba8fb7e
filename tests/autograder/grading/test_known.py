"""Texts that both ends know: they arrive as they were, and unknown ones are sent as they are."""

from __future__ import annotations

import json

import pytest

from autograder.grading.known import Known

MESSAGE = {
    "op": "test",
    "source": "a = 1",
    "grade_id": "a = 1",
    "hold": {"source": "b = 2", "seconds": 3},
    "tests": [{"source": "unknown", "groups": [["works", 1.0, 3]]}, {"source": "b = 2"}],
    "names": ["a = 1"],
    "empty": [],
}


def test_a_number_that_stands_for_nothing_is_refused() -> None:
    """The two ends don't know the same."""
    with pytest.raises(IndexError):
        Known(["a = 1"]).restored({"source": 7})


@pytest.mark.parametrize("texts", [[], ["a = 1", "b = 2"], ["a = 1", "a = 1", "b = 2"]])
def test_what_was_shortened_is_restored(texts: list[str]) -> None:
    """Over the wire, and wherever in the message a text stands."""
    sent = json.loads(json.dumps(Known(texts).shortened(MESSAGE)))
    assert Known(texts).restored(sent) == MESSAGE


def test_known_texts_are_not_sent() -> None:
    """Only under their own name: elsewhere the same text means something else."""
    sent = Known(["a = 1", "b = 2"]).shortened(MESSAGE)
    assert sent["source"] == 0
    assert sent["hold"] == {"source": 1, "seconds": 3}
    assert sent["tests"] == [{"source": "unknown", "groups": [["works", 1.0, 3]]}, {"source": 1}]
    assert (sent["grade_id"], sent["names"]) == ("a = 1", ["a = 1"])
