"""The text of a statement: its tokens, and how many statements it holds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

__all__ = ["KEYWORDS", "Token", "clean", "is_blank", "nearest", "plain", "statements", "tokens", "written_so"]

_KEYWORDS = (
    "SELECT DISTINCT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET JOIN LEFT INNER CROSS ON USING AS AND OR NOT NULL"
    " IS IN LIKE GLOB ESCAPE BETWEEN EXISTS CASE WHEN THEN ELSE END ASC DESC UNION ALL EXCEPT INTERSECT WITH RECURSIVE"
    " VALUES CAST COLLATE OVER PARTITION"
)
KEYWORDS = _KEYWORDS.split()

_MARKER = re.compile(
    r"^[ \t]*###[ \t]*(?:BEGIN|END)[ \t]+(?:SOLUTION|HIDDEN TESTS|MARK SCHEME)[ \t]*\r?(?:\n|\Z)", re.M | re.I
)
# SQLite's own rules: every character beyond ASCII may stand in a name, and an open string ends with the text.
_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'[^']*(?:''[^']*)*'?)
    |(?P<quoted>"[^"]*(?:""[^"]*)*"?|`[^`]*(?:``[^`]*)*`?|\[[^\]]*\]?)
    |(?P<number>\.?[0-9][0-9A-Za-z_.]*)
    |(?P<word>[A-Za-z_\x80-\U0010ffff][0-9A-Za-z_$\x80-\U0010ffff]*)
    |(?P<parameter>\?[0-9]*|[:@$#][0-9A-Za-z_$\x80-\U0010ffff]+)
    |(?P<sign><>|<=|>=|==|!=|\|\||<<|>>|->>?|.)""",
    re.S | re.X,
)


class Token(NamedTuple):
    """One word, name, value or sign of a statement. ``line`` counts from 1; ``end`` is the offset behind it."""

    kind: str
    text: str
    line: int
    end: int

    @property
    def upper(self) -> str:
        """The text as keywords are compared; a string or quoted name is never a keyword."""
        return self.text if self.kind in {"string", "quoted"} else self.text.upper()

    @property
    def name(self) -> str:
        """The text as a name, without its quotes."""
        return self.text[1:-1] if self.kind == "quoted" else self.text


def clean(text: str) -> str:
    """Take out the lines with which nbgrader marks a solution, and blank lines around the statement."""
    return _MARKER.sub("", text).strip("\r\n")


def plain(sql: str) -> str:
    """Return the text on one line with nothing in it but SQL: no comments, no marker lines, every string empty."""
    parts = []
    for match in _TOKEN.finditer(clean(sql)):
        parts.append({"space": " ", "string": "''"}.get(match.lastgroup or "", match.group()))
    return " ".join("".join(parts).split())


def written_so(sql: str, pattern: str) -> bool:
    """Tell whether a regular expression, whatever its case, occurs in the text as `plain` gives it."""
    return re.search(pattern, plain(sql), re.IGNORECASE) is not None


def tokens(sql: str) -> list[Token]:
    """Split a text into tokens, as SQLite does, without blanks and comments."""
    return list(_scan(sql))


def _scan(sql: str) -> Iterator[Token]:
    line = 1
    for match in _TOKEN.finditer(sql):
        kind = match.lastgroup or ""
        if kind != "space":
            yield Token(kind, match.group(), line, match.end())
        line += match.group().count("\n")


def statements(sql: str) -> list[list[Token]]:
    """Split a text into its statements, each the list of its tokens without the last semicolon.

    The semicolons inside a trigger's body separate nothing: as in ``sqlite3.complete_statement``, only ``; END ;``
    ends a trigger.
    """
    found: list[list[Token]] = []
    current: list[Token] = []
    for token in _scan(sql):
        inside = _is_trigger(current) and [part.upper for part in current[-2:]] != [";", "END"]
        if token.text != ";" or inside:
            current.append(token)
        elif current:
            found.append(current)
            current = []
    return [*found, current] if current else found


def _is_trigger(statement: list[Token]) -> bool:
    words = [token.upper for token in statement[:6]]
    words = [word for word in words if word not in {"EXPLAIN", "QUERY", "PLAN", "TEMP", "TEMPORARY"}]
    return words[:2] == ["CREATE", "TRIGGER"]


@lru_cache(maxsize=64)
def is_blank(sql: str) -> bool:
    """Tell whether there is nothing to run: no text, only comments, only semicolons."""
    return not statements(clean(sql))


def nearest(word: str, names: list[str] | tuple[str, ...], cutoff: float = 0.6) -> str:
    """Return the name most like the word, whatever the case of either; empty when none is much like it."""
    by_fold = {name.casefold(): name for name in names}
    found = difflib.get_close_matches(word.casefold()[:100], by_fold, n=1, cutoff=cutoff)
    return by_fold[found[0]] if found else ""
