"""Statements that try a schema out: they must succeed, fail by a certain rule, or leave certain rows behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from autograder.errors import CheckFailed
from autograder.sql.compare import differences
from autograder.sql.copies import private_copy
from autograder.sql.rows import Row, Rows
from autograder.sql.script import STANDARD, ScriptFence, constraint_of, prepare, split

__all__ = ["KINDS", "Probe", "accepts", "failed_probe", "gives", "refuses"]

KINDS = frozenset({"CHECK", "FOREIGN KEY", "NOT NULL", "STRICT", "TRIGGER", "UNIQUE"})


@dataclass(frozen=True, slots=True)
class Probe:
    """One trial of a schema, which starts from the database as the learner's script left it.

    Attributes:
        about: what is tried, in plain words: "a document without a number". Learners read it.
        sql: one statement or several. All must succeed, but the last one of a probe that ``refuses``.
        refuses: whether the last statement must fail.
        by: the kinds of rule that may refuse it; any, when empty.
        query: what is asked afterwards, and must give ``rows``, in any order.
        rows: what the query must give.
        says: what to tell the learner when the probe goes wrong.
        tag: the misconception that this means.
    """

    about: str
    sql: str
    refuses: bool = False
    by: tuple[str, ...] = ()
    query: str = ""
    rows: tuple[Row, ...] = ()
    says: str = ""
    tag: str = ""


def accepts(about: str, sql: str, *, says: str = "", tag: str = "") -> Probe:
    """A probe whose statements must all succeed."""
    return Probe(about, sql, says=says, tag=tag)


def refuses(about: str, sql: str, *, by: str | Sequence[str] = (), says: str = "", tag: str = "") -> Probe:
    """A probe whose last statement must fail, by one of some kinds of rule where that matters.

    Raises:
        ValueError: there is no such kind of rule.
    """
    kinds = (by,) if isinstance(by, str) else tuple(by)
    if unknown := sorted({*kinds} - KINDS):
        raise ValueError(f"{unknown[0]!r} is no kind of rule; known are {', '.join(sorted(KINDS))}.")
    return Probe(about, sql, refuses=True, by=kinds, says=says, tag=tag)


def gives(about: str, sql: str, query: str, rows: Sequence[Row], *, says: str = "", tag: str = "") -> Probe:
    """A probe after whose statements a query must give some rows; without statements, only the query is asked."""
    return Probe(about, sql, query=query, rows=tuple(map(tuple, rows)), says=says, tag=tag)


def failed_probe(database: sqlite3.Connection, probes: Sequence[Probe]) -> CheckFailed | None:
    """Try probes one by one, each on a fresh copy; what to tell about the first that goes wrong, or None.

    Raises:
        ValueError: a probe is itself at fault: its SQL can't be read.
    """
    # A trigger of the learner's runs with the probe: the fence must know its text, and stop it if it runs away.
    written = " ".join(sql or "" for (sql,) in database.execute("SELECT sql FROM sqlite_master"))
    for probe in probes:
        with closing(private_copy(database)) as copy:
            prepare(copy, foreign_keys=True)
            with ScriptFence(copy, written + probe.sql, STANDARD) as fence:
                problem = _problem(copy, probe)
        if problem:
            stopped = f" {fence.refused}" if fence.refused else ""
            return CheckFailed(problem + stopped, advice=probe.says, tag=probe.tag)
    return None


def _problem(copy: sqlite3.Connection, probe: Probe) -> str:
    """What is wrong with how the schema took a probe; empty when it is as it must be."""
    script = [statement.sql for statement in split(probe.sql)] if probe.sql else []
    for number, sql in enumerate(script, start=1):
        error = _error(copy, sql)
        if probe.refuses and number == len(script):
            return _not_refused(probe, sql, error)
        if error is not None:
            return f"{_begun(probe)} must be possible, but SQLite refuses it: {str(error).rstrip('.')}.\n{_shown(sql)}"
    return _other_rows(copy, probe) if probe.query else ""


def _not_refused(probe: Probe, sql: str, error: sqlite3.Error | None) -> str:
    if error is None:
        rule = f" by {' or '.join(probe.by)}" if probe.by else ""
        return f"{_begun(probe)} must be refused{rule}, but is accepted.\n{_shown(sql)}"
    kind = constraint_of(error)
    if not kind:
        return f"{_begun(probe)} can't be tried: {str(error).rstrip('.')}.\n{_shown(sql)}"
    if probe.by and kind not in probe.by:
        wanted = " or ".join(probe.by)
        return f"{_begun(probe)} is refused by {kind} ({error}); expected: by {wanted}.\n{_shown(sql)}"
    return ""


def _other_rows(copy: sqlite3.Connection, probe: Probe) -> str:
    try:
        cursor = copy.execute(probe.query)
        columns = tuple(column[0] for column in cursor.description)
        got = Rows(columns, tuple(cursor.fetchall()))
    except sqlite3.Error as error:
        return f"{_begun(probe)} can't be looked at: {str(error).rstrip('.')}.\n{_shown(probe.query)}"
    found = differences(Rows(columns, probe.rows), got, ordered=False)
    said = " ".join(difference.sentence for difference in found).replace("Your query returns", "There are")
    return f"{_begun(probe)}: {said}\n{_shown(probe.query)}" if found else ""


def _error(copy: sqlite3.Connection, sql: str) -> sqlite3.Error | None:
    try:
        copy.execute(sql).fetchall()
    except sqlite3.Error as error:
        return error
    return None


def _begun(probe: Probe) -> str:
    """What a probe is about, as the beginning of a sentence."""
    return f"{probe.about[:1].upper()}{probe.about[1:]}"


def _shown(sql: str) -> str:
    return f"Tried: {sql.strip()}"
