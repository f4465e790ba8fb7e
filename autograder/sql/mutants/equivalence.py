"""Proves for some mutants that they mean the same as their query, from the keys and rules of the schema.

Both queries are brought into a normal form by a few rules, each of which changes the text but, on any data that the
schema allows, not the result. Equal forms mean equal queries; other forms mean nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from autograder.sql.mutants.rules import RULES, hold_keys, sources_of
from autograder.sql.search.facts import Facts

__all__ = ["decides_rows", "why_equal", "whys_equal"]


def why_equal(reference: str, mutant: str, facts: Facts, *, ordered: bool = True) -> str:
    """Say why a mutant gives what its query gives on all data; empty where that isn't known.

    Args:
        reference: the query.
        mutant: what has been made of it.
        facts: the schema's keys, foreign keys and CHECK rules, which the data is taken to keep.
        ordered: whether the order of rows counts.
    """
    return whys_equal(reference, [mutant], facts, ordered=ordered)[mutant]


def whys_equal(reference: str, mutants: Iterable[str], facts: Facts, *, ordered: bool = True) -> dict[str, str]:
    """`why_equal` for many mutants of one query, by mutant."""
    found = dict.fromkeys(mutants, "")
    try:
        normal = _normal(reference, facts, ordered)
    except (SqlglotError, RecursionError):
        return found
    for mutant in found:
        with contextlib.suppress(SqlglotError, RecursionError):
            found[mutant] = _why(normal, _normal(mutant, facts, ordered))
    return found


def _why(reference: tuple[str, list[str]], mutant: tuple[str, list[str]]) -> str:
    (one, reasons), (other, more) = reference, mutant
    if one != other:
        return ""
    needed = [reason for reason in [*more, *reasons] if (reason in more) != (reason in reasons)]
    return "; ".join(dict.fromkeys(needed or [*more, *reasons])) or "the two texts are the same query"


def decides_rows(select: exp.Select, facts: Facts) -> bool:
    """Whether ORDER BY leaves no two rows tied that differ in the result; False where that isn't certain."""
    order, group = select.args.get("order"), select.args.get("group")
    if order is None:
        return False
    names = {one.alias_or_name.casefold(): one.unalias() for one in select.expressions}
    keys = []
    for one in order.expressions:
        key = one.this
        if isinstance(key, exp.Literal) and not key.is_string and 0 < int(key.this) <= len(select.expressions):
            key = select.expressions[int(key.this) - 1].unalias()
        keys.append(names.get(key.name.casefold(), key) if isinstance(key, exp.Column) and not key.table else key)
    written = {key.sql("sqlite").casefold() for key in keys}
    whole = [one.unalias() for one in select.expressions]
    if all(one.sql("sqlite").casefold() in written for one in whole):
        return True
    if group is not None:
        return all(one.sql("sqlite").casefold() in written for one in group.expressions)
    sources = sources_of(select, facts)
    return sources is not None and hold_keys(keys, sources)


def _normal(sql: str, facts: Facts, ordered: bool) -> tuple[str, list[str]]:
    tree = sqlglot.parse_one(sql, read="sqlite")
    reasons: list[str] = []
    if not ordered and tree.args.get("limit") is None and tree.args.get("order") is not None:
        tree.set("order", None)
        reasons.append("the order of rows doesn't count here")
    for select in tree.find_all(exp.Select):
        sources = sources_of(select, facts)
        if sources is not None:
            for rule in RULES:
                reasons += rule(select, sources)
    return tree.sql("sqlite"), reasons
