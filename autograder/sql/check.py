"""Judges a learner's query: the check that test cells call, and the expected result that the builder writes there."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from autograder.errors import CheckFailed, NotAttempted
from autograder.results import Table
from autograder.sql.compare import Difference, differences
from autograder.sql.copies import Readable, image_of
from autograder.sql.diagnose import comma_note, quoting_note
from autograder.sql.digest import digest
from autograder.sql.further import Passed, further
from autograder.sql.own import own_rows
from autograder.sql.query import QueryError, QueryStoppedError
from autograder.sql.rows import Rows, cell, key_of, sort_key
from autograder.sql.run import run_query
from autograder.sql.schema import Schema
from autograder.sql.text import clean, written_so

__all__ = ["expected_rows", "nothing_yet", "rehearsing", "same_rows"]

MOST_ROWS_SHOWN = 10
MOST_FAULTS_SHOWN = 6
# Said in place of a hidden group's own advice, which is about wrong rows. They tell nothing of the hidden data.
DID_NOT_RUN = "The query did not run here either: see the message of the visible check."
WAS_STOPPED = "The query takes too long on this data, or gives too many rows, and was stopped."
OTHER_COLUMNS = "The columns are not the ones asked for: see the visible check."

_rehearsing = False


@contextlib.contextmanager
def rehearsing() -> Iterator[None]:
    """Inside the block nobody's answer is judged: checks also prepare what wrong answers will ask of them."""
    global _rehearsing
    _rehearsing = True
    try:
        yield
    finally:
        _rehearsing = False


def same_rows(answer: str | None, expected: Mapping[str, Any], *, on: sqlite3.Connection) -> None:
    """Check that a query gives the expected result on a database. Nothing happens if it does.

    Args:
        answer: the query's text, as a ``%%sql NAME`` cell keeps it.
        expected: the literal that the builder writes, in one of two forms. In a visible check it holds the result:
            ``{"ordered": …, "columns": […], "rows": [[…], …], "known": [{"digest": …, "tag": …, "says": …}]}``; in a
            hidden one the author's queries: ``{"ordered": …, "sql": …, "wrong": [{"tag": …, "says": …, "sql": …}]}``.
            Each wrong answer may have a ``"when"`` (see `expected_rows`), and both forms the ``"answer"``'s name.
        on: the database; both queries run on private copies of it.

    Raises:
        NotAttempted: the answer holds no statement.
        CheckFailed: the result is wrong, or there is none (``ran`` is then False).
        ValueError: the author's own query gives no result.
    """
    hidden = "sql" in expected
    image, got = _answer_rows(answer, on, name=expected.get("answer", ""), hidden=hidden)
    ordered = bool(expected.get("ordered", False))
    if hidden:
        wanted = _reference_rows(expected["sql"], image)
    else:
        wanted = Rows(tuple(expected["columns"]), tuple(tuple(row) for row in expected["rows"]))
    text, other_columns = clean(str(answer)), _folded(got) != _folded(wanted)
    passed = Passed(text, expected, image)
    if not other_columns:
        further.remember(passed)
    if _rehearsing:
        _meet_known_mistakes(expected, image)
    failure = judge(got, wanted, ordered=ordered)
    if failure is None:
        return
    if hidden:
        further.missed = passed
    known = _known_mistake(text, got, expected, image, ordered)
    notes = [quoting_note(text, Schema.of(on))] if '"' in text else []
    if other_columns:
        notes.append(comma_note(text, got.columns, wanted.columns))
    raise CheckFailed(
        " ".join(filter(None, [failure.message, *notes])),
        advice=str(known.get("says", "")) or (OTHER_COLUMNS if hidden and other_columns else ""),
        tag=str(known.get("tag", "")),
        tables=failure.tables,
    )


def judge(got: Rows, expected: Rows, *, ordered: bool) -> CheckFailed | None:
    """Compare two results that come from the same database, and return what to tell the learner; None if equal.

    It knows nothing of where the database comes from: whoever makes databases on which a wrong query shows itself,
    runs both queries on each of them and asks here.
    """
    found = differences(expected, got, ordered=ordered)
    if not found:
        return None
    return CheckFailed(" ".join(difference.sentence for difference in found), tables=_evidence(found, expected, got))


def expected_rows(
    sql: str, wrong: Iterable[Mapping[str, str]] = (), *, on: sqlite3.Connection, ordered: bool = False
) -> dict[str, Any]:
    """Return the visible form of `same_rows`'s ``expected`` for an author's solution.

    Rows of a bag are sorted and floats rounded, so that the literal is the same on every SQLite version.

    Args:
        sql: the solution.
        wrong: the author's wrong answers, each with its tag, what it ``says`` to the learner, and its sql. One that
            gives no result, or on this database the right one, is left out; of equal results the first is named. With
            ``when``, a regular expression, it is named only if the learner's text is written so, and then before
            those without; they are never named for an empty result, which too many mistakes have in common.
        on: the database of the visible check.
        ordered: whether the order of rows counts.

    Raises:
        QueryError, NotAttempted: the solution gives no result.
    """
    right = run_query(sql, on)
    rows = list(right.rows) if ordered else sorted(right.rows, key=sort_key)
    known: dict[tuple[str, str], dict[str, str]] = {}
    for mistake in wrong:
        result, when = _rows_or_none(mistake["sql"], on), mistake.get("when", "")
        if result is not None and (when or len(result)) and differences(right, result, ordered=ordered):
            name = digest(result, ordered=ordered)
            entry = {"digest": name, "tag": mistake["tag"], "says": mistake["says"]}
            known.setdefault((name, when), entry | ({"when": when} if when else {}))
    return {
        "ordered": ordered,
        "columns": list(right.columns),
        "rows": [list(key_of(row)) for row in rows],
        "known": list(known.values()),
    }


def _answer_rows(answer: str | None, on: sqlite3.Connection, *, name: str, hidden: bool) -> tuple[bytes, Rows]:
    """The database's bytes, for what else is asked of it, and the answer's result."""
    if answer is None:
        raise NotAttempted(nothing_yet(name))
    if not isinstance(answer, str):
        raise CheckFailed(
            f"The answer should be the text of a query, and is of type {type(answer).__name__}. "
            "Write the query in its %%sql cell and run that cell; give its name to nothing else.",
            advice=DID_NOT_RUN if hidden else "",
            ran=False,
        )
    try:
        image = image_of(on)
        return image, run_query(answer, image)
    except NotAttempted:
        raise NotAttempted(nothing_yet(name)) from None
    except QueryError as error:
        advice = WAS_STOPPED if isinstance(error, QueryStoppedError) else DID_NOT_RUN
        raise CheckFailed(str(error), advice=advice if hidden else "", ran=False) from None


def nothing_yet(name: str) -> str:
    """Say that an answer's name holds no query; without a name, that there is none."""
    if not name:
        return "There is no query here yet."
    return f"`{name}` holds no query yet. The answer cell must begin with `%%sql {name}`; run it, then check again."


def _reference_rows(sql: str, on: Readable) -> Rows:
    try:
        return own_rows(sql, on)
    except (QueryError, NotAttempted) as error:
        # Never to be taken for something that the learner did, or did not do.
        raise ValueError(f"The course's own query gives no result: {error}") from None


def _known_mistake(text: str, got: Rows, expected: Mapping[str, Any], on: Readable, ordered: bool) -> Mapping[str, str]:
    """Find the author's wrong answer that this one is: the same result, and written so where the author says how."""
    mistakes = _known_mistakes(expected)
    name = digest(got, ordered=ordered) if any("digest" in mistake for mistake in mistakes) else ""
    for mistake in mistakes:
        when = mistake.get("when", "")
        if not (written_so(text, when) if when else len(got)):
            continue
        if "digest" in mistake:
            same = mistake["digest"] == name
        else:
            result = _rows_or_none(mistake["sql"], on)
            same = result is not None and not differences(result, got, ordered=ordered)
        if same:
            return mistake
    return {}


def _known_mistakes(expected: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The author's wrong answers in the order in which they are to be thought of."""
    known = expected.get("wrong", ()) if "sql" in expected else expected.get("known", ())
    if isinstance(known, Mapping):  # as notebooks of the first release have it
        known = [{"digest": name, **entry} for name, entry in known.items()]
    return sorted(known, key=lambda mistake: not mistake.get("when"))


def _meet_known_mistakes(expected: Mapping[str, Any], on: Readable) -> None:
    """Do what a wrong answer will ask for, whoever gives it: only the author's text is needed for that."""
    for mistake in _known_mistakes(expected):
        written_so("", mistake.get("when", ""))
        if "sql" in mistake:
            _rows_or_none(mistake["sql"], on)


def _folded(rows: Rows) -> list[str]:
    return [name.casefold() for name in rows.columns]


def _rows_or_none(sql: str, on: Readable) -> Rows | None:
    try:
        return own_rows(sql, on)
    except (QueryError, NotAttempted):
        return None


def _evidence(found: Sequence[Difference], expected: Rows, got: Rows) -> tuple[Table, Table]:
    got_at = sorted({at for difference in found for at in difference.got_at})
    expected_at = sorted({at for difference in found for at in difference.expected_at})
    return _table("Your result", got, got_at), _table("Expected result", expected, expected_at)


def _table(caption: str, rows: Rows, faults: Sequence[int]) -> Table:
    """Show the first rows at fault, and the first of the others, in their order."""
    shown = set(faults[:MOST_FAULTS_SHOWN])
    for at in range(len(rows)):
        if len(shown) >= MOST_ROWS_SHOWN:
            break
        shown.add(at)
    places = sorted(shown)
    at_fault = set(faults)
    return Table(
        caption=caption,
        columns=rows.columns,
        rows=tuple(tuple(cell(value) for value in rows.rows[at]) for at in places),
        total=len(rows),
        marks=tuple(index for index, at in enumerate(places) if at in at_fault),
    )
