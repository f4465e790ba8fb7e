"""Looks for a database on which a candidate differs from its reference, within a budget of time."""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from autograder.sql.search.arena import Arena, Failure
from autograder.sql.search.checks import Checks, note_checks
from autograder.sql.search.duel import MAIN, Difference, Duel
from autograder.sql.search.facts import Facts, TableFacts
from autograder.sql.search.generate import Generator
from autograder.sql.search.indexes import falling_indexes
from autograder.sql.search.judge import Judge
from autograder.sql.search.literals import loose_literals
from autograder.sql.search.maker import Database, RowMaker
from autograder.sql.search.notes import Notes
from autograder.sql.search.pools import Pool, Sample, pools
from autograder.sql.search.scopes import Place
from autograder.sql.search.shrink import Plainest, shrunk, without_orphans
from autograder.sql.search.sketch import Sketch, sketch
from autograder.sql.search.verdict import Policy
from autograder.sql.text import tokens

__all__ = ["Found", "Hunt"]

LEAST_DATABASES = 12
ENOUGH = 96  # databases, after which a difference by luck is all there is to find
SHRINKING = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Found:
    """A database on which the queries differ, and how."""

    database: Database
    difference: Difference


@dataclass(slots=True)
class Tally:
    """How often rows were made for each table, and how often some stayed."""

    made: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


class Hunt:
    """Prepares the search for one pair of queries. The same pair meets the same databases in every run."""

    def __init__(
        self, arena: Arena, reference: str, candidate: str, policy: Policy, sample: Sample | None = None
    ) -> None:
        self.arena, self.policy = arena, policy
        facts = arena.facts
        read = [arena.read(sql) for sql in (reference, candidate)]
        trees = [tree for tree, _ in read]
        self.reference, self.candidate = read[0][1], read[1][1]
        self.notes = Notes()
        self.sketches, used = self._sketched((reference, candidate), trees)
        self.tables = [name for name in facts.tables if name in used]
        self.dice = random.Random(_seed(reference, candidate))  # noqa: S311 - must be repeatable
        self.pools, maker = self._maker(sample or {})
        recursive = "recursive" in f"{reference} {candidate}".casefold()
        self.generator = Generator(facts, self.tables, maker, self.notes.sizes, trees=recursive)
        self.tally, self.tried = Tally(), 0
        arena.guard(reference, candidate)
        self.duel = Duel(
            arena,
            reference,
            candidate,
            Judge(self.reference, policy),
            candidate_traits=self.candidate,
            columns=self._columns(reference, candidate),
        )
        self._reorder()

    def _reorder(self) -> None:
        """Where the candidate has no ORDER BY though order counts, show that the order of its groups is luck."""
        if self.duel.judge.ordered and not self.candidate.ordered and self.arena.falling is not None:
            self.arena.falling.index(falling_indexes(self.sketches[1], self.arena.facts))

    def _columns(self, reference: str, candidate: str) -> list[tuple[int, ...]]:
        """Say how the candidate's columns may stand beside the reference's.

        Who writes SELECT * has not said in which order the columns come: there they are matched by name.
        """
        wanted, got = ([name.casefold() for name in self.arena.main.columns(sql)] for sql in (reference, candidate))
        if not self.reference.star or wanted == got or sorted(wanted) != sorted(got) or len(got) > 12:
            return [()]
        ways: list[tuple[int, ...]] = [()]
        for name in wanted:
            ways = [(*way, at) for way in ways for at, other in enumerate(got) if other == name and at not in way][:24]
        return ways + ways[:1]

    def _sketched(self, queries: Sequence[str], trees: Sequence[exp.Expr | None]) -> tuple[list[Sketch], set[str]]:
        facts = self.arena.facts
        sketches, used = [], set()
        for sql, tree in zip(queries, trees, strict=True):
            read = _sketch_or_none(tree, facts, self.notes)
            if read is not None:
                sketches.append(read[0])
                used |= read[1]
            else:
                sketches.append(Sketch())
                used |= _named(sql, facts)
                for value in (part for parts in loose_literals(sql) for part in parts):
                    self._note_everywhere(value, used)
        words = {token.name.casefold() for query in queries for token in tokens(query)}
        for view, sql in facts.views.items():
            if view in words:
                used |= _named(sql, facts)
        for name in sorted(used):
            for link in facts.tables[name].links:
                for at, target in zip(link.columns, link.targets, strict=True):
                    ours = (name, facts.tables[name].columns[at].folded)
                    self.notes.classes.join(ours, (link.table, facts.tables[link.table].columns[target].folded))
        return sketches, used

    def _note_everywhere(self, value: int | float | str, tables: set[str]) -> None:
        """Take a value of a query that can't be read as a constant of every column."""
        self.notes.loose(value)
        for name in sorted(tables):
            for column in self.arena.facts.tables[name].columns:
                self.notes.note((name, column.folded), [value])
        self.notes.size(value)

    def _maker(self, sample: Sample) -> tuple[Mapping[Place, Pool], RowMaker]:
        facts = self.arena.facts
        note_checks(facts, self.tables, self.notes)
        found = pools(facts, self.tables, self.notes, sample)
        checks = {}
        for name in self.tables:
            table = facts.tables[name]
            checks[name] = _checks(table)
            for at, column in enumerate(table.columns):
                found[name, column.folded] = checks[name].allowed(at, found[name, column.folded])
        numbers = [number for number in self.notes.numbers if abs(number) < 1e12]
        numbers += [number * factor for number in numbers[:8] for factor in (2, 3, 0.5)]
        return found, RowMaker(facts, found, checks, (numbers, self.notes.texts[:24]), self.dice)

    # --- the search -------------------------------------------------------------------------------------------------

    def search(self, seconds: float, most: int = 1_000_000) -> Found | None:
        """Try databases until a difference is found, the time is over, or ``most`` have been tried."""
        begin = time.perf_counter()
        lucky: Found | None = None
        unasked = self.duel.judge.ordered and not self.candidate.ordered_inside
        for database in self._databases():
            late = time.perf_counter() - begin > seconds
            if (late and self.tried >= LEAST_DATABASES) or self.tried >= most:
                break
            self.tried += 1
            found = self._tried(database)
            if found is not None and found.difference.kind != "luck":
                return found
            if lucky is not None and self.tried >= ENOUGH:
                break
            lucky = lucky or found or (self._unasked(database) if unasked and self.tried % 8 == 0 else None)
        return lucky

    def _unasked(self, database: Database) -> Found | None:
        """Keep a database with rows to put in order: without ORDER BY their order is luck, even if it looks right."""
        stored = self._stored(database)
        expected, got, _ = self.duel.on(MAIN, stored)
        if isinstance(expected, Failure) or len(set(expected)) < 2 or self.duel.confirmed(stored) is not None:
            return None
        return Found(stored, Difference("unasked", MAIN, expected, got))

    def _databases(self) -> Iterator[Database]:
        generator, dice = self.generator, self.dice
        reference, candidate = self.sketches
        while True:
            yield generator.guided(reference)
            yield generator.guided(candidate)
            yield generator.mixed()
            if self.tried < 4:
                yield generator.empty()
            yield generator.guided(reference) if dice.random() < 0.5 else generator.mixed()

    def _tried(self, database: Database) -> Found | None:
        duel = self.duel
        if not duel.differs(database):
            self._count(database)
            return None
        stored = self._stored(database)
        if not self._counts(stored) or not duel.differs(stored):
            return None
        difference = duel.confirmed(stored)
        return Found(stored, difference) if difference is not None else None

    def _count(self, database: Database) -> None:
        """Now and then see whether the rows made for each table stay in it."""
        if self.tried > 6 and self.tried % 16:
            return
        stored = self.arena.main.stored(database)
        for name, rows in database.items():
            if rows:
                self.tally.made[name] += 1
                self.tally.kept[name] += bool(stored[name])

    def _stored(self, database: Database) -> Database:
        """Return the rows that the tables really keep, without those whose foreign keys lead nowhere."""
        self.arena.main.load(database)
        return without_orphans(self.arena.main.stored(database), self.arena.facts)

    def _counts(self, database: Database) -> bool:
        return self.policy.empty or all(database.values())

    def unfilled(self) -> list[str]:
        """Name the tables into which (nearly) no row could be put: nothing can be said without them."""
        return [
            self.arena.facts.tables[name].name
            for name, made in self.tally.made.items()
            if made >= 3 and self.tally.kept[name] * 10 < made
        ]

    def shrunk(self, found: Found, seconds: float = SHRINKING) -> Found:
        """Make what has been found smaller; if that turns it into something else, more carefully."""
        if found.difference.kind == "unasked":
            database = shrunk(found.database, self._has_order, self.arena.facts, self._plainest(), seconds)
            return Found(database, Difference("unasked", MAIN, *self.duel.on(MAIN, database)[:2]))
        for differs in (self._differs_at(found.difference), self._still(found.difference.kind)):
            database = shrunk(found.database, differs, self.arena.facts, self._plainest(), seconds)
            difference = self.duel.confirmed(database)
            if difference is not None and difference.kind == found.difference.kind:
                return Found(database, difference)
        return found

    def _plainest(self) -> Plainest:
        """Say for each column by which values others may be replaced, and whether one by one.

        What the queries don't name can't matter, so it needs no trial of its own.
        """
        named = {token.name.casefold() for token in tokens(f"{self.duel.reference} {self.duel.candidate}")}
        every = "*" in self.duel.reference + self.duel.candidate or bool(self.arena.facts.views)
        return {place: (pool.plain[:2], every or place[1] in named) for place, pool in self.pools.items() if pool.plain}

    def _differs_at(self, difference: Difference) -> Callable[[Database], bool]:
        return lambda database: self._counts(database) and self.duel.fails(difference.arrangement, database)

    def _has_order(self, database: Database) -> bool:
        """Tell whether the reference gives rows there that can be put in more than one order."""
        if not self._loads(database):
            return False
        expected = self.arena.main.run(self.duel.reference)
        return not isinstance(expected, Failure) and len(set(expected)) > 1

    def _still(self, kind: str) -> Callable[[Database], bool]:
        def differs(database: Database) -> bool:
            if not self._counts(database) or not self._loads(database):
                return False
            found = self.duel.confirmed(database)
            return found is not None and found.kind == kind

        return differs

    def _loads(self, database: Database) -> bool:
        """Tell whether the constraints let every row in."""
        return self.arena.main.load(database) == 0


def _sketch_or_none(tree: exp.Expr | None, facts: Facts, notes: Notes) -> tuple[Sketch, set[str]] | None:
    try:
        return sketch(tree, facts, notes) if tree is not None else None
    except RecursionError:  # a condition of some hundred parts
        return None


def _named(sql: str, facts: Facts) -> set[str]:
    names = {token.name.casefold() for token in tokens(sql)}
    return names & set(facts.tables)


def _seed(reference: str, candidate: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{reference}\0{candidate}".encode("utf-8", "replace")).digest()[:8])


@lru_cache(maxsize=128)
def _checks(table: TableFacts) -> Checks:
    return Checks(table)
