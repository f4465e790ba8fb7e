"""Runs one query on a private copy of a database, so that a learner's text never touches the database itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from autograder.sql.copies import Readable, reading_copy
from autograder.sql.diagnose import explain
from autograder.sql.fence import TOO_MUCH, Fence, Limits
from autograder.sql.query import NoQueryError, QueryError, QueryStoppedError, single_query
from autograder.sql.rows import Row, Rows
from autograder.sql.schema import Schema
from autograder.sql.text import tokens

__all__ = ["run_query"]

STANDARD = Limits()


def run_query(sql: str, on: Readable, limits: Limits = STANDARD) -> Rows:
    """Run one query that only reads.

    Args:
        sql: one SELECT, WITH, VALUES or EXPLAIN statement; nbgrader's marker lines are ignored.
        on: the database. It is copied as it stands, uncommitted changes included; temporary tables stay behind.
        limits: how much the query may do.

    Raises:
        NotAttempted: the text holds no statement.
        QueryError: there is no result; the message says why in the learner's words.
    """
    try:
        query = single_query(sql)
    except NoQueryError as error:
        with reading_copy(on) as database:
            schema = Schema.of(database)
        raise QueryError(f"{error} {_how_to_look(sql, schema)}".rstrip()) from None
    with reading_copy(on) as database, Fence(database, query, limits) as fence:
        try:
            return _fetch(database, query, limits)
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeError) as error:
            fence.open()
            sentence = fence.refused or explain(error, query, database, Schema.of(database))
            raise (QueryStoppedError if fence.stopped else QueryError)(sentence) from None


def _how_to_look(sql: str, schema: Schema) -> str:
    """Say how to see a table: the one that the text names, else the first."""
    named = (schema.table(token.name) for token in tokens(sql))
    table = next(filter(None, [*named, *schema.tables]), "")
    return f"To see a table: SELECT * FROM {table} LIMIT 5" if table else ""  # noqa: S608 - a sentence


def _fetch(database: sqlite3.Connection, query: str, limits: Limits) -> Rows:
    rows: list[Row] = []
    size = 0
    with closing(database.execute(query)) as cursor:
        for row in cursor:
            rows.append(row)
            for value in row:
                if value.__class__ is str or value.__class__ is bytes:
                    size += len(value)
            if len(rows) > limits.rows:
                raise QueryStoppedError(f"The result has more than {limits.rows:,} rows, so it was stopped. {TOO_MUCH}")
            if size > limits.size:
                raise QueryStoppedError(f"The result is larger than {limits.size // 1024:,} KiB, so it was stopped.")
        columns = tuple(str(column[0]) for column in cursor.description or ())
    return Rows(columns, tuple(rows))
