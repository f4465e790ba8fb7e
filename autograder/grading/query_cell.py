"""``%%sql`` cells: taken apart, and shown as a kernel would show them on a screen without markup."""

from __future__ import annotations

import re

__all__ = ["shown_text", "taken_apart"]

_CELL = re.compile(r"%%sql(?P<line>[ \t][^\n]*)?(?:\n(?P<body>.*))?\Z", re.DOTALL)


def taken_apart(source: str) -> tuple[str, str] | None:
    """What stands behind ``%%sql``, and the query; None for another cell. An empty query is one line end."""
    found = _CELL.match(source)
    return ((found["line"] or "").strip(), found["body"] or "\n") if found else None


def shown_text(shown: object) -> str:
    """What is printed when a cell's value is displayed; nothing for None."""
    text = "" if shown is None else repr(shown)
    return f"\n{text}\n" if "\n" in text else f"{text}\n" if text else ""
