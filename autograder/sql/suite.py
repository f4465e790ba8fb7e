"""A suite: a few tiny databases on which the known mistakes of a question show themselves.

Its tables hold a handful of rows, so asking all of a suite takes less than a millisecond: a suite is asked before
anything that takes longer.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

from autograder.errors import CheckFailed, NotAttempted
from autograder.sql.check import judge
from autograder.sql.compare import differences
from autograder.sql.diagnose import explain
from autograder.sql.digest import digest
from autograder.sql.fence import Fence, Limits
from autograder.sql.query import QueryError, QueryStoppedError, single_query
from autograder.sql.rows import Rows
from autograder.sql.schema import Schema
from autograder.sql.small import Small, build_small, layouts

__all__ = ["OpenSuite", "Suite", "asked", "prepares"]

# A tiny database needs few steps: what takes more is a query that runs away.
LIMITS = Limits(steps=5_000_000, seconds=5.0, rows=20_000)


@dataclass(frozen=True, slots=True)
class Suite:
    """Tiny databases, and the query that is right on all of them.

    Attributes:
        reference: the right query.
        databases: the rows of each.
        ordered: whether the order of rows counts. Each database is then laid out in several physical orders, so that
            an order which came about by luck shows itself.
    """

    reference: str
    databases: tuple[Small, ...]
    ordered: bool = False

    def opened(self, ddl: str, *, plainly: bool = False) -> OpenSuite:
        """Build all databases, and ask the reference on each. Close what you get.

        Args:
            ddl: the statements of the schema, as `autograder.sql.small.ddl_of` gives them.
            plainly: whether each is laid out as it is, and in no other order.

        Raises:
            ValueError: a row or the reference fails: the suite is of another schema.
        """
        chosen = layouts(ddl) if self.ordered and not plainly else ("plain",)
        opened = OpenSuite(self, len(chosen))
        try:
            for small in self.databases:
                for layout in chosen:
                    opened.databases.append(build_small(ddl, small, layout))
                    opened.expected.append(asked(self.reference, opened.databases[-1]))
        except (sqlite3.Error, QueryError, NotAttempted) as error:
            opened.close()
            raise ValueError(f"The stored databases don't fit this question any more: {error}") from None
        return opened


@dataclass(frozen=True, slots=True)
class OpenSuite:
    """A suite that is ready to be asked, again and again. Use it in a ``with`` statement, or close it."""

    suite: Suite
    layouts: int = 1
    databases: list[sqlite3.Connection] = field(default_factory=list, repr=False)
    expected: list[Rows] = field(default_factory=list, repr=False)

    def __enter__(self) -> OpenSuite:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all databases."""
        self.close()

    def close(self) -> None:
        """Close all databases."""
        for database in self.databases:
            database.close()

    def killers(self, candidate: str) -> list[int]:
        """The databases of the suite, counted from 0, on which a candidate is wrong or fails."""
        return sorted({at // self.layouts for at in range(len(self.databases)) if self._is_wrong(candidate, at)})

    def kills(self, candidate: str) -> bool:
        """Whether a candidate is wrong, or fails, on one of the databases."""
        return any(self._is_wrong(candidate, at) for at in range(len(self.databases)))

    def results(self, candidate: str) -> tuple[str, ...] | None:
        """What recognises the results of a query on all databases; None if it fails on one."""
        try:
            return tuple(digest(asked(candidate, one), ordered=self.suite.ordered) for one in self.databases)
        except (QueryError, NotAttempted):
            return None

    def has_rows(self, candidate: str) -> bool:
        """Whether a query that runs gives a row on one of the databases."""
        return any(len(asked(candidate, database)) for database in self.databases)

    def failure(self, candidate: str) -> CheckFailed | None:
        """What to tell a learner whose query is wrong on one of the databases; None if it is right on all.

        Raises:
            NotAttempted, QueryError: the text holds no query, or one that can't run.
        """
        for database, expected in zip(self.databases, self.expected, strict=True):
            found = judge(asked(candidate, database), expected, ordered=self.suite.ordered)
            if found is not None:
                return found
        return None

    def _is_wrong(self, candidate: str, at: int) -> bool:
        try:
            got = asked(candidate, self.databases[at])
        except (QueryError, NotAttempted):
            return True
        return bool(differences(self.expected[at], got, ordered=self.suite.ordered))


def asked(sql: str, database: sqlite3.Connection) -> Rows:
    """Run one query behind the fence; not on a copy, as it can change nothing.

    Raises:
        NotAttempted: the text holds no statement.
        QueryError: there is no result; the message says why in the learner's words.
    """
    query = single_query(sql)
    with Fence(database, query, LIMITS) as fence:
        try:
            cursor = database.execute(query)
            rows = cursor.fetchmany(LIMITS.rows + 1)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            cursor.close()
        except (sqlite3.Error, sqlite3.Warning, MemoryError, OverflowError, UnicodeError) as error:
            fence.open()
            sentence = fence.refused or explain(error, query, database, Schema.of(database))
            raise (QueryStoppedError if fence.stopped else QueryError)(sentence) from None
        finally:
            fence.open()
    if len(rows) > LIMITS.rows:
        raise QueryStoppedError(f"The result has more than {LIMITS.rows:,} rows, so it was stopped.")
    return Rows(columns, tuple(rows))


def prepares(sql: str, database: sqlite3.Connection) -> bool:
    """Whether SQLite can prepare a query on a database."""
    try:
        database.execute(f"EXPLAIN {sql}").close()
    except (sqlite3.Error, sqlite3.Warning):
        return False
    return True
