"""Runs a script, several statements that change data or schema, on a private copy of a database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

from autograder.errors import NotAttempted
from autograder.sql.copies import private_copy
from autograder.sql.diagnose import explain
from autograder.sql.fence import PRAGMAS, Fence, Limits
from autograder.sql.growth import MOST_TOKENS, grown_size
from autograder.sql.query import LONGEST_TEXT, QueryError, QueryStoppedError
from autograder.sql.rows import Row, Rows, Value
from autograder.sql.schema import Schema
from autograder.sql.text import clean, statements

__all__ = ["ScriptError", "ScriptFence", "Statement", "constraint_of", "prepare", "run_script", "split"]

STANDARD = Limits()
MOST_STATEMENTS = 500
MOST_ROWS_KEPT = 1_000
LARGEST_DATABASE = 64 * 1024 * 1024  # bytes
_PRAGMAS = PRAGMAS | {"foreign_keys", "defer_foreign_keys", "foreign_key_check", "user_version"}
_REFUSED = {
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_CREATE_VTABLE: "a virtual table",
    sqlite3.SQLITE_DROP_VTABLE: "a virtual table",
}
_CONSTRAINT_DATATYPE = 3091
_CONSTRAINTS = {
    "SQLITE_CONSTRAINT_CHECK": "CHECK",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "FOREIGN KEY",
    "SQLITE_CONSTRAINT_NOTNULL": "NOT NULL",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "UNIQUE",
    "SQLITE_CONSTRAINT_ROWID": "UNIQUE",
    "SQLITE_CONSTRAINT_TRIGGER": "TRIGGER",
    "SQLITE_CONSTRAINT_UNIQUE": "UNIQUE",
    "SQLITE_MISMATCH": "STRICT",
}
_RULES = {
    "CHECK": "a CHECK rule",
    "FOREIGN KEY": "a foreign key: the row it points to doesn't exist, or rows still point to it",
    "NOT NULL": "NOT NULL: a value is missing",
    "STRICT": "the type of a column",
    "TRIGGER": "a trigger",
    "UNIQUE": "UNIQUE or a primary key: such a row is there already",
}


class ScriptError(QueryError):
    """A statement of a script that failed. ``number`` counts from 1; ``constraint`` names the rule it broke, if any."""

    def __init__(self, message: str, number: int, constraint: str = "") -> None:
        super().__init__(message)
        self.number, self.constraint = number, constraint


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a script, and the line on which it begins, counted from 1."""

    sql: str
    line: int


class ScriptFence(Fence):
    """The fence around a script: data and schema may change, but nothing outside the private copy can be reached."""

    def _authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action in _REFUSED:
            self.refused = f"A script can't use {_REFUSED[action]} here."
        elif action == sqlite3.SQLITE_PRAGMA and (first or "").lower() not in _PRAGMAS:
            self.refused = f"PRAGMA {first} is not allowed here."
        elif action == sqlite3.SQLITE_FUNCTION:
            return super()._authorize(action, first, second)
        return sqlite3.SQLITE_DENY if self.refused else sqlite3.SQLITE_OK


def split(text: str) -> list[Statement]:
    """Take a script apart into its statements; comments before a statement don't belong to it.

    Raises:
        NotAttempted: there is none.
        QueryError: the text is too long, can't be read, or holds too many statements.
    """
    sql = clean(text)
    if len(sql) > LONGEST_TEXT or len(sql.encode("utf-8", "replace")) > LONGEST_TEXT:
        raise QueryError(f"The script is too long: {len(sql):,} characters, at most {LONGEST_TEXT:,} are allowed.")
    if "\0" in sql or any("\ud800" <= character <= "\udfff" for character in sql):
        raise QueryError("The script holds a character that SQL can't read. Please type that line again.")
    found = statements(sql)
    if not found:
        raise NotAttempted("There is no script here yet.")
    if len(found) > MOST_STATEMENTS:
        raise QueryError(f"The script has {len(found):,} statements; at most {MOST_STATEMENTS} are allowed.")
    for number, tokens in enumerate(found, start=1):
        if grown_size(tokens) > MOST_TOKENS:
            raise ScriptError("The parts after WITH name each other too many times: it is too large to run.", number)
    return [Statement(sql[one[0].end - len(one[0].text) : one[-1].end], one[0].line) for one in found]


@contextmanager
def run_script(
    text: str, on: sqlite3.Connection, values: Mapping[str, Value] | None = None, limits: Limits = STANDARD
) -> Iterator[tuple[sqlite3.Connection, Rows | None]]:
    """Run a script on a private copy; give the copy, free of limits, and the rows of the last query in it.

    Foreign keys are enforced on the copy if they are on ``on``.

    Args:
        text: the statements; nbgrader's marker lines are ignored.
        on: the database. It is copied as it stands, and never changes.
        values: what stands for parameters such as ``:code``.
        limits: how much the whole script may do.

    Raises:
        NotAttempted: the text holds no statement.
        ScriptError: a statement failed; the message says which, and why, in the learner's words.
        QueryError: the script as a whole can't run.
    """
    script = split(text)
    with closing(private_copy(on)) as database:
        prepare(database, foreign_keys=bool(on.execute("PRAGMA foreign_keys").fetchone()[0]))
        with ScriptFence(database, clean(text), limits) as fence:
            rows = _run(database, script, values or {}, fence)
            fence.open()
        if database.in_transaction:
            raise QueryError("The script begins a transaction and doesn't end it: COMMIT is missing.")
        yield database, rows


def prepare(database: sqlite3.Connection, *, foreign_keys: bool) -> None:
    """Keep a fresh copy to a size, and let it enforce foreign keys or not."""
    page_size = database.execute("PRAGMA page_size").fetchone()[0]
    for schema in ("main", "temp"):
        database.execute(f"PRAGMA {schema}.max_page_count = {LARGEST_DATABASE // page_size}")
    database.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")


def constraint_of(error: BaseException) -> str:
    """Name the kind of rule that an error of SQLite's driver tells of, such as ``NOT NULL``; empty if it is none."""
    # Python has no name for this code up to 3.13: a text in an INTEGER column of a STRICT table, for example.
    if getattr(error, "sqlite_errorcode", 0) == _CONSTRAINT_DATATYPE:
        return "STRICT"
    return _CONSTRAINTS.get(getattr(error, "sqlite_errorname", ""), "")


def _run(
    database: sqlite3.Connection, script: list[Statement], values: Mapping[str, Value], fence: Fence
) -> Rows | None:
    rows: Rows | None = None
    for number, statement in enumerate(script, start=1):
        try:
            rows = _fetch(database, statement.sql, values) or rows
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeError) as error:
            fence.open()
            reason = fence.refused or _explained(error, statement.sql, database)
            if fence.stopped:
                raise QueryStoppedError(reason.replace("The query", "The script")) from None
            raise ScriptError(_where(number, script) + reason, number, constraint_of(error)) from None
    return rows


def _fetch(database: sqlite3.Connection, sql: str, values: Mapping[str, Value]) -> Rows | None:
    """Run one statement to its end; give its first rows, or None if it isn't a query."""
    kept: list[Row] = []
    with closing(database.execute(sql, values)) as cursor:
        for row in cursor:
            if len(kept) < MOST_ROWS_KEPT:
                kept.append(row)
        if cursor.description is None:
            return None
        return Rows(tuple(str(column[0]) for column in cursor.description), tuple(kept))


def _where(number: int, script: list[Statement]) -> str:
    """Say which statement failed; nothing where there is only one."""
    return f"Statement {number} of {len(script)} (line {script[number - 1].line}): " if len(script) > 1 else ""


def _explained(error: BaseException, sql: str, database: sqlite3.Connection) -> str:
    message = str(error)
    if kind := constraint_of(error):
        about = message.partition(": ")[2]
        said = f" SQLite says: {message.rstrip('.')}." if kind == "TRIGGER" or not about else ""
        return f"It breaks {_RULES[kind]}{f' ({about})' if about and not said else ''}.{said}"
    if missing := re.search(r"value for binding parameter (\S+)\.", message):
        return f"`{missing[1]}` is a parameter, and no value of that name is given: see the task for the names."
    if "is full" in message:
        return f"The database grew beyond {LARGEST_DATABASE // 1024**2} MiB, so the script was stopped."
    if "already exists" in message:
        return f"{message[0].upper()}{message[1:].rstrip('.')}. Does the script create it twice?"
    return explain(error, sql, database, Schema.of(database))
