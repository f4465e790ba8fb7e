"""What a query's conditions ask of the rows: tests of a column, ties between two columns, and choices among them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.sql.rows import Value
from autograder.sql.search.scopes import Var

__all__ = ["OPPOSITE", "Choice", "Condition", "Derived", "Test", "Tie", "holds", "pattern_of"]

OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "like": "not like",
    "not like": "like",
    "in": "not in",
    "not in": "in",
    "null": "not null",
    "not null": "null",
}


@dataclass(frozen=True, slots=True)
class Test:
    """A column compared with a value; with a tuple of values for ``in``."""

    var: Var
    operator: str
    value: Value | tuple[Value, ...] = None

    def opposite(self) -> Test:
        return Test(self.var, OPPOSITE[self.operator], self.value)


@dataclass(frozen=True, slots=True)
class Tie:
    """A column compared with another one."""

    left: Var
    operator: str
    right: Var

    def opposite(self) -> Tie:
        return Tie(self.left, OPPOSITE[self.operator], self.right)


@dataclass(frozen=True, slots=True)
class Choice:
    """Several conditions: one of them is enough if ``any_of``, else all must hold."""

    any_of: bool
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """A column compared with what an expression gives: ``sql`` has a parameter ``:v0``, ``:v1`` … for each ``of``."""

    var: Var
    operator: str
    sql: str
    of: tuple[Var, ...] = ()


Condition = Test | Tie | Derived | Choice


def pattern_of(like: str) -> re.Pattern[str]:
    """Translate a LIKE pattern."""
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in like), re.I | re.S)


def holds(value: Value, operator: str, other: Value | tuple[Value, ...]) -> bool:
    """Tell whether a value meets a test, about as SQLite would: what can't be compared counts as met."""
    if operator in ("null", "not null"):
        return (value is None) == (operator == "null")
    if value is None:
        return False
    if isinstance(other, tuple):
        return (value in other or str(value) in map(str, other)) == (operator == "in")
    if operator in ("like", "not like"):
        return bool(pattern_of(str(other)).fullmatch(str(value))) == (operator == "like")
    return _compared(value, operator, other)


def _compared(value: Value, operator: str, other: Value) -> bool:
    left, right = value, other
    if isinstance(left, str) != isinstance(right, str):
        try:
            left, right = float(left), float(right)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return True
    if operator in ("=", "!="):
        return (left == right) == (operator == "=")
    try:
        less, more = left < right, left > right  # type: ignore[operator]
    except TypeError:
        return True
    return {"<": less, "<=": not more, ">": more, ">=": not less}.get(operator, True)
