"""Text from strangers becomes fit to be looked at, in time that grows no faster than the text."""

from __future__ import annotations

import pytest

from autograder.visible import clipped, output_text, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b\x7f\x9b", r"a\x00b\x1b\x7f\x9b"),
        ("\u202eabc\u2066\u200b\ufeff\u2028", r"\u202eabc\u2066\u200b\ufeff\u2028"),
        ("\ud800 \udc80", r"\ud800 \udc80"),
        ("\U000e0041", r"\U000e0041"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("naïve Nguyễn שלום نص 日本 👩‍👩‍👧", "naïve Nguyễn שלום نص 日本 👩‍👩‍👧"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 4),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    """Letters of every language stay, and so do tabs, lines and joined pictures."""
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        (" 10%\r 50%\r100%\ndone\r\n", "100%\ndone\n"),
        ("\x1bcreset", "reset"),
    ],
)
def test_output_reads_as_in_a_terminal(text: str, shown: str) -> None:
    """Without colours; a progress bar shows its last state."""
    assert output_text(text) == shown


def test_a_flood_keeps_its_beginning_and_its_end() -> None:
    """With the number of lines between."""
    lines = output_text("\n".join(map(str, range(1000)))).split("\n")
    assert len(lines) == 61
    assert (lines[0], lines[40], lines[-1]) == ("0", "[940 more lines are not shown]", "999")


def test_long_lines_and_long_texts_are_cut() -> None:
    """And say by how much."""
    assert clipped("x" * 600, 10) == "x" * 500 + " [100 more characters are not shown]"
    assert clipped("ab\nc", 10, most=3) == "ab\n\n[1 more characters are not shown]"
    assert clipped("short\ntext", 2) == "short\ntext"


@pytest.mark.parametrize("piece", ["\x1b[", "\x1b]", "\x1b[1", "a\r", "\r", "a", "\n", "\u0301", "\x1b", "\x1b[;"])
def test_no_text_takes_forever(piece: str) -> None:
    """A quarter of a million characters of the worst kinds: quadratic time would be minutes."""
    assert len(visible(output_text(piece * (250_000 // len(piece))))) < 3_000_000
