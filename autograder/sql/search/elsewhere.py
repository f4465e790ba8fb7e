"""Judges an answer that passed its checks on generated data, and words the failure."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograder.errors import CheckFailed
from autograder.sql.compare import differences
from autograder.sql.diagnosis import hint_for_mistake
from autograder.sql.query import QueryError
from autograder.sql.rows import Rows
from autograder.sql.run import run_query
from autograder.sql.search.panel import panel_message, panel_tables
from autograder.sql.search.pools import Sample
from autograder.sql.search.queries import compare_queries
from autograder.sql.search.verdict import Counterexample, Policy, Status, Verdict
from autograder.sql.stored import stored_verdict

if TYPE_CHECKING:
    from autograder.sql.further import Effort

__all__ = ["failure_elsewhere"]

ELSEWHERE = "Your query is right on the data of these checks, but not on all data: a small database shows it."


def failure_elsewhere(
    answer: str, expected: Mapping[str, Any], schema: str, sample: Sample, effort: Effort
) -> tuple[Counterexample, CheckFailed] | None:
    """Look for a database on which the answer is wrong: among those stored with the question, then by a search.

    Args:
        answer: the learner's query.
        expected: the course's own query, and its known wrong ones.
        schema: the CREATE statements.
        sample: rows that show what values look like.
        effort: how hard to search.

    Returns:
        The counterexample and the failure to report; None if no difference was found or none could be.
    """
    ordered = bool(expected.get("ordered", False))
    policy = Policy(order="reference" if ordered else "ignored", names=True)
    try:
        verdict = stored_verdict(answer, expected, schema) or compare_queries(
            schema,
            str(expected["sql"]),
            answer,
            effort.seconds,
            policy=policy,
            sample=sample,
            databases=effort.databases,
        )
    except Exception:
        # The answer has passed every check so far: a fault of the search must not be held against it.
        return None
    if verdict.status is not Status.DIFFERENT or verdict.counterexample is None or not verdict.counterexample.setup:
        return None
    hint = hint_for_mistake(answer, expected, schema, sample) if effort.notebook else ""
    return verdict.counterexample, _failure(verdict, answer, expected, hint)


def _failure(verdict: Verdict, answer: str, expected: Mapping[str, Any], hint: str) -> CheckFailed:
    assert verdict.counterexample is not None
    known = _known_mistake(verdict.counterexample, expected.get("wrong", ()))
    return CheckFailed(
        panel_message(verdict, str(expected["sql"]), answer, hint),
        advice=str(known.get("says", "")) or ELSEWHERE,
        tag=str(known.get("tag", "")),
        tables=panel_tables(verdict, str(expected["sql"]), answer),
        made=True,
    )


def _known_mistake(example: Counterexample, wrong: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Find the author's wrong answer that gives the same result on the counterexample."""
    if example.got is None or not example.got.rows:
        return {}
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(example.setup)
        for mistake in wrong:
            try:
                result = run_query(str(mistake["sql"]), database)
            except QueryError:
                continue
            named = Rows(example.got.columns, result.rows)
            if not mistake.get("when") and not differences(named, example.got, ordered=example.ordered):
                return mistake
    finally:
        database.close()
    return {}
