"""What a database holds, and what a script has changed in it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from autograder.sql.rows import Row, Rows, key_of, sort_key

__all__ = ["Change", "State", "applied", "changes", "fingerprint"]

_OBJECTS = r"""
SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid
"""


@dataclass(frozen=True, slots=True)
class State:
    """The rows of every table, and the definition of every table, index, view and trigger by its name.

    ``owners`` tells the table to which an index or a trigger belongs.
    """

    tables: Mapping[str, Rows]
    definitions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, database: sqlite3.Connection) -> State:
        """Read all of a small database."""
        objects = database.execute(_OBJECTS).fetchall()
        return cls(
            {name: _rows(database, name) for kind, name, _, _ in objects if kind == "table"},
            {name: (kind, " ".join((sql or "").split())) for kind, name, _, sql in objects},
            {name: table for _, name, table, _ in objects},
        )


@dataclass(frozen=True, slots=True)
class Change:
    """How a table changed: its columns now, and the rows that came and went, repetition counted."""

    columns: tuple[str, ...]
    added: tuple[Row, ...]
    removed: tuple[Row, ...]


def changes(before: State, after: State) -> dict[str, Change]:
    """The tables whose rows or columns differ, in alphabetical order; a table that is new or gone has all its rows."""
    found = {}
    for name in sorted({*before.tables, *after.tables}):
        old, new = (state.tables.get(name, Rows((), ())) for state in (before, after))
        added, removed = _surplus(new.rows, old.rows), _surplus(old.rows, new.rows)
        if added or removed or old.columns != new.columns:
            found[name] = Change(new.columns, added, removed)
    return found


def applied(before: State, change: Change, table: str) -> Rows:
    """The rows of a table after a change."""
    rows = before.tables.get(table, Rows((), ())).rows
    return Rows(change.columns, (*_surplus(rows, change.removed), *change.added))


def fingerprint(found: Mapping[str, Change]) -> str:
    """16 hexadecimal digits that recognise changes without holding them."""
    lines = [
        json.dumps([name.casefold(), *map(_plain, (change.added, change.removed))], default=str)
        for name, change in sorted(found.items())
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _plain(rows: Iterable[Row]) -> list[list[str]]:
    return [[repr(value) for value in key_of(row)] for row in sorted(rows, key=sort_key)]


def _surplus(rows: Iterable[Row], others: Iterable[Row]) -> tuple[Row, ...]:
    """The rows that are more frequent among the first ones, in a fixed order."""
    waiting = Counter(key_of(row) for row in others)
    found = []
    for row in rows:
        key = key_of(row)
        if waiting[key]:
            waiting[key] -= 1
        else:
            found.append(row)
    return tuple(sorted(found, key=sort_key))


def _rows(database: sqlite3.Connection, table: str) -> Rows:
    name = table.replace('"', '""')
    cursor = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - a name that the database gave
    return Rows(tuple(column[0] for column in cursor.description), tuple(cursor.fetchall()))
