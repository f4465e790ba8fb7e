"""Which clauses of a query differ from the reference's: where to look."""

from __future__ import annotations

from sqlglot import exp

from autograder.sql.search.literals import SQLITE

__all__ = ["differing_clauses"]

_CLAUSES = {
    "FROM": ("from_", "from", "joins"),
    "WHERE": ("where",),
    "GROUP BY": ("group",),
    "HAVING": ("having",),
    "SELECT": ("expressions", "distinct"),
    "ORDER BY": ("order",),
    "LIMIT": ("limit", "offset"),
}


def differing_clauses(reference: exp.Expr | None, candidate: exp.Expr | None) -> list[str]:
    """Name the clauses whose text differs, aliases of tables aside; nothing where the queries are built differently."""
    if not (isinstance(reference, exp.Select) and isinstance(candidate, exp.Select)):
        return []
    if reference.args.get("with_") or candidate.args.get("with_"):
        return []
    one, other = _plain(reference), _plain(candidate)
    return [name for name, parts in _CLAUSES.items() if _text(one, parts) != _text(other, parts)]


def _plain(select: exp.Select) -> exp.Select:
    """Return a copy in which tables have no alias, names are in lower case, and output columns no name."""
    copy = select.copy()
    names = {table.alias.casefold(): table.name.casefold() for table in copy.find_all(exp.Table) if table.alias}
    alone = len(list(copy.find_all(exp.Table))) == 1
    columns: list[exp.Column] = list(copy.find_all(exp.Column))
    for column in columns:
        table = names.get(column.table.casefold(), column.table.casefold())
        name = exp.to_identifier(column.name.casefold()) if not isinstance(column.this, exp.Star) else column.this
        column.replace(exp.Column(this=name, table=exp.to_identifier(table) if table and not alone else None))
    for used in list(copy.find_all(exp.Table)):
        used.replace(exp.to_table(used.name.casefold()))
    copy.set("expressions", [each.unalias() for each in copy.expressions])
    return copy


def _text(select: exp.Select, parts: tuple[str, ...]) -> list[str]:
    texts = []
    for part in parts:
        value = select.args.get(part)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, exp.Expr):
                texts.append(each.sql(SQLITE))
    return texts
