"""Makes one row: values of the column's pool, foreign keys that mostly lead somewhere, constraints that hold."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.sql.rows import Value
from autograder.sql.search.checks import Checks
from autograder.sql.search.facts import Facts, Kind, Link, TableFacts
from autograder.sql.search.pools import Pool
from autograder.sql.search.scopes import Place

__all__ = ["Database", "Line", "Mixture", "RowMaker"]

Line = list[Value]
Database = dict[str, list[Line]]
TRIES = 14


@dataclass(frozen=True, slots=True)
class Mixture:
    """How the values of one generated database are mixed.

    Attributes:
        nulls: share of NULL where it may stand.
        constants: share of values that the queries name.
        loose: share of values that come from anywhere in the queries.
        width: how many plain values a column draws from.
        matched: share of foreign keys that lead to a row.
    """

    nulls: float
    constants: float
    loose: float
    width: int
    matched: float

    @classmethod
    def drawn(cls, dice: random.Random, widest: int) -> Mixture:
        return cls(
            nulls=dice.choice((0, 0, 0.15, 0.35)),
            constants=dice.choice((0, 0.3, 0.6, 0.9)),
            loose=dice.choice((0.03, 0.03, 0.3)),
            width=dice.choice((2, 2, 3, 5, widest)),
            matched=dice.choice((1, 1, 0.85, 0.6)),
        )


class RowMaker:
    """Makes rows for the tables of one search."""

    def __init__(
        self,
        facts: Facts,
        pools: Mapping[Place, Pool],
        checks: Mapping[str, Checks],
        loose: tuple[Sequence[int | float], Sequence[str]],
        dice: random.Random,
    ) -> None:
        self.facts, self.pools, self._checks, self.dice = facts, pools, checks, dice
        self._numbers, self._texts = loose

    def value(self, table: TableFacts, at: int, mixture: Mixture) -> Value:
        """Draw a value for a column."""
        dice, column = self.dice, table.columns[at]
        pool = self.pools[table.folded, column.folded]
        if pool.nullable and dice.random() < mixture.nulls:
            return None
        chance = dice.random()
        if pool.constants and chance < mixture.constants:
            return dice.choice(pool.constants)
        if chance > 1 - mixture.loose and (value := self._loose(pool)) is not None:
            return value
        if pool.kind is Kind.INTEGER and not pool.sampled and not table.checks:
            if table.key == (at,):
                return dice.randint(1, max(4, mixture.width + 2))
            if mixture.width > len(pool.plain):
                return dice.randint(0, mixture.width)
        elif pool.sampled and table.key == (at,) and pool.kind is Kind.INTEGER:
            return dice.randint(1, max(4, mixture.width + 2))
        plain = pool.plain or pool.constants
        return plain[dice.randrange(min(mixture.width, len(plain)))] if plain else None

    def _loose(self, pool: Pool) -> Value:
        if pool.sampled:
            return None
        if pool.kind is Kind.INTEGER and self._numbers:
            return round(self.dice.choice(self._numbers)) + self.dice.choice((-1, 0, 1))
        if pool.kind is Kind.REAL and self._numbers:
            return float(self.dice.choice(self._numbers)) + self.dice.choice((-0.5, 0, 0.5))
        return self.dice.choice(self._texts) if pool.kind is Kind.TEXT and self._texts else None

    def row(self, name: str, mixture: Mixture, database: Database, fixed: Mapping[int, Value] | None = None) -> Line:
        """Make a row for a database that has rows already; ``fixed`` values, by position, stay as they are."""
        fixed = fixed or {}
        table = self.facts.tables[name]
        row: Line = [fixed[at] if at in fixed else self.value(table, at, mixture) for at in range(len(table.columns))]
        for link in table.links:
            self._follow(table, link, row, mixture, database, fixed)
        self._separate(table, row, mixture, database, fixed)
        self.mend(table, row, mixture, fixed)
        return row

    def _follow(
        self,
        table: TableFacts,
        link: Link,
        row: Line,
        mixture: Mixture,
        database: Database,
        fixed: Mapping[int, Value],
    ) -> None:
        """Let a foreign key lead to a row that exists, as often as the mixture says."""
        if any(at in fixed for at in link.columns) or link.table not in database:
            return
        parents = database[link.table]
        nullable = all(self.pools[table.folded, table.columns[at].folded].nullable for at in link.columns)
        if not parents:
            if link.table == table.folded:
                for at, target in zip(link.columns, link.targets, strict=True):
                    row[at] = None if not table.columns[at].required else row[target]
            return
        if nullable and self.dice.random() < mixture.nulls:
            for at in link.columns:
                row[at] = None
        elif self.dice.random() < mixture.matched or not nullable:
            parent = self.dice.choice(parents)
            if all(parent[target] is not None for target in link.targets):
                for at, target in zip(link.columns, link.targets, strict=True):
                    row[at] = parent[target]

    def _separate(
        self, table: TableFacts, row: Line, mixture: Mixture, database: Database, fixed: Mapping[int, Value]
    ) -> None:
        """Draw again where a key stands in the table already."""
        for unique in table.uniques:
            free = [at for at in unique if at not in fixed]
            taken = {tuple(other[at] for at in unique) for other in database.get(table.folded, ())}
            for attempt in range(6):
                if not free or tuple(row[at] for at in unique) not in taken:
                    break
                at = self.dice.choice(free)
                row[at] = self.fresh(table, at, mixture, attempt)

    def fresh(self, table: TableFacts, at: int, mixture: Mixture, attempt: int = 0) -> Value:
        """Draw a value that is likely to be new in its column."""
        pool = self.pools[table.folded, table.columns[at].folded]
        if pool.kind is Kind.INTEGER and not any(at in link.columns for link in table.links):
            return self.dice.randint(1, 9 + 10 * attempt)
        values = pool.values
        if values and (attempt < 3 or pool.sampled or pool.kind is not Kind.TEXT):
            return self.dice.choice(values)
        return f"{self.value(table, at, mixture)!s}{self.dice.randint(1, 99)}"

    def mend(self, table: TableFacts, row: Line, mixture: Mixture, fixed: Mapping[int, Value]) -> None:
        """Draw the columns of broken constraints again until they hold; fixed ones only when nothing else helps."""
        checks = self._checks[table.folded]
        for attempt in range(TRIES):
            if checks.met(row):
                return
            for group in checks.groups:
                for at in group:
                    if at not in fixed or attempt > TRIES // 2:
                        row[at] = self._any(table, at, mixture)

    def _any(self, table: TableFacts, at: int, mixture: Mixture) -> Value:
        pool = self.pools[table.folded, table.columns[at].folded]
        if pool.nullable and self.dice.random() < 0.4:
            return None
        return self.dice.choice(pool.values) if pool.values else self.value(table, at, mixture)
