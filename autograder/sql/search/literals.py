"""Values that stand in a query's text."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from functools import lru_cache

from sqlglot import Dialect, exp

from autograder.sql.rows import Value

__all__ = ["SQLITE", "calculator", "constant", "instances", "loose_literals", "worked_out"]

SQLITE = Dialect.get_or_raise("sqlite")
_NOT_CONSTANT = (
    exp.Column,
    exp.Subquery,
    exp.Select,
    exp.AggFunc,
    exp.Window,
    exp.Star,
    exp.Placeholder,
    exp.Parameter,
)
_MOVING = re.compile(r"random|now|current_|load_extension|changes|last_insert", re.IGNORECASE)


def constant(node: exp.Expr | None) -> Value:
    """Return the value of an expression that names no column; None if it has none, or is NULL.

    SQLite itself works out what is more than a plain literal, such as ``date('2025-01-01', '+1 month')``.
    """
    if node is None:
        return None
    if isinstance(node, exp.Literal):
        return node.name if node.is_string else _number(node.name)
    if isinstance(node, exp.Paren):
        return constant(node.this)
    if isinstance(node, exp.Boolean):
        return int(node.this)
    if isinstance(node, exp.Null) or node.find(*_NOT_CONSTANT) is not None:
        return None
    if isinstance(node, exp.Neg):
        value = constant(node.this)
        return -value if isinstance(value, int | float) else None
    return _worked_out(node.sql(SQLITE))


def _number(text: str) -> int | float | str:
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return text


@lru_cache(maxsize=1)
def calculator() -> sqlite3.Connection:
    """Return the connection on which SQLite works out expressions that name no table."""
    database = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 10_000)
    return database


@lru_cache(maxsize=512)
def _worked_out(sql: str) -> Value:
    return worked_out(sql, {})


def worked_out(sql: str, values: Mapping[str, Value]) -> Value:
    """Let SQLite work out an expression; None if it can't, or if the result changes from call to call."""
    if _MOVING.search(sql) or len(sql) > 400:
        return None
    try:
        value: Value = calculator().execute(f"SELECT {sql}", values).fetchone()[0]
    except (sqlite3.Error, sqlite3.Warning, OverflowError, UnicodeError):
        return None
    return None if isinstance(value, bytes) else value


def instances(pattern: str, *, glob: bool = False) -> list[str]:
    """Return texts that a LIKE or GLOB pattern matches, and some that it nearly matches."""
    if glob:
        pattern = re.sub(r"\[\^?(.)[^\]]*\]", r"\1", pattern).replace("*", "%").replace("?", "_")
    core = pattern.replace("%", "").replace("_", "x")
    longer = pattern.replace("%", "zz").replace("_", "y")
    return list(dict.fromkeys([core, longer, "q" + core, core + "q", core[:-1], core.swapcase()]))


def loose_literals(sql: str) -> tuple[list[int | float], list[str]]:
    """Find the numbers and texts of a query that can't be parsed."""
    texts = [text.replace("''", "'") for text in re.findall(r"'((?:[^']|'')*)'", sql)]
    bare = re.sub(r"'(?:[^']|'')*'", "''", sql)
    numbers = [
        float(text) if "." in text else int(text) for text in re.findall(r"(?<![\w.])(\d{1,15}(?:\.\d+)?)", bare)
    ]
    return numbers, texts
