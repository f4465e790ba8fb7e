"""Asks the suite that is stored with a question: a counterexample without a search."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from autograder.errors import NotAttempted
from autograder.sql.compare import differences
from autograder.sql.query import QueryError
from autograder.sql.rows import Rows
from autograder.sql.search.verdict import Counterexample, Status, Verdict
from autograder.sql.small import Small, small_from_json
from autograder.sql.suite import OpenSuite, Suite, asked

__all__ = ["stored_suite", "stored_verdict"]


def stored_suite(expected: Mapping[str, Any]) -> Suite:
    """The suite in what the builder writes for a hidden check; it is empty where none was distilled.

    Args:
        expected: ``{"ordered": …, "sql": …, "suite": [{table: [row, …]}, …]}``.
    """
    databases = tuple(map(small_from_json, expected.get("suite", ())))
    return Suite(str(expected["sql"]), databases, bool(expected.get("ordered", False)))


def stored_verdict(answer: str, expected: Mapping[str, Any], ddl: str) -> Verdict | None:
    """Find a stored database on which an answer differs from the reference.

    Returns:
        The verdict with its counterexample; None if the answer is right on all, or the suite is of another schema.
    """
    suite = stored_suite(expected)
    try:
        opened = suite.opened(ddl)
    except ValueError:
        return None
    with opened:
        for at, (database, wanted) in enumerate(zip(opened.databases, opened.expected, strict=True)):
            got, error = _result(answer, database)
            if got is None or differences(wanted, got, ordered=suite.ordered):
                return Verdict(
                    Status.DIFFERENT, counterexample=_counterexample(opened, at, got, error), databases=at + 1
                )
    return None


def _result(answer: str, database: sqlite3.Connection) -> tuple[Rows | None, str]:
    try:
        return asked(answer, database), ""
    except (QueryError, NotAttempted) as error:
        return None, str(error).rstrip(".")


def _counterexample(opened: OpenSuite, at: int, got: Rows | None, error: str) -> Counterexample:
    database, wanted = opened.databases[at], opened.expected[at]
    small: Small = opened.suite.databases[at // opened.layouts]
    by_luck = got is not None and not differences(wanted, got, ordered=False)
    pragma = "PRAGMA reverse_unordered_selects = ON;\n" if _is_backwards(database) else ""
    return Counterexample(
        tables=small,
        columns={table: _columns(database, table) for table in small},
        setup=pragma + "\n".join(database.iterdump()) + "\n",
        expected=wanted,
        got=got,
        kind="error" if got is None else "order" if by_luck else "rows",
        error=error,
        ordered=opened.suite.ordered,
    )


def _is_backwards(database: sqlite3.Connection) -> bool:
    return bool(database.execute("PRAGMA reverse_unordered_selects").fetchone()[0])


def _columns(database: sqlite3.Connection, table: str) -> tuple[str, ...]:
    name = table.replace('"', '""')
    with closing(database.execute(f'SELECT * FROM "{name}" LIMIT 0')) as cursor:  # noqa: S608 - the suite's own name
        return tuple(column[0] for column in cursor.description)
