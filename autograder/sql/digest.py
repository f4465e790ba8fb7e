"""A short name for a result: equal results have the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii

from autograder.sql.rows import Rows, Value, key_of

__all__ = ["digest"]


def digest(rows: Rows, *, ordered: bool) -> str:
    """Return 16 hexadecimal digits that recognise a result without holding it.

    What `autograder.sql.compare.differences` calls equal has the same digest, on every machine and SQLite version.
    The one exception are two floats within rounding noise of each other on two sides of a boundary: there the digest
    differs, so use it to recognise known wrong results, never to decide what is right.
    """
    lines = [_json_of(map(_tagged, key_of(row))) for row in rows.rows]
    if not ordered:
        lines.sort()
    text = "\n".join([_json_of(name.casefold() for name in rows.columns), *lines])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _json_of(texts: Iterable[str]) -> str:
    """What `json.dumps` gives for a list of texts, in a third of the time."""
    return f"[{', '.join(map(encode_basestring_ascii, texts))}]"


def _tagged(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return "blob " + value.hex()
    if isinstance(value, str):
        return "text " + value
    return f"number {value:.12g}" if isinstance(value, float) else f"number {int(value)}"
