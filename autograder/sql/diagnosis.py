"""Which one mistake a wrong query makes: the mutant of the reference that it means the same as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.sql.mutants import Mutant, mutants
from autograder.sql.mutants.columns import Columns
from autograder.sql.rows import Row
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.verdict import Policy, Status
from autograder.sql.suite import OpenSuite

__all__ = ["single_mistake"]

SECONDS = 0.1
MOST_DATABASES = 40
MOST_COMPARED = 4


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
    seen = opened.results(candidate)
    if seen is None or not opened.kills(candidate):
        return None
    alike = [one for one in mutants(opened.suite.reference, columns) if opened.results(one.sql) == seen]
    policy = Policy(order="required" if opened.suite.ordered else "ignored", ties="strict", names=True)
    for mutant in alike[:MOST_COMPARED]:
        verdict = compare_queries(
            ddl, mutant.sql, candidate, SECONDS, policy=policy, sample=sample, databases=MOST_DATABASES
        )
        if verdict.status is Status.SAME:
            return mutant
    return None
