"""What a wrong query has earned nevertheless: partial credit, from the clauses that are right."""

from __future__ import annotations

import importlib.util
import sqlite3
from dataclasses import dataclass

from autograder.errors import NotAttempted
from autograder.sql.compare import differences
from autograder.sql.copies import reading_copy
from autograder.sql.further import Effort, Passed, sample_of, schema_of
from autograder.sql.query import QueryError
from autograder.sql.run import run_query
from autograder.sql.search.verdict import Policy, Status

__all__ = ["Credit", "partial_credit"]

SECONDS = 5.0  # a last resort; a hybrid takes some milliseconds, and there are at most a few hundred


@dataclass(frozen=True, slots=True)
class Credit:
    """A share of the points, from 0 to `autograder.sql.clauses.CAP`; the clauses at fault; maybe a hint."""

    share: float = 0.0
    clauses: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        """Say where to look; nothing where no few clauses are at fault."""
        return f"The rest of your query is right: look at {' and '.join(self.clauses)}." if self.clauses else ""


def partial_credit(missed: Passed, effort: Effort, *, hint: bool = True) -> Credit:
    """Find out which clauses of a wrong query are at fault, and what the others are worth.

    Args:
        missed: the answer, the course's own query (with its suite), and a database on which they differ.
        effort: how hard to look for data on which a mended query is still wrong.
        hint: whether to look for a hint too. It takes longer than the rest: the mistake is compared with many.
    """
    if importlib.util.find_spec("sqlglot") is None:
        return Credit()
    try:
        return _credit(missed, effort, hint)
    except (sqlite3.Error, QueryError, NotAttempted):
        # The course's own query fails, for instance: nothing can be said.
        return Credit()


def _credit(missed: Passed, effort: Effort, hint: bool) -> Credit:
    # Large, and needed only here.
    from autograder.sql.clauses import credit, fault
    from autograder.sql.diagnosis import hint_for_mistake
    from autograder.sql.search.facts import Facts
    from autograder.sql.search.queries import compare_queries
    from autograder.sql.stored import stored_verdict

    expected, schema, sample = missed.expected, schema_of(missed.image), sample_of(missed.image)
    reference, ordered = str(expected["sql"]), bool(expected.get("ordered", False))
    policy = Policy(order="required" if ordered else "ignored", names=True)
    wanted = run_query(reference, missed.image)

    def is_right(sql: str) -> bool:
        try:
            if differences(wanted, run_query(sql, missed.image), ordered=ordered):
                return False
        except (QueryError, NotAttempted):
            return False
        if stored_verdict(sql, expected, schema) is not None:
            return False
        if not effort.databases:
            return True
        verdict = compare_queries(
            schema, reference, sql, effort.seconds, policy=policy, sample=sample, databases=effort.databases
        )
        return verdict.status is Status.SAME

    with reading_copy(missed.image) as copy:
        facts = Facts.of(copy)
    found = fault(reference, missed.answer, facts, is_right, SECONDS)
    if found is None:
        return Credit()
    share = round(credit(found, reference, missed.answer, facts), 2)
    said = hint_for_mistake(missed.answer, expected, schema, sample) if hint else ""
    return Credit(share, found.clauses, said)
