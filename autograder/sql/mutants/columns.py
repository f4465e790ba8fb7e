"""The mistake of naming another column of the same table and type."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from sqlglot import exp

from autograder.sql.mutants.operators import Edit, Node, Operator

__all__ = ["Columns", "column_operators"]

Columns = Mapping[str, Mapping[str, str]]
"""For each table its columns, and the declared type of each; all names as they were declared."""

_MOST_ALTERNATIVES = 2
# Where the column stands, from inside out, decides which mistake it is.
_PLACES: tuple[tuple[str, int, tuple[type, ...]], ...] = (
    ("other column in an aggregate", 81, (exp.AggFunc,)),
    ("other column in a join", 60, (exp.Join,)),
    ("other sort column", 75, (exp.Order,)),
    ("other group column", 16, (exp.Group,)),
    ("other column in a condition", 67, (exp.Where, exp.Having, exp.Case)),
)
_OUTPUT = ("other output column", 71)


def column_operators(tables: Columns) -> list[Operator]:
    """The operators for the columns of a database; none where its tables aren't known."""
    return [_operator(name, taxonomy, tables) for name, taxonomy in [*((n, t) for n, t, _ in _PLACES), _OUTPUT]]


def _operator(name: str, taxonomy: int, tables: Columns) -> Operator:
    def edits(node: exp.Column) -> Iterator[Edit]:
        if _mistake(node) != (name, taxonomy):
            return
        for other in _alternatives(node, tables):
            edited: Node = exp.column(other, table=node.table or None)
            if node.arg_key == "expressions" and isinstance(node.parent, exp.Select):
                edited = edited.as_(node.name)
            yield Edit(edited)

    return Operator(name, taxonomy, (exp.Column,), edits)


def _mistake(node: exp.Column) -> tuple[str, int]:
    """Which mistake another column in this place would be."""
    ancestor = node.parent
    while ancestor is not None and not isinstance(ancestor, exp.Select):
        for name, taxonomy, kinds in _PLACES:
            if isinstance(ancestor, kinds):
                return name, taxonomy
        ancestor = ancestor.parent
    return _OUTPUT


def _alternatives(node: exp.Column, tables: Columns) -> list[str]:
    """The columns most like this one, by name, in its own table."""
    columns = _table_of(node, tables)
    kinds = {name.lower(): kind for name, kind in columns.items()}
    type_ = kinds.get(node.name.lower())
    others = [name for name, other in columns.items() if other == type_ and name.lower() != node.name.lower()]
    others.sort(key=lambda name: (-difflib.SequenceMatcher(None, name.lower(), node.name.lower()).ratio(), name))
    return others[:_MOST_ALTERNATIVES] if type_ is not None else []


def _table_of(node: exp.Column, tables: Columns) -> Mapping[str, str]:
    """The columns of the table that a column belongs to; empty where that isn't certain."""
    by_name = {name.lower(): columns for name, columns in tables.items()}
    select = node.find_ancestor(exp.Select)
    while select is not None:
        named = {table.alias_or_name.lower(): table.name.lower() for table in _sources(select)}
        if node.table:
            if node.table.lower() in named:
                return by_name.get(named[node.table.lower()], {})
        else:
            owners = [by_name[name] for name in named.values() if _has(by_name.get(name, {}), node.name)]
            if owners:
                return owners[0]
        select = select.find_ancestor(exp.Select)
    return {}


def _sources(select: exp.Select) -> Iterator[exp.Table]:
    """The tables of a query's own FROM and JOIN clauses."""
    for table in select.find_all(exp.Table):
        if table.find_ancestor(exp.Select) is select:
            yield table


def _has(columns: Mapping[str, str], name: str) -> bool:
    return name.lower() in (column.lower() for column in columns)
