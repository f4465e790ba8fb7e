"""Which one mistake a wrong query makes: the mutant of the reference that it means the same as."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

import sqlglot
from sqlglot.errors import SqlglotError

from autograder.sql.mutants import Mutant, mutants
from autograder.sql.mutants.columns import Columns
from autograder.sql.rows import Row
from autograder.sql.search.facts import Facts
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.verdict import Policy, Status
from autograder.sql.stored import stored_suite
from autograder.sql.suite import OpenSuite
from autograder.sql.taxonomy import misconception

__all__ = ["hint_for_mistake", "single_mistake"]

SECONDS = 0.1
MOST_DATABASES = 40
MOST_COMPARED = 4


def hint_for_mistake(
    answer: str, expected: Mapping[str, Any], ddl: str, sample: Mapping[str, Sequence[Row]] | None = None
) -> str:
    """The hint for the one mistake that a wrong answer makes; empty where none is recognised.

    Args:
        answer: a wrong query.
        expected: what the builder writes for a hidden check: the reference and its suite.
        ddl: the schema.
        sample: rows by table to take values from.
    """
    try:
        opened = stored_suite(expected).opened(ddl)
    except ValueError:
        return ""
    with opened:
        tables = opened.databases and Facts.of(opened.databases[0]).tables.values()
        columns = {table.name: {one.name: one.kind.value for one in table.columns} for table in tables or ()}
        found = single_mistake(opened, answer, ddl, columns, sample)
    return misconception(found.taxonomy).hint if found else ""


def single_mistake(
    opened: OpenSuite, candidate: str, ddl: str, columns: Columns, sample: Mapping[str, Sequence[Row]] | None = None
) -> Mutant | None:
    """Find the mutant of a suite's reference that a wrong query means the same as.

    Args:
        opened: the suite of the question.
        candidate: a query that is wrong on one of its databases.
        ddl: the schema.
        columns: the columns of each table with their types.
        sample: rows by table to take values from.

    Returns:
        The mutant; None if the query is right on all databases, or makes another mistake, or more than one.
    """
    if not opened.kills(candidate) or (seen := opened.results(candidate)) is None:
        return None
    written = _written(candidate)
    alike = [one for one in mutants(opened.suite.reference, columns) if opened.results(one.sql) == seen]
    if not opened.has_rows(candidate):
        # Too many mistakes have an empty result in common: then the text must say which it is.
        return next((one for one in alike if _written(one.sql) == written), None)
    alike.sort(key=lambda one: -difflib.SequenceMatcher(None, _written(one.sql), written).ratio())
    policy = Policy(order="required" if opened.suite.ordered else "ignored", ties="strict", names=True)
    for mutant in alike[:MOST_COMPARED]:
        verdict = compare_queries(
            ddl, mutant.sql, candidate, SECONDS, policy=policy, sample=sample, databases=MOST_DATABASES
        )
        if verdict.status is Status.SAME:
            return mutant
    return None


def _written(sql: str) -> str:
    """A query's text as sqlglot writes it, in small letters; as it is if sqlglot can't read it."""
    try:
        return sqlglot.transpile(sql, read="sqlite", write="sqlite")[0].casefold()
    except (SqlglotError, RecursionError, IndexError):
        return sql.casefold()
