"""Text from strangers, fit to be looked at: nothing hidden in it, nothing that moves its neighbours, not too much.

Terminal colours go, other control characters and invisible or direction-changing ones are written as escapes such as
``\\u202e``. Letters of every language stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable

__all__ = ["as_escape", "clipped", "output_text", "visible"]

# Terminal sequences: colours and cursor moves; titles and links; the two-character ones.
_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-OQ-WYZ\\`-~]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and line feed
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED = re.compile(f"({_MARKS}{{4}}){_MARKS}+")


def as_escape(character: str) -> str:
    """``\\x1b``, ``\\u202e``: how Python would write a character that can't be seen."""
    return character.encode("unicode_escape").decode("ascii")


def visible(text: str, shown: Callable[[str], str] = as_escape) -> str:
    """Write every invisible character as ``shown`` says; lines stay lines, and marks pile up no higher than four."""
    if text.isascii() and text.isprintable():  # most texts are
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda match: shown(match.group()), _PILED.sub(r"\1", lines))


def output_text(text: str) -> str:
    """What a terminal would show of a cell's output: no colours, and of a line written over and over the last state.

    Of a long one, the first forty lines and the last twenty.
    """
    lines = _TERMINAL.sub("", text).split("\n")
    return clipped("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines), 60, tail=20)


def clipped(text: str, lines: int, *, tail: int = 0, width: int = 500, most: int = 12_000) -> str:
    """Cut a text to its first lines, and say how much is missing.

    Args:
        text: any text.
        lines: how many lines to keep.
        tail: how many of the kept lines to take from the end of the text.
        width: how many characters of a line to keep.
        most: how many characters to keep in all.
    """
    found = text.split("\n")
    head = found[:lines]
    last: list[str] = []
    if len(found) > lines:
        head, last = found[: lines - tail], found[len(found) - tail :]
        head.append(f"[{len(found) - lines:,} more lines are not shown]")
    kept = "\n".join(_narrow(line, width) for line in (*head, *last))
    return kept if len(kept) <= most else f"{kept[:most]}\n{_more(len(text) - most)}"


def _narrow(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[:width]} {_more(len(line) - width)}"


def _more(characters: int) -> str:
    return f"[{max(characters, 1):,} more characters are not shown]"
