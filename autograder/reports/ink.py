"""Puts text from elsewhere onto a page: escaped, nothing hidden in it, cut, and never more than there is room for."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from autograder.visible import as_escape, clipped, output_text, visible

__all__ = ["Ink"]

_TAGS = 40  # bytes of markup around each text, roughly
_FULL = "[not shown: this part of the page is full]"
_MARKED = re.compile("\ue000(.*?)\ue001")  # around an escape; both are private characters, which nobody's font has
_PRIVATE = {0xE000: "\ufffd", 0xE001: "\ufffd"}


class Ink:
    """Writes one page. ``spilled`` says whether anything had to be left out.

    Args:
        room: bytes for each part of the page; `part` begins a new one.
        pictures: bytes for all pictures.
    """

    def __init__(self, room: int, pictures: int = 0) -> None:
        self._room = self._left = room
        self._pictures = pictures
        self.spilled = False

    def part(self) -> str:
        """Begin a part of the page with room of its own; returns an empty text, so that a template can say so."""
        self._left = self._room
        return ""

    @property
    def left(self) -> int:
        """Bytes of room in this part; with fewer than a thousand, nothing should be begun that takes many."""
        return self._left

    def line(self, text: str, most: int = 160) -> Markup:
        """A name or another short text, on one line."""
        start = " ".join(text[: most + 1].split("\n"))
        return self._spend(_safe(start if len(start) <= most else f"{start[:most]}…"), "…")

    def attribute(self, text: str) -> str:
        """A name inside a tag, where no other tag may stand; the template escapes it."""
        return visible(" ".join(text[:160].split("\n")))

    def prose(self, text: str, most: int = 3_000) -> Markup:
        """A message: lines stay lines, and `names in backquotes` become code."""
        cut = clipped(text, 40, width=1_000, most=most)
        lines = (re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(_safe(line))) for line in cut.split("\n"))
        return self._spend(Markup("<br>".join(lines)))  # noqa: S704 - every line is escaped

    def block(self, text: str) -> Markup:
        """Code or output that was cut before, line by line."""
        return self._spend(_safe(clipped(text, 210, width=600, most=13_000)))

    def output(self, text: str) -> Markup:
        """What code printed, as it came."""
        return self._spend(_safe(output_text(text)))

    def picture(self, data: str) -> str:
        """The data URI of a PNG in base64; empty if it isn't base64 or there is no room."""
        fits = re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", data) is not None
        if not fits or len(data) > self._pictures:
            return ""
        self._pictures -= len(data)
        return f"data:image/png;base64,{data}"

    def _spend(self, markup: Markup, instead: str = _FULL) -> Markup:
        size = len(markup.encode("utf-8", "backslashreplace")) + _TAGS
        if size > self._left:
            self.spilled = True
            return Markup(instead)  # noqa: S704 - our own words
        self._left -= size
        return markup


def _safe(text: str) -> Markup:
    """Escape a text, with what can't be seen marked as such."""
    if text.isascii() and text.isprintable():
        return escape(text)
    shown = visible(text.translate(_PRIVATE), lambda character: f"\ue000{as_escape(character)}\ue001")
    return Markup(_MARKED.sub(r'<mark class="odd">\1</mark>', str(escape(shown))))  # noqa: S704 - escaped just before
