"""Shows a result, or why there is none, in a notebook and in a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.sql.rows import Row, Rows, Value, cell

__all__ = ["Notice", "Result"]

MOST_ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """What a query gave: rows to look at, and to go on working with in Python. ``note`` is shown below them."""

    _rows: Rows
    note: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return self._rows.columns

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows.rows

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __repr__(self) -> str:
        """Return a table for the terminal."""
        shown = [[_one_line(cell(value)) for value in row] for row in self.rows[:MOST_ROWS_SHOWN]]
        names = [_one_line(name) for name in self.columns]
        widths = [max(map(len, column)) for column in zip(names, *shown, strict=True)]
        lines = [names, ["-" * width for width in widths], *shown]
        table = [
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines
        ]
        return "\n".join([*table, f"({self._caption()})", *filter(None, [self.note])])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in self.columns)
        body = "".join(
            f"<tr>{''.join(f'<td>{_html(value)}</td>' for value in row)}</tr>" for row in self.rows[:MOST_ROWS_SHOWN]
        )
        caption = f"<caption>{self._caption()}</caption>"
        note = f"<p><small>{_text_html(self.note)}</small></p>" if self.note else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"

    def _caption(self) -> str:
        count = f"{len(self):,} row{'' if len(self) == 1 else 's'}"
        return count if len(self) <= MOST_ROWS_SHOWN else f"{count}, the first {MOST_ROWS_SHOWN} are shown"


@dataclass(frozen=True, slots=True, repr=False)
class Notice:
    """A sentence instead of a result. ``title`` says in words what kind of sentence; empty for a friendly one."""

    text: str
    title: str = ""

    def __repr__(self) -> str:
        """Return the sentence for the terminal."""
        return f"{self.title}: {self.text}" if self.title else self.text

    def _repr_html_(self) -> str:
        text = _text_html(self.text)
        if not self.title:
            return f"<p>{text}</p>"
        # A colour that is readable on white and on black; the words say the same.
        style = "border-left: 4px solid #c0562f; padding-left: 0.8em"
        return f'<p style="{style}"><strong>{html.escape(self.title)}.</strong> {text}</p>'


def _text_html(text: str) -> str:
    """A sentence, in which names stand in backquotes."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text, quote=False))


def _html(value: Value) -> str:
    return "<em>NULL</em>" if value is None else html.escape(cell(value))


def _one_line(text: str) -> str:
    """Keep a cell on its line, and keep control characters from a terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)
