"""Which words may come next in a query: its tables' columns, then tables, then keywords."""

from __future__ import annotations

import re
from typing import NamedTuple

from autograder.sql.schema import Schema, sources
from autograder.sql.text import KEYWORDS, tokens

__all__ = ["Suggestion", "suggestions"]

# A name, or two joined by a dot, right before the cursor.
_TYPED = re.compile(r"(?:(?P<table>[^\W\d]\w*)\.)?(?P<word>(?:[^\W\d]\w*)?)\Z")


class Suggestion(NamedTuple):
    """A word to offer, and what it is: a column, a table or a keyword."""

    text: str
    kind: str


def suggestions(sql: str, cursor: int, schema: Schema) -> tuple[str, list[Suggestion]]:
    """Return what has been typed of the word at the cursor, and the words that begin so.

    Args:
        sql: the whole text, the part behind the cursor included, since FROM mostly stands there.
        cursor: an offset into the text.
        schema: the names that exist.
    """
    typed = _TYPED.search(sql, 0, cursor)
    assert typed is not None
    word, prefix = typed["word"], typed["table"]
    before = tokens(sql[: cursor - len(word)])
    if before and before[-1].kind in {"string", "quoted"} and _is_open(before[-1].text):
        return word, []
    known = sources(tokens(sql), schema)
    if prefix:
        table = known.get(prefix.casefold()) or schema.table(prefix)
        offered = [Suggestion(column, "column") for column in schema.tables.get(table, ())]
    else:
        last = before[-1].upper if before else ""
        offered = _offered(list(known), list(dict.fromkeys(known.values())), schema, last)
    folded = word.casefold()
    found: dict[str, Suggestion] = {}
    for suggestion in offered:
        if suggestion.text.casefold().startswith(folded):
            found.setdefault(suggestion.text.casefold(), suggestion)
    return word, [_in_case_of(word, suggestion) for suggestion in found.values()]


def _offered(aliases: list[str], used: list[str], schema: Schema, last: str) -> list[Suggestion]:
    tables = [Suggestion(name, "table") for name in schema.tables]
    if last in {"FROM", "JOIN"}:
        return tables
    others = [table for table in schema.tables if table not in used]
    return [
        *(Suggestion(column, "column") for table in used for column in schema.tables.get(table, ())),
        *(Suggestion(alias, "table") for alias in aliases),
        *tables,
        *(Suggestion(column, "column") for table in others for column in schema.tables[table]),
        *(Suggestion(keyword, "keyword") for keyword in KEYWORDS),
    ]


def _in_case_of(word: str, suggestion: Suggestion) -> Suggestion:
    """Write a keyword in small letters for someone who does."""
    if suggestion.kind == "keyword" and not (word and word[0].isupper()):
        return suggestion._replace(text=suggestion.text.lower())
    return suggestion


def _is_open(text: str) -> bool:
    """Tell whether a quote still waits for its end; then the cursor is inside text."""
    closing = {"[": "]"}.get(text[0], text[0])
    return len(text) < 2 or text.count(closing) % 2 == (0 if closing == "]" else 1)
