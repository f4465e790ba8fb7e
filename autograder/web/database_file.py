"""A database as a file for a while: made before an app starts, read past the app afterwards."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

__all__ = ["database_file", "rows_in"]


@contextmanager
def database_file(data: sqlite3.Connection) -> Iterator[str]:
    """Copy a database into a file of its own, and remove the file at the end.

    >>> with database_file(sqlite3.connect(":memory:")) as path:
    ...     rows_in(path, "SELECT count(*) FROM sqlite_master")
    [(0,)]

    Args:
        data: the database to copy; it stays as it is.

    Yields:
        The path of the file, to be handed to ``create_app``. A file that an app still holds open at the end is left to
        the operating system's cleaning where it can't be removed (Windows).
    """
    with tempfile.TemporaryDirectory(prefix="database-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "data.db")
        with closing(sqlite3.connect(path)) as file:
            file.execute("PRAGMA synchronous = OFF")  # a copy for minutes: nobody waits for the disk
            data.backup(file)
        yield str(path)


def rows_in(path: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read a database file past the app that uses it.

    Args:
        path: from `database_file`.
        query: one SELECT.
        values: its parameters.
    """
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query, values).fetchall()
