"""Makes a database on which two queries differ as small and as plain as it can be, within some time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from autograder.sql.rows import Value
from autograder.sql.search.facts import Facts, TableFacts
from autograder.sql.search.maker import Database
from autograder.sql.search.scopes import Place

__all__ = ["Plainest", "shrunk", "without_orphans"]

Differs = Callable[[Database], bool]
# For each column the plainest values, and whether each of its cells is to be tried alone.
Plainest = Mapping[Place, tuple[tuple[Value, ...], bool]]


def shrunk(database: Database, differs: Differs, facts: Facts, plainest: Plainest, seconds: float) -> Database:
    """Leave out tables, halves and single rows, then put plainer values in, as long as the difference stays.

    Args:
        database: differs already; its rows respect all constraints.
        differs: tells whether a database still shows the difference.
        facts: the schema, whose foreign keys are respected.
        plainest: the values to put in.
        seconds: when to stop; what has been reached by then is returned.
    """
    work = _Shrinking(database, differs, facts, plainest, time.perf_counter() + seconds)
    work.drop_tables()
    work.simplify_unnamed()
    while work.drop_rows():
        pass
    while work.simplify():
        pass
    return work.database


class _Shrinking:
    def __init__(self, database: Database, differs: Differs, facts: Facts, plainest: Plainest, deadline: float) -> None:
        self.database = {name: [list(row) for row in rows] for name, rows in database.items()}
        self._differs, self._facts, self._plainest, self._deadline = differs, facts, plainest, deadline

    @property
    def late(self) -> bool:
        return time.perf_counter() > self._deadline

    def _try(self, smaller: Database) -> bool:
        if self.late:
            return False
        smaller = without_orphans(smaller, self._facts)
        if not self._differs(smaller):
            return False
        self.database = smaller
        return True

    def drop_tables(self) -> None:
        for name in sorted(self.database, key=lambda name: -len(self.database[name])):
            if self.database[name]:
                self._try({**self.database, name: []})

    def drop_rows(self) -> bool:
        """Leave out halves, then quarters, then single rows of each table; say whether that changed anything."""
        changed = False
        for name in list(self.database):
            size = max(1, len(self.database[name]) // 2)
            while size >= 1 and not self.late:
                at = 0
                while at < len(self.database[name]):
                    rows = self.database[name]
                    if self._try({**self.database, name: rows[:at] + rows[at + size :]}):
                        changed = True
                    else:
                        at += size
                size //= 2
        return changed and not self.late

    def simplify_unnamed(self) -> None:
        """Put the plainest value into all columns that no query names, in one trial."""
        changed = {}
        for name, rows in self.database.items():
            table = self._facts.tables[name]
            bound = {at for unique in table.uniques for at in unique} | {
                at for link in table.links for at in link.columns
            }
            bound |= {at for other in self._facts.tables.values() for link in other.links if link.table == name
                      for at in link.targets}  # fmt: skip
            new = {}
            for at, column in enumerate(table.columns):
                values, alone = self._plainest.get((name, column.folded), ((), True))
                if not alone and at not in bound:
                    new[at] = values[0]
            changed[name] = [[new.get(at, value) for at, value in enumerate(row)] for row in rows]
        self._try(changed)

    def simplify(self) -> bool:
        """Put the plainest value that keeps the difference into each cell; say whether that changed anything."""
        changed = False
        for name in self.database:
            table = self._facts.tables[name]
            for at, column in enumerate(table.columns):
                values, alone = self._plainest.get((name, column.folded), ((), False))
                if not alone:
                    continue
                for number in range(len(self.database[name])):
                    changed |= self._replace(table, number, at, values)
        return changed and not self.late

    def _replace(self, table: TableFacts, number: int, at: int, values: tuple[Value, ...]) -> bool:
        current = self.database[table.folded][number][at]
        for value in values:
            if value == current and type(value) is type(current):
                return False
            rows = [list(row) for row in self.database[table.folded]]
            rows[number][at] = value
            changed = {**self.database, table.folded: rows}
            if self._linked(changed) and not self.late and self._differs(changed):
                self.database = changed
                return True
        return False

    def _linked(self, database: Database) -> bool:
        """Tell whether a change has left every foreign key where it leads somewhere."""
        return all(len(rows) == len(database[name]) for name, rows in without_orphans(database, self._facts).items())


def without_orphans(database: Database, facts: Facts) -> Database:
    """Leave out rows whose foreign keys lead nowhere, and then those that led to them."""
    changed = True
    while changed:
        changed = False
        for name in list(database):
            for link in facts.tables[name].links:
                if link.table not in database or not database[name]:
                    continue
                known = {tuple(row[at] for at in link.targets) for row in database[link.table]}
                kept = [
                    row
                    for row in database[name]
                    if None in (key := tuple(row[at] for at in link.columns)) or key in known
                ]
                if len(kept) < len(database[name]):
                    database, changed = {**database, name: kept}, True
    return database
