"""Judges a learner's script: by the rows it leaves behind, and by what the schema it makes accepts and refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from autograder.errors import CheckFailed, NotAttempted
from autograder.sql.check import judge
from autograder.sql.probe import Probe, failed_probe
from autograder.sql.query import QueryError
from autograder.sql.rows import Rows, Value, key_of, row_text
from autograder.sql.script import ScriptError, run_script
from autograder.sql.state import Change, State, applied, changes, fingerprint
from autograder.sql.text import clean, written_so

__all__ = ["expected_state", "keeps_rules", "same_state"]

DID_NOT_RUN = "The script did not run here either: see the message of the visible check."
OTHER_TABLES = "The script changes more than the task asks for. Which tables may change?"
Values = Mapping[str, Value]


def same_state(
    answer: str | None,
    expected: Mapping[str, Any],
    *,
    on: sqlite3.Connection,
    tables: Sequence[str] = (),
    values: Sequence[Values] = ({},),
    apart_from: Sequence[str] = (),
) -> None:
    """Check that a script leaves the expected rows behind, and changes nothing else. Nothing happens if it does.

    Args:
        answer: the script's text, as a ``%%sql NAME`` cell keeps it.
        expected: the literal that the builder writes: what the solution changes (visible), or the author's scripts
            (hidden), as for `autograder.sql.same_rows`.
        on: the database; every script runs on private copies of it.
        tables: the tables that may change; those that the solution changes when left out.
        values: what stands for parameters such as ``:code``, one mapping for each time that the script is run.
        apart_from: columns whose values don't count, such as ``favourites.id``.

    Raises:
        NotAttempted: the answer holds no statement.
        CheckFailed: something else is left behind, or the script fails (``ran`` is then False, unless it breaks a rule
            of the tables: then it ran, and met data for which it is wrong).
        ValueError: the author's own script fails.
    """
    hidden, before = "sql" in expected, State.of(on)
    try:
        got = _answer_state(answer, on, values, expected)
    except CheckFailed as failed:
        if broken := _broken(failed.__cause__):
            known = _known_break(clean(str(answer)), broken, expected, on, values)
            failed.advice, failed.tag = str(known.get("says", "")), str(known.get("tag", ""))
        raise
    wanted = _reference(expected, on, values) if hidden else _from_literal(expected["changes"])
    named = [name.casefold() for name in tables or wanted]
    failure = _elsewhere(before, got, named) or _inside(before, got, wanted, named, apart_from)
    if failure is None:
        return
    known = _known_mistake(clean(str(answer)), changes(before, got), expected, on, values)
    advice = str(known.get("says", "")) or failure.advice
    raise CheckFailed(failure.message, advice=advice, tag=str(known.get("tag", "")), tables=failure.tables)


def keeps_rules(
    answer: str | None, probes: Sequence[Probe], *, on: sqlite3.Connection, tables: Sequence[str] = ()
) -> None:
    """Check that the schema a script makes accepts and refuses what it must. Nothing happens if it does.

    Args:
        answer: the script's text.
        probes: made by `accepts`, `refuses` and `gives`; each starts from the database as the script left it, with
            foreign keys enforced.
        on: the database; the script runs on a private copy of it.
        tables: the tables that are there already and that the script may change.

    Raises:
        NotAttempted: the answer holds no statement.
        CheckFailed: a probe goes wrong, another table changed, or the script fails (``ran`` is then False).
    """
    before = State.of(on)
    with _ran(answer, on, ({},), {}, hidden=False) as database:
        after = State.of(database)
        new = [name for name in after.tables if name not in before.tables]
        named = [name.casefold() for name in [*tables, *new]]
        failure = _elsewhere(before, after, named) or failed_probe(database, probes)
    if failure is not None:
        raise failure


def expected_state(
    sql: str, wrong: Iterable[Mapping[str, str]] = (), *, on: sqlite3.Connection, values: Sequence[Values] = ({},)
) -> dict[str, Any]:
    """Return the visible form of `same_state`'s ``expected`` for an author's script.

    Args:
        sql: the solution.
        wrong: the author's wrong answers, each with its tag, what it ``says``, its sql and maybe ``when``; one that
            can't run, or here changes the same as the solution, is left out.
        on: the database of the visible check.
        values: what stands for parameters there, as for `same_state`.

    Raises:
        QueryError, NotAttempted: the solution fails.
    """
    before = State.of(on)
    right = changes(before, _state(sql, on, values))
    known: dict[tuple[str, str], dict[str, str]] = {}
    for mistake in wrong:
        when, name = mistake.get("when", ""), _end_of(mistake["sql"], on, values, before)
        if name and name != fingerprint(right):
            entry = {"digest": name, "tag": mistake["tag"], "says": mistake["says"]}
            known.setdefault((name, when), entry | ({"when": when} if when else {}))
    literal = {
        table: {
            "columns": list(change.columns),
            "added": [list(key_of(row)) for row in change.added],
            "removed": [list(key_of(row)) for row in change.removed],
        }
        for table, change in right.items()
    }
    return {"changes": literal, "known": list(known.values())}


def _from_literal(data: Mapping[str, Any]) -> dict[str, Change]:
    return {
        table: Change(
            tuple(change["columns"]), tuple(map(tuple, change["added"])), tuple(map(tuple, change["removed"]))
        )
        for table, change in data.items()
    }


# --- running ---------------------------------------------------------------------------------------------------------


@contextmanager
def _ran(
    answer: str | None, on: sqlite3.Connection, values: Sequence[Values], expected: Mapping[str, Any], *, hidden: bool
) -> Iterator[sqlite3.Connection]:
    """The database after the learner's script; what keeps it from running is told in the learner's words."""
    name = expected.get("answer", "")
    nothing = f"`{name}` holds no script yet. Write it in its %%sql cell, run that cell, then check again."
    if answer is None:
        raise NotAttempted(nothing if name else "There is no script here yet.")
    if not isinstance(answer, str):
        raise CheckFailed(
            f"The answer should be the text of a script, and is of type {type(answer).__name__}. "
            "Write the script in its %%sql cell and run that cell; give its name to nothing else.",
            advice=DID_NOT_RUN if hidden else "",
            ran=False,
        )
    with ExitStack() as stack:
        try:
            database = on
            for one in values:
                database, _ = stack.enter_context(run_script(answer, database, one))
        except NotAttempted:
            raise NotAttempted(nothing if name else "There is no script here yet.") from None
        except QueryError as error:
            broken = bool(_broken(error))
            raise CheckFailed(str(error), advice=DID_NOT_RUN if hidden and not broken else "", ran=broken) from error
        yield database


def _answer_state(
    answer: str | None, on: sqlite3.Connection, values: Sequence[Values], expected: Mapping[str, Any]
) -> State:
    with _ran(answer, on, values, expected, hidden="sql" in expected) as database:
        return State.of(database)


def _state(sql: str, on: sqlite3.Connection, values: Sequence[Values]) -> State:
    with ExitStack() as stack:
        database = on
        for one in values:
            database, _ = stack.enter_context(run_script(sql, database, one))
        return State.of(database)


def _end_of(sql: str, on: sqlite3.Connection, values: Sequence[Values], before: State) -> str:
    """How a script ends here, in one word: what it changes, or which rule it breaks; empty if it can't run."""
    try:
        return fingerprint(changes(before, _state(sql, on, values)))
    except (QueryError, NotAttempted) as error:
        return _broken(error)


def _broken(error: BaseException | None) -> str:
    """Which rule of the tables a script broke, by its kind; empty if it failed for another reason."""
    return f"breaks {error.constraint}" if isinstance(error, ScriptError) and error.constraint else ""


def _reference(expected: Mapping[str, Any], on: sqlite3.Connection, values: Sequence[Values]) -> dict[str, Change]:
    try:
        return changes(State.of(on), _state(expected["sql"], on, values))
    except (QueryError, NotAttempted) as error:
        # Never to be taken for something that the learner did, or did not do.
        raise ValueError(f"The course's own script fails: {error}") from None


def _known_mistake(
    text: str,
    got: Mapping[str, Change],
    expected: Mapping[str, Any],
    on: sqlite3.Connection,
    values: Sequence[Values],
) -> Mapping[str, str]:
    """Find the author's wrong answer that this one is: the same changes, and written so where the author says how."""
    return _known_end(text, fingerprint(got), expected, on, values, plain=bool(got))


def _known_break(
    text: str, broken: str, expected: Mapping[str, Any], on: sqlite3.Connection, values: Sequence[Values]
) -> Mapping[str, str]:
    """Find the author's wrong answer that breaks the same kind of rule."""
    return _known_end(text, broken, expected, on, values, plain=True)


def _known_end(
    text: str,
    end: str,
    expected: Mapping[str, Any],
    on: sqlite3.Connection,
    values: Sequence[Values],
    *,
    plain: bool,
) -> Mapping[str, str]:
    """Find a wrong answer that ends as this one does. ``plain``: one without ``when`` counts too."""
    known: Sequence[Mapping[str, str]] = expected.get("wrong", ()) if "sql" in expected else expected.get("known", ())
    before = State.of(on)
    for mistake in sorted(known, key=lambda mistake: not mistake.get("when")):
        when = mistake.get("when", "")
        if not (written_so(text, when) if when else plain):
            continue
        if end == (mistake["digest"] if "digest" in mistake else _end_of(mistake["sql"], on, values, before)):
            return mistake
    return {}


# --- comparing -------------------------------------------------------------------------------------------------------


def _elsewhere(before: State, after: State, named: Sequence[str]) -> CheckFailed | None:
    """Complain of whatever changed beside the named tables."""
    only = f"Only {' and '.join(f'`{name}`' for name in named)} may change." if named else "No table may change."
    for table, change in changes(before, after).items():
        if table.casefold() not in named:
            return CheckFailed(f"{_said(table, change, before, after)} {only}", advice=OTHER_TABLES)
    for name, definition in before.definitions.items():
        if before.owners[name].casefold() not in named and after.definitions.get(name) != definition:
            what = "is gone" if name not in after.definitions else "was defined anew"
            return CheckFailed(f"The {definition[0]} `{name}` {what}. {only}", advice=OTHER_TABLES)
    for table in after.tables:
        if table not in before.tables and table.casefold() not in named:
            return CheckFailed(f"There is a new table `{table}`. {only}", advice=OTHER_TABLES)
    return None


def _said(table: str, change: Change, before: State, after: State) -> str:
    if table not in after.tables:
        return f"Table `{table}` is gone."
    if table not in before.tables:
        return f"There is a new table `{table}`."
    rows, verb = (change.removed, "gone or changed") if change.removed else (change.added, "new")
    if not rows:
        return f"The columns of table `{table}` changed."
    count = f"row {row_text(rows[0])} is" if len(rows) == 1 else f"{len(rows):,} rows are"
    example = "" if len(rows) == 1 else f", for example {row_text(rows[0])}"
    return f"Table `{table}` changed as well: {count} {verb}{example}."


def _inside(
    before: State, after: State, wanted: Mapping[str, Change], named: Sequence[str], apart_from: Sequence[str]
) -> CheckFailed | None:
    """Compare the tables that may change with what they should be."""
    for table in sorted({*wanted, *(name for name in after.tables if name.casefold() in named)}):
        rows = before.tables.get(table, Rows((), ()))
        want = applied(before, wanted[table], table) if table in wanted else rows
        if table not in after.tables:
            return CheckFailed(f"There is no table `{table}` after your script.")
        want, got = (_without(rows, table, apart_from) for rows in (want, after.tables[table]))
        if failure := judge(got, want, ordered=False):
            said = failure.message.replace("Your query returns no rows", "It is empty")
            return CheckFailed(f"In table `{table}`, after your script: {said}", tables=failure.tables)
    return None


def _without(rows: Rows, table: str, apart_from: Sequence[str]) -> Rows:
    """The rows without the columns that don't count."""
    left_out = {name.casefold() for name in apart_from}
    kept = [at for at, name in enumerate(rows.columns) if f"{table}.{name}".casefold() not in left_out]
    return Rows(tuple(rows.columns[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows.rows))
