"""The tables and columns of a database, and which of them a query talks about."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.sql.text import KEYWORDS, Token

__all__ = ["Schema", "sources"]

_NAMES = r"""
SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY m.rowid, c.cid
"""
_NOT_ALIASES = frozenset(KEYWORDS) | {"NATURAL", "OUTER", "RIGHT", "FULL", "WINDOW", "INDEXED", "SET"}


@dataclass(frozen=True, slots=True)
class Schema:
    """Column names by table name, both as they were declared; views count as tables."""

    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: sqlite3.Connection) -> Schema:
        """Read the names of a database; an unreadable or closed one has none."""
        tables: dict[str, list[str]] = {}
        try:
            cursor = connection.cursor()
            cursor.row_factory = None
            for table, column in cursor.execute(_NAMES):
                tables.setdefault(_text(table), []).append(_text(column))
        except sqlite3.Error:
            return cls({})
        return cls({table: tuple(columns) for table, columns in tables.items()})

    def table(self, name: str) -> str:
        """Return the table's name as declared; empty when there is none."""
        return next((table for table in self.tables if table.casefold() == name.casefold()), "")

    def tables_with(self, column: str) -> list[str]:
        """Name the tables that have this column."""
        folded = column.casefold()
        return [table for table, names in self.tables.items() if folded in (name.casefold() for name in names)]


def _text(name: str | bytes) -> str:
    """Read a name, even if the connection's text_factory is bytes."""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def sources(statement: list[Token], schema: Schema) -> dict[str, str]:
    """Map every name under which a query's FROM and JOIN clauses know a table to that table, names in lower case.

    A common table expression stands for itself. Names that are no table are left out.
    """
    found: dict[str, str] = {}
    for at, token in enumerate(statement):
        if token.upper == "AS" and 0 < at < len(statement) - 1 and statement[at + 1].text == "(":
            before = statement[at - 1]
            if before.kind in {"word", "quoted"}:
                found.setdefault(before.name.casefold(), before.name)
        if token.upper in {"FROM", "JOIN", ","} and at + 1 < len(statement):
            _add_source(statement, at + 1, schema, found)
    return found


def _add_source(statement: list[Token], at: int, schema: Schema, found: dict[str, str]) -> None:
    if [token.text for token in statement[at + 1 : at + 2]] == ["."]:
        at += 2
    table = schema.table(statement[at].name) if at < len(statement) else ""
    if not table:
        return
    after = statement[at + 1 : at + 3]
    if after and after[0].upper == "AS":
        del after[0]
    named = bool(after) and after[0].kind in {"word", "quoted"} and after[0].upper not in _NOT_ALIASES
    found[after[0].name.casefold() if named else table.casefold()] = table
