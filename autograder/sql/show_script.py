"""Shows what a script does, without doing it: it runs on a private copy."""

from __future__ import annotations

import sqlite3

from autograder.sql.query import CHANGES
from autograder.sql.script import run_script
from autograder.sql.state import Change, State, changes
from autograder.sql.text import clean, statements
from autograder.sql.view import Notice, Result

__all__ = ["is_script", "show_script"]


def is_script(text: str) -> bool:
    """Whether a text is more than one query: several statements, or one that changes something."""
    found = statements(clean(text))
    changing = any(token.upper in CHANGES for statement in found for token in statement[:1])
    return len(found) > 1 or changing or _changes_behind_with(clean(text))


def show_script(text: str, on: sqlite3.Connection, name: str = "") -> Result | Notice:
    """Run a script on a private copy, and tell what it changes there; show the rows of its last query, if it has one.

    Raises:
        NotAttempted: the text holds no statement.
        QueryError: the script fails; the message says where and why in the learner's words.
    """
    kept = f"Kept as `{name}`. " if name else ""
    parameters = {
        token.text for statement in statements(clean(text)) for token in statement if token.kind == "parameter"
    }
    if parameters:
        names = ", ".join(f"`{parameter}`" for parameter in sorted(parameters))
        return Notice(f"{kept}It waits for values of {names}: the check runs it with some.")
    before = State.of(on)
    with run_script(text, on) as (database, rows):
        said = _said(before, State.of(database))
    note = f"{kept}{said} The database of this notebook stays as it is: a script runs on a copy."
    return Result(rows, note) if rows is not None else Notice(note)


def _said(before: State, after: State) -> str:
    """What changed, in one sentence."""
    moved = changes(before, after).items()
    told = [_changed(table, change, before) for table, change in moved if change.added or table in before.tables]
    new = [table for table in after.tables if table not in before.tables]
    told += [f"{table} is a new table without rows" for table in new if not after.tables[table].rows]
    for name, (kind, _) in after.definitions.items():
        if kind != "table" and after.definitions[name] != before.definitions.get(name):
            told.append(f"{name} is a new {kind}")
    told += [f"{name} is gone" for name in before.definitions if name not in after.definitions]
    return f"The script ran: {'; '.join(told)}." if told else "The script ran, and changed no row."


def _changed(table: str, change: Change, before: State) -> str:
    counts = [(len(change.added), "added"), (len(change.removed), "removed")]
    rows = " and ".join(f"{count:,} row{'' if count == 1 else 's'} {verb}" for count, verb in counts if count)
    return (
        f"in the new table {table}, {rows}" if table not in before.tables else f"in {table}, {rows or 'other columns'}"
    )


def _changes_behind_with(text: str) -> bool:
    """Whether a statement that begins with WITH goes on to change data, outside of all brackets."""
    found = statements(text)
    if not found or found[0][0].upper != "WITH":
        return False
    depth = 0
    for token in found[0]:
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.upper in {"INSERT", "UPDATE", "DELETE", "REPLACE"}:
            return True
    return False
