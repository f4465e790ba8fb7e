"""Mistakes in FROM: outer and inner joins, conditions of a join, tables."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from autograder.sql.mutants.operators import Edit, Operator, joined, operator, parts, without_each

__all__ = ["JOINS"]

JOINS: list[Operator] = []


def _is_left(node: exp.Join) -> bool:
    return str(node.side).upper() == "LEFT"


def _is_inner(node: exp.Join) -> bool:
    conditions = node.args.get("on") is not None or bool(node.args.get("using"))
    return not node.side and conditions and str(node.kind).upper() in ("", "INNER")


def _with(node: exp.Join, **args: object) -> exp.Join:
    """A copy with some parts set anew."""
    edited = node.copy()
    for name, value in args.items():
        edited.set(name, value)
    return edited


@operator(JOINS, "inner for outer join", 104, exp.Join)
def _inner_for_outer(node: exp.Join) -> Iterator[Edit]:
    if _is_left(node):
        yield Edit(_with(node, side=None, kind=None))


@operator(JOINS, "outer for inner join", 105, exp.Join)
def _outer_for_inner(node: exp.Join) -> Iterator[Edit]:
    if _is_inner(node):
        yield Edit(_with(node, side="LEFT", kind=None))


@operator(JOINS, "missing join condition", 48, exp.Join)
def _missing_join_condition(node: exp.Join) -> Iterator[Edit]:
    if node.args.get("on") is not None or node.args.get("using"):
        yield Edit(_with(node, on=None, using=None, side=None, kind="CROSS"))


@operator(JOINS, "condition missing in ON", 48, exp.Join)
def _condition_missing_in_on(node: exp.Join) -> Iterator[Edit]:
    # `missing condition` sees the AND of an ON as well; this one is for a join that keeps its rows.
    on = node.args.get("on")
    if on is not None and _is_left(node) and not isinstance(on, exp.And):
        yield Edit(_with(node, on=exp.Boolean(this=True)))


@operator(JOINS, "condition in WHERE for ON", 104, exp.Select)
def _where_for_on(node: exp.Select) -> Iterator[Edit]:
    """Move one condition of an outer join from ON to WHERE, where it drops the rows without a partner."""
    for at, join in enumerate(node.args.get("joins") or []):
        on = join.args.get("on")
        if on is None or not _is_left(join):
            continue
        for moved, others in without_each(parts(on, exp.And)):
            edited = node.copy()
            edited.args["joins"][at].set("on", joined(others, exp.And))
            yield Edit(edited.where(moved.copy(), copy=False), f"`{moved.sql('sqlite')}` in WHERE instead of ON")


@operator(JOINS, "condition in ON for WHERE", 104, exp.Select)
def _on_for_where(node: exp.Select) -> Iterator[Edit]:
    """Move one condition of WHERE into the ON of an outer join, where it drops no row."""
    where, joins = node.args.get("where"), node.args.get("joins") or []
    if where is None or not joins or not _is_left(joins[-1]) or joins[-1].args.get("on") is None:
        return
    every = parts(where.this, exp.And)
    for moved in every:
        edited, others = node.copy(), [part for part in every if part is not moved]
        edited.set("where", exp.Where(this=joined(others, exp.And)) if others else None)
        on = edited.args["joins"][-1].args["on"]
        edited.args["joins"][-1].set("on", exp.And(this=exp.paren(on.copy()), expression=exp.paren(moved.copy())))
        yield Edit(edited, f"`{moved.sql('sqlite')}` in ON instead of WHERE")


@operator(JOINS, "missing table", 62, exp.Select)
def _missing_table(node: exp.Select) -> Iterator[Edit]:
    """Leave out a join whose table nothing else names."""
    joins = node.args.get("joins") or []
    for at, join in enumerate(joins):
        name = join.this.alias_or_name.lower()
        edited = node.copy()
        edited.set("joins", [other.copy() for place, other in enumerate(joins) if place != at])
        if name and not any(column.table.lower() == name for column in edited.find_all(exp.Column)):
            yield Edit(edited, f"without `{join.sql('sqlite').strip()}`")
