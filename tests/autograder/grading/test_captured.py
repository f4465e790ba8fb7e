"""What a cell prints is kept up to a limit."""

from __future__ import annotations

import sys

import pytest

from autograder.grading.captured import captured


def test_both_streams_are_kept_in_order() -> None:
    """Standard output and errors read as they were written."""
    with captured(100) as out:
        print("one")
        print("two", file=sys.stderr)
    assert out.text == "one\ntwo\n"


def test_more_than_the_limit_is_swallowed_and_told() -> None:
    """However much is written, no more than the limit is held."""
    with captured(10) as out:
        for _ in range(1000):
            sys.stdout.write("x" * 1_000)
    assert out.text == "x" * 10 + "\n[more output was cut]"


def test_what_is_kept_can_be_written_anywhere() -> None:
    """A lone surrogate becomes an escape."""
    with captured(100) as out:
        print("\ud800ok", end="")
        with pytest.raises(TypeError):
            sys.stdout.write(b"bytes")  # type: ignore[arg-type]
    assert out.text == "\\ud800ok"
