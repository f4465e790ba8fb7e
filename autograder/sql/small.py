"""Tiny databases, kept as plain rows, and built when they are needed."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import Any

from autograder.sql.rows import Row, Value

__all__ = ["Small", "build_small", "ddl_of", "layouts", "small_from_json", "small_to_json"]

Small = Mapping[str, tuple[Row, ...]]
"""The rows of some tables, each in the order of the table's columns; tables that aren't named are empty."""

_SPECIAL = re.compile(r"COLLATE|\bGENERATED\b|\bSTRICT\b|\bVIEW\b|\bWITHOUT\s+ROWID\b", re.IGNORECASE)


def ddl_of(database: sqlite3.Connection) -> str:
    """The statements that built a database's schema."""
    cursor = database.cursor()
    cursor.row_factory = None
    statements = cursor.execute(
        r"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid"
    )
    return "".join(f"{sql};\n" for (sql,) in statements)


def layouts(ddl: str) -> tuple[str, ...]:
    """The physical orders in which the same rows can be stored: what a query without ORDER BY gives differs."""
    # Without their keys, such tables would be other tables.
    return ("plain", "backwards", "falling") if _SPECIAL.search(ddl) else ("plain", "backwards", "falling", "bare")


def build_small(ddl: str, small: Small, layout: str = "plain") -> sqlite3.Connection:
    """Build a database in memory. Foreign keys aren't enforced: its rows need no parents.

    Args:
        ddl: the statements of its schema.
        small: its rows.
        layout: ``backwards`` lets SQLite give rows in the other order where a query asks for none; ``falling`` adds
            indexes that put every column of the filled tables in falling order; ``bare`` takes keys and indexes away
            and stores the rows from the last to the first.

    Raises:
        sqlite3.Error: the schema can't be built, or its rules refuse a row.
    """
    database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=64)
    try:
        database.deserialize(_schema(ddl))
        database.execute("BEGIN")
        for table, rows in small.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", rows)  # noqa: S608
        if layout == "falling":
            _add_indexes(database, small)
        if layout == "bare":
            _take_keys(database, small)
        database.execute("COMMIT")
        if layout == "backwards":
            database.execute("PRAGMA reverse_unordered_selects = ON")
    except BaseException:
        database.close()
        raise
    return database


@lru_cache(maxsize=8)
def _schema(ddl: str) -> bytes:
    """An empty database: reading ten CREATE TABLE statements takes longer than all that is asked of it later."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        database.executescript(ddl)
        return database.serialize()


def small_to_json(small: Small) -> dict[str, Any]:
    """The rows as JSON can hold them; blobs as ``{"blob": "00ff"}``."""
    return {table: [[_to_json(value) for value in row] for row in rows] for table, rows in small.items()}


def small_from_json(data: Mapping[str, Sequence[Sequence[Any]]]) -> Small:
    """The rows that JSON holds.

    Raises:
        KeyError, TypeError, ValueError: it holds something else.
    """
    return {
        str(table): tuple(tuple(_from_json(value) for value in row) for row in rows) for table, rows in data.items()
    }


def _add_indexes(database: sqlite3.Connection, small: Small) -> None:
    for table in small:
        with closing(database.execute(f"SELECT * FROM {_quoted(table)} LIMIT 0")) as cursor:  # noqa: S608
            columns = [column[0] for column in cursor.description]
        for at, column in enumerate(columns):
            name = _quoted(f"falling {table} {at}")
            database.execute(f"CREATE INDEX {name} ON {_quoted(table)} ({_quoted(column)} DESC)")


def _take_keys(database: sqlite3.Connection, small: Small) -> None:
    for table in small:
        name = _quoted(table)
        database.execute(f"CREATE TABLE bare AS SELECT * FROM {name} ORDER BY rowid DESC")  # noqa: S608
        database.execute(f"DROP TABLE {name}")
        database.execute(f"ALTER TABLE bare RENAME TO {name}")


def _to_json(value: Value) -> Any:
    return {"blob": value.hex()} if isinstance(value, bytes) else value


def _from_json(value: Any) -> Value:
    if isinstance(value, Mapping):
        return bytes.fromhex(value["blob"])
    if value is None or isinstance(value, int | float | str):
        return value
    raise TypeError(f"A cell can't hold {type(value).__name__}.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
