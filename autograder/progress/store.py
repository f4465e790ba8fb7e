"""The learner's own file: an SQLite database of attempts. Everything else is worked out from them.

It is opened for a moment at a time, so that two notebooks can use it at once. sqlite-utils is loaded only then.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.errors import EngineRoomError
from autograder.progress.attempt import Attempt
from autograder.results import Outcome

__all__ = ["VERSION", "ProgressError", "Store"]

VERSION = 1
_TABLE = "attempts"
_PATIENCE = 0.3  # seconds to wait for another notebook, which writes for a millisecond
_COLUMNS: dict[str, type] = {
    **{"id": str, "question": str, "at": str, "whole": int, "outcome": str},
    **{"points": float, "max": float, "tags": str, "failure": str, "hint": int, "prediction": str},
}
_BUSY = "is in use by another program right now"
_DAMAGED = "is damaged. Move it out of the folder: the next check begins a new one"
_REASONS = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: "can't be written: the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "can't be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "can't be opened or made: the folder may be read-only",
    sqlite3.SQLITE_FULL: "can't be written: the disk is full",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


class ProgressError(EngineRoomError):
    """The learner's file can't be read or written."""


class Store:
    """The file at ``path``. It is made by the first attempt that is added."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    def attempts(self, question: str = "") -> list[Attempt]:
        """Return all attempts, or those at one question, oldest first.

        Raises:
            ProgressError: the file is damaged, locked, or from a newer version.
        """
        if not self.path.exists():
            return []
        with self._opened() as database:
            where, values = ("question = ?", [question]) if question else (None, None)
            return [_attempt(row) for row in database[_TABLE].rows_where(where, values, order_by="at, rowid")]

    def add(self, attempts: Iterable[Attempt]) -> int:
        """Add attempts; one that is there already isn't added again. Returns how many were new.

        Raises:
            ProgressError: the file can't be written, is damaged, locked, or from a newer version.
        """
        rows = [asdict(one) | {"tags": json.dumps(one.tags), "whole": int(one.whole)} for one in attempts]
        with self._opened() as database:
            before = database[_TABLE].count
            database[_TABLE].insert_all(rows, ignore=True)
            return int(database[_TABLE].count) - int(before)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        from sqlite_utils import Database  # slow to load, and most who import autograder never need it

        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
                database = Database(connection, execute_plugins=False)
                self._prepare(database)
                yield database
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            raise ProgressError(f"{self.path.name} {_REASONS.get(code, f'cannot be used: {error}')}.") from error
        except (KeyError, TypeError, ValueError) as error:
            raise ProgressError(f"{self.path.name} {_DAMAGED}.") from error

    def _prepare(self, database: Any) -> None:
        """Bring the tables up to this version's; leave a newer version's alone."""
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        if version > VERSION:
            raise ProgressError(
                f"{self.path.name} was written by a newer Engine Room (schema {version}; this one knows {VERSION}). "
                "Install the newer one here, too."
            )
        if version < 1:
            database[_TABLE].create(_COLUMNS, pk="id", not_null=set(_COLUMNS), if_not_exists=True)
            database[_TABLE].create_index(["question"], if_not_exists=True)
            database.execute(f"PRAGMA user_version = {VERSION:d}")


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        **row
        | {"tags": tuple(json.loads(row["tags"])), "whole": bool(row["whole"]), "outcome": Outcome(row["outcome"])}
    )
