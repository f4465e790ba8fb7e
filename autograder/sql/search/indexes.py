"""Indexes under which a query without ORDER BY gives its groups in falling order."""

from __future__ import annotations

from sqlglot import exp

from autograder.sql.search.facts import Facts, quoted
from autograder.sql.search.literals import SQLITE
from autograder.sql.search.scopes import Scope
from autograder.sql.search.sketch import Sketch

__all__ = ["falling_indexes"]


def falling_indexes(sketch: Sketch, facts: Facts) -> list[tuple[str, str]]:
    """Return the tables and keys of indexes that match the GROUP BY of a query, each key in falling order.

    SQLite sorts for GROUP BY, so a missing ORDER BY mostly doesn't show. Over such an index it sorts the other way.
    """
    found = []
    for scope, _ in sketch.scopes:
        group = scope.select.args.get("group")
        keys = [_meant(key, scope.select) for key in group.expressions] if group is not None else []
        tables = {_table(column, scope, facts) for key in keys for column in key.find_all(exp.Column)}
        if len(tables) == 1 and (table := tables.pop()):
            text = ", ".join(f"{_bare(key).sql(SQLITE)} DESC" for key in keys)
            found.append((quoted(facts.tables[table].name), text))
    return found


def _meant(key: exp.Expr, select: exp.Select) -> exp.Expr:
    """Return what an alias or the number of a column stands for."""
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(select.expressions):
        shown: exp.Expr = select.expressions[int(key.name) - 1].unalias()
        return shown
    if isinstance(key, exp.Column) and not key.table:
        for each in select.expressions:
            if isinstance(each, exp.Alias) and each.alias.casefold() == key.name.casefold():
                stands_for: exp.Expr = each.this
                return stands_for
    return key


def _table(column: exp.Column, scope: Scope, facts: Facts) -> str:
    alias = column.table.casefold()
    for known, source in scope.sources.items():
        if source.table and (known == alias if alias else facts.tables[source.table].at(column.name) is not None):
            return source.table
    return ""


def _bare(key: exp.Expr) -> exp.Expr:
    """Take the aliases of tables off: an index knows none."""
    bare: exp.Expr = key.copy().transform(
        lambda node: exp.column(node.this.copy()) if isinstance(node, exp.Column) and node.table else node
    )
    return bare
