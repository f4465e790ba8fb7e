"""Distils a suite: as few and as tiny databases as show all the mistakes of a question that data can show."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from autograder.sql.rows import Row
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.verdict import Policy, Status
from autograder.sql.small import Small
from autograder.sql.suite import Suite

__all__ = ["distilled", "read_small", "shrunk_small"]

SECONDS = 2.0
MOST_DATABASES = 4_000
MOST_ROWS = 2_000  # of a data set that is worth being made smaller
Kills = Callable[[Small], bool]


def distilled(
    suite: Suite,
    ddl: str,
    mistakes: Sequence[str],
    *,
    right: Sequence[str] = (),
    given: Iterable[Small] = (),
    sample: Mapping[str, Sequence[Row]] | None = None,
    seconds: float = SECONDS,
) -> tuple[Suite, list[str]]:
    """Find databases for a suite, and keep the few that are needed.

    Args:
        suite: the reference, and databases that are tried first.
        ddl: the statements of the schema.
        mistakes: queries that are wrong, or may be.
        right: other right queries: a database on which one of them differs from the reference isn't used.
        given: the author's own data sets, which are made smaller where they show a mistake.
        sample: rows by table for the search to take values from.
        seconds: how long to search for each mistake that no database shows so far.

    Returns:
        The suite, and the mistakes that no database shows.
    """
    found: list[Small] = [small for small in suite.databases if _is_sound(suite, ddl, small, right)]
    given = list(given)
    survivors = []
    for mistake in mistakes:
        if any(_kills(suite, ddl, mistake, small) for small in found):
            continue

        def is_sound(small: Small, mistake: str = mistake) -> bool:
            return _kills(suite, ddl, mistake, small) and _is_sound(suite, ddl, small, right)

        killer = _given(given, is_sound) or _searched(suite, ddl, mistake, is_sound, sample, seconds)
        if killer is not None:
            found.append(killer)
        else:
            survivors.append(mistake)
    return _covering(replace(suite, databases=tuple(found)), ddl, mistakes), survivors


def read_small(database: sqlite3.Connection) -> Small:
    """All rows of a database, of tables that hold some."""
    cursor = database.cursor()
    cursor.row_factory = None
    names = cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
    )
    tables = [name for (name,) in names]
    rows = {}
    for table in tables:
        quoted = table.replace('"', '""')
        rows[table] = tuple(cursor.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608 - a name that the database gave
    return {table: found for table, found in rows.items() if found}


def shrunk_small(small: Small, kills: Kills) -> Small:
    """Leave out tables, then halves and smaller parts of their rows, as long as a mistake still shows itself."""
    for table in sorted(small, key=lambda table: -len(small[table])):
        fewer = {name: rows for name, rows in small.items() if name != table}
        small = fewer if kills(fewer) else small
    for table in list(small):
        size = max(1, len(small[table]) // 2)
        while size:
            small = _without_parts(small, table, size, kills)
            size //= 2
    return small


def _without_parts(small: Small, table: str, size: int, kills: Kills) -> Small:
    at = 0
    while at < len(small[table]):
        fewer = {**small, table: small[table][:at] + small[table][at + size :]}
        if fewer[table] and kills(fewer):
            small = fewer
        else:
            at += size
    return small


def _kills(suite: Suite, ddl: str, mistake: str, small: Small) -> bool:
    """Whether a mistake shows itself on a database; never on one that the schema or the reference doesn't take."""
    try:
        with replace(suite, databases=(small,)).opened(ddl) as opened:
            return opened.kills(mistake)
    except ValueError:
        return False


def _is_sound(suite: Suite, ddl: str, small: Small, right: Sequence[str]) -> bool:
    """Whether the reference gives the same in every layout of a database, and all right queries give it too."""
    try:
        with replace(suite, databases=(small,)).opened(ddl) as opened:
            steady = not any(opened.expected[0].rows != other.rows for other in opened.expected[1:])
            return steady and not any(map(opened.kills, right))
    except ValueError:
        return False


def _given(given: Sequence[Small], is_sound: Kills) -> Small | None:
    """One of the author's data sets that shows a mistake, made small."""
    for small in given:
        if sum(map(len, small.values())) <= MOST_ROWS and is_sound(small):
            return shrunk_small(small, is_sound)
    return None


def _searched(
    suite: Suite,
    ddl: str,
    mistake: str,
    is_sound: Kills,
    sample: Mapping[str, Sequence[Row]] | None,
    seconds: float,
) -> Small | None:
    """A generated database that shows a mistake.

    The smallest one may have empty tables, on which right queries differ; then one is looked for that has none.
    """
    for empty in (True, False):
        order = "required" if suite.ordered else "ignored"
        policy = Policy(order=order, ties="strict", names=True, empty=empty)
        verdict = compare_queries(
            ddl, suite.reference, mistake, seconds, policy=policy, sample=sample, databases=MOST_DATABASES
        )
        if verdict.status is not Status.DIFFERENT or verdict.counterexample is None:
            return None
        small = {table: rows for table, rows in verdict.counterexample.tables.items() if rows}
        if is_sound(small):
            return small
    return None


def _covering(suite: Suite, ddl: str, mistakes: Sequence[str]) -> Suite:
    """Keep the databases that are needed, the one that shows most mistakes first, of equals the smallest."""
    with suite.opened(ddl) as opened:
        shown = [set[str]() for _ in suite.databases]
        for mistake in mistakes:
            for at in opened.killers(mistake):
                shown[at].add(mistake)
    kept: list[Small] = []
    open_ = set[str]().union(*shown)
    while open_:
        sizes = [sum(map(len, small.values())) for small in suite.databases]
        best = max(range(len(shown)), key=lambda at: (len(shown[at] & open_), -sizes[at], -at))
        kept.append(suite.databases[best])
        open_ -= shown[best]
    return replace(suite, databases=tuple(kept))
