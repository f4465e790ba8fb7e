"""Mistakes in how conditions are tied together: AND, OR, brackets, a condition left out."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from autograder.sql.mutants.operators import Edit, Operator, joined, operator, parts, without_each

__all__ = ["LOGIC"]

LOGIC: list[Operator] = []


@operator(LOGIC, "OR for AND", 52, exp.And)
def _or_for_and(node: exp.And) -> Iterator[Edit]:
    edited = exp.Or(this=node.left.copy(), expression=node.right.copy())
    # Beside another AND the OR would bind its neighbours anew, which is another mistake: missing brackets.
    yield Edit(exp.Paren(this=edited) if isinstance(node.parent, exp.And) else edited)


@operator(LOGIC, "AND for OR", 39, exp.Or)
def _and_for_or(node: exp.Or) -> Iterator[Edit]:
    sides = [
        exp.Paren(this=side.copy()) if isinstance(side, exp.Or) else side.copy() for side in (node.left, node.right)
    ]
    yield Edit(exp.And(this=sides[0], expression=sides[1]))


@operator(LOGIC, "missing brackets", 63, exp.Paren)
def _missing_brackets(node: exp.Paren) -> Iterator[Edit]:
    if isinstance(node.this, exp.Or) and isinstance(node.parent, exp.And | exp.Not):
        yield Edit(node.this.copy(), f"no brackets around `{node.this.sql('sqlite')}`")


@operator(LOGIC, "missing brackets", 63, exp.Paren)
def _missing_brackets_in_sum(node: exp.Paren) -> Iterator[Edit]:
    inner = isinstance(node.this, exp.Add | exp.Sub)
    if inner and isinstance(node.parent, exp.Mul | exp.Div | exp.Mod | exp.Sub):
        yield Edit(node.this.copy(), f"no brackets around `{node.this.sql('sqlite')}`")


@operator(LOGIC, "missing condition", 66, exp.And, exp.Or)
def _missing_condition(node: exp.Connector) -> Iterator[Edit]:
    """Leave out one of the conditions; only the topmost of a chain sees them all."""
    kind = type(node)
    above = node.parent.parent if isinstance(node.parent, exp.Paren) else node.parent
    if isinstance(above, kind):
        return
    for left_out, others in without_each(parts(node, kind)):
        yield Edit(joined(others, kind), f"without `{left_out.sql('sqlite')}`")
