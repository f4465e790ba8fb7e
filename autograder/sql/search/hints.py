"""One sentence for the misconception behind a counterexample. It tells nothing of the reference."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.sql.compare import Difference
from autograder.sql.search.verdict import Counterexample
from autograder.sql.text import plain

__all__ = ["hint_for"]

Sign = Callable[["_Seen"], bool]


def hint_for(example: Counterexample, found: Sequence[Difference], candidate: str) -> str:
    """Return the first hint whose sign is seen in the query or in the result; empty if none is."""
    seen = _Seen(example, found, plain(candidate))
    return next((words for sign, words in _HINTS if sign(seen)), "")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What signs are looked for in: the counterexample, the differences there, the query on one line."""

    example: Counterexample
    found: Sequence[Difference]
    text: str

    def has(self, pattern: str) -> bool:
        return re.search(pattern, self.text, re.IGNORECASE) is not None

    @property
    def null(self) -> bool:
        return any(value is None for rows in self.example.tables.values() for row in rows for value in row)


def _written(pattern: str) -> Sign:
    return lambda seen: seen.has(pattern)


def _null(pattern: str) -> Sign:
    return lambda seen: seen.null and seen.has(pattern)


def _kind(kind: str) -> Sign:
    return lambda seen: any(difference.kind == kind for difference in seen.found)


def _unordered(seen: _Seen) -> bool:
    return seen.example.kind == "order" and not seen.has(r"\border by\b")


def _product(seen: _Seen) -> bool:
    sizes = [len(rows) for rows in seen.example.tables.values() if rows]
    every, got = math.prod(sizes), seen.example.got
    return len(sizes) > 1 and got is not None and every == len(got) > max(1, len(seen.example.expected))


# The taxonomy of SQL errors (Taipalus 2018) numbers these misconceptions; its numbers stand behind each.
_HINTS: tuple[tuple[Sign, str], ...] = (
    (_written(r"(=|<>|!=) ?NULL\b"), "`= NULL` is never true: ask with IS NULL."),  # 21
    (
        _null(r"\bNOT IN ?\("),
        "When the list behind NOT IN holds a NULL, the condition is never true.",  # 55
    ),
    (_unordered, "Without ORDER BY the rows come in any order."),  # 77
    (_kind("order"), "Two rows in the wrong order show which key is missing or turned around."),  # 74, 115
    (_kind("type"), "1 is a number, '1' is a text: they are not equal."),  # 13
    (_kind("repeated"), "The same rows, but not as often: does a join repeat them, or DISTINCT drop them?"),  # 72, 42
    (_product, "Every row was paired with every row of the other table: what ties them together?"),  # 48, 62
    (
        _null(r"\bcount ?\("),
        "COUNT(*) counts rows; COUNT(column) counts values, and leaves NULL out.",  # 81
    ),
    (_null("."), "One value is NULL here: what does your query do with it?"),
    (lambda seen: seen.example.kind == "empty", "One table has no rows here: what should come out?"),
    (_written(r"\bLIMIT\b"), "When rows tie for the last place, LIMIT keeps some of them by chance."),  # 116
)
