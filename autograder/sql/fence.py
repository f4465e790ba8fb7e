"""The fence around a learner's query: what it may ask for, and how much work it may cause."""

from __future__ import annotations

import re
import sqlite3
import time
from dataclasses import dataclass, replace

from autograder.sql.rows import Value

__all__ = ["TOO_MUCH", "Fence", "Limits"]

TOO_MUCH = "Does FROM name tables that no condition ties together?"

PRAGMAS = frozenset(
    {
        "collation_list",
        "compile_options",
        "foreign_key_list",
        "function_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "table_info",
        "table_list",
        "table_xinfo",
    }
)
FUNCTIONS_REFUSED = frozenset({"load_extension", "fts3_tokenizer", "sqlite_log", "readfile", "writefile", "edit"})
STEPS_A_TICK = 1_000
_ACTIONS = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
    sqlite3.SQLITE_ATTACH: "ATTACH",
    sqlite3.SQLITE_DETACH: "DETACH",
    sqlite3.SQLITE_TRANSACTION: "a transaction",
    sqlite3.SQLITE_SAVEPOINT: "a savepoint",
}
_REPEATS_A_CHARACTER = re.compile(r"%[^a-bd-km-zA-Z%]*c")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one query may do.

    Attributes:
        steps: steps of SQLite's virtual machine. The same query takes the same number on every run, so this is the
            limit that decides; a correct but slow answer of this course needs some three million.
        seconds: the last resort, for the few functions that work long within one step.
        rows: rows in the result.
        size: bytes in all text and blobs of the result.
        value: bytes in one text or blob, at any time.
    """

    steps: int = 60_000_000
    seconds: float = 10.0
    rows: int = 100_000
    size: int = 16 * 1024 * 1024
    value: int = 250_000


class Fence:
    """Guards one connection for one query, counts its steps, and remembers in ``refused`` why it was not let through.

    ``stopped`` tells that it was running, and took too long. A fence may stay for a series of queries: call `again`
    before each. While ``trusting`` is set, our own statements pass. ``every`` is how many steps lie between two looks
    at the clock.
    """

    def __init__(self, database: sqlite3.Connection, sql: str, limits: Limits, *, every: int = STEPS_A_TICK) -> None:
        self.steps = 0
        self.trusting = False
        self._every = every
        self.refused = ""
        self.stopped = False
        self._database, self._sql, self._limits = database, sql, limits
        self._deadline = time.monotonic() + limits.seconds
        self._printf: sqlite3.Connection | None = None
        self._before: dict[int, int] = {}

    def __enter__(self) -> Fence:
        """Set all limits."""
        for category, most in (
            (sqlite3.SQLITE_LIMIT_LENGTH, self._limits.value),
            (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 4 * 64 * 1024),
            (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
            (sqlite3.SQLITE_LIMIT_COLUMN, 100),
            (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 100),
            (sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000),
            (sqlite3.SQLITE_LIMIT_VDBE_OP, 100_000),
            (sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0),
        ):
            self._before[category] = self._database.setlimit(category, most)
        if re.search("printf|format", self._sql, re.IGNORECASE):
            self._printf = sqlite3.connect(":memory:")
            self._printf.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limits.value)
            for name in ("printf", "format"):
                self._database.create_function(name, -1, self._format, deterministic=True)
        self._database.set_authorizer(self._authorize)
        self._database.set_progress_handler(self._tick, self._every)
        return self

    def __exit__(self, *_: object) -> None:
        """Take the fence away."""
        self.open()
        for category, most in self._before.items():
            self._database.setlimit(category, most)
        if self._printf is not None:
            self._printf.close()

    def again(self, steps: int) -> None:
        """Begin to count anew, for the next query of a series, which may do so many steps."""
        self._limits = replace(self._limits, steps=steps) if steps != self._limits.steps else self._limits
        self.steps, self.refused, self.stopped = 0, "", False
        self._deadline = time.monotonic() + self._limits.seconds

    def open(self) -> None:
        """Let our own questions through again, such as those about the names of tables."""
        self._database.set_progress_handler(None, 0)
        self._database.set_authorizer(None)

    def _tick(self) -> bool:
        if self.trusting:
            return False
        self.steps += self._every
        if self.steps >= self._limits.steps:
            millions = f"{self._limits.steps / 1e6:g} million" if self._limits.steps >= 1e6 else self._limits.steps
            self.refused = f"The query ran for {millions} steps and was stopped. {TOO_MUCH}"
        elif time.monotonic() > self._deadline:
            self.refused = f"The query ran for {self._limits.seconds:g} seconds and was stopped."
        self.stopped = bool(self.refused)
        return self.stopped

    def _authorize(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if self.trusting:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA:
            if (first or "").lower() not in PRAGMAS:
                self.refused = f"PRAGMA {first} is not allowed here."
        elif action == sqlite3.SQLITE_FUNCTION:
            if (second or "").lower() in FUNCTIONS_REFUSED:
                self.refused = f"The function `{second}` is not allowed here."
        elif action == sqlite3.SQLITE_UPDATE and first in {"sqlite_master", "sqlite_schema"}:
            # How SQLite announces a table-valued function, such as json_each. It lets nobody else write there.
            return sqlite3.SQLITE_OK
        elif action not in {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}:
            what = _ACTIONS.get(action, "changing the database")
            self.refused = f"This question only reads data: {what} is not allowed here."
        return sqlite3.SQLITE_DENY if self.refused else sqlite3.SQLITE_OK

    def _format(self, *arguments: Value) -> Value:
        """Stand in for SQLite's printf, which up to 3.40 repeats a character 300 million times in a single step."""
        template = str(arguments[0]) if arguments else ""
        if _REPEATS_A_CHARACTER.search(template):
            numbers = [*re.findall(r"\d+", template), *map(str, arguments[1:])]
            if any(len(number.strip()) > 5 for number in numbers):
                self.refused = "printf can repeat a character at most 99,999 times here."
                raise ValueError(self.refused)
        assert self._printf is not None
        marks = ",".join("?" * len(arguments))
        written: Value = self._printf.execute(f"SELECT printf({marks})", arguments).fetchone()[0]
        return written
