"""Keeps generated rows within the CHECK constraints of a schema. SQLite itself says what a constraint allows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

import sqlglot
from sqlglot import exp

from autograder.sql.rows import Value
from autograder.sql.search.facts import Facts, Kind, TableFacts, quoted
from autograder.sql.search.literals import SQLITE, calculator, constant, instances
from autograder.sql.search.notes import Notes
from autograder.sql.search.pools import Pool
from autograder.sql.search.scopes import Place

__all__ = ["Checks", "note_checks"]

# Tried where a constraint refuses every other value.
FALLBACKS: tuple[Value, ...] = (
    0, 1, 2, 5, 10, 50, 100, 1000, 2000, 10**6, -1, 0.5, 1.5, 99.5,
    "a", "A", "ab", "AB", "abc", "ABC", "abcd", "ABCD", "abcdef", "abcdefgh", "1", "12", "123", "1234", "12345",
    "AB12", "A1", "AA-11", "a@b.org", "x.y@example.org", "+491701234567", "0170 1234567", "http://a.org",
    "2020-01-01", "2020-01-01 00:00:00", "2020-01-01T00:00:00Z", "12:00", "12:00:00", "{}", "[]", "M", "F", "Y", "N",
    "yes", "no",
)  # fmt: skip


ENOUGH = 8  # values of a column, below which more are looked for


class Checks:
    """The constraints of one table, asked of values before they are inserted."""

    def __init__(self, table: TableFacts) -> None:
        self._table = table
        self._alone: dict[int, list[str]] = {}
        self.groups: list[tuple[int, ...]] = []
        together: list[str] = []
        for check in table.checks:
            named = self._columns_in(check)
            if len(named) == 1:
                self._alone.setdefault(named[0], []).append(check)
            elif named:
                self.groups.append(tuple(named))
                together.append(check)
        self._together = self._asking(range(len(table.columns)), together) if together else ""

    def allowed(self, column: int, pool: Pool) -> Pool:
        """Return the pool without the values that the column's own constraints refuse."""
        checks = self._alone.get(column)
        if not checks:
            return pool
        sql = self._asking([column], checks)
        kept = [value for value in pool.values if self._answer(sql, [value])]
        pool = pool.kept(kept)
        if len(kept) >= ENOUGH or pool.kind is Kind.BOOLEAN or (pool.sampled and kept):
            return pool
        more = [value for value in _variants(kept) if value not in kept and self._answer(sql, [value])]
        if not kept and not more:
            more = [value for value in FALLBACKS if self._answer(sql, [value])]
            more += [value for value in _variants(more[:3]) if value not in more and self._answer(sql, [value])]
        return replace(pool, plain=(*pool.plain, *more[: 3 * ENOUGH]))

    def met(self, row: Sequence[Value]) -> bool:
        """Tell whether a row meets the constraints on several columns."""
        return not self._together or self._answer(self._together, row)

    def _columns_in(self, check: str) -> list[int]:
        tree = _parsed(check)
        if tree is None:
            folded = check.casefold()
            return [at for at, column in enumerate(self._table.columns) if column.folded in folded]
        names = {column.name.casefold() for column in tree.find_all(exp.Column)}
        return [at for at, column in enumerate(self._table.columns) if column.folded in names]

    def _asking(self, columns: Iterable[int], checks: Sequence[str]) -> str:
        names = ", ".join(f"? AS {quoted(self._table.columns[at].name)}" for at in columns)
        # A constraint is met by every value but false: NULL meets it.
        every = " AND ".join(f"coalesce(({check}), 1)" for check in checks)
        return f"SELECT {every} FROM (SELECT {names})"  # noqa: S608 - the author's schema

    def _answer(self, sql: str, values: Sequence[Value]) -> bool:
        try:
            return bool(calculator().execute(sql, values).fetchone()[0])
        except (sqlite3.Error, OverflowError):
            return True  # SQLite will say when the row is inserted


def _variants(values: Iterable[Value]) -> Iterator[Value]:
    """Yield values much like some others."""
    for value in list(values)[:4]:
        if isinstance(value, str) and value and not value.isspace():
            for number, letter in enumerate("bcdefghijklm"):
                other = str(number + 1) if value[-1].isdigit() else letter.upper() if value[-1].isupper() else letter
                yield value[:-1] + other
                yield value + other
                yield other + value[1:]
        elif isinstance(value, int | float):
            for step in (1, -1, 2, 3, 5, 10, 20, 50):
                yield value + step


def note_checks(facts: Facts, tables: Iterable[str], notes: Notes) -> None:
    """Take notes of the constants in constraints, so that generated values satisfy them or narrowly miss."""
    for name in tables:
        for check in facts.tables[name].checks:
            tree = _parsed(check)
            if tree is None:
                continue
            columns = {column.name.casefold() for column in tree.find_all(exp.Column)}
            places = [(name, column.folded) for column in facts.tables[name].columns if column.folded in columns]
            _note_literals(tree, places, notes)


def _note_literals(tree: exp.Expr, places: list[Place], notes: Notes) -> None:
    values: list[Value] = []
    for literal in tree.find_all(exp.Literal):
        values.append(constant(literal))
        if isinstance(literal.parent, exp.Like | exp.Glob):
            values += instances(literal.name, glob=isinstance(literal.parent, exp.Glob))
    for place in places:
        own = notes.constants[place]
        own += [value for value in values if value not in own]


@lru_cache(maxsize=1024)
def _parsed(check: str) -> exp.Expr | None:
    try:
        return sqlglot.parse_one(check, dialect=SQLITE)
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
