"""The result of a query as plain frozen data, when two of its values count as equal, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Key", "Row", "Rows", "Value", "cell", "key_of", "literal", "near_keys", "row_text", "sort_key"]

Value = None | int | float | str | bytes
Row = tuple[Value, ...]
Key = tuple[Value, ...]

# Rounding has boundaries, and 0.1 + 0.2 may fall on the other side of one than 0.3 does. This is how far we look over.
NOISE = 1e-12
LONGEST_CELL = 200
LONGEST_LITERAL = 60


@dataclass(frozen=True, slots=True)
class Rows:
    """Column names and rows, in the order in which the database gave them."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __len__(self) -> int:
        return len(self.rows)


def key_of(row: Iterable[Value]) -> Key:
    """Return what is equal for two rows exactly when they count as the same row.

    3 equals 3.0. Other floats are equal when nine significant digits are (twelve from 10⁸ on, so that the cents of a
    large sum still count); below 10⁻⁹ they are zero. NULL equals NULL, and text never equals a number.
    """
    return tuple([_whole_or_rounded(value) if isinstance(value, float) else value for value in row])


def _whole_or_rounded(value: float) -> int | float:
    if not math.isfinite(value):
        return value
    if value.is_integer():
        return int(value)
    if abs(value) < 1e-9:
        return 0
    exact = float(f"{value:.15g}")
    if exact.is_integer():
        return int(exact)
    # Twice, so that the noise of a sum can't push a value such as 2.5 over the edge of the second rounding.
    rounded = float(f"{exact:.12g}")
    if abs(rounded) < 1e8:
        rounded = float(f"{rounded:.9g}")
    return int(rounded) if rounded.is_integer() else rounded


def near_keys(row: Row) -> set[Key]:
    """Return the keys of rows that differ from this one by rounding noise only: nearly always just its own."""
    if not any(isinstance(value, float) for value in row):
        return {row}
    keys: set[Key] = {()}
    for value in row:
        near = {value}
        if isinstance(value, float):
            near = {_whole_or_rounded(value * factor) for factor in (1 - NOISE, 1, 1 + NOISE)}
        if len(keys) * len(near) > 64:
            near = set(key_of((value,)))
        keys = {(*key, choice) for key in keys for choice in near}
    return keys


def sort_key(row: Row) -> tuple[tuple[int, Value], ...]:
    """Return a key that puts rows of mixed types in one order: NULL, numbers, text, blobs, as SQLite itself does."""
    return tuple((_rank(value), value) for value in key_of(row))


def _rank(value: Value) -> int:
    if value is None:
        return 0
    return 3 if isinstance(value, bytes) else 2 if isinstance(value, str) else 1


def literal(value: Value) -> str:
    """Write a value as SQL would: text in single quotes, NULL, blobs as X'…'. Long ones are shortened."""
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{_shortened(value.hex().upper(), LONGEST_LITERAL)}'"
    if isinstance(value, str):
        quoted = value.replace("'", "''").replace("\n", "\\n")
        return f"'{_shortened(quoted, LONGEST_LITERAL)}'"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def row_text(row: Row) -> str:
    """Write a row as SQL would: ``(12, 'Leaf', NULL)``."""
    shown = ", ".join(map(literal, row[:12]))
    return f"({shown}, …)" if len(row) > 12 else f"({shown})"


def cell(value: Value) -> str:
    """Write a value for a table's cell. Text that could pass for something else stands in quotes, as do blanks."""
    if not isinstance(value, str):
        return str(value) if type(value) is int else literal(value)
    if value == "NULL" or value != value.strip() or not value:
        return literal(value)
    return _shortened(value, LONGEST_CELL)


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
