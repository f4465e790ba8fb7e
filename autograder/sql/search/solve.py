"""Solves a comparison for a column: what must stand there so that both sides are equal?"""

from __future__ import annotations

from sqlglot import exp

from autograder.sql.search.dates import STANDARD_TIME

__all__ = ["solved"]

_SEE_THROUGH = (exp.Lower, exp.Upper, exp.Trim, exp.Cast, exp.Round, exp.Coalesce, exp.Paren, exp.Substring)
_PARTS = {"%Y-%m-%d": "", "%Y-%m": "'-15'", "%Y": "'-06-15'"}
DEEPEST = 8


def solved(side: exp.Expr, other: exp.Expr, depth: int = 0) -> list[tuple[exp.Column, exp.Expr]]:
    """Turn ``side = other`` into equations with a column alone on the left.

    Only what has an inverse, or nearly one, is turned: arithmetic, rounding, case, the date functions. Both sides stay
    as they are; the result is made of copies.

    Returns:
        For each column that could be freed, the expression it must equal.
    """
    if isinstance(side, exp.Column):
        return [(side, other)]
    if depth > DEEPEST:
        return []
    if isinstance(side, exp.Binary):
        return _from_binary(side, other, depth)
    if isinstance(side, exp.Abs):
        negative = exp.Neg(this=exp.Paren(this=other.copy()))
        return solved(side.this, other, depth + 1) + solved(side.this, negative, depth + 1)
    if isinstance(side, _SEE_THROUGH):
        return solved(side.this, other, depth + 1)
    function, argument = _function(side)
    if function in ("JULIANDAY", "DATE", "DATETIME") and _plain_call(side):
        return solved(argument, _moment(function, other), depth + 1) if argument is not None else []
    if function == "STRFTIME":
        return _from_strftime(side, other, depth)
    return []


def _from_binary(side: exp.Binary, other: exp.Expr, depth: int) -> list[tuple[exp.Column, exp.Expr]]:
    left, right = side.this, side.expression
    inverse: list[tuple[exp.Expr, exp.Expr]]
    if isinstance(side, exp.Add):
        inverse = [(left, _pair(exp.Sub, other, right)), (right, _pair(exp.Sub, other, left))]
    elif isinstance(side, exp.Sub):
        inverse = [(left, _pair(exp.Add, other, right)), (right, _pair(exp.Sub, left, other))]
    elif isinstance(side, exp.Mul):
        one = exp.Literal.number("1.0")
        inverse = [
            (left, _pair(exp.Div, _pair(exp.Mul, other, one), right)),
            (right, _pair(exp.Div, _pair(exp.Mul, other, one), left)),
        ]
    elif isinstance(side, exp.Div):
        inverse = [(left, _pair(exp.Mul, other, right))]
    else:
        return []
    return [pair for part, wanted in inverse if part.find(exp.Column) for pair in solved(part, wanted, depth + 1)]


def _pair(kind: type[exp.Binary], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return kind(this=exp.Paren(this=left.copy()), expression=exp.Paren(this=right.copy()))


def _function(node: exp.Expr) -> tuple[str, exp.Expr | None]:
    """Return the name and the first argument of a function, as SQLite spells it."""
    if isinstance(node, exp.Anonymous):
        return node.name.upper(), (node.expressions or [None])[0]
    if isinstance(node, exp.TimeToStr):
        return "STRFTIME", node.this
    if isinstance(node, exp.Date | exp.TsOrDsToDate):
        return "DATE", node.this
    if isinstance(node, exp.Datetime | exp.TsOrDsToTimestamp):
        return "DATETIME", node.this
    return "", None


def _plain_call(node: exp.Expr) -> bool:
    """Tell whether a date function has no modifiers such as '+1 day'."""
    return len(node.expressions) <= 1


def _moment(function: str, other: exp.Expr) -> exp.Expr:
    """Write a value as a moment; a Julian day is a number, which SQLite's datetime() reads as such."""
    return exp.func("datetime", other.copy(), dialect="sqlite") if function == "JULIANDAY" else other


def _from_strftime(side: exp.Expr, other: exp.Expr, depth: int) -> list[tuple[exp.Column, exp.Expr]]:
    argument = side.this if isinstance(side, exp.TimeToStr) else (side.expressions[1:2] or [None])[0]
    form = side.args.get("format") if isinstance(side, exp.TimeToStr) else (side.expressions or [None])[0]
    if argument is None or not isinstance(form, exp.Literal):
        return []
    if form.name == "%s":
        seconds = exp.func("datetime", other.copy(), exp.Literal.string("unixepoch"), dialect="sqlite")
        return solved(argument, seconds, depth + 1)
    if form.name in (*_PARTS, STANDARD_TIME):
        rest = _PARTS.get(form.name, "")
        whole = exp.DPipe(this=exp.Paren(this=other.copy()), expression=exp.Literal.string(rest.strip("'")))
        return solved(argument, whole if rest else other, depth + 1)
    return []
