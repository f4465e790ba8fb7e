"""Compares a candidate query with a reference by what they mean: the public way into the search."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import replace

from sqlglot import exp

from autograder.errors import NotAttempted
from autograder.sql.query import QueryError, single_query
from autograder.sql.rows import Rows
from autograder.sql.search.arena import Arena, Failure, prepared
from autograder.sql.search.facts import Facts
from autograder.sql.search.hunt import Found, Hunt
from autograder.sql.search.pools import Sample
from autograder.sql.search.script import script
from autograder.sql.search.traits import parsed
from autograder.sql.search.verdict import Counterexample, Policy, Status, Verdict
from autograder.sql.text import clean, plain, tokens

__all__ = ["compare_queries", "parse"]

STANDARD = Policy()
KINDS = {"order": "order", "unasked": "order", "luck": "luck"}


def compare_queries(
    schema_ddl: str,
    reference: str,
    candidate: str,
    budget: float = 1.0,
    *,
    policy: Policy = STANDARD,
    sample: Sample | None = None,
    databases: int = 1_000_000,
) -> Verdict:
    """Look for a small database on which two queries give different results.

    Nothing is proved: "same" means that no such database was found, although the generated ones could show one. The
    same arguments meet the same databases in the same order on every run and machine; only how many are tried in the
    budget may change.

    Args:
        schema_ddl: the CREATE statements, as SQLite runs them; its keys and CHECK constraints are respected.
        reference: one query that is right.
        candidate: the query to judge. It runs behind a fence: one statement that only reads, with limits.
        budget: seconds for the search; making the counterexample small takes at most 0.4 s more.
        policy: what counts as a difference.
        sample: rows to take values from, by folded table name, so that a counterexample looks like them. Each row
            has the table's columns in their order, generated ones left out.
        databases: how many databases to try at most.

    Returns:
        The verdict. It is "invalid" if the candidate gives no result at all, such as for a syntax error, and "could
        not test" if the schema or the reference is at fault, or tables can't be filled.

    Example:
        >>> ddl = "CREATE TABLE trips (trip_id INTEGER PRIMARY KEY, fare_cents INTEGER)"
        >>> verdict = compare_queries(ddl, "SELECT sum(fare_cents) FROM trips", "SELECT total(fare_cents) FROM trips")
        >>> verdict.status, verdict.counterexample.expected.rows, verdict.counterexample.got.rows
        (<Status.DIFFERENT: 'different'>, ((None,),), ((0.0,),))
    """
    begin = time.perf_counter()
    try:
        hunt = _prepared(schema_ddl, reference, candidate, policy=policy, sample=sample)
        if isinstance(hunt, Verdict):
            seconds = time.perf_counter() - begin
            return replace(hunt, seconds=seconds, found_after=seconds)
        found = hunt.search(budget, databases)
        found_after = time.perf_counter() - begin
        verdict = _shown(hunt, hunt.shrunk(found)) if found is not None else _nothing_found(hunt)
    except (sqlite3.Error, sqlite3.Warning, OverflowError, RecursionError, UnicodeError) as error:
        message = f"The search can't handle this schema or these queries: {error}"
        return Verdict(Status.UNTESTED, message, seconds=time.perf_counter() - begin)
    return replace(verdict, seconds=time.perf_counter() - begin, found_after=found_after)


def _prepared(ddl: str, *texts: str, policy: Policy, sample: Sample | None) -> Hunt | Verdict:
    try:
        reference = single_query(texts[0])
    except (QueryError, NotAttempted) as error:
        return Verdict(Status.UNTESTED, f"The reference is no query: {error}")
    try:
        candidate = single_query(texts[1])
    except (QueryError, NotAttempted) as error:
        return Verdict(Status.INVALID, str(error))
    if plain(reference) == plain(candidate) and _strings(reference) == _strings(candidate):
        return Verdict(Status.SAME, "The two texts are the same query.")
    try:
        arena = prepared(ddl)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return Verdict(Status.UNTESTED, f"The schema can't be built: {error}")
    if "random" in arena.read(reference)[1].loose:
        return Verdict(Status.UNTESTED, "The reference calls random(): it has no result to compare with.")
    arena.guard(reference, candidate)
    return _by_columns(arena, reference, candidate, policy) or Hunt(arena, reference, candidate, policy, sample)


def parse(sql: str) -> exp.Expr | None:
    """Parse a query without a schema; None if it can't be parsed."""
    return parsed(clean(sql), Facts({}))


def _strings(sql: str) -> list[str]:
    return [token.text for token in tokens(sql) if token.kind in ("string", "quoted")]


def _by_columns(arena: Arena, reference: str, candidate: str, policy: Policy) -> Verdict | None:
    """Compare what can be seen before any row: whether the queries can be prepared, and their columns."""
    main = arena.main
    main.load({name: [] for name in arena.facts.tables})
    try:
        wanted = main.columns(reference)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return Verdict(Status.UNTESTED, f"The reference does not run: {error}")
    try:
        got = main.columns(candidate)
    except (sqlite3.Error, sqlite3.Warning) as error:
        return Verdict(Status.INVALID, main.why(error, candidate))
    names = policy.names and [name.casefold() for name in wanted] != [name.casefold() for name in got]
    if len(wanted) == len(got) and not names:
        return None
    message = f"Expected the columns {', '.join(wanted)}; yours are {', '.join(got)}."
    shape = Counterexample({}, {}, "", Rows(wanted, ()), Rows(got, ()), "columns")
    return Verdict(Status.DIFFERENT, message, shape)


def _shown(hunt: Hunt, found: Found) -> Verdict:
    counterexample = _counterexample(hunt, found)
    if found.difference.kind == "unasked":
        message = "The rows happen to come in the right order, but nothing in the query asks for it."
        return Verdict(Status.DIFFERENT, message, counterexample, hunt.tried)
    if found.difference.kind != "luck":
        return Verdict(Status.DIFFERENT, "", counterexample, hunt.tried)
    message = "What the query gives hangs on the order in which rows happen to be stored."
    # Where the reference itself leaves something open, luck may be all there is to the difference.
    status = Status.NONDETERMINISTIC if hunt.reference.loose else Status.DIFFERENT
    return Verdict(status, message, counterexample, hunt.tried)


def _nothing_found(hunt: Hunt) -> Verdict:
    unfilled = hunt.unfilled()
    if unfilled:
        message = f"No row could be put into {', '.join(unfilled)}: their constraints refused every one."
        return Verdict(Status.UNTESTED, message, databases=hunt.tried)
    if hunt.tried and hunt.duel.unanswered >= hunt.tried:
        return Verdict(Status.UNTESTED, "The reference gave no result on any database.", databases=hunt.tried)
    if "random" in hunt.candidate.loose - hunt.reference.loose:
        return Verdict(Status.NONDETERMINISTIC, "The query calls random().", databases=hunt.tried)
    return Verdict(Status.SAME, databases=hunt.tried)


def _counterexample(hunt: Hunt, found: Found) -> Counterexample:
    difference, facts = found.difference, hunt.arena.facts
    layout = hunt.duel.layout(difference.arrangement.name)
    assert layout is not None
    database = difference.arrangement.arranged(found.database)
    backwards = difference.arrangement.name == "backwards"
    expected, got = difference.expected, difference.got
    assert not isinstance(expected, Failure)
    failed = isinstance(got, Failure)
    return Counterexample(
        tables={facts.tables[name].name: tuple(map(tuple, rows)) for name, rows in database.items()},
        columns={
            facts.tables[name].name: tuple(column.name for column in facts.tables[name].columns) for name in database
        },
        setup=script(layout, database, facts, backwards=backwards),
        expected=Rows(layout.columns(hunt.duel.reference), tuple(expected)),
        got=None if isinstance(got, Failure) else Rows(layout.columns(hunt.duel.candidate), tuple(got)),
        kind="error" if failed else KINDS.get(difference.kind) or _kind(found),
        error=got.message if isinstance(got, Failure) else "",
        ordered=hunt.duel.judge.ordered,
    )


def _kind(found: Found) -> str:
    """Say what the database holds without which the difference might not show."""
    if not all(found.database.values()):
        return "empty"
    cells = (value for rows in found.database.values() for row in rows for value in row)
    return "null" if None in cells else "rows"
