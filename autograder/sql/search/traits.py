"""What can be said of a query's result without running it: its order, its cut, and what in it is left to chance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from autograder.sql.search.facts import Facts
from autograder.sql.search.literals import SQLITE, constant

__all__ = ["Keyed", "Traits", "parsed", "traits"]


# Among rows with equal keys these number as they like. Where the keys are unique, that makes no difference.
_NUMBERING = (exp.RowNumber, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)


@dataclass(frozen=True, slots=True)
class Keyed:
    """The query without its cut, with the keys of its order: how to see which rows are tied.

    The keys are its last ``appended`` columns or, if there are none, those at ``places``.
    """

    sql: str
    appended: int = 0
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """A query's order and cut. ``loose`` names the constructs whose result SQL leaves open, ``star`` is SELECT *."""

    ordered: bool = False
    ordered_inside: bool = False
    limited: bool = False
    limit: int | None = None
    offset: int = 0
    keyed: Keyed | None = None
    star: bool = False
    loose: frozenset[str] = field(default_factory=frozenset)


def parsed(sql: str, facts: Facts) -> exp.Expr | None:
    """Parse a query as SQLite reads it; None if it can't be parsed."""
    try:
        tree = sqlglot.parse_one(sql, dialect=SQLITE)
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError, TypeError):
        return None
    if not isinstance(tree, exp.Query):
        return None
    return _with_strings(tree, facts) if '"' in sql or "`" in sql else tree


def _with_strings(tree: exp.Expr, facts: Facts) -> exp.Expr:
    """Turn a name in double quotes that names nothing into the text that SQLite takes it for."""
    known = {column.folded for table in facts.tables.values() for column in table.columns}
    known |= {alias.alias.casefold() for alias in tree.find_all(exp.Alias)}
    known |= {
        name.name.casefold() for alias in tree.find_all(exp.TableAlias) for name in alias.args.get("columns") or []
    }
    if facts.views:
        return tree
    for column in list(tree.find_all(exp.Column)):
        name = column.this
        if (
            isinstance(name, exp.Identifier)
            and name.args.get("quoted")
            and not column.table
            and column.name.casefold() not in known
        ):
            column.replace(exp.Literal.string(column.name))
    return tree


def traits(sql: str, tree: exp.Expr | None) -> Traits:
    """Look at a query; at its bare text if it couldn't be parsed."""
    loose = _loose_by_text(sql)
    if tree is None:
        tail = re.sub(r"\([^()]*\)", "()", re.sub(r"'(?:[^']|'')*'", "''", sql))
        ordered = re.search(r"\border\s+by\b", tail, re.IGNORECASE) is not None
        limited = re.search(r"\blimit\b", tail, re.IGNORECASE) is not None
        return Traits(ordered=ordered, ordered_inside=ordered, limited=limited, loose=frozenset(loose))
    order, limit, offset = (tree.args.get(name) for name in ("order", "limit", "offset"))
    if any(_is_bare(select) for select in tree.find_all(exp.Select)):
        loose.add("bare column")
    if any(isinstance(window.this, _NUMBERING) for window in tree.find_all(exp.Window)):
        loose.add("numbering")
    for query in tree.find_all(exp.Query):
        if query.args.get("limit") is not None and query.args.get("order") is None and not _is_exists(query):
            loose.add("limit without order")
    count = constant(limit.expression) if limit is not None and limit.args.get("expression") is not None else None
    skip = constant(offset.expression) if offset is not None and offset.args.get("expression") is not None else 0
    known = isinstance(count, int) and isinstance(skip, int)
    return Traits(
        ordered=order is not None,
        ordered_inside=any(isinstance(order.parent, exp.Query) for order in tree.find_all(exp.Order)),
        limited=limit is not None,
        limit=count if known and isinstance(count, int) and count >= 0 else None,
        offset=skip if isinstance(skip, int) else 0,
        keyed=_keyed(tree),
        star=isinstance(tree, exp.Select) and [type(each) for each in tree.expressions] == [exp.Star],
        loose=frozenset(loose),
    )


def _loose_by_text(sql: str) -> set[str]:
    loose = set()
    if re.search(r"\brandom(blob)?\s*\(", sql, re.IGNORECASE):
        loose.add("random")
    if re.search(r"\bcurrent_(date|time|timestamp)\b|'now'", sql, re.IGNORECASE):
        loose.add("now")
    return loose


def _is_exists(query: exp.Expr) -> bool:
    return isinstance(query.parent, exp.Exists)


def _is_bare(select: exp.Select) -> bool:
    """Tell whether a grouped SELECT shows a column that its groups don't fix."""
    group = select.args.get("group")
    aggregates = [node for each in select.expressions for node in each.find_all(exp.AggFunc) if _belongs(node, select)]
    if group is None and not aggregates:
        return False
    if any(isinstance(node, exp.Min | exp.Max) for node in aggregates):
        return False  # SQLite says what a bare column is beside min() or max()
    keys = [key.sql() for key in group.expressions] if group is not None else []
    names = {key.name.casefold() for key in group.expressions if isinstance(key, exp.Column)} if group else set()
    for at, each in enumerate(select.expressions, 1):
        shown = each.unalias()
        if shown.sql() in keys or str(at) in keys or each.alias_or_name.casefold() in names:
            continue
        for column in shown.find_all(exp.Column):
            inside = column.find_ancestor(exp.AggFunc, exp.Select)
            if inside is select and column.name.casefold() not in names:
                return True
    return False


def _belongs(node: exp.Expr, select: exp.Select) -> bool:
    return node.find_ancestor(exp.Select) is select and not isinstance(node.parent, exp.Window)


def _keyed(tree: exp.Expr) -> Keyed | None:
    """Build the query that shows the keys of the order beside the rows, without LIMIT."""
    order = tree.args.get("order")
    if order is None and tree.args.get("limit") is None:
        return None
    whole = tree.copy()
    whole.set("limit", None)
    whole.set("offset", None)
    if order is None:
        return Keyed(whole.sql(SQLITE))
    if isinstance(whole, exp.Select) and not whole.args.get("distinct"):
        return _with_keys(whole, order)
    first: exp.Expr = whole
    while isinstance(first, exp.SetOperation | exp.Subquery):
        first = first.this
    names = [each.alias_or_name.casefold() for each in first.expressions] if isinstance(first, exp.Select) else []
    places = []
    for each in order.expressions:
        place = _place(each.this, names)
        if place is None:
            return None
        places.append(place)
    return Keyed(whole.sql(SQLITE), places=tuple(places))


def _place(key: exp.Expr, names: list[str]) -> int | None:
    if isinstance(key, exp.Literal) and not key.is_string:
        return int(key.name) - 1
    if isinstance(key, exp.Column) and key.name.casefold() in names:
        return names.index(key.name.casefold())
    return None


def _with_keys(whole: exp.Select, order: exp.Expr) -> Keyed | None:
    aliases = {each.alias.casefold(): each.unalias() for each in whole.expressions if isinstance(each, exp.Alias)}
    keys = []
    for each in order.expressions:
        key = each.this.copy()
        if isinstance(key, exp.Literal) and not key.is_string:
            at = int(key.name) - 1
            if not 0 <= at < len(whole.expressions) or whole.find(exp.Star) is not None:
                return None
            key = whole.expressions[at].unalias().copy()
        else:
            key = key.transform(lambda node: _meant(node, aliases))
        keys.append(key)
    for number, key in enumerate(keys):
        whole.append("expressions", exp.alias_(key, f"__key_{number}"))
    return Keyed(whole.sql(SQLITE), appended=len(keys))


def _meant(node: exp.Expr, aliases: dict[str, exp.Expr]) -> exp.Expr:
    if isinstance(node, exp.Column) and not node.table and node.name.casefold() in aliases:
        return aliases[node.name.casefold()].copy()
    return node
