"""Mistakes in the shape of a result: clauses, DISTINCT, groups, order, limits, set operations."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from autograder.sql.mutants.operators import Edit, Node, Operator, operator, without_each

__all__ = ["SHAPE"]

SHAPE: list[Operator] = []


@operator(SHAPE, "missing WHERE", 112, exp.Where)
@operator(SHAPE, "missing HAVING", 114, exp.Having)
@operator(SHAPE, "missing GROUP BY", 113, exp.Group)
@operator(SHAPE, "missing LIMIT", 116, exp.Limit)
@operator(SHAPE, "missing OFFSET", 117, exp.Offset)
def _missing_clause(node: Node) -> Iterator[Edit]:
    yield Edit(None, f"without `{node.sql('sqlite').strip()}`")


@operator(SHAPE, "missing ORDER BY", 115, exp.Order)
def _missing_order(node: exp.Order) -> Iterator[Edit]:
    yield Edit(None, f"without `{node.sql('sqlite').strip()}`")


@operator(SHAPE, "missing sort key", 74, exp.Order)
def _missing_key(node: exp.Order) -> Iterator[Edit]:
    for left_out, others in without_each(node.expressions):
        edited = node.copy()
        edited.set("expressions", others)
        yield Edit(edited, f"without the sort key `{left_out.sql('sqlite')}`")


@operator(SHAPE, "sort keys exchanged", 75, exp.Order)
def _keys_exchanged(node: exp.Order) -> Iterator[Edit]:
    if len(node.expressions) > 1:
        edited = node.copy()
        first, second, *others = (key.copy() for key in node.expressions)
        edited.set("expressions", [second, first, *others])
        yield Edit(edited)


@operator(SHAPE, "sort direction", 77, exp.Ordered)
def _direction(node: exp.Ordered) -> Iterator[Edit]:
    edited = node.copy()
    edited.set("desc", not node.args.get("desc"))
    # NULL comes first in SQLite when the order goes up: nothing else is to be said about it.
    edited.set("nulls_first", not edited.args["desc"])
    yield Edit(edited)


@operator(SHAPE, "missing group column", 16, exp.Group)
def _missing_group_column(node: exp.Group) -> Iterator[Edit]:
    for left_out, others in without_each(node.expressions):
        edited = node.copy()
        edited.set("expressions", others)
        yield Edit(edited, f"not grouped by `{left_out.sql('sqlite')}`")


@operator(SHAPE, "limit", 123, exp.Limit)
def _limit(node: exp.Limit) -> Iterator[Edit]:
    yield from _counted(node)


@operator(SHAPE, "offset", 124, exp.Offset)
def _offset(node: exp.Offset) -> Iterator[Edit]:
    yield from _counted(node)


def _counted(node: exp.Limit | exp.Offset) -> Iterator[Edit]:
    count = node.expression
    if isinstance(count, exp.Literal) and not count.is_string and str(count.this).isdigit():
        for other in (int(count.this) - 1, int(count.this) + 1):
            if other >= 0:
                edited = node.copy()
                edited.set("expression", exp.Literal.number(other))
                yield Edit(edited)


@operator(SHAPE, "missing DISTINCT", 72, exp.Select)
def _missing_distinct(node: exp.Select) -> Iterator[Edit]:
    if node.args.get("distinct") is not None:
        edited = node.copy()
        edited.set("distinct", None)
        yield Edit(edited, "SELECT instead of SELECT DISTINCT")


@operator(SHAPE, "extra DISTINCT", 42, exp.Select)
def _extra_distinct(node: exp.Select) -> Iterator[Edit]:
    # Inside IN and EXISTS repetition makes no difference, nor in one half of a UNION.
    needless = node.find_ancestor(exp.In, exp.Exists) is not None or isinstance(node.parent, exp.SetOperation)
    if node.args.get("distinct") is None and not needless and not _is_one_row(node):
        edited = node.copy()
        edited.set("distinct", exp.Distinct())
        yield Edit(edited, "SELECT DISTINCT instead of SELECT")


def _is_one_row(node: exp.Select) -> bool:
    """Whether the query sums everything up in one row."""
    outer = (column.unalias() for column in node.expressions)
    return not node.args.get("group") and all(
        isinstance(column, exp.AggFunc) or column.find(exp.AggFunc) for column in outer
    )


@operator(SHAPE, "output columns exchanged", 70, exp.Select)
def _columns_exchanged(node: exp.Select) -> Iterator[Edit]:
    """Put one column's values under another one's name."""
    if node.parent is not None or len(node.expressions) < 2 or node.find(exp.Star):
        return
    edited = node.copy()
    first, second, *others = edited.expressions
    names = first.alias_or_name, second.alias_or_name
    if all(names):
        swapped = [second.unalias().copy().as_(names[0]), first.unalias().copy().as_(names[1])]
        edited.set("expressions", [*swapped, *(other.copy() for other in others)])
        yield Edit(edited, f"the values of {names[0]} and {names[1]} exchanged")


@operator(SHAPE, "UNION and UNION ALL", 72, exp.Union)
def _union(node: exp.Union) -> Iterator[Edit]:
    edited = node.copy()
    edited.set("distinct", not node.args.get("distinct"))
    yield Edit(edited, "UNION instead of UNION ALL" if edited.args["distinct"] else "UNION ALL instead of UNION")


@operator(SHAPE, "set operation", 80, exp.Union, exp.Except, exp.Intersect)
def _set_operation(node: exp.SetOperation) -> Iterator[Edit]:
    # A recursive query must stay a UNION.
    if isinstance(node.parent, exp.CTE):
        return
    for other in (exp.Union, exp.Except, exp.Intersect):
        if not isinstance(node, other):
            edited = other(this=node.left.copy(), expression=node.right.copy(), distinct=True)
            yield Edit(edited, f"{other.__name__.upper()} instead of {type(node).__name__.upper()}")
    if isinstance(node, exp.Except):
        edited = exp.Except(this=node.right.copy(), expression=node.left.copy(), distinct=True)
        yield Edit(edited, "the two sides of EXCEPT exchanged")
