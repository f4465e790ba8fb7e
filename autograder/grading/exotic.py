"""The learner's side of what plain tests expect of values: named tuples, database rows, classes, operators."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from autograder.grading.specials import special_names
from autograder.values import Json

__all__ = ["about", "exotic", "special"]

_MOST_FIELDS = 200
_DOC = 4_000  # characters of a docstring


def exotic(value: object, encoded: Callable[[object], Json]) -> Mapping[str, Json] | None:
    """The form of a tuple with names, or of a database row; None for every other value."""
    if isinstance(value, sqlite3.Row):
        return {"$": "row", "names": value.keys(), "v": [encoded(one) for one in tuple(value)]}
    fields = getattr(type(value), "_fields", None)
    if isinstance(value, tuple) and isinstance(fields, tuple) and len(fields) == len(value) <= _MOST_FIELDS:
        parts = [encoded(one) for one in tuple.__iter__(value)]
        return {"$": "named", "type": type(value).__name__[:80], "names": [str(one)[:80] for one in fields], "v": parts}
    return None


def about(value: object) -> dict[str, Json]:
    """What a stand-in should know of a lent object beside its name."""
    doc = getattr(value, "__doc__", None) if callable(value) else None
    told: dict[str, Json] = {"specials": special_names(type(value))}
    if isinstance(doc, str):
        told["doc"] = doc[:_DOC]
    if isinstance(value, type):
        told["class"] = True
        if issubclass(value, Exception):
            told["bases"] = [[str(one.__module__)[:80], str(one.__name__)[:80]] for one in value.__mro__[:20]]
    return told


def special(value: object, name: str, args: list[Any], encoded: Callable[[object], Json]) -> dict[str, Json]:
    """Use a special method as an operator would."""
    if name in ("__instancecheck__", "__subclasscheck__"):
        kind: Any = value
        return {"value": isinstance(args[0], kind) if name == "__instancecheck__" else issubclass(args[0], kind)}
    result = getattr(type(value), name)(value, *args)
    return {"value": None, "not": True} if result is NotImplemented else {"value": encoded(result)}
