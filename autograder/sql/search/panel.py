"""Tells a learner about a counterexample: the small database, both results side by side, where to look, a hint."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.results import Table
from autograder.sql.compare import Difference, differences
from autograder.sql.rows import Row, Rows, cell
from autograder.sql.search.clauses import differing_clauses
from autograder.sql.search.hints import hint_for
from autograder.sql.search.queries import parse
from autograder.sql.search.verdict import Counterexample, Verdict
from autograder.sql.text import tokens

__all__ = ["panel_message", "panel_tables"]

MOST_ROWS = 8
WORDS = {"value": "cell"}
# One kind of difference mostly has one clause at fault.
USUAL = {"order": "ORDER BY", "ties": "LIMIT and ORDER BY", "repeated": "DISTINCT, or a join that repeats rows"}


def panel_message(verdict: Verdict, reference: str, candidate: str, hint: str = "") -> str:
    """Say what is wrong on the small database, in which clause to look, and a hint. A few lines of text.

    Args:
        verdict: has a counterexample.
        reference: the course's own query.
        candidate: the learner's.
        hint: for the mistake that was recognised; left out, signs in the query and its result decide.
    """
    example = verdict.counterexample
    assert example is not None
    found = _differences(example)
    lines = [
        "On this small database your query gives another result. " + _what(example, found, verdict.message),
        _where(found, reference, candidate),
        hint or hint_for(example, found, candidate),
    ]
    return "\n".join(line for line in lines if line)


def panel_tables(verdict: Verdict, reference: str, candidate: str) -> tuple[Table, ...]:
    """Return the database's tables, the learner's result and the expected one, at most eight rows of each."""
    example = verdict.counterexample
    assert example is not None
    named = {token.name.casefold() for token in tokens(f"{reference} {candidate}")}
    every = "*" in {token.text for token in tokens(f"{reference} {candidate}")}
    data = [_data(name, rows, example.columns[name], named, every=every) for name, rows in example.tables.items()]
    found = _differences(example)
    results = [_result("Expected result", example.expected, found, expected=True)]
    if example.got is not None:
        results.insert(0, _result("Your result", example.got, found, expected=False))
    return (*data, *results)


def _differences(example: Counterexample) -> list[Difference]:
    if example.got is None:
        return []
    # Names of columns are judged elsewhere: here the data tells the story.
    got = Rows(example.expected.columns, example.got.rows) if _same_width(example) else example.got
    return differences(example.expected, got, ordered=example.ordered)


def _same_width(example: Counterexample) -> bool:
    return example.got is not None and len(example.got.columns) == len(example.expected.columns)


def _what(example: Counterexample, found: Sequence[Difference], message: str) -> str:
    if example.got is None:
        return f"There it stops: {example.error}."
    return " ".join(difference.sentence for difference in found) or message


def _where(found: Sequence[Difference], reference: str, candidate: str) -> str:
    clauses = differing_clauses(parse(reference), parse(candidate))
    if len(clauses) == 1:
        return f"The rest of your query is as expected: look at {clauses[0]}."
    if len(clauses) == 2:
        return f"Look at {clauses[0]} and {clauses[1]}."
    usual = [USUAL[difference.kind] for difference in found if difference.kind in USUAL]
    return f"Look at {usual[0]}." if usual else ""


def _data(name: str, rows: Sequence[Row], columns: Sequence[str], named: set[str], *, every: bool) -> Table:
    """Show a table's rows; of a wide one the columns that the queries name, and the first."""
    shown = [at for at, column in enumerate(columns) if every or at == 0 or column.casefold() in named]
    return Table(
        caption=f"Table {name}",
        columns=tuple(columns[at] for at in shown),
        rows=tuple(tuple(cell(row[at]) for at in shown) for row in rows[:MOST_ROWS]),
        total=len(rows),
    )


def _result(caption: str, rows: Rows, found: Sequence[Difference], *, expected: bool) -> Table:
    words: dict[int, str] = {}
    for difference in found:
        for at in difference.expected_at if expected else difference.got_at:
            words.setdefault(at, WORDS.get(difference.kind, difference.kind))
    places = sorted([*sorted(words)[:MOST_ROWS], *[at for at in range(len(rows)) if at not in words]][:MOST_ROWS])
    return Table(
        caption=caption,
        columns=rows.columns,
        rows=tuple(tuple(cell(value) for value in rows.rows[at]) for at in places),
        total=len(rows),
        marks=tuple(number for number, at in enumerate(places) if at in words),
        notes=tuple(words.get(at, "") for at in places),
    )
