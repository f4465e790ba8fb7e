"""The databases in memory on which queries are compared, and the one way in which a query runs there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp

from autograder.sql.copies import readable
from autograder.sql.diagnose import explain
from autograder.sql.fence import Fence, Limits
from autograder.sql.rows import Row, Value
from autograder.sql.schema import Schema
from autograder.sql.search.facts import Facts, quoted
from autograder.sql.search.maker import Database, Line
from autograder.sql.search.traits import Traits, parsed, traits

__all__ = ["Arena", "Failure", "Layout", "Outcome", "prepared"]

MOST_ROWS = 5_000
MOST_READ = 64
STEPS_A_TICK = 2_000
SEARCH_LIMITS = Limits(steps=400_000, seconds=2.0, rows=MOST_ROWS, value=100_000)
PATIENT_STEPS = 2_000_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A query that gave no result on a database; ``stopped`` when it took too long or gave too much."""

    message: str
    stopped: bool = False
    by_steps: bool = False


Outcome = list[Row] | Failure


class Layout:
    """One connection whose tables have all the columns of a schema, filled and asked again and again.

    Layouts hold the same rows in another physical order: what a query gives in one but not in another is luck.

    Args:
        ddl: the schema.
        facts: what has been read of it.
        backwards: SQLite gives rows in the other order where a query asks for none.
        bare: without keys and indexes, which put rows in order by the way.
        descending: with indexes that put every column in falling order, on bare tables.
    """

    def __init__(
        self, ddl: str, facts: Facts, *, backwards: bool = False, bare: bool = False, descending: bool = False
    ) -> None:
        self._facts = facts
        self.database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
        self.database.text_factory = readable
        if bare or descending:
            _without_keys(self.database, facts)
        else:
            self.database.executescript(ddl)
        self.database.execute("PRAGMA foreign_keys = OFF")
        for (name,) in self.database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.database.execute(f"DROP TRIGGER {quoted(name)}")  # or a row would not be what was put in
        if descending:
            _with_falling_indexes(self.database, facts)
        if backwards:
            self.database.execute("PRAGMA reverse_unordered_selects = ON")
        self._insert = {name: _insert(facts, name) for name in facts.tables}
        self._delete = {name: f"DELETE FROM {quoted(table.name)}" for name, table in facts.tables.items()}  # noqa: S608
        self._select = {name: _select(facts, name) for name in facts.tables}
        self._composite = {name: table.key for name, table in facts.tables.items() if len(table.key) > 1}
        self.database.execute("BEGIN")
        self._fence: Fence | None = None
        self._columns: dict[str, tuple[str, ...]] = {}
        self._indexed: list[str] = []
        self._filled: list[str] = []

    def guard(self, queries: str) -> None:
        """Put a fence around the queries that will run next."""
        if self._fence is not None:
            self._fence.open()
            self._fence.__exit__()
        self._columns.clear()
        if re.search("group_concat|string_agg", queries, re.IGNORECASE):
            own = re.search(r"_(concat|agg)\s*\([^()]*\border\b", queries, re.IGNORECASE) is not None
            for name in ("group_concat", "string_agg"):
                self.database.create_window_function(name, -1, _Concat if own else _SortedConcat)
        self._fence = Fence(self.database, queries, SEARCH_LIMITS, every=STEPS_A_TICK)
        self._fence.__enter__()
        # The fence keeps results narrow; our own statements name every column of a table.
        self.database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 2_000)

    def load(self, database: Mapping[str, Sequence[Line]]) -> int:
        """Empty the tables and fill them; return how many rows a constraint refused."""
        execute = self.database.execute
        refused = 0
        with self._trusted():
            for name in self._filled:
                execute(self._delete[name])
            self._filled = [name for name, rows in database.items() if rows]
            for name, rows in database.items():
                if not rows:
                    continue
                composite = self._composite.get(name)
                if composite:  # SQLite lets NULL stand in a composite key; nobody means that
                    rows = [row for row in rows if all(row[at] is not None for at in composite)]
                refused += len(database[name]) - self._fill(name, rows)
        return refused

    def _fill(self, name: str, rows: Sequence[Line]) -> int:
        insert = self._insert[name]
        try:
            return self.database.executemany(insert, rows).rowcount if rows else 0
        except sqlite3.Error:
            pass  # such as text in an INTEGER PRIMARY KEY, at which even OR IGNORE stops
        stored = 0
        self.database.execute(self._delete[name])
        for row in rows:
            try:
                stored += self.database.execute(insert, row).rowcount
            except (sqlite3.Error, OverflowError):
                continue
        return stored

    def stored(self, tables: Iterable[str]) -> Database:
        """Return the rows as they stand in the tables, defaults and affinities applied."""
        with self._trusted():
            return {name: [list(row) for row in self.database.execute(self._select[name])] for name in tables}

    def index(self, keys: Sequence[tuple[str, str]]) -> None:
        """Replace the indexes of the last call by these, given as tables and keys; leave out what can't be indexed."""
        with self._trusted():
            for name in self._indexed:
                self.database.execute(f"DROP INDEX {name}")
            self._indexed = []
            for number, (table, key) in enumerate(keys):
                try:
                    self.database.execute(f"CREATE INDEX __group_{number} ON {table} ({key})")
                except sqlite3.Error:
                    continue
                self._indexed.append(f"__group_{number}")

    def declared(self, tables: Iterable[str]) -> list[str]:
        """Return the statements that make some tables, their indexes, and all views."""
        wanted = set(tables)
        sql = "SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
        with self._trusted():
            rows = self.database.execute(sql).fetchall()
        return [text for kind, name, text in rows if kind == "view" or str(name).casefold() in wanted]

    def run(self, sql: str, *, patient: bool = False) -> Outcome:
        """Run a query on what has been loaded; with ``patient``, for some ten times as many steps."""
        fence = self._fence
        if fence is not None:
            fence.again(PATIENT_STEPS if patient else SEARCH_LIMITS.steps)
        try:
            rows = self.database.execute(sql).fetchmany(MOST_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning, OverflowError, MemoryError, UnicodeError) as error:
            stopped = fence is not None and fence.stopped
            return Failure((fence.refused if fence is not None else "") or str(error), stopped, by_steps=stopped)
        return rows if len(rows) <= MOST_ROWS else Failure(f"more than {MOST_ROWS:,} rows", stopped=True)

    def columns(self, sql: str) -> tuple[str, ...]:
        """Return the names of a query's columns. Raises sqlite3.Error if it can't be prepared."""
        if sql not in self._columns:
            if self._fence is not None:
                self._fence.again(SEARCH_LIMITS.steps)
            try:
                cursor = self.database.execute(sql)
            except sqlite3.OperationalError:
                if self._fence is None or not self._fence.stopped:
                    raise
                # It runs away even without a row; asked for no rows at all, it still tells its columns.
                self._fence.again(SEARCH_LIMITS.steps)
                cursor = self.database.execute(f"SELECT * FROM ({sql}) LIMIT 0")  # noqa: S608
            self._columns[sql] = tuple(str(column[0]) for column in cursor.description or ())
            cursor.close()
        return self._columns[sql]

    def why(self, error: Exception, sql: str) -> str:
        """Say in the learner's words why a query failed."""
        if self._fence is not None and self._fence.refused:
            return self._fence.refused
        with self._trusted():
            return explain(error, sql, self.database, Schema.of(self.database))

    def _trusted(self) -> _Trusted:
        return _Trusted(self._fence)

    def close(self) -> None:
        self.database.close()


class _Trusted:
    """Lets our own statements through the fence."""

    def __init__(self, fence: Fence | None) -> None:
        self._fence = fence

    def __enter__(self) -> None:
        if self._fence is not None:
            self._fence.trusting = True

    def __exit__(self, *_: object) -> None:
        if self._fence is not None:
            self._fence.trusting = False


class _Concat:
    """``group_concat``, whose parts come in the order that the query itself asks for."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._between = ","

    def step(self, *arguments: Value) -> None:
        if arguments and arguments[0] is not None:
            value = arguments[0]
            self._parts.append(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
        if len(arguments) > 1:
            self._between = "" if arguments[1] is None else str(arguments[1])

    def inverse(self, *arguments: Value) -> None:
        """Take out what has left the window: the oldest."""
        if arguments and arguments[0] is not None:
            del self._parts[0]

    def value(self) -> str | None:
        return self._between.join(self._parts) if self._parts else None

    def finalize(self) -> str | None:
        return self.value()


class _SortedConcat(_Concat):
    """``group_concat`` whose result doesn't hang on the order in which rows happen to come."""

    def value(self) -> str | None:
        return self._between.join(sorted(self._parts)) if self._parts else None


class Arena:
    """The layouts of one schema, each built when it is first needed."""

    def __init__(self, ddl: str) -> None:
        self.ddl = ddl
        self.main = _layout_of(ddl)
        self.facts = self.main._facts
        self._backwards: Layout | None = None
        self._extra: dict[str, Layout | None] = {}
        self._queries = ""
        self._read: dict[str, tuple[exp.Expr | None, Traits]] = {}

    def read(self, sql: str) -> tuple[exp.Expr | None, Traits]:
        """Parse a query, or remember that: a class is compared with the same reference again and again."""
        if sql not in self._read:
            if len(self._read) >= MOST_READ:
                self._read.clear()
            tree = parsed(sql, self.facts)
            try:
                self._read[sql] = (tree, traits(sql, tree))
            except RecursionError:  # parsed, but too deep to be walked
                self._read[sql] = (None, traits(sql, None))
        return self._read[sql]

    @property
    def backwards(self) -> Layout:
        if self._backwards is None:
            self._backwards = self._guarded(Layout(self.ddl, self.facts, backwards=True))
        return self._backwards

    @property
    def bare(self) -> Layout | None:
        return self._special("bare", bare=True)

    @property
    def falling(self) -> Layout | None:
        return self._special("falling", descending=True)

    def guard(self, *queries: str) -> None:
        """Fence in the queries that are compared next."""
        self._queries = " ".join(queries)
        for layout in (self.main, self._backwards, *self._extra.values()):
            if layout is not None:
                layout.guard(self._queries)

    def _special(self, name: str, **options: Any) -> Layout | None:
        """Return a layout on other tables; None where other tables would mean other queries."""
        if name not in self._extra:
            self._extra[name] = None
            plain = not re.search(r"COLLATE|\bGENERATED\b|\bSTRICT\b", self.ddl, re.IGNORECASE) and not self.facts.views
            if plain:
                try:
                    self._extra[name] = self._guarded(Layout(self.ddl, self.facts, **options))
                except sqlite3.Error:
                    return None
        return self._extra[name]

    def _guarded(self, layout: Layout) -> Layout:
        layout.guard(self._queries)
        return layout

    def close(self) -> None:
        for layout in (self.main, self._backwards, *self._extra.values()):
            if layout is not None:
                layout.close()


@lru_cache(maxsize=16)
def prepared(ddl: str) -> Arena:
    """Return the arena of a schema, kept for the next query. Raises sqlite3.Error if the schema is wrong."""
    return Arena(ddl)


def _layout_of(ddl: str) -> Layout:
    probe = sqlite3.connect(":memory:", isolation_level=None)
    try:
        probe.executescript(ddl)
        facts = Facts.of(probe)
    finally:
        probe.close()
    return Layout(ddl, facts)


def _insert(facts: Facts, name: str) -> str:
    table = facts.tables[name]
    names = ", ".join(quoted(column.name) for column in table.columns)
    marks = ", ".join("?" * len(table.columns))
    return f"INSERT OR IGNORE INTO {quoted(table.name)} ({names}) VALUES ({marks})"  # noqa: S608


def _select(facts: Facts, name: str) -> str:
    table = facts.tables[name]
    names = ", ".join(quoted(column.name) for column in table.columns)
    return f"SELECT {names} FROM {quoted(table.name)}"  # noqa: S608


def _without_keys(database: sqlite3.Connection, facts: Facts) -> None:
    """Make every table with the same columns and types, but without keys, indexes and constraints."""
    for table in facts.tables.values():
        columns = ", ".join(f"{quoted(column.name)} {column.declared}".rstrip() for column in table.columns)
        database.execute(f"CREATE TABLE {quoted(table.name)} ({columns})")


def _with_falling_indexes(database: sqlite3.Connection, facts: Facts) -> None:
    for number, table in enumerate(facts.tables.values()):
        for at, column in enumerate(table.columns):
            name = quoted(f"__falling_{number}_{at}")
            database.execute(f"CREATE INDEX {name} ON {quoted(table.name)} ({quoted(column.name)} DESC)")
