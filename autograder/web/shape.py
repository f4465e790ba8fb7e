"""Compare a JSON body with what a contract says, and name the first place where they differ."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from autograder.web.answer import one_line, repr_of

__all__ = ["first_difference"]

_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}


def first_difference(wanted: Any, got: Any, *, exact: bool = False, path: str = "body") -> str:
    """Return one sentence about the first difference; empty when there is none.

    Args:
        wanted: JSON values stand for themselves (``True`` and ``1`` differ, ``3`` and ``3.0`` don't); a type for any
            value of that type; ``...`` for any value; a compiled pattern for a text that it fully matches; a function
            for what it returns true for.
        got: what came, as ``json.loads`` reads it.
        exact: whether objects may have no other members.
        path: the place of the value, such as ``body.errors.rider_id``.
    """
    if wanted is Ellipsis:
        return ""
    if isinstance(wanted, Mapping):
        return _object(wanted, got, exact, path)
    if isinstance(wanted, list | tuple):
        return _list(list(wanted), got, exact, path)
    return "" if _fits(wanted, got) else f"`{path}` should be {_said(wanted)}, and is {_shown(got)}."


def _object(wanted: Mapping[str, Any], got: Any, exact: bool, path: str) -> str:
    if not isinstance(got, dict):
        return f"`{path}` should be an object, and is {_shown(got)}."
    for name, value in wanted.items():
        place = _member(path, name)
        if name not in got:
            return f"`{place}` is missing.{_instead(got)}"
        if difference := first_difference(value, got[name], exact=exact, path=place):
            return difference
    if exact and (more := [name for name in got if name not in wanted]):
        return f"`{_member(path, more[0])}` shouldn't be there."
    return ""


def _instead(got: Mapping[str, Any]) -> str:
    """The members that came, so that a misspelt one is seen."""
    others = ", ".join(one_line(str(other), 40) for other in list(got)[:8])
    return f" There {'is' if len(got) == 1 else 'are'}: {others}." if others else " The object is empty."


def _list(wanted: list[Any], got: Any, exact: bool, path: str) -> str:
    if not isinstance(got, list):
        return f"`{path}` should be a list, and is {_shown(got)}."
    for at, (one, other) in enumerate(zip(wanted, got, strict=False)):
        if difference := first_difference(one, other, exact=exact, path=f"{path}[{at}]"):
            return difference
    if len(wanted) != len(got):
        return f"`{path}` should have {_items(len(wanted))}, and has {len(got)}."
    return ""


def _items(count: int) -> str:
    return f"{count} item{'' if count == 1 else 's'}"


def _member(path: str, name: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_]\w*", str(name))
    return f"{path}.{name}" if plain else f"{path}[{one_line(json.dumps(str(name)), 60)}]"


def _fits(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, type):
        if wanted in (int, float) and isinstance(got, bool):
            return False
        return isinstance(got, (int, float) if wanted is float else wanted)
    if isinstance(wanted, re.Pattern):
        return isinstance(got, str) and wanted.fullmatch(got) is not None
    if callable(wanted):
        return bool(wanted(got))
    return isinstance(wanted, bool) is isinstance(got, bool) and bool(wanted == got)


def _said(wanted: Any) -> str:
    if isinstance(wanted, type):
        return _NAMES.get(wanted, wanted.__name__)
    if isinstance(wanted, re.Pattern):
        return f"a text like `{wanted.pattern}`"
    if callable(wanted):
        return (getattr(wanted, "__doc__", None) or "another value").strip().splitlines()[0].rstrip(".")
    return _shown(wanted)


def _shown(value: Any) -> str:
    """A value as JSON writes it, cut short."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr_of(value)
    return f"`{one_line(text, 120)}`"
