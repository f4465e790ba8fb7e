"""Mistakes in computed values: aggregates, functions, CASE, arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from autograder.sql.mutants.operators import Edit, Operator, operator, without_each

__all__ = ["VALUES"]

VALUES: list[Operator] = []

_SUMS = (exp.Sum, exp.Avg, exp.Max, exp.Min)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div)
_RANKS = (exp.Rank, exp.DenseRank, exp.RowNumber)
_WRAPPERS = (exp.Trim, exp.Lower, exp.Upper, exp.Round, exp.Abs, exp.Date, exp.Length)


@operator(VALUES, "aggregate", 80, *_SUMS)
def _aggregate(node: exp.AggFunc) -> Iterator[Edit]:
    if isinstance(node.this, exp.Distinct) or node.expressions:
        return
    for other in (*_SUMS, exp.Count):
        if not isinstance(node, other):
            yield Edit(other(this=node.this.copy()))


@operator(VALUES, "SUM for COUNT", 80, exp.Count)
def _sum_for_count(node: exp.Count) -> Iterator[Edit]:
    if isinstance(node.this, exp.Column):
        yield Edit(exp.Sum(this=node.this.copy()))


@operator(VALUES, "COUNT(*) for a column", 81, exp.Count)
def _count_star(node: exp.Count) -> Iterator[Edit]:
    if not isinstance(node.this, exp.Star):
        yield Edit(exp.Count(this=exp.Star()))


@operator(VALUES, "missing DISTINCT in an aggregate", 79, exp.Count)
def _missing_distinct(node: exp.Count) -> Iterator[Edit]:
    if isinstance(node.this, exp.Distinct) and len(node.this.expressions) == 1:
        yield Edit(exp.Count(this=node.this.expressions[0].copy()))


@operator(VALUES, "extra DISTINCT in COUNT", 78, exp.Count)
@operator(VALUES, "extra DISTINCT in a sum", 41, exp.Sum, exp.Avg)
def _extra_distinct(node: exp.AggFunc) -> Iterator[Edit]:
    if not isinstance(node.this, exp.Star | exp.Distinct):
        yield Edit(type(node)(this=exp.Distinct(expressions=[node.this.copy()])))


@operator(VALUES, "missing COALESCE", 45, exp.Coalesce)
def _missing_coalesce(node: exp.Coalesce) -> Iterator[Edit]:
    yield Edit(node.this.copy())


@operator(VALUES, "missing function", 80, *_WRAPPERS)
def _missing_function(node: exp.Func) -> Iterator[Edit]:
    if isinstance(node.this, exp.Expr):
        yield Edit(node.this.copy())


@operator(VALUES, "missing CAST", 13, exp.Cast)
def _missing_cast(node: exp.Cast) -> Iterator[Edit]:
    yield Edit(node.this.copy())


@operator(VALUES, "whole number for a fraction", 13, exp.Literal)
def _whole_number(node: exp.Literal) -> Iterator[Edit]:
    """Write 100 for 100.0: whole numbers divide without a rest."""
    if not node.is_string and str(node.this).endswith(".0"):
        yield Edit(exp.Literal.number(str(node.this).removesuffix(".0")))


@operator(VALUES, "missing ELSE", 66, exp.Case)
def _missing_else(node: exp.Case) -> Iterator[Edit]:
    if node.args.get("default") is not None:
        edited = node.copy()
        edited.set("default", None)
        yield Edit(edited, f"no ELSE {node.args['default'].sql('sqlite')}")


@operator(VALUES, "missing branch", 66, exp.Case)
def _missing_branch(node: exp.Case) -> Iterator[Edit]:
    for left_out, others in without_each(node.args["ifs"]):
        edited = node.copy()
        edited.set("ifs", others)
        yield Edit(edited, f"no branch for `{left_out.this.sql('sqlite')}`")


@operator(VALUES, "branches exchanged", 63, exp.Case)
def _branches_exchanged(node: exp.Case) -> Iterator[Edit]:
    branches = node.args["ifs"]
    for at in range(len(branches) - 1):
        edited = node.copy()
        copies = [branch.copy() for branch in branches]
        copies[at], copies[at + 1] = copies[at + 1], copies[at]
        edited.set("ifs", copies)
        said = f"the branches for `{branches[at].this.sql('sqlite')}` and `{branches[at + 1].this.sql('sqlite')}`"
        yield Edit(edited, f"{said} exchanged")


@operator(VALUES, "arithmetic", 80, *_ARITHMETIC)
def _arithmetic(node: exp.Binary) -> Iterator[Edit]:
    for other in _ARITHMETIC:
        if not isinstance(node, other):
            # "typed": whole numbers divide without a rest in SQLite, and sqlglot must not help out.
            typed = {"typed": True} if other is exp.Div else {}
            yield Edit(other(this=node.left.copy(), expression=node.right.copy(), **typed))


@operator(VALUES, "ranking", 80, *_RANKS)
def _ranking(node: exp.Func) -> Iterator[Edit]:
    for other in _RANKS:
        if not isinstance(node, other):
            yield Edit(other())
