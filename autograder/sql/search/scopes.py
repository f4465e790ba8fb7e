"""Which SELECTs a query has, and which table each of their columns comes from in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from autograder.sql.search.facts import Facts
from autograder.sql.search.literals import SQLITE

__all__ = ["Place", "Resolved", "Scope", "Scopes", "Source", "Var"]

Place = tuple[str, str]  # a table's and a column's folded name
DEEPEST = 12


class Var(NamedTuple):
    """A column of one use of a table: ``scope`` numbers the SELECT, ``source`` is the alias there."""

    scope: int
    source: str
    table: str
    column: str

    @property
    def place(self) -> Place:
        return (self.table, self.column)


class Resolved(NamedTuple):
    """Where a name leads to. Not ``direct`` when a function stands between, as in ``count(x) AS n``."""

    var: Var
    direct: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in FROM: a table by its folded name, or a query and the names it gives its columns."""

    table: str = ""
    query: exp.Expr | None = None
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class Scope:
    """One SELECT and what its FROM names, by alias."""

    number: int
    select: exp.Select
    sources: dict[str, Source] = field(default_factory=dict)


class Scopes:
    """All SELECTs of one query."""

    def __init__(self, tree: exp.Expr, facts: Facts) -> None:
        self._facts = facts
        self._named = self._named_queries(tree)
        self._by_id: dict[int, Scope] = {}
        views = [self._named[name].query for name in facts.views if name in self._named]
        self.roots = [tree, *(query for query in views if query is not None)]
        for root in self.roots:
            for select in root.find_all(exp.Select):
                self._by_id[id(select)] = Scope(len(self._by_id), select)
        for scope in self.all:
            self._fill(scope)

    @property
    def all(self) -> list[Scope]:
        return list(self._by_id.values())

    @property
    def tables(self) -> set[str]:
        """The tables that the query reads."""
        return {source.table for scope in self.all for source in scope.sources.values() if source.table}

    def around(self, node: exp.Expr | None) -> Scope | None:
        """Return the SELECT in which a node stands; a SELECT itself stands in the one around it."""
        node = node.parent if node is not None else None
        while node is not None:
            if id(node) in self._by_id:
                return self._by_id[id(node)]
            node = node.parent
        return None

    def resolve(self, column: exp.Column, scope: Scope | None, depth: int = 0) -> Resolved | None:
        """Follow a column's name through subqueries and common table expressions to a table's column."""
        alias, name = column.table.casefold(), column.name.casefold()
        level = 0
        while scope is not None and depth <= DEEPEST and level < DEEPEST:
            for known, source in scope.sources.items():
                if alias and known != alias:
                    continue
                found = self._in_source(scope, known, source, name, depth)
                if found is not None:
                    return found
            scope, level = self.around(scope.select), level + 1
        return None

    def output(self, query: exp.Expr | None, at: int) -> tuple[exp.Expr, Scope] | None:
        """Return what a query's output column at a position is made of, and where."""
        select = _first_select(query)
        scope = self._by_id.get(id(select))
        if select is None or scope is None or at >= len(select.expressions):
            return None
        return select.expressions[at].unalias(), scope

    def _named_queries(self, tree: exp.Expr) -> dict[str, Source]:
        named: dict[str, Source] = {}
        reading = [tree]
        while reading:
            for table in reading.pop().find_all(exp.Table):
                name = table.name.casefold()
                if name in self._facts.views and name not in named:
                    view = _view(self._facts.views[name])
                    named[name] = Source(query=view)
                    reading += [view] if view is not None else []
        for cte in tree.find_all(exp.CTE):
            named[cte.alias_or_name.casefold()] = Source(query=cte.this, columns=_alias_columns(cte))
        return named

    def _fill(self, scope: Scope) -> None:
        start = scope.select.args.get("from_") or scope.select.args.get("from")
        waiting = [start.this] if start is not None else []
        waiting += [join.this for join in scope.select.args.get("joins") or []]
        while waiting:
            item = waiting.pop(0)
            alias = item.alias_or_name.casefold() or f"#{len(scope.sources)}"
            if isinstance(item, exp.Table):
                name = item.name.casefold()
                if name in self._named:
                    scope.sources[alias] = self._named[name]
                elif name in self._facts.tables:
                    scope.sources[alias] = Source(table=name)
            elif isinstance(item, exp.Subquery) and isinstance(item.this, exp.Query):
                scope.sources[alias] = Source(query=item.this, columns=_alias_columns(item))
            elif isinstance(item, exp.Paren | exp.Subquery):
                waiting.append(item.this)
            waiting += [join.this for join in item.args.get("joins") or []]

    def _in_source(self, scope: Scope, alias: str, source: Source, name: str, depth: int) -> Resolved | None:
        if source.table:
            known = self._facts.tables[source.table].at(name) is not None
            return Resolved(Var(scope.number, alias, source.table, name), True) if known else None
        return self._in_query(source, name, depth + 1)

    def _in_query(self, source: Source, name: str, depth: int) -> Resolved | None:
        select = _first_select(source.query)
        inner = self._by_id.get(id(select))
        if select is None or inner is None:
            return None
        if name in source.columns:
            at = source.columns.index(name)
            found = select.expressions[at] if at < len(select.expressions) else None
        else:
            found = next((each for each in select.expressions if each.alias_or_name.casefold() == name), None)
        if found is None:
            return self.resolve(exp.column(name), inner, depth) if _has_star(select) else None
        made_of = found.unalias()
        column = made_of if isinstance(made_of, exp.Column) else made_of.find(exp.Column)
        if column is None:
            return None
        resolved = self.resolve(column, inner, depth)
        if resolved is None:
            return None
        return Resolved(resolved.var, resolved.direct and isinstance(made_of, exp.Column))


def _view(sql: str) -> exp.Expr | None:
    """Return the query of a view; None if it can't be parsed."""
    try:
        query = sqlglot.parse_one(sql, dialect=SQLITE).args.get("expression")
    except (sqlglot.errors.SqlglotError, RecursionError):
        return None
    return query if isinstance(query, exp.Expr) else None


def _alias_columns(node: exp.Expr) -> tuple[str, ...]:
    alias = node.args.get("alias")
    names = alias.args.get("columns") or [] if isinstance(alias, exp.TableAlias) else []
    return tuple(name.name.casefold() for name in names)


def _first_select(query: exp.Expr | None) -> exp.Select | None:
    while isinstance(query, exp.SetOperation | exp.Subquery | exp.Paren):
        query = query.this
    return query if isinstance(query, exp.Select) else None


def _has_star(select: exp.Select) -> bool:
    return any(
        isinstance(each, exp.Star) or (isinstance(each, exp.Column) and isinstance(each.this, exp.Star))
        for each in select.expressions
    )
