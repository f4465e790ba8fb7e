"""Mistakes in a single condition: the wrong comparison, the wrong value, NULL, LIKE, IN, BETWEEN."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from sqlglot import exp

from autograder.sql.mutants.operators import COMPARISONS, Edit, Node, Operator, operator, without_each

__all__ = ["CONDITIONS"]

CONDITIONS: list[Operator] = []

_NEIGHBOUR: dict[type[Node], type[exp.Binary]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.EQ: exp.GTE,
}
_OPPOSITE: dict[type[Node], type[exp.Binary]] = {
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
}
_COMPARED = (*COMPARISONS, exp.Between, exp.In)


@operator(CONDITIONS, "boundary", 57, *_NEIGHBOUR)
def _boundary(node: exp.Binary) -> Iterator[Edit]:
    if not (isinstance(node, exp.EQ) and _ties(node)):
        yield Edit(_NEIGHBOUR[type(node)](this=node.left.copy(), expression=node.right.copy()))


@operator(CONDITIONS, "comparison", 57, *_OPPOSITE)
def _comparison(node: exp.Binary) -> Iterator[Edit]:
    if not _ties(node):
        yield Edit(_OPPOSITE[type(node)](this=node.left.copy(), expression=node.right.copy()))


@operator(CONDITIONS, "join comparison", 61, *_OPPOSITE)
def _join_comparison(node: exp.Binary) -> Iterator[Edit]:
    if _ties(node):
        yield Edit(_OPPOSITE[type(node)](this=node.left.copy(), expression=node.right.copy()))


def _ties(node: exp.Binary) -> bool:
    """Whether the condition compares two columns, as that of a join does."""
    return isinstance(node.left, exp.Column) and isinstance(node.right, exp.Column)


@operator(CONDITIONS, "number", 57, exp.Literal)
def _number(node: exp.Literal) -> Iterator[Edit]:
    if node.is_string or not isinstance(node.parent, (*_COMPARED, exp.Add, exp.Sub)):
        return
    try:
        value = int(node.this)
    except ValueError:
        return
    for other in (value - 1, value + 1):
        if other >= 0:
            yield Edit(exp.Literal.number(other))


@operator(CONDITIONS, "day", 57, exp.Literal)
def _day(node: exp.Literal) -> Iterator[Edit]:
    """Move a date, with or without a time behind it, by one day."""
    if not (node.is_string and isinstance(node.parent, _COMPARED)):
        return
    try:
        day = datetime.date.fromisoformat(node.this[:10])
        for step in (-1, 1):
            yield Edit(exp.Literal.string((day + datetime.timedelta(days=step)).isoformat() + node.this[10:]))
    except (ValueError, OverflowError):
        return


@operator(CONDITIONS, "letter case", 57, exp.Literal)
def _letter_case(node: exp.Literal) -> Iterator[Edit]:
    if node.is_string and isinstance(node.parent, _COMPARED) and node.this[:1].isalpha():
        yield Edit(exp.Literal.string(node.this.swapcase()))


@operator(CONDITIONS, "open start", 57, exp.Between)
def _open_start(node: exp.Between) -> Iterator[Edit]:
    yield Edit(_range(node, exp.GT, exp.LTE))


@operator(CONDITIONS, "open end", 57, exp.Between)
def _open_end(node: exp.Between) -> Iterator[Edit]:
    yield Edit(_range(node, exp.GTE, exp.LT))


def _range(node: exp.Between, low: type[exp.Binary], high: type[exp.Binary]) -> Node:
    first = low(this=node.this.copy(), expression=node.args["low"].copy())
    return exp.Paren(
        this=exp.And(this=first, expression=high(this=node.this.copy(), expression=node.args["high"].copy()))
    )


@operator(CONDITIONS, "= NULL", 21, exp.Is)
def _equals_null(node: exp.Is) -> Iterator[Edit]:
    """Write ``= NULL`` for ``IS NULL``, and ``<> NULL`` for ``IS NOT NULL`` (which is NOT … IS NULL in the tree)."""
    if isinstance(node.expression, exp.Null):
        kind = exp.NEQ if isinstance(node.parent, exp.Not) else exp.EQ
        yield Edit(kind(this=node.this.copy(), expression=exp.Null()))


@operator(CONDITIONS, "empty text for NULL", 45, exp.Is)
def _empty_for_null(node: exp.Is) -> Iterator[Edit]:
    if isinstance(node.expression, exp.Null):
        yield Edit(exp.EQ(this=node.this.copy(), expression=exp.Literal.string("")))


@operator(CONDITIONS, "extra NOT", 53, exp.In, exp.Exists, exp.Is, exp.Between)
def _extra_not(node: Node) -> Iterator[Edit]:
    if not isinstance(node.parent, exp.Not):
        yield Edit(exp.Not(this=node.copy()))


@operator(CONDITIONS, "extra NOT", 53, exp.Like, exp.Glob)
def _extra_not_like(node: Node) -> Iterator[Edit]:
    if not isinstance(node.parent, exp.Not | exp.Escape):
        yield Edit(exp.Not(this=node.copy()))


@operator(CONDITIONS, "missing NOT", 54, exp.Not)
def _missing_not(node: exp.Not) -> Iterator[Edit]:
    yield Edit(node.this.copy())


@operator(CONDITIONS, "missing value", 66, exp.In)
def _missing_value(node: exp.In) -> Iterator[Edit]:
    for left_out, others in without_each(node.expressions):
        edited = node.copy()
        edited.set("expressions", others)
        yield Edit(edited, f"`{left_out.sql('sqlite')}` left out of IN")


@operator(CONDITIONS, "wildcard", 110, exp.Like)
def _wildcard(node: exp.Like) -> Iterator[Edit]:
    pattern = node.expression
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return
    text: str = pattern.this
    others = [text.removeprefix("%"), text.removesuffix("%")]
    others += [f"%{text}"] * (not text.startswith("%")) + [f"{text}%"] * (not text.endswith("%"))
    for other in others:
        if other != text:
            edited = node.copy()
            edited.set("expression", exp.Literal.string(other))
            yield Edit(edited)


@operator(CONDITIONS, "= for LIKE", 43, exp.Like)
def _equals_for_like(node: exp.Like) -> Iterator[Edit]:
    if not isinstance(node.parent, exp.Escape):
        yield Edit(exp.EQ(this=node.this.copy(), expression=node.expression.copy()))


@operator(CONDITIONS, "= for LIKE", 43, exp.Escape)
def _equals_for_escaped_like(node: exp.Escape) -> Iterator[Edit]:
    like = node.this
    if isinstance(like, exp.Like):
        yield Edit(exp.EQ(this=like.this.copy(), expression=like.expression.copy()))


@operator(CONDITIONS, "missing ESCAPE", 110, exp.Escape)
def _missing_escape(node: exp.Escape) -> Iterator[Edit]:
    """Leave ESCAPE out, with the escape characters and without them."""
    like, sign = node.this, node.expression
    yield Edit(like.copy())
    if isinstance(like.expression, exp.Literal) and isinstance(sign, exp.Literal):
        edited = like.copy()
        edited.set("expression", exp.Literal.string(str(like.expression.this).replace(str(sign.this), "")))
        yield Edit(edited)
