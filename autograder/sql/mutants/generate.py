"""Makes the mutants of a query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from autograder.sql.mutants.columns import Columns, column_operators
from autograder.sql.mutants.conditions import CONDITIONS
from autograder.sql.mutants.joins import JOINS
from autograder.sql.mutants.logic import LOGIC
from autograder.sql.mutants.operators import Edit, Node, Operator
from autograder.sql.mutants.shape import SHAPE
from autograder.sql.mutants.values import VALUES

__all__ = ["MOST_MUTANTS", "OPERATORS", "Mutant", "mutants"]

MOST_MUTANTS = 200
# What says little on its own, and what it is part of.
_SMALL = (exp.Column, exp.Literal, exp.Trim)
_AROUND = (exp.Binary, exp.Between, exp.In, exp.Is, exp.Like, exp.AggFunc, exp.Trim)
OPERATORS = (*CONDITIONS, *LOGIC, *JOINS, *SHAPE, *VALUES)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A query with one mistake in it.

    Attributes:
        operator: the kind of mistake, such as ``boundary``.
        taxonomy: its number in the taxonomy of SQL errors.
        change: what was done, in a few words: ``a <= 3`` instead of ``a < 3``.
        sql: the query with the mistake.
    """

    operator: str
    taxonomy: int
    change: str
    sql: str


def mutants(sql: str, tables: Columns | None = None, *, most: int = MOST_MUTANTS) -> tuple[Mutant, ...]:
    """Make the mistakes that people make in a query, one at a time.

    The same query always gives the same mutants in the same order. Some mean the same as the query itself, and some
    may not run: only running them tells.

    Args:
        sql: one SELECT in SQLite's dialect.
        tables: the columns of each table with their types, for mistakes between columns; none are made without.
        most: at most so many; beyond, every kind of mistake keeps its share.

    Returns:
        The mutants; none for a text that sqlglot can't read.
    """
    try:
        base = sqlglot.parse_one(sql, read="sqlite")
    except (SqlglotError, RecursionError):
        return ()
    found: dict[str, Mutant] = {}
    original = base.sql("sqlite")
    for mutant in _all(base, [*OPERATORS, *column_operators(tables or {})]):
        if mutant.sql != original:
            found.setdefault(mutant.sql, mutant)
    return _share(tuple(found.values()), most)


def _all(base: Node, operators: list[Operator]) -> Iterator[Mutant]:
    by_kind: dict[type[Node], list[Operator]] = {}
    for at, node in enumerate(base.walk()):
        kind = type(node)
        if kind not in by_kind:
            by_kind[kind] = [one for one in operators if issubclass(kind, one.kinds)]
        for one in by_kind[kind]:
            for edit in one.edits(node):
                tree, edited = _edited(base, at, edit)
                change = edit.says or _change(node, edited)
                yield Mutant(one.name, one.taxonomy, change, tree.sql("sqlite"))


def _edited(base: Node, at: int, edit: Edit) -> tuple[Node, Node | None]:
    """A copy of the tree with the edit in the place of its ``at``-th node, and the node that stands there now."""
    tree = base.copy()
    node = next(other for place, other in enumerate(tree.walk()) if place == at)
    if node is tree:
        return edit.node or tree, edit.node
    if edit.node is None:
        node.pop()
        return tree, None
    return tree, node.replace(edit.node)


def _change(before: Node, after: Node | None) -> str:
    """Show the smallest condition or value around the edit, as it was and as it is."""
    while after is not None and isinstance(before, _SMALL) and isinstance(before.parent, _AROUND):
        before, after = before.parent, after.parent
    old, new = before.sql("sqlite").strip(), (after or before).sql("sqlite").strip()
    return f"`{new}` instead of `{old}`"


def _share(found: tuple[Mutant, ...], most: int) -> tuple[Mutant, ...]:
    """Keep some mutants of every operator, taking turns, in their order."""
    if len(found) <= most:
        return found
    turns: dict[str, list[Mutant]] = {}
    for mutant in found:
        turns.setdefault(mutant.operator, []).append(mutant)
    taken: set[str] = set()
    for turn in range(max(map(len, turns.values()))):
        for of_operator in turns.values():
            if turn < len(of_operator) and len(taken) < most:
                taken.add(of_operator[turn].sql)
    return tuple(mutant for mutant in found if mutant.sql in taken)
