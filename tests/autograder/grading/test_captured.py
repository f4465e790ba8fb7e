"""What a cell prints is kept up to a limit."""

from __future__ import annotations

import base64
import sys

import pytest

from autograder.grading.captured import Pictures, captured


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


PNG = b"\x89PNG and more"


def test_pictures_are_kept_as_base64() -> None:
    """Bytes or base64, PNG or JPEG; the text that stands in their place names them."""
    pictures = Pictures()
    assert pictures.take({"text/plain": "<Figure>", "image/png": PNG}) == "[picture 1]"
    assert pictures.take({"image/jpeg": "aGk="}) == "[picture 2]"
    assert pictures.kept == [base64.b64encode(PNG).decode(), "aGk="]
    pictures.clear()
    assert pictures.take({"image/png": PNG}) == "[picture 1]"


def test_other_rich_output_is_no_picture() -> None:
    """It is dropped to its plain text."""
    pictures = Pictures()
    kinds = ("text/plain", "text/html", "image/svg+xml", "image/gif", "application/javascript", "text/latex")
    assert pictures.take(dict.fromkeys(kinds, "x")) == ""
    assert pictures.kept == []


def test_pictures_have_limits() -> None:
    """In number, each in size, and together."""
    pictures = Pictures(room=100)
    assert [bool(pictures.take({"image/png": b"x" * size})) for size in (60, 60, 9, 2_000_000, 1)] == [True] * 5
    assert [len(one) for one in pictures.kept] == [80, 0, 12, 0]
    assert "at most 4" in pictures.take({"image/png": PNG})


@pytest.mark.parametrize("data", [7, ["a"], "naïve"])
def test_strange_pictures_are_not_kept(data: object) -> None:
    """What is neither bytes nor base64."""
    pictures = Pictures()
    assert pictures.take({"image/png": data}) == "[picture 1]"
    assert pictures.kept == [""]
