"""Makes whole databases: random ones, and ones in which rows meet a query's conditions or narrowly miss them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from autograder.sql.rows import Value
from autograder.sql.search.conditions import OPPOSITE, Choice, Condition, Derived, Test, Tie, holds
from autograder.sql.search.facts import Facts, Kind, TableFacts
from autograder.sql.search.literals import worked_out
from autograder.sql.search.maker import Database, Line, Mixture, RowMaker
from autograder.sql.search.notes import Classes
from autograder.sql.search.pools import Pool, fits, nearby
from autograder.sql.search.scopes import Scope, Var
from autograder.sql.search.sketch import Sketch

__all__ = ["Generator"]

AT_THE_EDGE = 0.35  # how often a value is chosen that is just in, or just out
Leaf = Test | Tie | Derived
Picked = dict[Var, Value]


class Generator:
    """Makes databases for one search, the same ones for the same dice."""

    def __init__(
        self, facts: Facts, tables: Sequence[str], maker: RowMaker, sizes: set[int], *, trees: bool = False
    ) -> None:
        self._facts, self._tables, self._maker = facts, tables, maker
        self._dice: random.Random = maker.dice
        near = {size + step for size in sizes for step in (-1, 0, 1) if 0 < size + step <= 60}
        self._sizes = sorted({1, 2, 3} | near)
        self._large = [size for size in self._sizes if size > 3]
        self._trees = trees
        self._widest = max(12, max(self._large, default=0) + 1)

    def empty(self) -> Database:
        return {table: [] for table in self._tables}

    def mixed(self) -> Database:
        """Make a database at random."""
        dice, database = self._dice, self.empty()
        mixture = Mixture.drawn(dice, self._widest)
        mode = dice.random()
        for name in self._tables:
            if mode < 0.08 and dice.random() < 0.5:
                continue
            count = dice.choice((0, 1, 2, 2, 3, 4, 5) if mode < 0.8 else (3, 6, 10, 16))
            if self._large and dice.random() < 0.15:
                count = dice.choice(self._large)
            for _ in range(count):
                database[name].append(self._maker.row(name, mixture, database))
            if count > 4 and dice.random() < 0.5:
                self._spread(name, database)
        return self._straighten(database)

    def _spread(self, name: str, database: Database) -> None:
        """Give every row another value in the columns that allow it, so that the first n of an order are n values."""
        table = self._facts.tables[name]
        linked = {at for link in table.links for at in link.columns}
        rows = database[name]
        for at, column in enumerate(table.columns):
            pool = self._maker.pools[name, column.folded]
            if at in table.key or at in linked or table.checks:
                continue
            if len(pool.plain) >= len(rows):
                for number, row in enumerate(rows):
                    row[at] = pool.plain[number % len(pool.plain)]
            elif pool.kind is Kind.INTEGER:
                for number, row in enumerate(rows):
                    row[at] = number

    def _straighten(self, database: Database) -> Database:
        """Cut most circles out of tables that refer to themselves: a query that walks a tree may never end on one."""
        if not self._trees or self._dice.random() < 0.1:
            return database
        for name in self._tables:
            table = self._facts.tables[name]
            for link in table.links:
                if link.table == name and len(link.columns) == 1 and not table.columns[link.columns[0]].required:
                    cut_circles(database[name], link.columns[0], link.targets[0])
        return database

    # --- guided -----------------------------------------------------------------------------------------------------

    def guided(self, sketch: Sketch) -> Database:
        """Make a database with rows that meet the query's conditions, or all but one of them, and rows like these."""
        dice, database = self._dice, self.empty()
        if not sketch.scopes:
            return self.mixed()
        mixture = Mixture.drawn(dice, self._widest)
        mixture = Mixture(mixture.nulls, 0.3, mixture.loose, mixture.width, mixture.matched)
        for _ in range(dice.choice((1, 1, 2, 3))):
            picked = self._solve(sketch)
            for scope, _conditions in sketch.scopes:
                if len(sketch.scopes) > 1 and dice.random() < 0.15:
                    continue
                self._add_scope(scope, picked, mixture, database)
        self._complete(database, mixture)
        return self._straighten(database)

    def _solve(self, sketch: Sketch) -> Picked:
        """Choose values under which the conditions hold; sometimes all but one."""
        wanted: list[Leaf] = [
            leaf for _, conditions in sketch.scopes for each in conditions for leaf in self._chosen(each)
        ]
        if wanted and self._dice.random() < 0.45:
            at = self._dice.randrange(len(wanted))
            leaf = wanted[at]
            if not isinstance(leaf, Derived) and leaf.operator in OPPOSITE:
                wanted[at] = leaf.opposite()
        tests: dict[Var, list[Test]] = defaultdict(list)
        equal: Classes[Var] = Classes()
        unequal = []
        derived = [leaf for leaf in wanted if isinstance(leaf, Derived)]
        for leaf in wanted:
            if isinstance(leaf, Test):
                equal.root(leaf.var)
                tests[leaf.var].append(leaf)
            elif isinstance(leaf, Derived):
                continue
            elif leaf.operator == "=":
                equal.join(leaf.left, leaf.right)
            else:
                equal.root(leaf.left), equal.root(leaf.right)
                unequal.append(leaf)
        groups = equal.groups()
        picked: Picked = {}
        for _ in range(6):
            picked = {}
            for group in groups:
                value = self._pick(group[0], [test for var in group for test in tests[var]])
                picked.update(dict.fromkeys(group, value))
            if all(_tied(picked, tie) for tie in unequal):
                break
        for leaf in derived:
            if self._dice.random() < 0.7:  # it may have to meet other conditions, too
                self._derive(leaf, picked, groups)
        return picked

    def _derive(self, leaf: Derived, picked: Picked, groups: Sequence[Sequence[Var]]) -> None:
        """Work out what a column must be from others, which are chosen if they aren't yet; then go near it."""
        for var in leaf.of:
            if picked.get(var) is None:
                picked[var] = self._pick(var, ())
        pool = self._maker.pools.get(leaf.var.place)
        value = worked_out(leaf.sql, {f"v{at}": picked[var] for at, var in enumerate(leaf.of)})
        if pool is None or value is None:
            return
        near = nearby(value, pool)
        if near:
            group = next((group for group in groups if leaf.var in group), [leaf.var])
            picked.update(dict.fromkeys(group, self._dice.choice(near)))

    def _chosen(self, condition: Condition) -> Iterator[Leaf]:
        """Yield what must hold; of alternatives, one."""
        if not isinstance(condition, Choice):
            yield condition
        elif condition.any_of:
            yield from self._chosen(self._dice.choice(condition.parts))
        else:
            for part in condition.parts:
                yield from self._chosen(part)

    def _pick(self, var: Var, tests: Sequence[Test]) -> Value:
        pool = self._maker.pools.get(var.place)
        if pool is None:
            return None
        values: list[Value] = list(pool.values)
        for test in tests:
            literals = test.value if isinstance(test.value, tuple) else (test.value,)
            if test.operator in ("in", "=", "<=", ">=") and not (pool.sampled and not pool.kind.is_number):
                values += [value for value in literals if value is not None and fits(value, pool.kind)]
            elif test.operator == "null" and pool.nullable:
                values.append(None)
        self._dice.shuffle(values)
        if tests and self._dice.random() < AT_THE_EDGE:
            values[:0] = _edges(tests, pool)
        fitting = (value for value in values if all(holds(value, test.operator, test.value) for test in tests))
        return next(fitting, values[0] if values else None)

    def _add_scope(self, scope: Scope, picked: Picked, mixture: Mixture, database: Database) -> None:
        for alias, source in scope.sources.items():
            if not source.table or source.table not in database or self._dice.random() < 0.08:
                continue
            table = self._facts.tables[source.table]
            fixed = {}
            for at, column in enumerate(table.columns):
                var = Var(scope.number, alias, source.table, column.folded)
                if var in picked and not (picked[var] is None and column.required):
                    fixed[at] = picked[var]
            row = self._maker.row(source.table, mixture, database, fixed)
            database[source.table].append(row)
            for _ in range(self._siblings()):
                database[source.table].append(self._sibling(table, row, fixed, mixture, database))

    def _siblings(self) -> int:
        chance = self._dice.random()
        if chance < 0.35:
            return 1
        if chance < 0.42:
            return self._dice.choice(self._sizes)
        return self._dice.choice(self._large) - 1 if self._large and chance < 0.55 else 0

    def _sibling(
        self, table: TableFacts, row: Line, fixed: dict[int, Value], mixture: Mixture, database: Database
    ) -> Line:
        """Copy a row with another key, and up to two other values."""
        sibling = list(row)
        for unique in table.uniques:
            free = [at for at in unique if at not in fixed] or list(unique)
            taken = {tuple(other[at] for at in unique) for other in database[table.folded]}
            for attempt in range(5):
                at = self._dice.choice(free)
                sibling[at] = self._maker.fresh(table, at, mixture, attempt)
                if tuple(sibling[at] for at in unique) not in taken:
                    break
        for _ in range(self._dice.choice((0, 0, 1, 1, 2))):
            at = self._dice.randrange(len(table.columns))
            if at not in table.key and (at not in fixed or self._dice.random() < 0.4):
                sibling[at] = self._maker.value(table, at, mixture)
        self._maker.mend(table, sibling, mixture, fixed)
        return sibling

    def _complete(self, database: Database, mixture: Mixture) -> None:
        """Add the rows to which foreign keys lead."""
        for name in reversed(self._tables):
            for link in self._facts.tables[name].links:
                if link.table not in database:
                    continue
                known = {tuple(row[at] for at in link.targets) for row in database[link.table]}
                for row in list(database[name]):
                    key = tuple(row[at] for at in link.columns)
                    if None in key or key in known:
                        continue
                    fixed = dict(zip(link.targets, key, strict=True))
                    database[link.table].append(self._maker.row(link.table, mixture, database, fixed))
                    known.add(key)


def _edges(tests: Sequence[Test], pool: Pool) -> list[Value]:
    """Return the literals of some tests as the column writes them, and their neighbours."""
    literals = (test.value for test in tests if not isinstance(test.value, tuple) and test.value is not None)
    edges = [near for literal in literals for near in nearby(literal, pool)]
    return [near for near in edges if near in pool.values] if pool.sampled else edges


def _tied(picked: Picked, tie: Tie) -> bool:
    left, right = picked.get(tie.left), picked.get(tie.right)
    return holds(left, tie.operator, right)


def cut_circles(rows: list[Line], child: int, parent: int) -> None:
    """Set a reference to NULL where following it leads back to its own row."""
    above = {row[parent]: row for row in rows}
    for row in rows:
        seen = {row[parent]}
        current = row
        while current[child] is not None:
            if current[child] in seen:
                current[child] = None
                break
            seen.add(current[child])
            following = above.get(current[child])
            if following is None:
                break
            current = following
